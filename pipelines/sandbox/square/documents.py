"""The demo company's stores as documents of Square's API. Amounts are whole cents."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from pipelines.sandbox import clock
from pipelines.sandbox.store import Document
from pipelines.sandbox.world import Row, World
from pipelines.sandbox.world.catalog import THINGS
from pipelines.sandbox.world.ids import record_id
from pipelines.sandbox.world.trade import DISCOUNTS

RECIPIENT_PHONE_LENGTH = 17  # FulfillmentRecipient.phone_number, maxLength
MERCHANT = "MLGOLDPAN0001"
CURRENCY = "USD"
TIMEZONES = {"OR": "America/Los_Angeles", "WA": "America/Los_Angeles", "TX": "America/Chicago"}
TENDERS = {"card": "CARD", "cash": "CASH", "wallet": "WALLET"}
SOURCES = ("DIRECTORY", "THIRD_PARTY", "ONLINE_STORE", "INSTANT_PROFILE", "IMPORT", "LOYALTY")
CATEGORIES = (*sorted({category for _, category, _, _ in THINGS}), "Tea & Coffee")
FEE_SHARE, FEE_FIXED = 0.026, 15  # and cents
INVOICE_EVERY, DISPUTE_EVERY, GIFT_CARD_EVERY = 25, 400, 60
LOYALTY_EVERY, SUBSCRIPTION_EVERY = 3, 20


def documents(world: World, since: str | None) -> Iterator[Document]:
    """Every document of the stores, or those created, changed or deleted after `since`."""
    places = {row["n"]: row for row in world.rows("location") if row["system"] == "square"}
    yield from _locations(world, since)
    yield from _catalog(world, since)
    yield from _stock(world, since, places)
    yield from _customers(world, since)
    yield from _team(world, since)
    for row in world.rows("square.order", since):
        yield from _sale(row, places[row["location_n"]]["record_id"])
    yield from _payouts(world, since, places)
    yield from _days(world, since, places)


def _id(kind: str, n: int) -> str:
    return record_id("square", kind, n)


def money(amount: int) -> Row:
    """An amount of money."""
    return {"amount": amount, "currency": CURRENCY}


def _filled(body: Row) -> Row:
    """Square leaves out what is null or an empty text."""
    return {name: value for name, value in body.items() if value not in (None, "")}


def _document(stream: str, body: Row, row: Row, parent_id: str | None = None) -> Document:
    times = (row["created_at"], row["updated_at"])
    return Document(stream, body["id"], *times, _filled(body), row["deleted_at"], parent_id)


# -- places and people --------------------------------------------------------------------------


def _address(address: Row | None) -> Row | None:
    return address and _filled(
        {
            "address_line_1": address["street"],
            "address_line_2": address["street2"],
            "locality": address["city"],
            "administrative_district_level_1": address["region"],
            "postal_code": address["postal_code"],
            "country": address["country"] if len(address["country"] or "") == 2 else None,
        }
    )


def _locations(world: World, since: str | None) -> Iterator[Document]:
    for row in world.rows("location", since):
        if row["system"] == "square":
            yield _document("locations", _location(row), row)


def _location(row: Row) -> Row:
    return {
        "id": row["record_id"],
        "name": row["name"],
        "address": _address(row["address"]),
        "timezone": TIMEZONES[row["address"]["region"]],
        "capabilities": ["CREDIT_CARD_PROCESSING", "AUTOMATIC_TRANSFERS"],
        "status": "ACTIVE" if row["is_active"] else "INACTIVE",
        "created_at": row["created_at"],
        "merchant_id": MERCHANT,
        "country": "US",
        "language_code": "en-US",
        "currency": CURRENCY,
        "business_name": "Goldpan & Daughters",
        "type": "PHYSICAL",
        "business_hours": {},
        "mcc": "5499",
    }


def _customers(world: World, since: str | None) -> Iterator[Document]:
    for row in world.rows("square.customer", since):
        yield _document("customers", customer(row), row)
        if row["n"] % LOYALTY_EVERY == 0:
            yield _document("loyalty_accounts", _loyalty(row), row)
        if row["n"] % SUBSCRIPTION_EVERY == 0:
            yield _document("subscriptions", _subscription(row), row, _id("location", 3))


def customer(row: Row) -> Row:
    """A customer's document."""
    birthday = row.get("birth_date")
    return {
        "id": row["record_id"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "given_name": None if row["is_company"] else row.get("first_name"),
        "family_name": None if row["is_company"] else row.get("last_name"),
        "company_name": row["name"] if row["is_company"] else row["company_name"],
        "email_address": row["email"],
        "phone_number": row["phone"],
        "address": _address(row["address"]),
        "birthday": f"0000{birthday[4:]}" if birthday and row["n"] % 5 == 0 else birthday,
        "reference_id": f"C-{row['n']:05d}" if row["n"] % 4 == 0 else None,
        "note": row["note"],
        "preferences": {"email_unsubscribed": row.get("consent") == "unsubscribed"},
        "creation_source": SOURCES[row["n"] % len(SOURCES)],
        "segment_ids": [f"{MERCHANT}.REACHABLE"] if row["email"] else None,
        "version": 1,
    }


def _loyalty(row: Row) -> Row:
    points = row["n"] * 7 % 400
    return {
        "id": _id("loyalty", row["n"]),
        "program_id": _id("loyalty_program", 1),
        "balance": points,
        "lifetime_points": points * 3,
        "customer_id": row["record_id"],
        "enrolled_at": row["created_at"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
    }


def _subscription(row: Row) -> Row:
    return {
        "id": _id("subscription", row["n"]),
        "location_id": _id("location", 3),
        "plan_variation_id": _id("plan_variation", 1),
        "customer_id": row["record_id"],
        "start_date": clock.date(row["created_at"]),
        "status": ("ACTIVE", "PAUSED", "CANCELED")[row["n"] // SUBSCRIPTION_EVERY % 3],
        "version": 1,
        "created_at": row["created_at"],
        "timezone": "America/Los_Angeles",
        "source": {"name": "Goldpan tea subscription"},
    }


def _team(world: World, since: str | None) -> Iterator[Document]:
    for row in world.rows("employee", since):
        if "square" in row["records"]:
            yield _document("team_members", _team_member(row), row)
            yield _document("team_member_wages", _wage(row), row)


def _team_member(row: Row) -> Row:
    return {
        "id": row["records"]["square"],
        "reference_id": row["number"],
        "is_owner": row["n"] == 1,
        "status": "INACTIVE" if row["terminated_on"] else "ACTIVE",
        "given_name": row["first_name"],
        "family_name": row["last_name"],
        "email_address": row["email"],
        "phone_number": row["phone"] if (row["phone"] or "").startswith("+") else None,
        "created_at": clock.seconds(row["created_at"]),
        "updated_at": clock.seconds(row["updated_at"]),
        "assigned_locations": {"assignment_type": "ALL_CURRENT_AND_FUTURE_LOCATIONS"},
    }


def _wage(row: Row) -> Row:
    pay = row["pay"]
    hours = {"Year": 2080, "Month": 173}.get(pay["period"], 1)
    return {
        "id": _id("wage", row["n"]),
        "team_member_id": row["records"]["square"],
        "title": row["job_title"],
        "hourly_rate": {"amount": int(pay["amount"] * 100 / hours), "currency": pay["currency"]},
        "tip_eligible": True,
    }


# -- goods --------------------------------------------------------------------------------------


def _object(kind: str, identity: str, row: Row, data: Row) -> Row:
    return {
        "type": kind,
        "id": identity,
        "updated_at": row["updated_at"],
        "created_at": row["created_at"],
        "version": clock.epoch_ms(row["updated_at"]),
        "is_deleted": row["deleted_at"] is not None,
        "present_at_all_locations": True,
        f"{kind.lower()}_data": _filled(data),
    }


def _catalog(world: World, since: str | None) -> Iterator[Document]:
    if since is None:
        yield from _fixed_objects()
    for row in world.rows("product", since):
        if "square" not in row["systems"]:
            continue
        variations = [_variation(world.get("variant", n), row) for n in row["variant_ns"]]
        yield _document("catalog", _item(row, variations), row, "ITEM")
        for body in variations:
            dated = {**row, **{name: body[name] for name in ("created_at", "updated_at")}}
            if row["deleted_at"]:
                dated["updated_at"] = row["updated_at"]
            yield _document("catalog", body, dated, "ITEM_VARIATION")


def _fixed_objects() -> Iterator[Document]:
    opened = clock.iso(clock.START)
    row = {"created_at": opened, "updated_at": opened, "deleted_at": None}
    for number, name in enumerate(CATEGORIES, start=1):
        data = {"name": name, "is_top_level": True, "category_type": "REGULAR_CATEGORY"}
        body = _object("CATEGORY", _id("category", number), row, data)
        yield _document("catalog", body, row, "CATEGORY")
    tax = {
        "name": "Sales Tax", "calculation_phase": "TAX_SUBTOTAL_PHASE", "percentage": "8.0",
        "inclusion_type": "ADDITIVE", "applies_to_custom_amounts": True, "enabled": True,
    }  # fmt: skip
    yield _document("catalog", _object("TAX", _id("tax", 1), row, tax), row, "TAX")
    for number, (code, percent) in enumerate(DISCOUNTS, start=1):
        discount = {
            "name": code, "discount_type": "FIXED_PERCENTAGE", "percentage": f"{percent}.0",
            "application_method": "MANUALLY_APPLIED", "modify_tax_basis": "MODIFY_TAX_BASIS",
        }  # fmt: skip
        body = _object("DISCOUNT", _id("discount", number), row, discount)
        yield _document("catalog", body, row, "DISCOUNT")


def _item(row: Row, variations: list[Row]) -> Row:
    category = {"id": _id("category", CATEGORIES.index(row["category"]) + 1), "ordinal": 0}
    data = {
        "name": row["titles"]["square"],
        "description": row["description"],
        "description_plaintext": row["description"],
        "is_taxable": row["category"] != "Gifts",
        "tax_ids": [_id("tax", 1)],
        "variations": variations,
        "product_type": "GIFT_CARD" if row["category"] == "Gifts" else "REGULAR",
        "skip_modifier_screen": False,
        "categories": [category],
        "reporting_category": category,
        "ecom_visibility": "VISIBLE" if row["status"] == "active" else "HIDDEN",
        "is_archived": row["status"] == "archived",
    }
    return _object("ITEM", row["records"]["square"], row, data)


def _variation(row: Row, product: Row) -> Row:
    data = {
        "item_id": product["records"]["square"],
        "name": row["option"],
        "sku": row["skus"]["square"],
        "upc": row["barcode"],
        "ordinal": row["position"],
        "pricing_type": "FIXED_PRICING",
        "price_money": money(row["prices"][CURRENCY]),
        "default_unit_cost": money(row["cost"]),
        "track_inventory": True,
        "sellable": True,
        "stockable": True,
    }
    gone = {"deleted_at": product["deleted_at"]}
    if product["deleted_at"]:
        gone["updated_at"] = product["updated_at"]
    return _object("ITEM_VARIATION", row["records"]["square"], {**row, **gone}, data)


def _stock(world: World, since: str | None, places: dict[int, Row]) -> Iterator[Document]:
    for make, rows in ((_count, world.rows), (_change, world.versions)):
        for row in rows("inventory_level", since):
            if row["system"] == "square":
                variation = world.get("variant", row["variant_n"])["records"]["square"]
                yield make(row, variation, places[row["location_n"]]["record_id"])


def _counted(row: Row, variation: str, place: str) -> Row:
    return {
        "catalog_object_id": variation,
        "catalog_object_type": "ITEM_VARIATION",
        "state": "IN_STOCK",
        "location_id": place,
        "quantity": str(row["quantity"]),
    }


def _count(row: Row, variation: str, place: str) -> Document:
    body = {**_counted(row, variation, place), "calculated_at": row["updated_at"]}
    times = (row["created_at"], row["updated_at"])
    return Document("inventory_counts", row["record_id"], *times, body, None, place)


def _change(row: Row, variation: str, place: str) -> Document:
    """The counting that led to a count; each counting is a document of its own."""
    at = row["updated_at"]
    identity = f"{row['record_id']}{clock.epoch_ms(at)}"
    counting = {
        "id": identity, **_counted(row, variation, place), "source": {"product": "SQUARE_POS"},
        "occurred_at": at, "created_at": at,
    }  # fmt: skip
    body = {"type": "PHYSICAL_COUNT", "physical_count": counting}
    return Document("inventory_changes", identity, at, at, body, None, place)


# -- sales --------------------------------------------------------------------------------------


def _sale(row: Row, place: str) -> Iterator[Document]:
    kept = {**row, "deleted_at": None}
    yield _document("orders", order(row, place), kept, place)
    for one in row["payments"]:
        yield _document("payments", _payment(row, one, place), kept, place)
    for number, one in enumerate(row["refunds"]):
        back = {"created_at": one["at"], "updated_at": one["at"], "deleted_at": None}
        refund_order = _id("refund_order", row["n"] * 10 + number)
        yield _document("orders", _return(row, one, place, refund_order), back, place)
        yield _document("refunds", _refund(row, one, place, refund_order), back, place)
    if row["n"] % INVOICE_EVERY == 0 and row["customer"]:
        yield _document("invoices", _invoice(row, place), row, place)
    if row["n"] % DISPUTE_EVERY == 0 and row["payments"]:
        yield _document("disputes", _dispute(row, place), kept, place)
    if row["n"] % GIFT_CARD_EVERY == 0:
        yield _document("gift_cards", _gift_card(row), kept)


def _sums(total: int, tax: int, discount: int, tip: int) -> Row:
    return {
        "total_money": money(total),
        "tax_money": money(tax),
        "discount_money": money(discount),
        "tip_money": money(tip),
        "service_charge_money": money(0),
    }


def order(row: Row, place: str) -> Row:
    """An order's document. Square deletes none: what the company throws away is cancelled."""
    tax, discount, tip = row["tax_total"], row["discount_total"], row["tip"]
    customer = row["customer"]
    return {
        "id": row["record_id"],
        "location_id": place,
        "reference_id": row["name"],
        "customer_id": customer and customer["record_id"],
        "source": {"name": row["source"]},
        "state": "CANCELED" if row["deleted_at"] else "COMPLETED",
        "version": 3 + bool(row["refunds"]),
        "created_at": row["placed_at"],
        "updated_at": row["updated_at"],
        "closed_at": row["closed_at"],
        "line_items": [_line(row, line) for line in row["lines"]],
        "taxes": _taxes(row),
        "discounts": _discounts(row),
        "fulfillments": _fulfillments(row),
        "tenders": [_tender(row, one, place) for one in row["payments"]],
        "total_money": money(row["total"]),
        "total_tax_money": money(tax),
        "total_discount_money": money(discount),
        "total_tip_money": money(tip),
        "total_service_charge_money": money(0),
        "net_amounts": _sums(row["total"], tax, discount, tip),
        "net_amount_due_money": money(0),
        "metadata": {"note": row["note"]} if row["note"] else None,
        "ticket_name": None,
    }


def _line(row: Row, line: Row) -> Row:
    title = line["title"].removesuffix(f" {line['option']}")
    gross = line["unit_price"] * line["quantity"]
    uid = line["record_id"]
    taxed = {"uid": uid[:8], "tax_uid": "sales-tax", "applied_money": money(line["tax"])}
    reduced = {"uid": uid[8:16], "discount_uid": "code", "applied_money": money(line["discount"])}
    return _filled(
        {
            "uid": uid,
            "name": title,
            "variation_name": line["option"],
            "quantity": str(line["quantity"]),
            "catalog_object_id": line["variant_record_id"],
            "catalog_version": clock.epoch_ms(row["created_at"]),
            "item_type": "ITEM",
            "base_price_money": money(line["unit_price"]),
            "variation_total_price_money": money(gross),
            "gross_sales_money": money(gross),
            "total_tax_money": money(line["tax"]),
            "total_discount_money": money(line["discount"]),
            "total_money": money(line["total"] + line["tax"]),
            "total_service_charge_money": money(0),
            "applied_taxes": [taxed] if line["tax"] else None,
            "applied_discounts": [reduced] if row["discount"] else None,
        }
    )


def _taxes(row: Row) -> list[Row] | None:
    if not row["tax_total"]:
        return None
    tax = {
        "uid": "sales-tax", "catalog_object_id": _id("tax", 1), "name": "Sales Tax",
        "percentage": "8.0", "type": "ADDITIVE", "scope": "LINE_ITEM",
    }  # fmt: skip
    return [{**tax, "applied_money": money(row["tax_total"])}]


def _discounts(row: Row) -> list[Row] | None:
    if not row["discount"]:
        return None
    discount = {
        "uid": "code", "name": row["discount"]["code"], "type": "FIXED_PERCENTAGE",
        "percentage": f"{row['discount']['percent']}.0", "scope": "ORDER",
    }  # fmt: skip
    return [{**discount, "applied_money": money(row["discount_total"])}]


def _fulfillments(row: Row) -> list[Row] | None:
    """Orders of the web shop are collected; a sale at the till has no fulfillment."""
    if row["source"] != "Square Online":
        return None
    name = " ".join(filter(None, [row["first_name"], row["last_name"]]))
    recipient = _filled(
        {
            "display_name": name or "Guest",
            "email_address": row["email"],
            "phone_number": (row["phone"] or "")[:RECIPIENT_PHONE_LENGTH] or None,
        }
    )
    details = {"recipient": recipient, "placed_at": row["created_at"], "note": ""}
    state = "CANCELED" if row["deleted_at"] else "COMPLETED"
    uid = _id("fulfillment", row["n"])
    return [{"uid": uid, "type": "PICKUP", "state": state, "pickup_details": _filled(details)}]


def _tender(row: Row, payment: Row, place: str) -> Row:
    tender = {
        "id": payment["record_id"],
        "location_id": place,
        "transaction_id": row["record_id"],
        "created_at": clock.seconds(payment["at"]),
        "amount_money": money(payment["amount"]),
        "type": TENDERS[payment["gateway"]],
        "payment_id": payment["record_id"],
    }
    if row["tip"]:
        tender["tip_money"] = money(row["tip"])
    return tender


def _fee(amount: int) -> int:
    return round(amount * FEE_SHARE) + FEE_FIXED


def _payment(row: Row, payment: Row, place: str) -> Row:
    refunded = sum(refund["amount"] for refund in row["refunds"])
    amount, gateway = payment["amount"], payment["gateway"]
    has_fee = gateway != "cash" and row.get("fee_settled", True)
    fee = {"effective_at": clock.shift(payment["at"], hours=2), "type": "INITIAL"}
    number = payment["record_id"][:4]
    return {
        "id": payment["record_id"],
        "created_at": payment["at"],
        "updated_at": row["updated_at"],
        "amount_money": money(amount - row["tip"]),
        "tip_money": money(row["tip"]) if row["tip"] else None,
        "total_money": money(amount),
        "approved_money": money(amount),
        "refunded_money": money(refunded) if refunded else None,
        "processing_fee": [{**fee, "amount_money": money(_fee(amount))}] if has_fee else None,
        "status": "COMPLETED",
        "delay_duration": "PT168H",
        "delay_action": "CANCEL",
        "delayed_until": clock.shift(payment["at"], days=7),
        "source_type": TENDERS[gateway],
        "card_details": _card(row, payment) if gateway == "card" else None,
        "cash_details": _cash(amount) if gateway == "cash" else None,
        "wallet_details": {"status": "CAPTURED", "brand": "CASH_APP"}
        if gateway == "wallet"
        else None,
        "location_id": place,
        "order_id": row["record_id"],
        "customer_id": row["customer"] and row["customer"]["record_id"],
        "buyer_email_address": row["email"] if row["source"] == "Square Online" else None,
        "refund_ids": [refund["record_id"] for refund in row["refunds"]] or None,
        "receipt_number": number,
        "receipt_url": f"https://squareup.com/receipt/preview/{payment['record_id']}",
        "application_details": {"square_product": "SQUARE_POS"},
        "version_token": f"{payment['record_id']}o",
    }


def _cash(amount: int) -> Row:
    supplied = -(-amount // 100) * 100
    return {
        "buyer_supplied_money": money(supplied),
        "change_back_money": money(supplied - amount),
    }


def _card(row: Row, payment: Row) -> Row:
    card = {
        "card_brand": ("VISA", "MASTERCARD", "AMERICAN_EXPRESS")[row["n"] % 3],
        "last_4": f"{row['n'] % 10000:04d}", "exp_month": 6, "exp_year": 2029,
        "card_type": "CREDIT", "prepaid_type": "NOT_PREPAID", "bin": "411111",
    }  # fmt: skip
    timeline = {"authorized_at": payment["at"], "captured_at": payment["at"]}
    return {
        "status": "CAPTURED",
        "card": card,
        "entry_method": "CONTACTLESS",
        "statement_description": "SQ *GOLDPAN & DAUGHTERS",
        "card_payment_timeline": timeline,
    }


def _refund(row: Row, refund: Row, place: str, refund_order: str) -> Row:
    return {
        "id": refund["record_id"],
        "status": "COMPLETED",
        "location_id": place,
        "unlinked": False,
        "destination_type": TENDERS[row["gateway"]],
        "amount_money": money(refund["amount"]),
        "payment_id": refund["payment_record_id"],
        "order_id": refund_order,
        "reason": refund["reason"],
        "created_at": refund["at"],
        "updated_at": refund["at"],
    }


def _return(row: Row, refund: Row, place: str, refund_order: str) -> Row:
    """The order that Square makes for a refund: what came back, and no lines of its own."""
    lines = {line["record_id"]: line for line in row["lines"]}
    items = [
        {
            "uid": _id("return_line", row["n"] * 100 + number),
            "source_line_item_uid": one["record_id"],
            "name": lines[one["record_id"]]["title"],
            "quantity": str(one["quantity"]),
            "catalog_object_id": lines[one["record_id"]]["variant_record_id"],
            "item_type": "ITEM",
            "base_price_money": money(lines[one["record_id"]]["unit_price"]),
            "total_money": money(one["amount"]),
        }
        for number, one in enumerate(refund["lines"])
    ]
    back = {
        "uid": _id("return", row["n"]),
        "source_order_id": row["record_id"],
        "return_line_items": items,
    }
    given = {
        "id": refund["record_id"],
        "location_id": place,
        "transaction_id": row["record_id"],
        "tender_id": refund["payment_record_id"],
        "created_at": clock.seconds(refund["at"]),
        "reason": refund["reason"] or "Canceled order",
        "amount_money": money(refund["amount"]),
        "status": "APPROVED",
    }
    return {
        "id": refund_order,
        "location_id": place,
        "source": {},
        "state": "COMPLETED",
        "version": 2,
        "created_at": refund["at"],
        "updated_at": refund["at"],
        "closed_at": refund["at"],
        "returns": [back],
        "return_amounts": _sums(refund["amount"], 0, 0, 0),
        "refunds": [given],
    }


def _invoice(row: Row, place: str) -> Row:
    due = clock.date(clock.shift(row["created_at"], days=14))
    owed = {
        "uid": _id("payment_request", row["n"]),
        "request_type": "BALANCE",
        "due_date": due,
        "tipping_enabled": False,
        "computed_amount_money": money(row["total"]),
        "total_completed_amount_money": money(row["total"]),
    }
    recipient = _filled(
        {
            "customer_id": row["customer"]["record_id"],
            "given_name": row["first_name"],
            "family_name": row["last_name"],
            "email_address": row["email"],
            "phone_number": row["phone"],
            "company_name": row["company_name"],
        }
    )
    return {
        "id": _id("invoice", row["n"]),
        "version": 2,
        "location_id": place,
        "order_id": row["record_id"],
        "primary_recipient": recipient,
        "payment_requests": [owed],
        "delivery_method": "EMAIL",
        "invoice_number": f"SQ-{row['n']:06d}",
        "title": "Goldpan & Daughters",
        "next_payment_amount_money": money(0),
        "status": "REFUNDED" if row["financial_status"] == "refunded" else "PAID",
        "timezone": "America/Los_Angeles",
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "sale_or_service_date": clock.date(row["created_at"]),
        "accepted_payment_methods": {"card": True, "bank_account": False},
    }


def _dispute(row: Row, place: str) -> Row:
    payment = row["payments"][0]
    identity = _id("dispute", row["n"])
    return {
        "id": identity,
        "dispute_id": identity,
        "amount_money": money(payment["amount"]),
        "reason": "NO_KNOWLEDGE",
        "state": "WON",
        "due_at": clock.shift(row["created_at"], days=30),
        "disputed_payment": {"payment_id": payment["record_id"]},
        "card_brand": "VISA",
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "version": 1,
        "location_id": place,
    }


def _gift_card(row: Row) -> Row:
    return {
        "id": f"gftc:{_id('gift_card', row['n'])}",
        "type": "DIGITAL",
        "gan_source": "SQUARE",
        "state": "ACTIVE",
        "balance_money": money(2500),
        "gan": f"778332{row['n']:010d}",
        "created_at": row["created_at"],
    }


# -- by the day ---------------------------------------------------------------------------------


def _payouts(world: World, since: str | None, places: dict[int, Row]) -> Iterator[Document]:
    """A payout for each store and week: sent on the Monday after, paid the day after that."""
    for (monday, n), entries in sorted(_takings(world, _first_taking(since)).items()):
        sent_at = clock.shift(f"{monday}T17:00:00.000Z", days=7)
        paid_at = clock.shift(sent_at, days=1)
        if sent_at > world.now or (since and paid_at <= since):
            continue
        is_paid = paid_at <= world.now
        updated_at = paid_at if is_paid else sent_at
        row = {"created_at": sent_at, "updated_at": updated_at, "deleted_at": None}
        body = _payout(monday, n, places[n]["record_id"], entries, row, is_paid)
        yield _document("payouts", body, row, places[n]["record_id"])
        for entry in entries:
            yield _document("payout_entries", {**entry, "payout_id": body["id"]}, row, body["id"])


def _first_taking(since: str | None) -> str | None:
    """From when on sales matter to payouts that changed; None is all, as changes start at BASE."""
    first = None if since is None else clock.shift(since, days=-16)
    return first if first and first >= clock.iso(clock.BASE) else None


def _takings(world: World, first: str | None) -> dict[tuple[str, int], list[Row]]:
    """What came in and went out by card, by the week's Monday and the store."""
    takings: dict[tuple[str, int], list[Row]] = {}
    for row in world.rows("square.order", first):
        for entry in _entries(row) if row["gateway"] != "cash" else ():
            at = clock.parse(entry["effective_at"])
            monday = clock.date(clock.iso(at - timedelta(days=at.weekday())))
            takings.setdefault((monday, row["location_n"]), []).append(entry)
    return takings


def _entries(row: Row) -> Iterator[Row]:
    for one in row["payments"]:
        yield _entry("CHARGE", one["record_id"], one["at"], one["amount"], _fee(one["amount"]))
    for one in row["refunds"]:
        yield _entry("REFUND", one["record_id"], one["at"], -one["amount"], 0)


def _entry(kind: str, identity: str, at: str, amount: int, fee: int) -> Row:
    name = "payment_id" if kind == "CHARGE" else "refund_id"
    return {
        "id": f"poe_{identity}",
        "effective_at": at,
        "type": kind,
        "gross_amount_money": money(amount),
        "fee_amount_money": money(fee),
        "net_amount_money": money(amount - fee),
        f"type_{kind.lower()}_details": {name: identity},
    }


def _payout(
    monday: str, n: int, place: str, entries: Iterable[Row], row: Row, is_paid: bool
) -> dict[str, Any]:
    total = sum(entry["net_amount_money"]["amount"] for entry in entries)
    return {
        "id": f"po_{_id('payout', int(monday.replace('-', '')) * 10 + n).lower()}",
        "status": "PAID" if is_paid else "SENT",
        "location_id": place,
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "amount_money": money(total),
        "destination": {"type": "BANK_ACCOUNT", "id": "bact:goldpan"},
        "version": 1 + is_paid,
        "type": "BATCH",
        "arrival_date": clock.date(clock.shift(row["created_at"], days=1)),
    }


def _days(world: World, since: str | None, places: dict[int, Row]) -> Iterator[Document]:
    """Each day's till and timecard of each store."""
    team = [row for row in world.rows("employee") if "square" in row["records"]]
    first = clock.START if since is None else clock.parse(since)
    for number in range((clock.parse(world.now) - first).days):
        day = first + timedelta(days=number)
        for n, place in places.items():
            key = day.toordinal() * 10 + n
            opened, closed = (clock.iso(day + timedelta(hours=hour)) for hour in (9, 18))
            row = {"created_at": opened, "updated_at": closed, "deleted_at": None}
            till = _till(key, place["record_id"], opened, closed)
            yield _document("cash_drawer_shifts", till, row, place["record_id"])
            if there := _employed(team, opened):
                member = there[key % len(there)]["records"]["square"]
                card = _timecard(key, member, place, opened, closed)
                yield _document("timecards", card, row, place["record_id"])


def _employed(team: list[Row], at: str) -> list[Row]:
    """Those who had been hired by then and stayed for more than that day."""
    day = clock.date(at)
    return [
        row
        for row in team
        if row["created_at"] <= at and (row["terminated_on"] is None or row["terminated_on"] > day)
    ]


def _till(key: int, place: str, opened: str, closed: str) -> Row:
    taken = 20_000 + key * 37 % 30_000
    return {
        "id": f"DCC{key}",
        "state": "CLOSED",
        "opened_at": opened,
        "ended_at": closed,
        "closed_at": closed,
        "opened_cash_money": money(20_000),
        "expected_cash_money": money(taken),
        "closed_cash_money": money(taken - key % 3 * 100),
        "created_at": opened,
        "updated_at": closed,
        "location_id": place,
    }


def _timecard(key: int, member: str, place: Row, opened: str, closed: str) -> Row:
    lunch = {
        "id": f"B{key}",
        "start_at": clock.shift(opened, hours=4),
        "end_at": clock.shift(opened, hours=4.5),
        "break_type_id": _id("break_type", 1),
        "name": "Lunch",
        "expected_duration": "PT30M",
        "is_paid": False,
    }
    return {
        "id": f"T{key}",
        "location_id": place["record_id"],
        "timezone": TIMEZONES[place["address"]["region"]],
        "start_at": clock.seconds(opened),
        "end_at": clock.seconds(closed),
        "wage": {"title": "Store Associate", "hourly_rate": money(2100), "tip_eligible": True},
        "breaks": [lunch],
        "status": "CLOSED",
        "version": 1,
        "created_at": clock.seconds(opened),
        "updated_at": clock.seconds(closed),
        "team_member_id": member,
        "declared_cash_tip_money": money(0),
    }
