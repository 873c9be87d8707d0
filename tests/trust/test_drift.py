"""Drift: what a stream sends that its past or its mapping did not know."""

from __future__ import annotations

from typing import Any

import pytest

from tests.trust.house import DRIFT, QUARANTINE, House, later, order

BUILT = ("staging", *QUARANTINE, *DRIFT)
TOLD = "select drift, path, suggestion, example from ops.drift where stream = 'orders' order by all"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Thirty orders with a note that no mapping reads."""
    made = House(tmp_path_factory.mktemp("house"))
    add(made, 0, note="by Ada, 2026", state="paid")
    assert made.run("build", "--exclude-resource-type", "test") == []
    return made


def add(house: House, day: int, **fields: Any) -> None:
    """Thirty orders a day later, read a second apart."""
    for second in range(30):
        at = later(day).replace(second=second)
        made = order(day * 100 + second, **fields)
        made = {name: value for name, value in made.items() if value != "absent"}
        house.add_records("shop", "orders", [made], extracted_at=at)


def told(house: House) -> dict[tuple[str, str], tuple[str | None, str | None]]:
    assert house.run("build", "--exclude-resource-type", "test", "--select", *BUILT) == []
    return {row[:2]: row[2:] for row in house.query(TOLD)}


def test_only_fields_that_nobody_maps_are_told_at_first_and_no_value_is_shown(house: House) -> None:
    found = {row[:2]: row[2:] for row in house.query(TOLD)}
    assert set(found) == {("unmapped_field", "id"), ("unmapped_field", "note")}
    line = "- {target: custom.note, source: 'note', type: string}"
    assert found["unmapped_field", "note"] == (line, "aa aaa, 9999")


def test_fields_that_come_go_or_change_are_told_and_codes_that_nobody_knows(house: House) -> None:
    changed = {"note": 7, "number": "absent", "state": "lost", "shipTo": {"zipCode": "1010"}}
    add(house, 1, **changed)
    found = told(house)
    assert ("changed_type", "note") in found
    assert ("vanished_field", "number") in found
    assert found["new_field", "shipTo.zipCode"][0] == (
        "- {target: custom.ship_to_zip_code, source: 'shipTo.zipCode', type: string}"
    )
    assert found["unknown_code", "status"][0] == "shop_status,lost,<code>,<label>"
    required = "select path, says from ops.drift where is_required"
    said = "it is in none of the last 30 records looked at; before, it was in 30 of 30"
    assert house.query(required) == [("number", said)]
    (problem,) = house.run("test", "--select", "assert_no_required_field_drifts")
    assert "Got 1 result" in problem


def test_a_build_with_nothing_new_learns_nothing_and_a_full_refresh_forgets_nothing(
    house: House,
) -> None:
    known = "select * from ops.stream_fields order by all"
    before = house.query(known)
    assert house.run("run", "--full-refresh", "--select", "stream_fields") == []
    assert house.query(known) == before


def test_no_more_records_are_looked_at_than_the_variable_says(house: House) -> None:
    house.variables["drift_sample_records"] = 5
    add(house, 2)
    told(house)
    records = "select record_count from ops.stream_fields where path = '$' and stream = 'orders'"
    assert house.query(records) == [(65,)]


def test_names_that_are_data_are_one_field_and_no_value_is_quoted(house: House) -> None:
    owners = {"ada@example.com": {"share": 1}}
    add(house, 3, days={"2026-11-01": 1, "2026-11-02": 2}, owners=owners, state="bob@example.com")
    assert {("new_field", "days.*"), ("new_field", "*")} <= set(told(house))
    shown = house.query("select * exclude (sent_code, suggestion) from ops.drift")
    assert "example.com" not in str(shown)
    codes = "select sent_code from ops.drift where drift = 'unknown_code' order by 1"
    assert ("bob@example.com",) in house.query(codes)
