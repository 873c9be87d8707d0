"""Mailings: lists, campaigns, and who received, opened, clicked and left."""

import random
from collections import Counter

from pipelines.sandbox import clock
from pipelines.sandbox.world import dirt
from pipelines.sandbox.world.engine import Day, Row
from pipelines.sandbox.world.ids import record_id
from pipelines.sandbox.world.trade import recent

SYSTEMS = {"klaviyo": ("klaviyo.profile", 90), "mailchimp": ("mailchimp.member", 68)}
LISTS = {
    "klaviyo": ("Shop customers", "Back in stock", "VIP"),
    "mailchimp": ("Newsletter", "Trade partners", "Events"),
}
SUBJECTS = (
    "New glazes are here", "Your tea is nearly finished?", "Spring sale: 20 % off", "☕ Brew guide",
    "Meet the makers", "Last chance: free shipping", "The gift guide", "How to clean a kettle",
)  # fmt: skip
RECIPIENT_SHARE, FEWEST_RECIPIENTS, MOST_RECIPIENTS = 0.05, 25, 5_000
CLOSING_HOURS = 60


def live(day: Day) -> None:
    """Open the lists; write and send today's campaigns."""
    for system, (member_kind, total) in SYSTEMS.items():
        rng = day.chance(f"{system} campaigns")
        if day.is_first:
            open_lists(day, rng, system)
        for _ in range(day.births(total, opening=0)):
            _campaign(day, rng, system, member_kind)


def open_lists(day: Day, rng: random.Random, system: str) -> None:
    """The lists that a mail system's members are on."""
    for n, name in enumerate(LISTS[system], start=1):
        fields = {"record_id": record_id(system, "list", n), "name": name,
                  "is_double_opt_in": n != 2}  # fmt: skip
        day.add(f"{system}.list", day.at(rng, 0, 1), fields)


def _campaign(day: Day, rng: random.Random, system: str, member_kind: str) -> None:
    created_at = day.at(rng, 6, 16)
    sent_at = clock.shift(created_at, hours=rng.uniform(2, 60))
    n = day.count(f"{system}.campaign") + 1
    subject = rng.choice(SUBJECTS)
    fate = rng.random()
    fields: Row = {
        "record_id": record_id(system, "campaign", n), "subject": subject,
        "message_record_id": record_id(system, "campaign_message", n),
        "name": dirt.free_text(rng, f"{clock.date(created_at)} {subject}"),
        "list_n": rng.randint(1, 3), "from_name": "Goldpan & Daughters",
        "from_email": "hello@goldpan.example", "status": "draft", "scheduled_at": sent_at,
        "sent_at": None, "stats": None, "is_archived": False, "preview": "For slow mornings",
    }  # fmt: skip
    timeline: list[tuple[str, Row]] = []
    if fate < 0.04:
        timeline.append((sent_at, {"status": "cancelled"}))
    elif fate < 0.95:
        timeline = _send(day, rng, system, member_kind, n, fields["record_id"], sent_at)
    if fate < 0.1:
        archived_at = clock.shift(sent_at, days=90)
        timeline.append((archived_at, {"is_archived": True}))
    day.add(f"{system}.campaign", created_at, fields, timeline)


def _send(
    day: Day, rng: random.Random, system: str, member_kind: str, n: int, campaign: str, sent_at: str
) -> list[tuple[str, Row]]:
    size = day.count(member_kind)
    wanted = min(MOST_RECIPIENTS, max(FEWEST_RECIPIENTS, int(size * RECIPIENT_SHARE)))
    events: list[tuple[str, str]] = []
    seen: set[int] = set()
    for _ in range(wanted):
        member = recent(day, rng, member_kind, sent_at)
        if member is None or member["n"] in seen or member["consent"] != "subscribed":
            continue
        seen.add(member["n"])
        events += _reactions(day, rng, system, n, campaign, member, sent_at)
    timeline: list[tuple[str, Row]] = []
    for hours in (0, 24, CLOSING_HOURS + 1):
        at = clock.shift(sent_at, hours=hours)
        stats = _stats(events, at, len(seen))
        timeline.append((at, {"status": "sent", "sent_at": sent_at, "stats": stats}))
    return timeline


def _reactions(
    day: Day, rng: random.Random, system: str, n: int, campaign: str, member: Row, sent_at: str
) -> list[tuple[str, str]]:
    chain = [("received", sent_at)]
    if rng.random() < 0.02:
        chain = [("bounced", sent_at)]
    elif rng.random() < 0.4:
        moment = sent_at
        for type_, share in (("opened", 1.0), ("clicked", 0.25), ("unsubscribed", 0.04)):
            if rng.random() >= share:
                break
            moment = clock.shift(moment, hours=rng.random() ** 2 * CLOSING_HOURS / 3)
            chain.append((type_, moment))
    for type_, at in chain:
        number = day.count(f"{system}.event") + 1
        fields = {
            "record_id": record_id(system, "event", number), "type": type_, "at": at,
            "campaign_n": n, "campaign_record_id": campaign,
            "member": {name: member[name] for name in ("n", "record_id", "email")},
            "url": "https://shop.goldpan.example/new" if type_ == "clicked" else None,
        }  # fmt: skip
        day.add(f"{system}.event", at, fields)
    return chain


def _stats(events: list[tuple[str, str]], until: str, sent: int) -> Row:
    counts = Counter(type_ for type_, at in events if at <= until)
    return {
        "sent": sent, "delivered": counts["received"], "unique_opens": counts["opened"],
        "opens": counts["opened"], "unique_clicks": counts["clicked"], "clicks": counts["clicked"],
        "bounces": counts["bounced"], "unsubscribes": counts["unsubscribed"],
        "orders": counts["clicked"] // 4, "revenue": counts["clicked"] // 4 * 4290,
    }  # fmt: skip
