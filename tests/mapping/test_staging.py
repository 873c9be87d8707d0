"""The staging contract: versions, verdicts, children, overrides, custom fields; whole rows."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from tests.mapping.project import Project

ORDER = {
    "order_number": "text",
    "total_amount": "decimal(18, 4)",
    "status": "text",
    "ordered_at": "timestamp",
    "note": "text",
}
ORDER_META = {
    "entity": "order",
    "arrays": {"lines": "items.nodes"},
    "keep_if": [{"source": "kind", "not_in": ["draft"]}],
    "mapping": [
        {"target": "order_number", "source": "name", "required": True},
        {"target": "total_amount", "source": "total", "type": "money"},
        {
            "target": "status",
            "source": "status",
            "type": "code",
            "codes": "status",
            "required": True,
        },
        {"target": "note", "source": "replaced_by", "from_deleted": True},
        {
            "target": "ordered_at",
            "source": "at",
            "type": "timestamp",
            "on_unreadable": "quarantine",
        },
    ],
}
ITEM = {"order_record_id": "text", "sku": "text", "quantity": "decimal(18, 4)", "kind": "text"}
ITEM_META = {
    "entity": "order_item",
    "parent": {"array": "lines", "key": "id"},
    "mapping": [
        {"target": "order_record_id", "parent": "record_id"},
        {"target": "sku", "source": "sku"},
        {"target": "quantity", "source": "qty", "type": "decimal", "required": True},
        {"target": "kind", "value": "line"},
    ],
}
OVERRIDES = {
    "shop_us": {
        "stg_vendor__orders": [
            {"target": "total_amount", "source": "cents", "type": "money_minor", "currency": "cur"},
            {"target": "note", "source": "gift", "type": "text"},
            {"target": "custom.gift_note", "source": "gift", "type": "text"},
            {"target": "custom.points", "source": "points", "type": "integer"},
        ]
    }
}
CODES = "code_list,source_code,code,label\nstatus,PAID,paid,Paid\n"
DAY = dt.datetime(2026, 11, 1)
LATER = DAY + dt.timedelta(hours=1)
LATEST = DAY + dt.timedelta(hours=2)


def order(number: int, **fields: Any) -> dict[str, Any]:
    good = {"name": f"#{number}", "total": "10.00", "status": "PAID", "at": "2026-10-31T10:00:00Z"}
    return {"id": number, **good, **fields}


def make_project(folder: Path) -> Project:
    project = Project(folder, {"mapping_overrides": OVERRIDES})
    project.add_entity("order", ORDER)
    project.add_entity("order_item", ITEM)
    project.write("seeds/codes/codes_vendor.csv", CODES)
    records = "{{ stage_records(source('bronze_vendor', 'orders'), codes=ref('codes_vendor')) }}"
    project.add_model("stg_vendor__orders", records, ORDER_META)
    array = "{{ stage_array(ref('stg_vendor__orders')) }}"
    project.add_model("stg_vendor__order_items", array, ITEM_META)
    return project


def add_all(project: Project) -> None:
    def add(*orders: dict[str, Any], **named: Any) -> None:
        project.add_records("vendor", "orders", orders, **named)

    lines = [{"id": "a", "sku": "CUP", "qty": 2}, {"id": "a", "sku": "CUP", "qty": 1}]
    add(order(1, total="9.00"), order(1, total="10.00", items={"nodes": lines}))
    project.bronze["vendor", "orders"][0] = (*project.bronze["vendor", "orders"][0][:6], DAY)
    project.bronze["vendor", "orders"][1] = (*project.bronze["vendor", "orders"][1][:6], LATER)
    add(order(2, items={"nodes": [{"sku": "POT", "qty": "x"}, {"qty": 3}]}), extracted_at=DAY)
    end = {"id": 2, "name": "#0", "replaced_by": "1"}
    add(end, is_deleted=True, extracted_at=LATER, changed_at=DAY)
    add({"id": 3}, is_deleted=True, extracted_at=DAY)
    add(order(4, name="", items={"nodes": lines}), order(5, at="soon"), extracted_at=DAY)
    add(order(6, total="ten", status="WAT", items={"nodes": {"sku": "TEA", "qty": 1}}))
    add(order(7, kind="draft"), order(8, kind="order"))
    add({"id": 9}, is_deleted=True, extracted_at=DAY)
    add(order(9, replaced_by="kept"), extracted_at=LATER)
    us = {"cents": 1234, "cur": "USD", "gift": "for &amp; you", "points": "7"}
    add(order(1, **us), order(2, cents=5, cur="JPY", points="x"), connection="shop_us")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = make_project(tmp_path_factory.mktemp("staging"))
    add_all(made)
    made.build()
    return made


@pytest.fixture(scope="module")
def orders(project: Project) -> dict[str, dict[str, Any]]:
    return {row["record_key"]: row for row in project.rows("stg_vendor__orders")}


@pytest.fixture(scope="module")
def items(project: Project) -> dict[str, dict[str, Any]]:
    return {row["record_key"]: row for row in project.rows("stg_vendor__order_items")}


def test_a_whole_row_in_the_contract_s_order(orders: dict[str, dict[str, Any]]) -> None:
    lines = [{"id": "a", "sku": "CUP", "qty": 2}, {"id": "a", "sku": "CUP", "qty": 1}]
    row = orders["test/orders/1"]
    assert json.loads(row["lines"]) == lines
    assert list({**row, "lines": None}.items()) == [
        ("record_key", "test/orders/1"),
        ("connection", "test"),
        ("system", "vendor"),
        ("stream", "orders"),
        ("record_id", "1"),
        ("order_number", "#1"),
        ("total_amount", 10),
        ("status", "paid"),
        ("ordered_at", dt.datetime(2026, 10, 31, 10)),
        ("note", None),
        ("custom_fields", None),
        ("lines", None),
        ("is_deleted", False),
        ("verdict", "accepted"),
        ("reasons", None),
        ("unreadable_values", None),
        ("field_changed_at", None),
        ("former_values", None),
        ("version_count", 2),
        ("quarantined_payload", None),
        ("changed_at", None),
        ("first_seen_at", DAY),
        ("extracted_at", LATER),
        ("request_id", "request"),
        ("_dlt_load_id", "load"),
    ]


def test_one_row_per_record_that_speaks_for_the_entity(orders: dict[str, dict[str, Any]]) -> None:
    numbers = {key.rsplit("/", 1)[1] for key in orders if key.startswith("test/")}
    assert numbers == {"1", "2", "3", "4", "5", "6", "8", "9"}


def test_a_deleted_record_keeps_its_last_values(orders: dict[str, dict[str, Any]]) -> None:
    row = orders["test/orders/2"]
    assert (row["is_deleted"], row["order_number"], row["verdict"]) == (True, "#2", "accepted")
    assert (row["extracted_at"], row["changed_at"]) == (LATER, DAY)


def test_a_field_that_only_the_deletion_tells_is_taken_from_it(
    orders: dict[str, dict[str, Any]],
) -> None:
    assert orders["test/orders/2"]["note"] == "1"
    assert [key for key, row in orders.items() if row["note"] == "kept"] == ["test/orders/9"]


def test_a_record_known_only_by_its_end_is_not_quarantined(
    orders: dict[str, dict[str, Any]],
) -> None:
    row = orders["test/orders/3"]
    assert (row["is_deleted"], row["verdict"], row["reasons"]) == (True, "accepted", None)


def test_a_record_that_comes_back_is_alive(orders: dict[str, dict[str, Any]]) -> None:
    assert orders["test/orders/9"]["is_deleted"] is False


def test_missing_required_field_is_quarantined_with_payload(
    orders: dict[str, dict[str, Any]],
) -> None:
    row = orders["test/orders/4"]
    assert row["verdict"] == "quarantined"
    assert row["reasons"] == "order_number is missing (field name)"
    assert json.loads(row["quarantined_payload"])["id"] == 4


def test_unreadable_value_quarantines_where_the_mapping_says_so(
    orders: dict[str, dict[str, Any]],
) -> None:
    row = orders["test/orders/5"]
    assert row["verdict"] == "quarantined"
    assert row["reasons"] == "ordered_at holds 'soon', which is not a point in time (field at)"
    assert json.loads(row["unreadable_values"]) == {"ordered_at": "soon"}


def test_warnings_let_a_record_pass_and_keep_the_text(orders: dict[str, dict[str, Any]]) -> None:
    row = orders["test/orders/6"]
    assert (row["verdict"], row["status"], row["total_amount"]) == ("warned", "unknown", None)
    assert row["reasons"] == (
        "total_amount holds 'ten', which is not an amount of money (field total); "
        "status holds 'WAT', which is not a known code (field status)"
    )
    assert json.loads(row["unreadable_values"]) == {"total_amount": "ten", "status": "WAT"}


def test_overrides_speak_for_their_connection_only(orders: dict[str, dict[str, Any]]) -> None:
    here, there = orders["shop_us/orders/1"], orders["test/orders/1"]
    assert (float(here["total_amount"]), float(there["total_amount"])) == (12.34, 10.0)
    assert (here["note"], there["note"]) == ("for & you", None)
    assert json.loads(here["custom_fields"]) == {"gift_note": "for & you", "points": "7"}
    assert there["custom_fields"] is None


def test_a_custom_field_that_cannot_be_read_warns(orders: dict[str, dict[str, Any]]) -> None:
    row = orders["shop_us/orders/2"]
    assert (row["verdict"], row["custom_fields"]) == ("warned", None)
    assert json.loads(row["unreadable_values"]) == {"custom.points": "x"}


def test_children_of_accepted_parents_with_ids_that_stay(items: dict[str, dict[str, Any]]) -> None:
    assert list(items) == [
        "test/order_items/1:a",
        "test/order_items/1:a:2",
        "test/order_items/2:1",
        "test/order_items/2:2",
        "test/order_items/6:1",
    ]


def test_a_child_s_whole_row(items: dict[str, dict[str, Any]]) -> None:
    assert items["test/order_items/1:a:2"] == {
        "record_key": "test/order_items/1:a:2",
        "connection": "test",
        "system": "vendor",
        "stream": "order_items",
        "record_id": "1:a:2",
        "order_record_id": "1",
        "sku": "CUP",
        "quantity": 1,
        "kind": "line",
        "custom_fields": None,
        "is_deleted": False,
        "verdict": "accepted",
        "reasons": None,
        "unreadable_values": None,
        "field_changed_at": None,
        "former_values": None,
        "version_count": 2,
        "quarantined_payload": None,
        "changed_at": None,
        "first_seen_at": DAY,
        "extracted_at": LATER,
        "request_id": "request",
        "_dlt_load_id": "load",
        "parent_record_id": "1",
    }


def test_children_of_a_deleted_parent_are_deleted(items: dict[str, dict[str, Any]]) -> None:
    row = items["test/order_items/2:1"]
    assert (row["is_deleted"], row["verdict"], row["quantity"]) == (True, "accepted", None)


@pytest.mark.parametrize("number", [1])
def test_a_late_version_moves_only_its_record(tmp_path: Path, number: int) -> None:
    project = make_project(tmp_path)
    project.add_records("vendor", "orders", [order(number, name=""), order(2)])
    project.build()
    project.add_records("vendor", "orders", [order(number)], extracted_at=LATEST)
    project.build()
    rows = {row["record_id"]: row for row in project.rows("stg_vendor__orders")}
    assert [rows[i]["verdict"] for i in ("1", "2")] == ["accepted", "accepted"]
    assert (rows["1"]["first_seen_at"], rows["1"]["extracted_at"]) == (DAY, LATEST)
    assert rows["2"]["extracted_at"] == DAY


HISTORY = ("field_changed_at", "former_values")
CONTACT_META = {
    "entity": "contact",
    "mapping": [
        {"target": "email", "source": "mail", "type": "email"},
        {"target": "phone", "source": "tel"},
        {"target": "custom.shoe", "source": "shoe"},
    ],
}


def test_since_when_a_record_holds_a_value_and_what_it_held_before(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.add_entity("contact", {"email": "text", "phone": "text"}, keeps_change_times=True)
    records = "{{ stage_records(source('bronze_vendor', 'contacts')) }}"
    project.add_model("stg_vendor__contacts", records, CONTACT_META)

    def add(day: int, changed: dt.datetime | None, **fields: Any) -> None:
        project.add_records(
            "vendor",
            "contacts",
            [fields],
            extracted_at=DAY + dt.timedelta(days=day),
            changed_at=changed,
        )

    hour = dt.timedelta(hours=1)
    add(0, DAY - hour, id=1, mail="a@x.com", tel="1", shoe="41")
    add(1, None, id=1, mail="A@X.com", tel="2", shoe="41")
    add(2, DAY + 40 * hour, id=1, mail="a@x.com", tel="1", shoe="42")
    add(0, DAY, id=2, mail="b@x.com", tel="1")
    project.build()
    rows = {
        row["record_id"]: [json.loads(row[name] or "null") for name in HISTORY]
        for row in project.rows("stg_vendor__contacts")
    }
    assert rows == {
        "1": [
            {
                "email": "2026-10-31 23:00:00",
                "phone": "2026-11-02 16:00:00",
                "custom.shoe": "2026-11-02 16:00:00",
            },
            {"phone": ["1", "2"], "custom.shoe": ["41"]},
        ],
        "2": [None, None],
    }
