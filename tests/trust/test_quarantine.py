"""The quarantine: what is mended leaves by itself, and what people decide is carried out."""

from __future__ import annotations

import copy
import io
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from pipelines import quarantine
from pipelines.golden import LookupFailed
from pipelines.quarantine import Desk
from tests.trust.house import LEDGER, ORDERS, QUARANTINE, House, later, order

BUILT = ("resource_type:seed", "staging", "orders_records", "orders", *QUARANTINE, *LEDGER)
STATES = """select record_id, state from ops.quarantine
    where stream <> 'lines' order by record_id"""
LEDGER_OF_ORDERS = """select right_terms, difference from ops.record_ledger
    where equation = 'newest' and stream = 'orders'"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Four orders without a number, one with a bad line, two rejections of the stream of notes."""
    made = House(tmp_path_factory.mktemp("house"))
    made.add_records("shop", "orders", [order(n, number=None) for n in range(1, 5)])
    bad_line = {"id": "a", "quantity": "ada@example.com"}
    made.add_records("shop", "orders", [order(5, lines=[bad_line])])
    for kind, text in (("record", '{"text": "no id"}'), ("answer", "<html>Maintenance</html>")):
        rejected: dict[str, Any] = {
            "connection": "test",
            "system": "shop",
            "stream": "notes",
            "kind": kind,
        }
        rejected |= {
            "reason": f"a bad {kind}: ada@example.com",
            "payload": text,
            "extracted_at": later(0),
        }
        made.insert("rejected_records", rejected)
    made.add_run("orders", read=5, new=5)
    assert made.run("build", "--exclude-resource-type", "test") == []
    return made


@pytest.fixture
def console() -> Console:
    return Console(file=io.StringIO(), width=150)


@pytest.fixture
def desk(house: House, console: Console, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("GOLDPAN_WAREHOUSE", str(house.warehouse))
    house.close()
    return Desk(console, "Ada", house.folder / "seeds/rules")


def said(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_it_is_listed_and_shown_with_its_payload(desk: Desk, console: Console) -> None:
    desk.list("open", 50)
    assert said(console).count("order_number is missing (field number)") == 4
    assert "a bad record" in said(console)
    desk.show("test/orders/1")
    assert '"number": null' in said(console)
    with pytest.raises(LookupFailed, match="give one of these ids"):
        desk.show("")


def test_what_is_wrong_is_also_said_without_any_value(house: House) -> None:
    faults = "select distinct fault from ops.quarantine order by fault"
    assert [fault for (fault,) in house.query(faults)] == [
        "it is no record that can be read",
        "order_number is missing (field number)",
        "the answer cannot be read",
        "these cannot be read: quantity",
    ]
    quoting = "select count(*) from ops.quarantine where reason like '%ada@example.com%'"
    assert house.query(quoting) == [(3,)]


def test_decisions_need_a_reason_and_a_record(desk: Desk, house: House) -> None:
    ((rejected,),) = house.query(
        "select quarantine_id from ops.quarantine where broken_rule = 'answer_form'"
    )
    house.close()
    for given, decision, why, message in (
        ("test/orders/1", "accept", " ", "needs its reason"),
        ("nothing", "accept", "so", "nothing in quarantine"),
        (rejected, "accept", "so", "never became a record"),
    ):
        with pytest.raises(LookupFailed, match=message):
            desk.decide(given, decision, why)


def test_accepted_ones_reach_silver_and_dismissed_ones_are_counted(
    house: House, desk: Desk
) -> None:
    desk.decide("test/orders/1", "accept", "sold at the fair, without a number")
    desk.decide("test/orders/2", "dismiss", "a test of the cash desk")
    with pytest.raises(LookupFailed, match="decided already"):
        desk.decide("test/orders/1", "dismiss", "so")
    assert list(quarantine.mistakes(house.folder / "seeds/rules")) == []
    assert house.run("build", "--exclude-resource-type", "test", "--select", *BUILT) == []
    states = dict(house.query(STATES + " nulls last"))
    assert states == {"1": "accepted", "2": "dismissed", "3": "open", "4": "open", None: "open"}
    ((verdict, reasons),) = house.query(
        "select verdict, reasons from silver.orders where record_id = '1'"
    )
    assert verdict == "warned"
    assert "accepted as it is by Ada on" in reasons
    assert house.query("select count(*) from staging.stg_shop__lines where not is_deleted") == [
        (3,)
    ]
    counted = "1 dismissed from quarantine + 2 in quarantine + 2 staged"
    assert house.query(LEDGER_OF_ORDERS) == [(counted, 0)]


def test_what_the_vendor_or_the_mapping_mends_is_gone_at_the_next_build(house: House) -> None:
    house.add_records("shop", "orders", [order(1, number=None, total="12")], extracted_at=later(1))
    house.add_records("shop", "orders", [order(3)], extracted_at=later(1))
    house.add_run("notes", at=later(1), is_whole=False)  # reads on: answers are good again
    assert house.run("build", "--exclude-resource-type", "test", "--select", *BUILT) == []
    assert house.query(STATES) == [("1", "open"), ("2", "dismissed"), ("4", "open"), (None, "open")]
    house.add_run("notes", at=later(2))  # lists everything, and the bad record is not there
    mended = copy.deepcopy(ORDERS)
    mended["mapping"][0] = {"target": "order_number", "source": "id", "required": True}
    house.set_mapping("stg_shop__orders", mended)
    assert house.run("build", "--exclude-resource-type", "test", "--select", *BUILT) == []
    assert house.query(STATES) == []
    assert house.query(LEDGER_OF_ORDERS) == [("5 staged", 0)]


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ("1,accept,k,Ada,2026-11-01,so\n1,dismiss,k,Ada,2026-11-01,so", "decided on a line before"),
        ("1,keep,k,Ada,2026-11-01,so", "none of accept, dismiss"),
        ("1,accept,k,,2026-11-01,so", "decided_by is empty"),
        ("1,accept,k,Ada,yesterday,so", "no date"),
        ("1,accept", "2 values for 6 columns"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, mistake: str) -> None:
    seed = tmp_path / "quarantine_decisions.csv"
    seed.write_text(",".join(quarantine.COLUMNS) + f"\n{line}\n")
    (said,) = quarantine.mistakes(tmp_path)
    assert mistake in said
