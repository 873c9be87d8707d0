"""Files that people drop: encodings, workbooks, titles, totals, continuation rows, date orders."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from pipelines import ingest, systems
from pipelines.connections import Connection
from pipelines.layouts import (
    controls,
    date_order,
    has_decimal_comma,
    iso_date,
    number,
    recognise,
    table,
)
from pipelines.sheets import Rows, UnreadableError, is_readable_name, sheets
from pipelines.systems.files import recognised

HEADERS = Path(__file__).resolve().parents[3] / "shared" / "payloads" / "csv" / "headers.jsonl"
CONTACTS = "Customer,Phone Numbers,Email,Full Name,Billing Address"


def records(rows: Rows, **options: str) -> list[dict[str, object]]:
    match = recognise(rows)
    assert match is not None
    return table(match, rows, **options).records


def rows_of(name: str, content: bytes) -> Rows:
    ((sheet, _),) = recognised(name, content)
    return sheet.rows


@pytest.mark.skipif(not HEADERS.exists(), reason="needs ../shared/payloads/csv/headers.jsonl")
def test_every_export_seen_in_the_wild_is_recognised() -> None:
    seen = [json.loads(line) for line in HEADERS.read_text().splitlines()]
    found = {row["export"]: recognise([["a title"], [], row["columns"]]) for row in seen}
    assert {export for export, match in found.items() if match is None} == set()
    names = {(row["system"], match.layout.name) for row in seen if (match := found[row["export"]])}
    assert all(layout.startswith(system) for system, layout in names)


@pytest.mark.parametrize(
    "content",
    [
        f"{CONTACTS}\nZoë,,z@example.com,,\n".encode(),
        f"\ufeff{CONTACTS}\r\nZoë,,z@example.com,,\r\n".encode(),
        f"{CONTACTS}\nZoë,,z@example.com,,\n".encode("cp1252"),
        f"{CONTACTS}\nZoë,,z@example.com,,\n".replace(",", "\t").encode("utf-16"),
        f"{CONTACTS}\nZoë,,z@example.com,,\n".replace(",", ";").encode(),
    ],
)
def test_encodings_and_delimiters_are_seen_through(content: bytes) -> None:
    assert rows_of("contacts.csv", content)[1][:3] == ["Zoë", "", "z@example.com"]


def test_workbooks_json_lines_parquet_and_zips_are_tables() -> None:
    book = Workbook()
    for row in (CONTACTS.split(","), ["Zoë", 31612345678, "z@example.com", None, 1.5]):
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    expected = ["Zoë", "31612345678", "z@example.com", "", "1.5"]
    assert rows_of("c.xlsx", buffer.getvalue())[1] == expected
    record = dict(zip(CONTACTS.split(","), expected, strict=True))
    assert rows_of("c.jsonl", json.dumps(record).encode())[1] == expected
    packed = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist([record]), packed)
    assert rows_of("c.parquet", packed.getvalue())[1] == expected
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("c.csv", ",".join(CONTACTS.split(",")) + "\n" + ",".join(expected))
    assert rows_of("c.zip", archive.getvalue())[1] == expected


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.xls", b"<html><table></table></html>", "web page"),
        ("a.xlsx", b"not a workbook", "cannot be read as a workbook"),
        ("a.parquet", b"PAR1", "cannot be read as Parquet"),
        ("a.jsonl", b'{"a":1}\n{"a"', "line 2 is not JSON"),
        ("a.zip", b"PK", "cannot be unpacked"),
        ("a.csv", b"who,what\nme,this\n", "no known layout.*nearest is"),
    ],
)
def test_what_cannot_be_read_says_why(name: str, content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        recognised(name, content)


def test_files_still_being_written_are_left_alone() -> None:
    names = ["a.csv", "b.csv.part", ".c.csv", "~$d.xlsx", "e.crdownload", "f.pdf", "g.XLSX"]
    assert [name for name in names if is_readable_name(name)] == ["a.csv", "g.XLSX"]


def test_titles_totals_repeated_headers_and_footers_are_not_records() -> None:
    header = CONTACTS.split(",")
    rows = [
        ["Customer Contact List"],
        ["Goldpan & Daughters"],
        [],
        header,
        ["Anna", "Phone:1", "a@example.com", "Anna A", ""],
        header,
        ["Totally Tea", "", "t@example.com", "", ""],
        ["TOTAL", "", "", "", "12"],
        [],
        ["Monday, November 2, 2026"],
    ]
    assert [record["Customer"] for record in records(rows)] == ["Anna", "Totally Tea"]


def told(rows: Rows) -> list[dict[str, Any]]:
    match = recognise(rows)
    assert match is not None
    return list(controls(match, table(match, rows)))


def test_a_sheet_says_how_many_records_and_what_sums_it_holds() -> None:
    header = ["Date", "Num", "Customer", "Due Date", "Amount", "Open Balance"]
    rows = [
        header,
        ["10/01/2026", "1001", "Kettle", "10/31/2026", "$1,100.00", "0.00"],
        ["Total for Kettle", "", "", "", "$1,100.00", "0.00"],
        ["10/02/2026", "1002", "Mill", "11/01/2026", "(50.50)", ""],
        ["TOTAL", "", "", "", "$1,049.50", "7.00"],
    ]
    keys = ["1001/Kettle", "1002/Mill"]
    assert told(rows) == [
        {"column": None, "count": 2, "total": None, "rows": [{"key": key} for key in keys]},
        {
            "column": "Amount",
            "count": None,
            "total": "1049.50",
            "rows": [
                {"key": keys[0], "amount": "1100.00"},
                {"key": keys[1], "amount": "-50.50"},
            ],
        },
        {
            "column": "Open Balance",
            "count": None,
            "total": "7.00",
            "rows": [{"key": keys[0], "amount": "0.00"}, {"key": keys[1], "amount": "0"}],
        },
    ]


def test_a_count_below_words_is_what_the_sheet_says_it_holds() -> None:
    rows = [["Customer no", "Customer name", "E-mail"], ["7", "Ann", ""], ["Total", "3"]]
    assert [(one["column"], one["count"], len(one["rows"])) for one in told(rows)] == [(None, 3, 1)]


def test_continuation_rows_add_up_under_their_record() -> None:
    header = ["*InvoiceNo", "*Customer", "*InvoiceDate", "*ItemAmount"]
    rows = [header, ["1", "Ann", "10/01/2026", "1.234,50"], ["1", "", "", "0,50"],
            ["Total", "", "", "1.235,00"]]  # fmt: skip
    (_, total) = told(rows)
    assert (total["total"], total["rows"]) == ("1235.00", [{"key": "1", "amount": "1235.00"}])


@pytest.mark.parametrize(
    ("text", "comma", "amount"),
    [
        ("$1,149.00", False, "1149.00"),
        ("(1,149.00)", False, "-1149.00"),
        ("- £5", False, "-5"),
        ("12.50-", False, "-12.50"),
        ("EUR 5", False, "5"),
        ("1.234,50 €", True, "1234.50"),
        ("1 234,5", True, "1234.5"),
        ("12 pieces", False, None),
        ("A-17", False, None),
        ("", False, None),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, comma: bool, amount: str | None) -> None:
    assert number(text, comma) == (None if amount is None else Decimal(amount))


def test_continuation_rows_become_one_order_with_its_lines() -> None:
    header = ["Name", "Financial Status", "Total", "Lineitem name", "Lineitem quantity"]
    rows = [
        header,
        ["#2", "paid", "30.00", "Mug", "1"],
        ["#2", "", "", "Kettle", "2"],
        ["#1", "pending", "5.00", "Tea", "1"],
    ]
    first, second = records(rows)
    assert (first["_key"], first["Total"], first["Financial Status"]) == ("#2", "30.00", "paid")
    assert first["lines"] == [
        {"Lineitem name": "Mug", "Lineitem quantity": "1"},
        {"Lineitem name": "Kettle", "Lineitem quantity": "2"},
    ]
    assert (second["_key"], second["Total"]) == ("#1", "5.00")


def test_group_names_of_reports_are_filled_down() -> None:
    rows = [
        ["Date", "Num", "Customer", "Due Date", "Amount", "Open Balance"],
        ["01/15/2026", "10", "Anna", "02/14/2026", "1.00", "0.00"],
        ["01/16/2026", "", "", "02/15/2026", "2.00", "0.00"],
        ["", "", "Ben", "", "", ""],
    ]
    assert [record["Customer"] for record in records(rows)] == ["Anna", "Anna"]


def test_columns_per_location_are_gathered() -> None:
    rows = [
        ["Token", "Item Name", "Variation Name", "SKU", "Price", "Current Quantity Pier"],
        ["T1", "Mug", "Blue", "M-1", "$5.00", "7"],
    ]
    (record,) = records(rows)
    assert record["current_quantities"] == [{"name": "Pier", "value": "7"}]


def test_a_row_without_a_key_is_set_aside() -> None:
    rows = [CONTACTS.split(","), ["", "1", "", "Nobody", "2"], ["Anna", "", "", "", "x"]]
    match = recognise(rows)
    assert match is not None
    made = table(match, rows)
    assert made.rejected == [("the row has no Customer", ["", "1", "", "Nobody", "2"])]
    assert len(made.records) == 1


def test_local_times_become_instants() -> None:
    header = "Date,Time,Time Zone,Item,Qty,Gross Sales,Net Sales,Transaction ID,Payment ID"
    line = "2026-07-01,09:30:00,Eastern Time (US & Canada),Mug,1,$5.00,$5.00,T1,P1"
    (record,) = records([header.split(","), line.split(",")])
    assert record["_times"] == {"sold_at": "2026-07-01T13:30:00+00:00"}


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["01/02/2026", "13/02/2026"], "dmy"),
        (["01/02/2026", "02/13/2026"], "mdy"),
        (["01/02/2026"], None),
        (["2026-01-02"], None),
        ([], None),
    ],
)
def test_the_order_of_day_and_month_is_decided_by_the_file(
    values: list[str], order: str | None
) -> None:
    assert date_order(values) == order


@given(st.dates(min_value=date(1000, 1, 1)))
def test_dates_are_read_back_in_either_order(day: date) -> None:
    assert iso_date(f"{day:%d/%m/%Y}", "dmy") == day.isoformat()
    assert iso_date(f"{day:%m.%d.%Y}", "mdy") == day.isoformat()


def test_no_date_is_none() -> None:
    assert iso_date("31/02/2026", "dmy") is None
    assert iso_date("soon", "dmy") is None


@pytest.mark.parametrize(
    ("values", "comma"),
    [(["1.234,50", "3,00"], True), (["1,234.50"], False), (["12"], False), (["€ 12,50"], True)],
)
def test_decimal_commas_are_decided_by_the_file(values: list[str], comma: bool) -> None:
    assert has_decimal_comma(values) is comma


def test_a_file_is_read_once_per_content(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox = scratch / "inbox"
    inbox.mkdir()
    monkeypatch.setattr(systems, "names", lambda: ["files"])
    connection = Connection(name="drop", system="files", settings={"folder": str(inbox)})

    def run() -> tuple[int, int, int]:
        (outcome,) = ingest.Run([connection]).start()
        assert not outcome.failed, outcome
        one = outcome.tallies["quickbooks_customers"]
        return outcome.tallies["files"].read, one.read, one.new + one.changed

    (inbox / "a.csv").write_text(f"{CONTACTS}\nAnna,1,a@example.com,Anna A,x\n")
    assert run() == (1, 1, 1)
    assert run() == (0, 0, 0)
    (inbox / "copy of a.csv").write_bytes((inbox / "a.csv").read_bytes())
    assert run() == (0, 0, 0)
    (inbox / "b.csv").write_text(
        f"title\n\n{CONTACTS}\nAnna,1,a@example.com,Anna A,x\nBen,2,b@example.com,Ben B,y\n"
    )
    assert run() == (1, 2, 1)  # Anna's row came again under another name, unchanged


def test_only_one_way_to_read_a_workbook() -> None:
    with pytest.raises(UnreadableError, match="web page"):
        list(sheets("x.xls", b"  <!DOCTYPE html><html></html>"))
