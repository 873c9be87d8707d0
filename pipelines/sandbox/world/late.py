"""What changes late: after the base instant, each day some older rows are edited or deleted."""

import random
from collections.abc import Callable

from pipelines.sandbox import clock
from pipelines.sandbox.world.catalog import prices, quantity
from pipelines.sandbox.world.engine import Day, Row
from pipelines.sandbox.world.people import edit as edit_person

Edit = Callable[[random.Random, Row], Row]
EDITED_SHARE, DELETED_SHARE = 0.002, 0.0002
TRIES = 40


def _note(rng: random.Random, row: Row) -> Row:
    return {"note": f"checked again ({rng.randint(1, 999)})"}


def _notes(rng: random.Random, row: Row) -> Row:
    return {"notes": f"more to say ({rng.randint(1, 999)})"}


def _name(rng: random.Random, row: Row) -> Row:
    return {"name": f"{row['name']} (rev. {rng.randint(2, 9)})"}


def _amount(rng: random.Random, row: Row) -> Row:
    return {"amount": int((row["amount"] or 50_000) * rng.uniform(0.8, 1.2))}


def _prices(rng: random.Random, row: Row) -> Row:
    return {"prices": prices(int(row["prices"]["USD"] * rng.uniform(0.9, 1.15)))}


def _quantity(rng: random.Random, row: Row) -> Row:
    return {"quantity": quantity(rng)}


def _phone(rng: random.Random, row: Row) -> Row:
    return {"phone": f"+1503555{rng.randint(1000, 9999)}"}


def _subject(rng: random.Random, row: Row) -> Row:
    return {"subject": f"{row['subject']} (edited)"}


EDITS: dict[str, Edit] = {
    "shopify.customer": edit_person, "square.customer": edit_person,
    "hubspot.contact": edit_person, "hubspot.company": edit_person,
    "salesforce.contact": edit_person, "salesforce.account": edit_person,
    "salesforce.lead": edit_person, "quickbooks.customer": edit_person,
    "quickbooks.vendor": edit_person, "xero.contact": edit_person,
    "klaviyo.profile": edit_person, "mailchimp.member": edit_person,
    "files.contact": edit_person, "product": _name, "variant": _prices,
    "inventory_level": _quantity, "shopify.order": _note, "square.order": _note,
    "quickbooks.invoice": _note, "quickbooks.bill": _note, "xero.invoice": _note,
    "xero.bill": _note, "hubspot.deal": _amount, "salesforce.opportunity": _amount,
    "hubspot.activity": _subject, "salesforce.activity": _subject,
    "klaviyo.campaign": _name, "mailchimp.campaign": _name, "asana.project": _notes,
    "asana.task": _notes, "employee": _phone, "time_off": _note,
}  # fmt: skip
NEVER_DELETED = frozenset({"inventory_level", "employee", "variant", "salesforce.account"})


def live(day: Day) -> None:
    """Edit and delete some rows of every kind that people edit."""
    if not day.is_live:
        return
    for kind, edit in EDITS.items():
        rng = day.chance(f"late {kind}")
        edited = _some(day, rng, kind, EDITED_SHARE, frozenset())
        for n, row in edited.items():
            at = day.at(rng, 8, 18)
            day.change(kind, n, at, edit(rng, row))
            if kind == "variant":
                day.change("product", row["product_n"], at, {})
        if kind not in NEVER_DELETED:
            for n in _some(day, rng, kind, DELETED_SHARE, frozenset(edited)):
                at = day.at(rng, 18, 23)
                day.change(kind, n, at, {"deleted_at": at})


def _some(
    day: Day, rng: random.Random, kind: str, share: float, but: frozenset[int]
) -> dict[int, Row]:
    """Rows from before today that are not deleted, at least one where there is one."""
    size, today = day.count(kind), clock.iso(day.start)
    wanted = max(1, int(size * share))
    chosen: dict[int, Row] = {}
    for _ in range(wanted * TRIES if size else 0):
        row = day.get(kind, rng.randint(1, size))
        if row["created_at"] < today and not row["deleted_at"] and row["n"] not in but:
            chosen[row["n"]] = row
        if len(chosen) == wanted:
            break
    return chosen
