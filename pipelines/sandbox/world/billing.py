"""Invoices to companies, bills of suppliers, and shop orders entered again in the books.

Amounts are integers in the currency's minor units.
"""

import random
from typing import Any

from pipelines.sandbox import clock
from pipelines.sandbox.world import dirt
from pipelines.sandbox.world.engine import Day, Row
from pipelines.sandbox.world.ids import record_id
from pipelines.sandbox.world.trade import TAX_RATES, basket, recent

INVOICES_PER_CUSTOMER, BILLS_PER_CUSTOMER, REENTERED_SHARE = 0.2, 0.05, 0.1
CUSTOMERS = {"quickbooks": "quickbooks.customer", "xero": "xero.contact"}
TERMS_DAYS = (14, 30, 30, 30, 60)


def live(day: Day) -> None:
    """Today's invoices and bills, and orders entered again."""
    for system in CUSTOMERS:
        rng = day.chance(f"{system} invoices")
        for _ in range(day.births(day.buyers * INVOICES_PER_CUSTOMER, 0.02)):
            at = day.at(rng, 8, 18)
            customer = recent(day, rng, CUSTOMERS[system], at)
            if customer is not None:
                invoice(day, rng, system, customer, at)
        for _ in range(day.births(20 + day.buyers * BILLS_PER_CUSTOMER, 0.02)):
            _bill(day, rng, system)
    _reenter_orders(day, day.chance("entered again"))


def invoice(
    day: Day,
    rng: random.Random,
    system: str,
    customer: Row,
    at: str,
    deal: Row | None = None,
    lines: list[Row] | None = None,
    order: Row | None = None,
) -> int:
    """Add an invoice with its payments and credit notes; returns its `n`."""
    n = day.count(f"{system}.invoice") + 1
    currency = order["currency"] if order else _currency(system, customer)
    filled = basket(day, rng, system, currency, n)
    if lines is not None:
        filled.lines = lines
    fields = _document(rng, system, "invoice", n, customer, at, currency)
    fields |= {
        "lines": filled.lines, "taxes_included": filled.taxes_included,
        "tax_rate": filled.tax_rate, "reference": order["name"] if order else
        deal["name"] if deal else None, "deal_record_id": deal["record_id"] if deal else None,
        "discount": filled.discount, **filled.totals(),
    }  # fmt: skip
    if order is not None:
        fields |= {name: order[name] for name in ("subtotal", "discount_total", "tax_total",
                   "shipping_total", "total", "taxes_included", "tax_rate")}  # fmt: skip
        fields["lines"] = [_line_of_order(system, line) for line in order["lines"]]
    elif dirt.happens(rng, "order_total_off"):
        fields["total"] += rng.randint(1, 300)
    fields["balance"] = fields["total"]
    timeline = _course(rng, system, "invoice", n, fields, at, is_paid=order is not None)
    number = day.add(f"{system}.invoice", at, fields, timeline)
    truth = f"order-shopify-{order['n']}" if order else f"order-{system}-{n}"
    day.is_truth(system, "invoice", fields["record_id"], "order", truth)
    return number


def _reenter_orders(day: Day, rng: random.Random) -> None:
    """The UK and EU entity books some shop orders as invoices, the order number in Reference."""
    size = day.count("shopify.order")
    today = clock.iso(day.start)
    for n in range(size, 0, -1):
        order = day.get("shopify.order", n)
        if order["created_at"] < today:
            return
        if order["currency"] not in ("EUR", "GBP") or rng.random() > REENTERED_SHARE:
            continue
        at = clock.shift(order["created_at"], hours=rng.uniform(0.5, 30))
        customer = recent(day, rng, "xero.contact", at)
        if customer is not None:
            name = " ".join(part for part in (order["first_name"], order["last_name"]) if part)
            entered = {**customer, "name": customer["name"], "buyer": name or None}
            invoice(day, rng, "xero", entered, at, order=order)


def _bill(day: Day, rng: random.Random, system: str) -> None:
    at = day.at(rng, 8, 18)
    chosen = recent(day, rng, f"{system}.supplier", at)
    if chosen is None:
        return
    supplier = day.get(chosen["kind"], chosen["record_n"])
    n = day.count(f"{system}.bill") + 1
    currency = _currency(system, supplier)
    filled = basket(day, rng, system, currency, 5_000_000 + n)
    for line in filled.lines:
        line |= {"unit_price": line["unit_price"] // 2, "quantity": line["quantity"] * 10}
        line |= {"discount": 0, "total": line["unit_price"] * line["quantity"]}
        line["tax"] = round(line["total"] * line["tax_rate"])
    filled.taxes_included, filled.discount = False, None
    fields = _document(rng, system, "bill", n, supplier, at, currency)
    fields |= {
        "lines": filled.lines, "taxes_included": False, "tax_rate": filled.tax_rate,
        "reference": f"PO-{n:05d}", "deal_record_id": None, "discount": None, **filled.totals(),
    }  # fmt: skip
    fields["balance"] = fields["total"]
    day.add(f"{system}.bill", at, fields, _course(rng, system, "bill", n, fields, at))


def _document(
    rng: random.Random, system: str, kind: str, n: int, party: Row, at: str, currency: str
) -> Row:
    issued_on = clock.date(at)
    prefix = {"xero": "INV-" if kind == "invoice" else "BILL-"}.get(system, "")
    return {
        "record_id": record_id(system, kind, n), "number": f"{prefix}{1000 + n}",
        "party": {"n": party["n"], "record_id": party["record_id"], "name": party["name"]},
        "email": party["email"], "address": party["address"], "issued_on": issued_on,
        "due_on": clock.date(clock.shift(at, days=rng.choice(TERMS_DAYS))), "currency": currency,
        "exchange_rate": {"USD": 1.0, "EUR": 1.0869, "GBP": 1.2658}[currency],
        "status": "authorised", "payments": [], "credit_notes": [], "paid": 0,
        "fully_paid_on": None, "note": dirt.note(rng), "buyer": party.get("buyer"),
        "is_sent": rng.random() < 0.8,
    }  # fmt: skip


def _course(
    rng: random.Random, system: str, kind: str, n: int, fields: Row, at: str, is_paid: bool = False
) -> list[tuple[str, Row]]:
    fate = rng.random()
    if is_paid:
        fate = 0.5
    if fate < 0.02:
        fields["status"] = "draft"
        return []
    if fate < 0.05:
        void_at = clock.shift(at, days=rng.uniform(1, 30))
        return [(void_at, {"status": "voided", "balance": 0})]
    if fate < 0.06 and system == "quickbooks":
        gone_at = clock.shift(at, days=rng.uniform(1, 90))
        return [(gone_at, {"deleted_at": gone_at})]
    if fate < 0.18:
        return []
    if fate > 0.97 and kind == "invoice":
        return _credited(rng, system, n, fields, at)
    return _paid(rng, system, kind, n, fields, at, is_split=fate > 0.85)


def _paid(
    rng: random.Random, system: str, kind: str, n: int, fields: Row, at: str, is_split: bool
) -> list[tuple[str, Row]]:
    parts = (
        [fields["total"] // 3, fields["total"] - fields["total"] // 3]
        if is_split
        else [fields["total"]]
    )
    timeline: list[tuple[str, Row]] = []
    payments: list[Row] = []
    paid_at = at
    for position, amount in enumerate(parts):
        paid_at = clock.shift(paid_at, days=rng.uniform(1, 70))
        payment = {
            "record_id": record_id(system, f"{kind}_payment", n * 4 + position), "at": paid_at,
            "amount": amount, "method": rng.choice(("transfer", "card", "check")),
            "status": "authorised",
        }  # fmt: skip
        payments = [*payments, payment]
        paid = sum(one["amount"] for one in payments)
        patch: Row = {"payments": payments, "paid": paid, "balance": fields["total"] - paid}
        if paid >= fields["total"]:
            patch |= {"status": "paid", "fully_paid_on": clock.date(paid_at)}
        timeline.append((paid_at, patch))
    return timeline


def _credited(
    rng: random.Random, system: str, n: int, fields: Row, at: str
) -> list[tuple[str, Row]]:
    credited_at = clock.shift(at, days=rng.uniform(2, 60))
    amount = fields["total"] if rng.random() < 0.5 else fields["total"] // 2
    note: Row = {
        "record_id": record_id(system, "credit_note", n), "number": f"CN-{1000 + n}",
        "at": credited_at, "amount": amount, "reason": "goods returned", "status": "authorised",
    }  # fmt: skip
    patch: dict[str, Any] = {"credit_notes": [note], "balance": fields["total"] - amount}
    if patch["balance"] == 0:
        patch["status"] = "paid"
    return [(credited_at, patch)]


def _line_of_order(system: str, line: Row) -> Row:
    number = line["variant_n"]
    return {**line, "variant_record_id": record_id(system, "item", number)}


def _currency(system: str, party: Row) -> str:
    wanted: str = party["currency"]
    if system == "quickbooks":
        return "USD"
    return wanted if wanted in ("EUR", "GBP") and wanted in TAX_RATES else "EUR"
