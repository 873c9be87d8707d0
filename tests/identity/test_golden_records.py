"""Golden cells: fallbacks, groups, decisions, provenance, conflicts of each kind, history."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.identity.golden import PLACES, ROOT, Golden, definitions

JANUARY, MARCH, MAY, JULY = (dt.datetime(2026, month, 1) for month in (1, 3, 5, 7))
RULES = [
    {"field": "*", "step": 1, "rule": "source_priority"},
    {"field": "phone", "step": 1, "rule": "newest"},
    {"field": "company_name", "step": 1, "rule": "most_frequent"},
    {"field": "company_name", "step": 2, "rule": "newest"},
    {"field": "job_title", "step": 1, "rule": "system_of_record", "source": "hr"},
    {"field": "job_title", "step": 2, "rule": "longest"},
    {"field": "tax_number", "step": 1, "rule": "manual"},
    {"field": "tax_number", "step": 2, "rule": "newest"},
    {"field": "address", "step": 1, "rule": "most_complete"},
    {"field": "lead_source", "connection": "shop_us", "step": 1, "rule": "newest"},
]
PRIORITIES = [
    {"field": "*", "system": "crm", "priority": 10},
    {"field": "*", "system": "shop", "priority": 20},
    {"field": "email", "system": "shop", "priority": 5},
    {"field": "language", "system": "shop", "connection": "shop_us", "priority": 1},
]
DECISIONS = [
    {"golden_id": "shop/customers/31", "field": "tax_number", "value": "GB1", "decided_at": MAY},
    {"golden_id": "shop/customers/42", "field": "email", "value": "c@x.com", "decided_at": MARCH},
    {
        "golden_id": "shop/customers/41",
        "field": "email",
        "value": "old@x.com",
        "decided_at": JANUARY,
    },
    {
        "golden_id": "shop/customers/51",
        "field": "address",
        "record_key": "shop/customers/52",
        "decided_at": MAY,
    },
]


def crm(**fields: Any) -> dict[str, Any]:
    return {"system": "crm", "changed_at": JANUARY, **fields}


def shop(**fields: Any) -> dict[str, Any]:
    return {"system": "shop", "changed_at": MARCH, **fields}


def plant(golden: Golden) -> None:
    def add(founder: int, *records: dict[str, Any]) -> None:
        golden.add("customer", founder, records)

    for name, rows in (
        ("survivorship_rules", RULES),
        ("source_priorities", PRIORITIES),
        ("survivorship_decisions", [{"decided_by": "Ann", "why": "asked", **d} for d in DECISIONS]),
    ):
        golden.seed(name, [{"entity": "customer", **row} for row in rows])
    add(
        1,
        crm(email="a@x.com", company_name="Acme Limited", job_title="Buyer", phone="+441"),
        shop(email="b@x.com", company_name="Acme Ltd", job_title="Senior buyer", phone="+442"),
        shop(changed_at=MAY, is_deleted=True, phone="+443", email="gone@x.com"),
    )
    add(11, crm(company_name="ACME  Ltd.", email="A@x.com"), shop(company_name="Acme Ltd"))
    add(
        21,
        crm(street="Mill Lane 1", city="Leeds", postal_code="LS1"),
        shop(street="High Street 3", city="York", country="GB", region="Yorks", postal_code="YO1"),
        shop(country="DE", changed_at=MAY),
    )
    add(31, crm(tax_number="GB1"), shop(tax_number="GB2"))
    add(41, crm(email="a@x.com"), shop(email="b@x.com"))
    add(51, crm(street="Mill Lane 1", city="Leeds"), shop(street="High Street 3"))
    add(61, crm(tax_number="GB1"), shop(tax_number="GB2"))
    add(71, crm(lead_status="unknown"), shop(lead_status="new"))
    add(81, crm(lead_source="fair"), shop(lead_source="web", connection="shop_us"))
    add(91, crm(language="de"), shop(language="en", connection="shop_us"))
    add(101, crm(language="de"), shop(language="en", connection="shop_eu"))
    add(
        111,
        crm(changed_at=JULY, phone="+441", field_changed_at={"phone": JANUARY}),
        shop(changed_at=MARCH, phone="+442"),
    )
    golden.add("customer", 131, [crm(email="a@x.com"), shop(email="b@x.com")])
    for record in golden.members["customer"][-2:]:  # record 130, the founder, is in quarantine
        record.update(founder_number=130, customer_id="shop/customers/130")
    add(121, crm(is_deleted=True, phone="+441"), shop(is_deleted=True, phone="+442"))


AMOUNT = "connection, connection as system, currency, total_amount"
# Of three orders that are invoiced elsewhere one is billed in two parts and one otherwise; the
# fourth is invoiced where it was made. The CRM knows the first two, one of them with another total.
DOCUMENTS = {
    "orders": f"""select order_id, order_id as record_key, {AMOUNT}, 'open' as status from (values
        ('o1', 'shop', 'EUR', 10.00), ('o2', 'shop', 'EUR', 20.00), ('o3', 'shop', 'EUR', 30.00),
        ('o4', 'books', 'EUR', 40.00)) as made (order_id, connection, currency, total_amount)""",
    "orders_xref": "select * from (values ('o1', 'r1'), ('o2', 'r2')) as x (order_id, record_key)",
    "orders_records": f"""select record_key, {AMOUNT}, false as is_deleted from (values
        ('r1', 'crm', 'EUR', 10.04), ('r2', 'crm', 'EUR', 2.00))
        as made (record_key, connection, currency, total_amount)""",
    "invoices": f"""select invoice_id, invoice_id as record_key, order_id, {AMOUNT}, status,
        'receivable' as direction, 'invoice' as document_type from (values
        ('i1', 'o1', 'books', 'EUR', 10.00, 'paid'), ('i2', 'o2', 'books', 'EUR', 15.00, 'open'),
        ('i3', 'o2', 'books', 'EUR', 5.00, 'open'), ('i4', 'o3', 'books', 'USD', 30.00, 'open'),
        ('i5', 'o3', 'books', 'EUR', 99.00, 'voided'), ('i6', 'o4', 'books', 'EUR', 1.00, 'open'))
        as made (invoice_id, order_id, connection, currency, total_amount, status)""",
    "invoices_xref": "select '' as invoice_id, '' as record_key where false",
}


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Golden:
    made = Golden(tmp_path_factory.mktemp("golden"))
    plant(made)
    for name, sql in DOCUMENTS.items():
        folder = "silver/records" if name == "orders_records" else "silver/sales"
        made.write(f"dbt_project/models/{folder}/{name}.sql", f"{sql}\n")
    model = "dbt_project/models/ops/system_agreements.sql"
    made.write(model, (ROOT / model).read_text())
    made.also = (*DOCUMENTS, "invoices_records", "system_agreements")
    made.build_golden()
    return made


def value(golden: Golden, founder: int, field: str) -> tuple[Any, Any, Any]:
    cell = golden.cells("customer", founder)[field]
    key = cell["winning_record_key"]
    return cell["golden_value"], key and int(key.rsplit("/", 1)[1]), cell["rule"]


def test_a_whole_row_of_provenance(golden: Golden) -> None:
    assert golden.cells("customer", 1)["email"] == {
        "customer_id": "shop/customers/1",
        "field": "email",
        "golden_value": "b@x.com",
        "winning_record_key": "shop/customers/2",
        "winning_system": "shop",
        "rule": "source_priority",
        "rule_reason": "from the source trusted most for this field",
        "changed_at": MARCH,
        "losing_values": [
            {
                "value": "a@x.com",
                "record_key": "shop/customers/1",
                "system": "crm",
                "changed_at": "2026-01-01 00:00:00",
            }
        ],
        "value_count": 2,
    }


def test_what_systems_say_of_the_same_is_counted_for_both(golden: Golden) -> None:
    found = {
        (row.pop("connection"), row.pop("entity"), row.pop("field")): tuple(row.values())
        for row in golden.query(
            """select connection, entity, field, shared_count, differing_count, agreement_pct,
            example_golden_id from ops.system_agreements"""
        )
    }
    documents = {key: row for key, row in found.items() if key[1] in ("order", "invoice")}
    assert documents == {
        ("crm", "order", "total_amount"): (2, 1, 50, "o2"),
        ("shop", "order", "total_amount"): (2, 1, 50, "o2"),
        ("shop", "order", "invoiced_amount"): (3, 1, Decimal("66.67"), "o3"),
        ("books", "invoice", "ordered_amount"): (3, 1, Decimal("66.67"), "o3"),
    }
    # Case and dots apart, company_name is the same in the second golden customer.
    assert found["crm", "customer", "company_name"] == (2, 1, 50, "shop/customers/1")
    assert found["crm", "customer", "tax_number"][:2] == (2, 2)
    address = {key[0]: row[:2] for key, row in found.items() if key[2] == "address"}
    assert address == {"crm": (2, 2), "shop": (2, 2)}


def test_a_fallback_decides_where_the_rule_leaves_a_tie(golden: Golden) -> None:
    assert value(golden, 1, "company_name") == ("Acme Ltd", 2, "newest")
    reason = golden.cells("customer", 1)["company_name"]["rule_reason"]
    assert reason == "the value written last, as most_frequent left a tie"
    assert value(golden, 1, "job_title") == ("Senior buyer", 2, "longest")


def test_a_deleted_record_speaks_only_when_no_other_is_alive(golden: Golden) -> None:
    assert value(golden, 1, "phone") == ("+442", 2, "newest")
    assert value(golden, 121, "phone") == ("+442", 122, "newest")


def test_a_founder_in_quarantine_keeps_the_id_and_says_nothing(golden: Golden) -> None:
    assert value(golden, 130, "email") == ("b@x.com", 132, "source_priority")
    assert set(conflicts(golden, 130)) == {"email"}
    (row,) = golden.query(
        "select customer_id, record_count from silver.customers where email = 'b@x.com'"
        " and customer_id = 'shop/customers/130'"
    )
    assert row == {"customer_id": "shop/customers/130", "record_count": 2}


def test_spellings_of_one_value_count_together(golden: Golden) -> None:
    assert value(golden, 11, "company_name") == ("Acme Ltd", 12, "newest")
    assert value(golden, 11, "email") == ("A@x.com", 11, "uncontested")


def test_a_change_of_one_field_does_not_make_the_others_new(golden: Golden) -> None:
    assert value(golden, 111, "phone") == ("+442", 112, "newest")


def test_what_a_person_decided_shows_even_when_no_record_holds_it(golden: Golden) -> None:
    assert value(golden, 41, "email") == ("c@x.com", None, "decision")
    reason = golden.cells("customer", 41)["email"]["rule_reason"]
    assert reason == "decided by Ann on 2026-03-01: asked"
    assert value(golden, 31, "tax_number") == ("GB1", 31, "decision")
    assert value(golden, 51, "street") == ("High Street 3", 52, "decision")
    assert "city" not in golden.cells("customer", 51)


def test_a_manual_field_shows_its_fallback_until_a_person_decides(golden: Golden) -> None:
    assert value(golden, 61, "tax_number") == ("GB2", 62, "newest")
    reason = golden.cells("customer", 61)["tax_number"]["rule_reason"]
    assert reason == "the value written last, until a person decides"


def test_a_code_that_nobody_knows_never_wins(golden: Golden) -> None:
    assert value(golden, 71, "lead_status") == ("new", 72, "known_code")


def test_a_connection_may_have_rules_and_priorities_of_its_own(golden: Golden) -> None:
    assert value(golden, 81, "lead_source") == ("web", 82, "newest")
    assert value(golden, 91, "language") == ("en", 92, "source_priority")
    assert value(golden, 101, "language") == ("de", 101, "source_priority")


GROUPS = [
    (entity, group) for entity, definition in definitions().items() for group in definition.groups
]


@pytest.fixture(scope="module")
def grouped(tmp_path_factory: pytest.TempPathFactory) -> Golden:
    made = Golden(tmp_path_factory.mktemp("groups"))
    for founder, (entity, group) in zip(range(1, 1000, 10), GROUPS, strict=False):
        fields = made.definitions[entity].groups[group]
        kinds = made.definitions[entity].fields
        first = {f: "first" if kinds[f] == "text" else 1 for f in fields[:-1]}
        second = {f: "second" if kinds[f] == "text" else 2 for f in fields[1:]}
        made.add(entity, founder, [crm(**first), shop(**second)])
    made.build_golden(*(f"{p}{n}" for p in PLACES.values() for n in MODELS))
    return made


MODELS = ("_members", "_contests", "_survivors")


@pytest.mark.parametrize(("entity", "group"), GROUPS)
def test_a_group_of_fields_comes_from_one_record(grouped: Golden, entity: str, group: str) -> None:
    founder = 1 + 10 * GROUPS.index((entity, group))
    fields = grouped.definitions[entity].groups[group]
    (row,) = grouped.query(
        f"select * from silver.{PLACES[entity]}_survivors where founder_number = {founder}"
    )
    winner = row[f"{group}__record_number"] - founder
    empty = fields[-1] if winner == 0 else fields[0]
    assert [name for name in fields if row[name] is None] == [empty]
    assert len({str(row[name]) for name in fields} - {"None", "first", "second"}) <= 1


def test_a_rule_nobody_knows_ends_the_build_with_its_name(tmp_path: Path) -> None:
    golden = Golden(tmp_path)
    misspelt = {"entity": "customer", "field": "*", "step": 1, "rule": "newst"}
    golden.seed("survivorship_rules", [misspelt])
    golden.add("customer", 1, [crm(email="a@x.com"), shop(email="b@x.com")])
    (problem,) = golden.run_golden("customers_members", "customers_contests")
    assert "newst" in problem


def conflicts(golden: Golden, founder: int) -> dict[str, dict[str, Any]]:
    rows = golden.query(
        f"select * from silver.conflicts where golden_id = 'shop/customers/{founder}'"
    )
    return {row["field"]: row for row in rows}


def test_a_whole_conflict(golden: Golden) -> None:
    row = conflicts(golden, 61)["tax_number"]
    assert {**row, "losing_values": json.loads(row["losing_values"])} == {
        "conflict_id": "customer/shop/customers/61/tax_number",
        "period_number": 1,
        "entity": "customer",
        "golden_id": "shop/customers/61",
        "field": "tax_number",
        "kind": "disagreement",
        "state": "open",
        "golden_value": "GB2",
        "winning_record_key": "shop/customers/62",
        "winning_system": "shop",
        "losing_values": [
            {
                "value": "GB1",
                "record_key": "shop/customers/61",
                "system": "crm",
                "changed_at": "2026-01-01 00:00:00",
            }
        ],
        "value_count": 2,
        "rule": "newest",
        "rule_reason": "the value written last, until a person decides",
        "resolved_by": None,
        "version_count": 1,
        "since_at": MARCH,
        "found_at": golden.server_date,
        "resolved_at": None,
        "ended_at": None,
    }


def test_other_spellings_are_no_conflict(golden: Golden) -> None:
    assert conflicts(golden, 11) == {}


def test_a_person_or_a_rule_resolves(golden: Golden) -> None:
    by = {
        (founder, field): (row["state"], row["resolved_by"])
        for founder in (1, 31, 51)
        for field, row in conflicts(golden, founder).items()
    }
    assert by[1, "email"] == ("resolved", "rule source_priority")
    assert by[31, "tax_number"] == ("resolved", "Ann")
    assert by[51, "address"] == ("resolved", "Ann")


def times(**fields: dt.datetime) -> dict[str, Any]:
    return {"field_changed_at": fields}


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Golden:
    """Two builds: in the second some conflicts have ended, come back or were decided anew."""
    golden = Golden(tmp_path_factory.mktemp("story"))
    plant(golden)
    former = {"former_values": {"phone": ["+449"]}}
    golden.add(
        "customer",
        201,  # changed in two systems within hours
        [
            crm(phone="+441", **times(phone=MAY), **former),
            shop(phone="+442", **times(phone=MAY + dt.timedelta(hours=9)), **former),
        ],
    )
    golden.add(
        "customer",
        211,  # two systems, but days apart
        [
            crm(phone="+441", **times(phone=MAY), **former),
            shop(phone="+442", **times(phone=JULY), **former),
        ],
    )
    golden.add(
        "customer",
        221,  # the old number came back
        [
            crm(phone="+441", **times(phone=JULY), former_values={"phone": ["+441", "+442"]}),
            shop(phone="+442", **times(phone=MAY)),
        ],
    )
    golden.add(
        "customer",
        231,  # the list wrote a number that the CRM had replaced before
        [
            crm(phone="+442", **times(phone=MAY), former_values={"phone": ["+441"]}),
            shop(phone="+441", **times(phone=JULY), former_values={"phone": ["+440"]}),
        ],
    )
    golden.add(
        "customer",
        241,
        [crm(phone="+441"), shop(unreadable_values={"phone": "call me", "city": "?"})],
    )
    golden.add("customer", 251, [crm(job_title="Buyer"), shop(job_title="Owner")])
    golden.build_golden()
    golden.server_date += dt.timedelta(days=1)
    ended = next(r for r in golden.members["customer"] if r["record_number"] == 252)
    ended["job_title"] = "Buyer"
    anew = next(r for r in golden.members["customer"] if r["record_number"] == 32)
    anew.update(tax_number="GB3", changed_at=JULY)
    golden.build_golden()
    return golden


@pytest.mark.parametrize(
    ("founder", "kind"),
    [
        (201, "concurrent_update"),
        (211, "disagreement"),
        (221, "stale_overwrite"),
        (231, "stale_overwrite"),
        (241, "type_clash"),
    ],
)
def test_the_kind_of_a_conflict(story: Golden, founder: int, kind: str) -> None:
    rows = conflicts(story, founder)
    assert {field: row["kind"] for field, row in rows.items()} == {"phone": kind}


def test_a_clash_shows_the_text_that_could_not_be_read(story: Golden) -> None:
    row = conflicts(story, 241)["phone"]
    assert (row["golden_value"], row["rule"], row["state"]) == (
        "+441",
        "readable_value",
        "resolved",
    )
    assert [lost["value"] for lost in json.loads(row["losing_values"])] == ["call me"]


def test_a_conflict_that_ended_stays_with_its_end(story: Golden) -> None:
    row = conflicts(story, 251)["job_title"]
    assert (row["state"], row["ended_at"]) == ("ended", story.server_date)
    assert row["found_at"] == story.server_date - dt.timedelta(days=1)


def test_a_decided_value_stays_and_waits_again_when_another_is_written(story: Golden) -> None:
    assert value(story, 31, "tax_number") == ("GB1", 31, "decision")
    row = conflicts(story, 31)["tax_number"]
    assert (row["state"], row["golden_value"], row["version_count"]) == ("open", "GB1", 2)


def test_every_version_can_be_asked_for_its_day(story: Golden) -> None:
    day = "select tax_number from silver.customers_history where customer_id = 'shop/customers/61'"
    between = " and cast('{}' as timestamp) >= valid_from and cast('{}' as timestamp) < valid_to"
    changed = next(r for r in story.members["customer"] if r["record_number"] == 62)
    changed.update(tax_number="GB9")
    story.build_golden()  # on the same day by the vendors' clock
    story.server_date += dt.timedelta(days=1)
    story.members["customer"] = [r for r in story.members["customer"] if r["founder_number"] != 61]
    story.build_golden()
    story.build_golden("resource_type:snapshot", "--full-refresh")
    asked = [
        [row["tax_number"] for row in story.query(day + between.format(moment, moment))]
        for moment in ("2026-11-01 12:00", "2026-11-02 12:00", "2026-11-03 12:00")
    ]
    assert asked == [["GB2"], ["GB9"], []]
