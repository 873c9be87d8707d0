"""The demo company: the same from the same seed, moving on in any steps, dirty as stated."""

import hashlib
from collections import Counter
from pathlib import Path

import orjson
import pytest

from pipelines.sandbox import clock
from pipelines.sandbox.world import World, plenty
from pipelines.sandbox.world.dirt import RATES
from pipelines.sandbox.world.engine import Chance, Day
from pipelines.sandbox.world.names import COUNTRIES
from tests.sandbox.conftest import SCALE, SEED

LIVING = (
    "shopify.customer", "shopify.order", "square.order", "xero.invoice", "quickbooks.invoice",
    "hubspot.deal", "salesforce.opportunity", "asana.task", "product", "time_off",
    "klaviyo.campaign", "mailchimp.campaign", "hubspot.contact",
)  # fmt: skip


def fingerprint(world: World) -> dict[str, str]:
    shown = {
        kind: hashlib.sha256(
            b"".join(orjson.dumps(row, option=orjson.OPT_SORT_KEYS) for row in world.rows(kind))
        ).hexdigest()
        for kind in world.kinds()
    }
    truths = orjson.dumps(sorted(world.truths()))
    return {**shown, "truth": hashlib.sha256(truths).hexdigest()}


def test_the_same_seed_gives_the_same_company(world: World, tmp_path: Path) -> None:
    again = World.open(tmp_path / "again", SEED, SCALE)
    other = World.open(tmp_path / "other", SEED + 1, SCALE)
    assert fingerprint(again) == fingerprint(world)
    assert fingerprint(other)["person"] != fingerprint(world)["person"]


def test_one_day_twice_is_two_days_once(tmp_path: Path) -> None:
    stepwise = World.open(tmp_path / "stepwise", SEED, SCALE)
    stepwise.advance(1)
    stepwise.close()
    stepwise = World.open(tmp_path / "stepwise")
    stepwise.advance(1)
    at_once = World.open(tmp_path / "at_once", SEED, SCALE)
    at_once.advance(2)
    assert stepwise.now == at_once.now == "2026-11-04T00:00:00.000Z"
    assert fingerprint(stepwise) == fingerprint(at_once)


def test_a_day_brings_new_changed_and_deleted_rows(tmp_path: Path) -> None:
    world = World.open(tmp_path / "world", SEED, SCALE)
    before = {kind: {row["n"]: row for row in world.rows(kind)} for kind in LIVING}
    since = world.now
    world.advance(1)
    for kind in LIVING:
        after = {row["n"]: row for row in world.rows(kind)}
        told = {row["n"]: row for row in world.rows(kind, since)}
        assert told == {n: row for n, row in after.items() if row != before[kind].get(n)}, kind
        assert any(row["deleted_at"] for row in told.values()), kind
        assert any(n in before[kind] and not row["deleted_at"] for n, row in told.items()), kind
        assert all(row["updated_at"] <= world.now for row in after.values()), kind
    born = sum(n not in before[kind] for kind in LIVING for n in dict_of(world, kind, since))
    assert born >= len(LIVING) - 3


def test_versions_end_with_the_row_as_it_is_now(tmp_path: Path) -> None:
    world = World.open(tmp_path / "world", SEED, SCALE)
    since = world.now
    world.advance(2)
    every = list(world.versions("inventory_level"))
    newest = {row["n"]: row for row in every}
    assert newest == {row["n"]: row for row in world.rows("inventory_level")}
    assert len(every) > len(newest)
    late = list(world.versions("inventory_level", since))
    assert late == [row for row in every if row["updated_at"] > since] != []


def dict_of(world: World, kind: str, since: str) -> dict[int, object]:
    return {row["n"]: row for row in world.rows(kind, since)}


def test_nothing_is_shown_before_it_happens(world: World) -> None:
    for kind in world.kinds():
        for row in world.rows(kind):
            assert row["created_at"] <= row["updated_at"] <= world.now, (kind, row)


def test_references_lead_somewhere(world: World) -> None:
    customers = {row["record_id"] for row in world.rows("shopify.customer")}
    orphans = 0
    for order in world.rows("shopify.order"):
        if order["customer"] is not None:
            is_orphan = order["customer"]["n"] is None
            assert is_orphan != (order["customer"]["record_id"] in customers)
            orphans += is_orphan
        for line in order["lines"]:
            variant = world.get("variant", line["variant_n"])
            assert variant["records"]["shopify"] == line["variant_record_id"]
    assert orphans < 10


def test_record_ids_are_distinct(world: World) -> None:
    for kind in world.kinds():
        ids = [row["record_id"] for row in world.rows(kind) if row.get("record_id")]
        if kind == "inventory_level":
            continue
        assert len(set(ids)) == len(ids), kind


def test_totals_add_up_except_at_the_stated_rate(world: World) -> None:
    wrong = 0
    orders = list(world.rows("shopify.order"))
    for order in orders:
        total = order["subtotal"] - order["discount_total"] + order["shipping_total"]
        total += 0 if order["taxes_included"] else order["tax_total"]
        wrong += total != order["total"]
    assert wrong <= 5 + 4 * RATES["order_total_off"] * len(orders)


def test_truth_knows_people_in_several_systems(world: World) -> None:
    records = Counter(id for _, _, _, kind, id in world.truths() if kind == "person")
    assert 1 <= min(records.values()) <= max(records.values()) <= 12
    assert sum(count > 1 for count in records.values()) > len(records) / 4
    shared = [id for system, *_, kind, id in world.truths() if kind == "order" and system == "xero"]
    assert any(id.startswith("order-shopify-") for id in shared)


@pytest.mark.parametrize("kind", ["household", "office"])
def test_members_of_a_group_share_a_number_and_stay_apart(world: World, kind: str) -> None:
    """Each member is several records, the truth of each names the person and the group."""
    groups = list(world.rows(kind))
    assert len(groups) >= 2
    people: dict[tuple[str, str, str], str] = {}
    shared: dict[tuple[str, str, str], str] = {}
    for *record, what, id in world.truths():
        target = {"person": people, kind: shared}.get(what, {})
        target[tuple(record)] = id  # type: ignore[index]
    for group in groups:
        members = [world.get("person", n) for n in group["person_ns"]]
        assert len({one["phone"] for one in members}) == 1 < len(members)
        assert len({one["address"]["street"] for one in members}) == 1
        assert len({(one["first_name"], one["last_name"]) for one in members}) == len(members)
        assert all(len(one["records"]) >= 2 for one in members)
        records = [key for key, id in shared.items() if id == f"{kind}-{group['n']}"]
        assert Counter(people[key] for key in records).keys() == {one["id"] for one in members}
    if kind == "household":
        for group in groups:
            names = {world.get("person", n)["last_name"] for n in group["person_ns"]}
            assert names == {group["last_name"]}


def test_a_large_company_repeats_fewer_names_and_sells_less_than_in_proportion(
    world: World,
) -> None:
    rng, country = Chance(1), COUNTRIES["US"]
    few = {plenty.family(rng, country, 20_000) for _ in range(3000)}
    many = {plenty.family(rng, country, 20_001) for _ in range(3000)}
    assert len(few) <= len(country.family) < len(many) / 8
    assert plenty.mobile(country, 20_000) == country.mobile != plenty.mobile(country, 20_001)
    assert [round(Day(world, 0, 0, scale).buyers) for scale in (200, 50_000, 1_000_000)] == [
        200,
        50_000,
        472_871,
    ]


def test_the_dirt_is_there(tmp_path: Path) -> None:
    world = World.open(tmp_path / "world")
    people = [*world.rows("shopify.customer"), *world.rows("square.customer")]
    people += [*world.rows("hubspot.contact"), *world.rows("mailchimp.member")]
    names = " ".join(person["name"] for person in people)
    mails = [person["email"] for person in people if person["email"]]
    for first, last in (("Ͱ", "Ͽ"), ("Ѐ", "ӿ"), ("一", "鿿"), ("؀", "ۿ"), ("֐", "׿")):
        assert any(first <= letter <= last for letter in names), (first, last)
    assert any(mail.isupper() for mail in mails)
    assert any("+" in mail for mail in mails)
    assert any(person["birth_date"] in ("1900-01-01", "0000-00-00") for person in people)
    assert any(person["is_test"] for person in people)
    companies = [row["name"] for row in world.rows("hubspot.company")]
    assert any("&amp;" in name for name in companies)
    assert any(row["quantity"] < 0 for row in world.rows("inventory_level"))
    assert any(row["barcode"] is None for row in world.rows("variant"))
    currencies = {order["currency"] for order in world.rows("shopify.order")}
    assert currencies == {"EUR", "GBP", "USD", "JPY"}
    assert any(order["placed_at"] > world.now for order in world.rows("shopify.order"))


def test_opening_with_another_seed_or_scale_is_refused(tmp_path: Path) -> None:
    World.open(tmp_path / "world", SEED, SCALE).close()
    with pytest.raises(ValueError, match="has seed 5, not 6: reset it first"):
        World.open(tmp_path / "world", 6)
    with pytest.raises(ValueError, match="has scale 200, not 300"):
        World.open(tmp_path / "world", scale=300)
    with pytest.raises(ValueError, match="scale must be 200 to 1000000"):
        World.open(tmp_path / "small", scale=20)


def test_clock_forms() -> None:
    at = "2026-11-02T03:04:05.678Z"
    assert clock.iso(clock.parse(at)) == at
    assert clock.normal("2026-11-02T05:04:05.678+02:00") == at
    assert clock.normal("2026-11-02 03:04:05.678") == at
    assert clock.seconds(at) == "2026-11-02T03:04:05Z"
    assert clock.offset(at) == "2026-11-02T03:04:05+00:00"
    assert clock.date(at) == "2026-11-02"
    assert clock.epoch_ms(at) == 1793588645678
    assert clock.dotnet(at) == "/Date(1793588645678+0000)/"
    assert clock.http_date(at) == "Mon, 02 Nov 2026 03:04:05 GMT"
    assert clock.shift(at, days=-1, seconds=2) == "2026-11-01T03:04:07.678Z"
