"""Orders of the web shop and of the stores, with their payments, refunds and late changes.

Amounts are integers in the currency's minor units.
"""

import random
from dataclasses import dataclass, field

from pipelines.sandbox import clock
from pipelines.sandbox.world import dirt
from pipelines.sandbox.world.engine import Day, Row
from pipelines.sandbox.world.ids import record_id

SHOP_ORDERS_PER_CUSTOMER, STORE_ORDERS_PER_CUSTOMER = 1.6, 0.9
SHOP_CURRENCIES = {"US": "USD", "GB": "GBP", "JP": "JPY", "CN": "USD", "AE": "USD", "IL": "USD"}
TAX_RATES = {"USD": 0.08, "EUR": 0.20, "GBP": 0.20, "JPY": 0.10}
DISCOUNTS = (("TEA10", 10), ("WELCOME15", 15), ("SPRING20", 20), ("FRIENDS5", 5))
CANCEL_REASONS = ("customer", "inventory", "fraud", "declined", "other")
REFUND_REASONS = ("arrived broken", "wrong colour", "changed mind", "late delivery", "")
GATEWAYS = ("shopify_payments", "paypal", "klarna", "bank_deposit")
OPENING_SHARE = 0.02
FAVOURING_NEW_SHARE, FAVOURING_NEW_POWER = 0.3, 0.3


@dataclass(slots=True)
class Basket:
    """What one sale costs."""

    currency: str
    taxes_included: bool
    tax_rate: float
    lines: list[Row] = field(default_factory=list)
    discount: Row | None = None
    shipping: int = 0

    def totals(self) -> Row:
        """The sums of the lines, as amounts in minor units."""
        subtotal = sum(line["unit_price"] * line["quantity"] for line in self.lines)
        discounts = sum(line["discount"] for line in self.lines)
        taxes = sum(line["tax"] for line in self.lines)
        total = subtotal - discounts + self.shipping + (0 if self.taxes_included else taxes)
        return {
            "subtotal": subtotal, "discount_total": discounts, "tax_total": taxes,
            "shipping_total": self.shipping, "total": total,
        }  # fmt: skip


def live(day: Day) -> None:
    """Today's sales."""
    rng = day.chance("shop orders")
    for _ in range(day.births(day.buyers * SHOP_ORDERS_PER_CUSTOMER, OPENING_SHARE)):
        _shop_order(day, rng)
    rng = day.chance("store orders")
    for _ in range(day.births(day.buyers * STORE_ORDERS_PER_CUSTOMER, OPENING_SHARE)):
        _store_order(day, rng)


def basket(
    day: Day, rng: random.Random, system: str, currency: str, first_line_n: int, most: int = 4
) -> Basket:
    """Some lines of products that the system carries, with discount and taxes."""
    filled = Basket(currency, currency != "USD", TAX_RATES[currency])
    percent = 0
    if dirt.happens(rng, "order_discount_all"):
        filled.discount, percent = {"code": "STAFF100", "percent": 100}, 100
    elif rng.random() < 0.12:
        code, percent = rng.choice(DISCOUNTS)
        filled.discount = {"code": code, "percent": percent}
    for position in range(rng.choices((1, 2, 3, most), (50, 28, 14, 8))[0]):
        variant = _variant(day, rng, system)
        if variant is not None:
            line = _line(rng, system, variant, filled, percent)
            line["record_id"] = record_id(system, "line", first_line_n * 10 + position)
            filled.lines.append(line)
    return filled


def _variant(day: Day, rng: random.Random, system: str) -> Row | None:
    size = day.count("variant")
    for _ in range(20):
        variant = day.get("variant", 1 + int(size * rng.random() ** 1.6))
        if system in variant["systems"]:
            return variant
    return None


def _line(rng: random.Random, system: str, variant: Row, filled: Basket, percent: int) -> Row:
    quantity = rng.choices((1, 2, 3, 6, 12), (68, 19, 6, 5, 2))[0]
    price = variant["prices"][filled.currency]
    discount = price * quantity * percent // 100
    net = price * quantity - discount
    rate = filled.tax_rate if variant["is_taxable"] else 0
    tax = round(net * rate / (1 + rate)) if filled.taxes_included else round(net * rate)
    return {
        "variant_n": variant["n"], "product_n": variant["product_n"],
        "variant_record_id": variant["records"][system], "sku": variant["skus"][system],
        "title": variant["titles"][system], "option": variant["option"], "quantity": quantity,
        "unit_price": price, "discount": discount, "tax": tax, "tax_rate": rate, "total": net,
    }  # fmt: skip


def _shop_order(day: Day, rng: random.Random) -> None:
    at = day.at(rng)
    customer = recent(day, rng, "shopify.customer", at)
    if customer is None:
        return
    n = day.count("shopify.order") + 1
    currency = SHOP_CURRENCIES.get(customer["country_code"], "EUR")
    filled = basket(day, rng, "shopify", currency, n)
    if not filled.lines:
        return
    goods = sum(line["total"] for line in filled.lines)
    filled.shipping = (
        0 if goods > (9000 if currency == "JPY" else 6000) else (700 if currency == "JPY" else 490)
    )
    order = _order(rng, "shopify", n, customer, filled, at)
    order |= {
        "number": 1000 + n, "name": f"#{1000 + n}", "gateway": rng.choice(GATEWAYS),
        "source": rng.choices(("web", "shopify_draft_order", "pos"), (92, 6, 2))[0],
        "shipping_title": rng.choice(("Standard", "Express", "Click & Collect")),
    }  # fmt: skip
    timeline = _shop_timeline(rng, order, n, at)
    day.add("shopify.order", at, order, timeline)
    day.is_truth("shopify", "order", order["record_id"], "order", f"order-shopify-{n}")


def _store_order(day: Day, rng: random.Random) -> None:
    at = day.at(rng, 15, 24)
    customer = recent(day, rng, "square.customer", at) if rng.random() < 0.45 else None
    n = day.count("square.order") + 1
    filled = basket(day, rng, "square", "USD", n, most=5)
    if not filled.lines:
        return
    order = _order(rng, "square", n, customer, filled, at)
    order |= {
        "number": n, "name": f"S-{n}", "location_n": rng.choice((3, 3, 4, 4, 5)),
        "tip": rng.choice((0, 0, 0, 200, 300)), "source": rng.choice(("Register", "Square Online")),
        "gateway": rng.choices(("card", "cash", "wallet"), (75, 15, 10))[0],
    }  # fmt: skip
    order["total"] += order["tip"]
    timeline = _store_timeline(rng, order, n, at)
    day.add("square.order", at, order, timeline)
    day.is_truth("square", "order", order["record_id"], "order", f"order-square-{n}")


def recent(day: Day, rng: random.Random, kind: str, at: str) -> Row | None:
    """Some record that exists at `at` and is not deleted; newer ones are likelier."""
    size = day.count(kind)
    for _ in range(8 if size else 0):
        favours_new = rng.random() < FAVOURING_NEW_SHARE
        place = rng.random() ** (FAVOURING_NEW_POWER if favours_new else 1)
        row = day.get(kind, 1 + int(size * place))
        if row["created_at"] <= at and not row["deleted_at"]:
            return row
    return None


def _order(
    rng: random.Random, system: str, n: int, customer: Row | None, filled: Basket, at: str
) -> Row:
    totals = filled.totals()
    if dirt.happens(rng, "order_total_off"):
        totals["total"] += rng.randint(1, 500)
    link: Row | None = None
    if dirt.happens(rng, "order_of_missing_customer"):
        link = {"n": None, "record_id": record_id(system, "customer", 9_000_000 + n)}
    elif customer is not None and not dirt.happens(rng, "order_of_guest"):
        link = {"n": customer["n"], "record_id": customer["record_id"]}
    known: Row = customer or {}
    placed_at = clock.shift(at, days=400) if dirt.happens(rng, "order_in_future") else at
    return {
        "record_id": record_id(system, "order", n), "channel": system, "customer": link,
        "email": known.get("email"), "phone": known.get("phone"),
        "first_name": known.get("first_name"), "last_name": known.get("last_name"),
        "company_name": known.get("company_name"), "billing_address": known.get("address"),
        "shipping_address": known.get("address"), "country_code": known.get("country_code"),
        "currency": filled.currency, "taxes_included": filled.taxes_included,
        "tax_rate": filled.tax_rate, "lines": filled.lines, "discount": filled.discount, **totals,
        "placed_at": placed_at, "payments": [], "refunds": [], "financial_status": "pending",
        "fulfillment_status": "unfulfilled", "fulfilled_at": None, "cancelled_at": None,
        "cancel_reason": None, "closed_at": None, "is_test": dirt.happens(rng, "order_test"),
        "note": dirt.note(rng), "tags": ["gift"] if rng.random() < 0.05 else [],
    }  # fmt: skip


def _shop_timeline(rng: random.Random, order: Row, n: int, at: str) -> list[tuple[str, Row]]:
    timeline: list[tuple[str, Row]] = []
    if dirt.happens(rng, "order_cancelled"):
        cancelled_at = clock.shift(at, hours=rng.uniform(0.2, 40))
        reason = dirt.code(rng, CANCEL_REASONS)
        patch = {
            "cancelled_at": cancelled_at,
            "cancel_reason": reason,
            "financial_status": "voided",
        }
        return [(cancelled_at, patch)]
    is_slow = order["gateway"] == "bank_deposit"
    paid_at = clock.shift(at, hours=rng.uniform(20, 200) if is_slow else rng.uniform(0.001, 0.05))
    payment = _payment(order, n, paid_at)
    if rng.random() < (0.85 if is_slow else 0.995):
        timeline.append((paid_at, {"payments": [payment], "financial_status": "paid"}))
        sent_at = clock.shift(paid_at, hours=rng.uniform(4, 110))
        sent = {"fulfillment_status": "fulfilled", "fulfilled_at": sent_at, "closed_at": sent_at}
        timeline.append((sent_at, sent))
        timeline += _refund(rng, order, n, sent_at)
    if dirt.happens(rng, "order_edited"):
        edited_at = clock.shift(at, hours=rng.uniform(1, 24 * 60))
        timeline.append((edited_at, {"note": "address checked by phone", "tags": ["edited"]}))
    if rng.random() < 0.002:
        gone_at = clock.shift(at, days=rng.uniform(60, 400))
        timeline.append((gone_at, {"deleted_at": gone_at}))
    return timeline


def _store_timeline(rng: random.Random, order: Row, n: int, at: str) -> list[tuple[str, Row]]:
    order["payments"] = [_payment(order, n, at)]
    order |= {"financial_status": "paid", "fulfillment_status": "fulfilled", "closed_at": at}
    timeline = _refund(rng, order, n, at)
    if rng.random() < 0.1:
        timeline.append((clock.shift(at, hours=rng.uniform(1, 70)), {"fee_settled": True}))
    return timeline


def _payment(order: Row, n: int, at: str) -> Row:
    return {
        "record_id": record_id(order["channel"], "payment", n), "at": at, "amount": order["total"],
        "gateway": order["gateway"], "kind": "sale", "status": "success",
    }  # fmt: skip


def _refund(rng: random.Random, order: Row, n: int, after: str) -> list[tuple[str, Row]]:
    if not dirt.happens(rng, "order_refunded") or order["total"] <= 0:
        return []
    at = clock.shift(after, hours=rng.uniform(20, 24 * 30))
    is_full = rng.random() < 0.5
    chosen = order["lines"] if is_full else order["lines"][:1]
    amount = order["total"] if is_full else min(order["total"], max(1, chosen[0]["total"]))
    refund = {
        "record_id": record_id(order["channel"], "refund", n), "at": at, "amount": amount,
        "payment_record_id": record_id(order["channel"], "payment", n),
        "transaction_record_id": record_id(order["channel"], "refund_transaction", n),
        "reason": rng.choice(REFUND_REASONS), "is_restocked": rng.random() < 0.6,
        "lines": [{"record_id": line["record_id"], "quantity": line["quantity"],
                   "amount": line["total"]} for line in chosen],
    }  # fmt: skip
    status = "refunded" if is_full else "partially_refunded"
    return [(at, {"refunds": [refund], "financial_status": status})]
