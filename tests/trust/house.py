"""A small warehouse with all of ops: a shop with orders, their lines and its contacts.

Silver is replaced by what the ledger needs of it: a crosswalk or entity per record.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import yaml
from dbt.adapters.duckdb.connections import DuckDBConnectionManager

from pipelines.bronze import META_TABLES
from tests.mapping.project import LOADED_AT, ROOT, Project

SOURCES = "dbt_project/models/staging/_bronze_meta__sources.yml"
OPS = "dbt_project/models/ops"
LEDGER = (
    "ledger_loads",
    "ledger_streams",
    "ledger_entries",
    "ledger_stagings",
    "ledger_exclusions",
    "ledger_terms",
    "record_ledger",
    "ledger_keys",
)
QUARANTINE = ("quarantine", "unread_values")
DRIFT = ("stream_fields", "drift")
RUNS = ("run_history", "run_results")
KINDS = {"text": "text", "string": "text", "int64": "bigint", "double": "double", "bool": "boolean"}
LINKED = re.compile(r"'(\w+)': ref\('(\w+)'\)")
ORDERS: dict[str, Any] = {
    "entity": "order",
    "arrays": {"lines": "lines"},
    "keep_if": {"source": "kind", "in": ["sale"]},
    "mapping": [
        {"target": "order_number", "source": "number", "required": True},
        {"target": "total_amount", "source": "total", "type": "money"},
        {"target": "status", "source": "state", "type": "code", "codes": "shop_status"},
    ],
}
LINES = {
    "entity": "order_item",
    "parent": {"array": "lines", "key": "id"},
    "mapping": [
        {"target": "order_record_id", "parent": "record_id"},
        {"target": "order_stream", "parent": "stream"},
        {"target": "quantity", "source": "quantity", "type": "decimal", "required": True},
    ],
}
CONTACTS = {
    "entity": "customer",
    "mapping": [{"target": "email", "source": "email", "type": "email"}],
}


def order(record_id: int, **fields: Any) -> dict[str, Any]:
    """An order of the shop with two lines."""
    lines = [{"id": f"{record_id}-{n}", "quantity": n} for n in (1, 2)]
    made = {"id": record_id, "kind": "sale", "number": f"#{record_id}", "total": "10.00"}
    return made | {"lines": lines} | fields


class House(Project):
    """A scratch project whose ledger, quarantine and drift are built for real."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.add_entities()
        self._add_shop()
        self._add_silver()
        shutil.copy(ROOT / SOURCES, folder / SOURCES)
        for name in (*LEDGER, *QUARANTINE, *DRIFT, *RUNS):
            self.write(f"{OPS}/{name}.sql", (ROOT / OPS / f"{name}.sql").read_text())
        for name in ("assert_the_ledger_balances", "assert_no_required_field_drifts"):
            path = f"tests/business/{name}.sql"
            self.write(path, (ROOT / path).read_text())
        self._make_meta()

    def _add_shop(self) -> None:
        codes = "code_list,source_code,code,label\nshop_status,paid,completed,Paid\n"
        self.write("seeds/codes/codes_shop.csv", codes)
        source = "{{{{ stage_records(source('bronze_shop', '{}'), codes=ref('codes_shop')) }}}}\n"
        self.add_model("stg_shop__orders", source.format("orders"), ORDERS)
        self.add_model("stg_shop__contacts", source.format("contacts"), CONTACTS)
        self.add_model("stg_shop__lines", "{{ stage_array(ref('stg_shop__orders')) }}\n", LINES)
        for entity, staging in (
            ("orders", "orders"),
            ("order_items", "lines"),
            ("customers", "contacts"),
        ):
            sql = f"{{{{ union_records([ref('stg_shop__{staging}')]) }}}}\n"
            self.write(f"dbt_project/models/silver/records/{entity}_records.sql", sql)
        for stream in ("orders", "contacts", "notes"):
            self.add_records("shop", stream, [])

    def _add_silver(self) -> None:
        """Each crosswalk or entity that the ledger looks at: its records, none left out."""
        text = (ROOT / "macros/quality/entity_links.sql").read_text()
        stand_ins = dict(LINKED.findall(text)) | {"orders": "orders", "invoices": "invoices"}
        for name in stand_ins.values():
            records = f"{name.removesuffix('_xref')}_records"
            alive = "" if name.endswith("_xref") else " and not is_deleted"
            self.write(
                f"dbt_project/models/silver/{name}.sql",
                f"select * from {{{{ ref('{records}') }}}} where verdict <> 'quarantined'{alive}\n",
            )

    def _make_meta(self) -> None:
        with duckdb.connect(str(self.warehouse)) as db:
            db.execute("create schema bronze_meta; create schema bronze_shop")
            db.execute("create table bronze_shop._dlt_loads (load_id text, status bigint)")
            db.execute("insert into bronze_shop._dlt_loads values ('load', 0)")
            for table, schema in META_TABLES.items():
                columns = ", ".join(
                    f"{field.name} {KINDS.get(str(field.type), 'timestamp')}" for field in schema
                )
                db.execute(f"create table bronze_meta.{table} ({columns})")

    def add_run(self, stream: str, load_id: str | None = "load", **counts: Any) -> None:
        """A run, of status done, with its counts: read, new, requests …; others are 0."""
        kinds = ("read", "vanished", "new", "changed", "unchanged", "deleted", "rejected")
        row = {f"records_{kind}": counts.get(kind, 0) for kind in kinds}
        at = counts.get("at", LOADED_AT)
        row |= {"run_id": f"run {stream} {at}", "connection": "test", "system": "shop"}
        row |= {
            "stream": stream,
            "load_id": load_id,
            "started_at": at,
            "status": counts.get("status", "done"),
        }
        row |= {"requests": counts.get("requests", 0), "is_whole": counts.get("is_whole", True)}
        self.insert("stream_runs", row)

    def insert(self, table: str, row: Mapping[str, Any]) -> None:
        """One row of a table of bronze_meta."""
        holders = ", ".join("?" for _ in row)
        sql = f"insert into bronze_meta.{table} ({', '.join(row)}) values ({holders})"
        self.execute(sql, list(row.values()))

    def execute(self, sql: str, values: Sequence[Any] = ()) -> None:
        with duckdb.connect(str(self.warehouse)) as db:
            db.execute(sql, list(values))

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.warehouse)) as db:
            return db.execute(sql).fetchall()

    def close(self) -> None:
        """Let others open the warehouse; dbt keeps it open in this process."""
        DuckDBConnectionManager.close_all_connections()

    def set_mapping(self, model: str, meta: Mapping[str, Any]) -> None:
        """Write a staging model's mapping anew."""
        path = f"dbt_project/models/staging/{model}.yml"
        models = [{"name": model, "config": {"meta": dict(meta)}}]
        self.write(path, yaml.safe_dump({"models": models}))


def later(days: int) -> dt.datetime:
    """So many days after the first load."""
    return LOADED_AT + dt.timedelta(days=days)
