"""Deals with companies and what salespeople do about them."""

import random

from pipelines.sandbox import clock
from pipelines.sandbox.world import dirt
from pipelines.sandbox.world.billing import CUSTOMERS, invoice
from pipelines.sandbox.world.engine import Day, Row
from pipelines.sandbox.world.ids import record_id
from pipelines.sandbox.world.trade import basket, recent

DEALS = {"hubspot": 0.15, "salesforce": 0.1}
ACTIVITIES = {"hubspot": 0.4, "salesforce": 0.3}
KINDS = {
    "hubspot": ("hubspot.deal", "hubspot.company", "hubspot.contact"),
    "salesforce": ("salesforce.opportunity", "salesforce.account", "salesforce.contact"),
}
STAGES = (
    ("prospecting", 10), ("qualified", 25), ("proposal", 50), ("negotiation", 80),
)  # fmt: skip
TYPES = ("call", "email", "meeting", "task", "note")
SUBJECTS = {
    "call": ("Follow-up call", "Intro call", "Call about samples"),
    "email": ("Re: quote", "Price list 2026", "Your enquiry"),
    "meeting": ("Tasting at their place", "Showroom visit", "Quarterly review"),
    "task": ("Send samples", "Prepare quote", "Check stock for order"),
    "note": ("Met at trade fair", "Prefers delivery on Mondays", "Budget from March"),
}
OCCASIONS = ("opening", "restock", "gifts")
LOST_REASONS = ("price", "timing", "competitor")
BODY = "Talked about the <b>new</b> range & prices."
OUTCOMES = ("completed", "no_answer", "left_message", "rescheduled", None)


def live(day: Day) -> None:
    """Today's new deals and activities."""
    for system in DEALS:
        rng = day.chance(f"{system} deals")
        for _ in range(day.births(day.buyers * DEALS[system], 0.05)):
            _deal(day, rng, system)
        for _ in range(day.births(day.buyers * ACTIVITIES[system], 0.05)):
            _activity(day, rng, system)


def _deal(day: Day, rng: random.Random, system: str) -> None:
    kind, company_kind, contact_kind = KINDS[system]
    at = day.at(rng, 7, 18)
    company = recent(day, rng, company_kind, at)
    contact = recent(day, rng, contact_kind, at)
    if company is None:
        return
    n = day.count(kind) + 1
    filled = basket(day, rng, system, "USD", n)
    for line in filled.lines:
        line["quantity"] *= 10
        line["total"] = line["unit_price"] * line["quantity"]
        line |= {"discount": 0, "tax": 0}
    amount = sum(line["total"] for line in filled.lines)
    fields: Row = {
        "record_id": record_id(system, kind.partition(".")[2], n),
        "name": dirt.free_text(rng, f"{company['name']} - {rng.choice(OCCASIONS)}"),
        "company": {"n": company["n"], "record_id": company["record_id"], "name": company["name"]},
        "contact": _link(contact),
        "amount": None if rng.random() < 0.03 else amount, "currency": "USD",
        "stage": STAGES[0][0], "probability": STAGES[0][1], "lines": filled.lines,
        "close_on": clock.date(clock.shift(at, days=rng.randint(10, 120))),
        "owner_n": rng.randint(1, 8), "is_closed": False, "is_won": False, "lost_reason": None,
        "history": [{"stage": STAGES[0][0], "at": at, "probability": STAGES[0][1]}],
        "deal_type": rng.choice(("newbusiness", "existingbusiness")),
        "source": dirt.code(rng, ("Web", "Trade Show", "Referral", "Phone Inquiry")),
    }  # fmt: skip
    timeline, won_at = _stages(rng, fields, at)
    if won_at is not None:
        _invoice_of(day, rng, fields, won_at)
    day.add(kind, at, fields, timeline)
    day.is_truth(system, kind.partition(".")[2], fields["record_id"], "deal", f"deal-{system}-{n}")


def _stages(rng: random.Random, fields: Row, at: str) -> tuple[list[tuple[str, Row]], str | None]:
    timeline: list[tuple[str, Row]] = []
    history = list(fields["history"])
    moment = at
    for stage, probability in STAGES[1:]:
        moment = clock.shift(moment, days=rng.uniform(3, 45))
        if rng.random() < 0.15:
            break
        history = [*history, {"stage": stage, "at": moment, "probability": probability}]
        timeline.append((moment, {"stage": stage, "probability": probability, "history": history}))
    is_won = len(timeline) == 3 and rng.random() < 0.6
    if not is_won and rng.random() < 0.25:
        return timeline, None
    stage, probability = ("won", 100) if is_won else ("lost", 0)
    history = [*history, {"stage": stage, "at": moment, "probability": probability}]
    closed_at = clock.shift(moment, hours=rng.uniform(2, 300))
    history[-1]["at"] = closed_at
    patch = {"stage": stage, "probability": probability, "history": history, "is_closed": True,
             "is_won": is_won, "close_on": clock.date(closed_at),
             "lost_reason": None if is_won else rng.choice(LOST_REASONS)}  # fmt: skip
    timeline.append((closed_at, patch))
    return timeline, closed_at if is_won else None


def _invoice_of(day: Day, rng: random.Random, deal: Row, won_at: str) -> None:
    """Most won deals are invoiced by the US entity, with the deal's name as reference."""
    customer = recent(day, rng, CUSTOMERS["quickbooks"], won_at) if rng.random() < 0.8 else None
    if customer is None:
        return
    lines = [
        {**line, "variant_record_id": record_id("quickbooks", "item", line["variant_n"])}
        for line in deal["lines"]
    ]
    invoice(day, rng, "quickbooks", customer, clock.shift(won_at, hours=3), deal, lines)


def _activity(day: Day, rng: random.Random, system: str) -> None:
    kind, company_kind, contact_kind = KINDS[system]
    at = day.at(rng, 8, 19)
    contact, company = recent(day, rng, contact_kind, at), recent(day, rng, company_kind, at)
    deal = recent(day, rng, kind, at) if rng.random() < 0.5 else None
    n = day.count(f"{system}.activity") + 1
    type_ = rng.choice(TYPES)
    fields: Row = {
        "type": type_, "record_id": record_id(system, _object(system, type_), n),
        "subject": rng.choice(SUBJECTS[type_]), "body": dirt.free_text(rng, BODY),
        "at": at, "duration_minutes": rng.choice((5, 10, 15, 30, 60)),
        "outcome": rng.choice(OUTCOMES), "is_done": type_ != "task" or rng.random() < 0.5,
        "due_on": clock.date(clock.shift(at, days=rng.randint(0, 21))),
        "contact": _link(contact, "email"), "company": _link(company), "deal": _link(deal),
        "owner_n": rng.randint(1, 8), "is_inbound": rng.random() < 0.3,
    }  # fmt: skip
    timeline = []
    if type_ == "task" and not fields["is_done"] and rng.random() < 0.7:
        done_at = clock.shift(at, days=rng.uniform(0.5, 30))
        timeline.append((done_at, {"is_done": True, "outcome": "completed"}))
    day.add(f"{system}.activity", at, fields, timeline)


def _link(row: Row | None, *more: str) -> Row | None:
    return row and {name: row[name] for name in ("n", "record_id", *more)}


def _object(system: str, type_: str) -> str:
    if system == "salesforce":
        return "event" if type_ == "meeting" else "task"
    return type_
