"""Quality scores: what is counted of an entity's records."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from pipelines.macros import Macros
from tests.mapping.project import ROOT

COLUMNS = {"issued_date": "date", "due_date": "date", "balance_amount": "numeric", "total": "text"}


def entity_quality(**meta: Any) -> str:
    """The SQL of the macro for an entity of these columns with the given meta."""
    names = {name: SimpleNamespace(name=name, data_type=kind) for name, kind in COLUMNS.items()}
    node = SimpleNamespace(
        resource_type="model",
        name="invoices_records",
        config={"meta": {"entity": "invoice", **meta}},
        columns=names,
    )
    macros = Macros(
        ROOT / "macros",
        graph=SimpleNamespace(nodes={"invoices_records": node}),
        model=SimpleNamespace(name="quality_scores"),
    )
    return macros.call("entity_quality", "invoice", "records")


def test_pairs_of_fields_that_are_out_of_order_are_counted() -> None:
    db = duckdb.connect()
    db.execute(
        "create table records (connection text, system text, verdict text, is_deleted boolean, "
        "issued_date date, due_date date, balance_amount decimal(18, 2), total text)"
    )
    early, late = dt.date(2026, 10, 1), dt.date(2026, 11, 1)
    for issued, due, is_deleted in (
        (early, late, False),
        (early, early, False),
        (late, early, False),
        (early, None, False),
        (late, early, True),
    ):
        values = ["books", "ledger", "accepted", is_deleted, issued, due, None, "7"]
        db.execute("insert into records values (?, ?, ?, ?, ?, ?, ?, ?)", values)
    sql = entity_quality(in_order=[["issued_date", "due_date"]], expected=["due_date", "total"])
    cursor = db.execute(sql)
    names = [column[0] for column in cursor.description or []]
    (row,) = cursor.fetchall()
    assert dict(zip(names, row, strict=True)) == {
        "entity": "invoice",
        "connection": "books",
        "system": "ledger",
        "record_count": 4,
        "passing_count": 4,
        "quarantined_count": 0,
        "expected_cells": 8,
        "filled_cells": 7,
        "pair_count": 3,
        "kept_pair_count": 2,
    }


@pytest.mark.parametrize("meta", [{"in_order": [["issued_date", "paid"]]}, {"expected": ["paid"]}])
def test_a_column_that_is_not_there_is_named(meta: dict[str, Any]) -> None:
    with pytest.raises(Exception, match="no column 'paid'"):
        entity_quality(**meta)
