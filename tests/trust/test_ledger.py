"""The ledger: it balances over every stream, and what is lost or doubled is named."""

from __future__ import annotations

import pytest

from tests.trust.house import LEDGER, House, later, order

EQUATIONS = {"runs", "returned", "requests", "appended", "versions", "newest", "elements", "linked"}
DIFFERENT = """select ledger.equation, ledger.stream, difference, record_id, problem
    from ops.record_ledger as ledger left join ops.ledger_keys using (ledger_key)
    where difference <> 0 order by all"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Seven orders, one of them twice, one no sale, one deleted, one faulty; contacts and notes."""
    made = House(tmp_path_factory.mktemp("house"))
    made.add_records("shop", "orders", [order(n) for n in range(1, 6)])
    made.add_records("shop", "orders", [order(6, kind="draft"), order(7, number=None)])
    made.add_records("shop", "orders", [order(1, total="11.00")], extracted_at=later(1))
    made.add_records("shop", "orders", [{"id": 2}], is_deleted=True, extracted_at=later(1))
    made.add_records("shop", "contacts", [{"id": n, "email": f"{n}@x.test"} for n in range(3)])
    made.add_records("shop", "notes", [{"id": n} for n in range(4)])
    made.add_run("orders", read=9, vanished=1, new=7, changed=1, unchanged=1, deleted=1, requests=1)
    made.insert("requests", {"connection": "test", "system": "shop", "stream": "orders"})
    made.add_run("contacts", read=4, new=3, rejected=1)
    made.add_run("notes", read=4, new=4)
    made.add_run("orders", load_id="killed", at=later(1), read=5, new=5)  # its load never arrived
    made.add_run("orders", load_id="broke off", at=later(2), read=9, unchanged=6, status="failed")
    made.add_run("orders", load_id=None, at=later(3), status="killed")
    assert made.run("build") == []
    return made


def test_it_balances_and_says_where_everything_is(house: House) -> None:
    assert house.query(DIFFERENT) == []
    ledger = "select equation, stream, left_terms, right_terms from ops.record_ledger"
    rows = {(row[0], row[1], row[2]): row[3] for row in house.query(ledger)}
    assert {equation for equation, _, _ in rows} == EQUATIONS
    assert rows["newest", "orders", "7 newest"] == (
        "1 deleted at source + 1 in quarantine + 1 left out by keep_if + 4 staged"
    )
    assert rows["newest", "notes", "4 newest"] == "4 no mapping reads the stream"
    assert rows["versions", "orders", "9 versions"] == "7 newest + 2 superseded"
    assert rows["elements", "lines", "10 elements"] == "2 deleted at source + 8 staged"
    assert rows["returned", "orders", "1 no longer listed + 9 returned"] == (
        "1 changed + 1 deleted + 7 new + 1 unchanged"
    )
    assert rows["returned", "orders", "9 returned"] == "3 left when its run broke off + 6 unchanged"
    assert rows["runs", "orders", "4 begun"] == (
        "2 ended well + 1 failed + 1 killed before its counts were on disk"
    )
    assert rows["appended", "orders", "5 new"] == "5 lost with a run that was killed"


def test_each_broken_equation_is_caught_with_its_keys(house: House) -> None:
    house.bronze["shop", "contacts"].pop(0)
    house.bronze["shop", "notes"].append(house.bronze["shop", "notes"][0])
    house.execute("delete from staging.stg_shop__orders where record_id = '3'")
    house.execute(
        "insert into staging.stg_shop__lines select * from staging.stg_shop__lines limit 1"
    )
    house.execute("delete from silver.customers_xref where record_id = '1'")
    house.execute(
        """update bronze_meta.stream_runs set records_read = records_read + 1, requests = 2
        where stream = 'orders' and load_id = 'load'"""
    )
    house.execute("update bronze_meta.stream_runs set status = 'lost' where status = 'killed'")
    (problem,) = house.run("build", "--select", *LEDGER, "assert_the_ledger_balances")
    assert "Got" in problem
    (doubled,) = house.query(
        "select record_id from staging.stg_shop__lines group by 1 having count(*) > 1"
    )
    found = house.query(DIFFERENT)
    assert {row[0] for row in found} == EQUATIONS
    gone = "its version is gone from bronze"
    twice = "its version is more than once in bronze"
    for expected in [
        ("appended", "contacts", 1, "0", gone),
        ("appended", "notes", -1, "0", twice),
        ("versions", "notes", 1, "0", twice),
        ("newest", "contacts", -1, "0", "nothing in bronze speaks for it"),
        ("newest", "orders", 1, "3", "it is not staged"),
        ("linked", "orders", -1, "test/orders/3", "no staged record speaks for it"),
        ("returned", "orders", 1, None, None),
        ("requests", "orders", 1, None, None),
        ("runs", "orders", 1, None, None),
    ]:
        assert expected in found
    linked = [row for row in found if row[:2] == ("linked", "contacts")]
    unlinked = "it is in no golden record and left out by no rule"
    assert linked == [("linked", "contacts", 1, "test/contacts/1", unlinked)]
    elements = {row[3:] for row in found if row[:2] == ("elements", "lines")}
    assert (doubled[0], "it is staged more than once") in elements


def test_runs_and_their_results_are_kept(house: House) -> None:
    runs = house.query(
        "select command, failed_test_count, node_count from ops.run_history order by started_at"
    )
    assert [run[:2] for run in runs] == [("build", 0), ("build", 1)]
    ((failures, status),) = house.query(
        """select failure_count, status from ops.run_results
        where node_name = 'assert_the_ledger_balances' and status <> 'pass'"""
    )
    assert (failures > 0, status) == (True, "fail")
    counts = "select row_count from ops.run_results where node_name = 'stg_shop__orders'"
    assert house.query(counts) == [(6,)]
    assert (
        runs[0][2]
        == house.query(
            "select count(*) from ops.run_results where invocation_id = ("
            "select min_by(invocation_id, started_at) from ops.run_history)"
        )[0][0]
    )


def test_versions_that_were_booked_outlive_a_full_refresh(house: House) -> None:
    assert house.run("run", "--full-refresh", "--select", "ledger_entries") == []
    booked = "select count(*) from ops.ledger_entries where stream = 'contacts'"
    assert house.query(booked) == [(3,)]
