"""Golden records without systems: planted member records, the real definitions and macros.

Example::

    golden = Golden(tmp_path)
    golden.add("customer", 1, [{"email": "a@x.com"}, {"email": "b@x.com"}])
    golden.build_golden()
    golden.cells("customer", 1)["email"]["golden_value"]
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import yaml
from dbt.adapters.duckdb.connections import DuckDBConnectionManager

from tests.mapping.project import ROOT, Project

PLACES = {"customer": "customers", "product": "products", "employee": "employees"}
RECORDS = "dbt_project/models/silver/records"
CONTRACT = {
    "record_number": "bigint",
    "founder_number": "bigint",
    "party": "text",
    "record_key": "text",
    "connection": "text",
    "system": "text",
    "stream": "text",
    "record_id": "text",
    "custom_fields": "text",
    "is_deleted": "boolean",
    "verdict": "text",
    "reasons": "text",
    "unreadable_values": "text",
    "field_changed_at": "text",
    "former_values": "text",
    "changed_at": "timestamp",
    "first_seen_at": "timestamp",
    "extracted_at": "timestamp",
}
SEEN_AT = dt.datetime(2026, 1, 1)


class Definition:
    """An entity as its records model's YAML defines it."""

    def __init__(self, entity: str) -> None:
        place = PLACES[entity]
        text = (ROOT / RECORDS / f"_{place}_records.yml").read_text()
        model = yaml.safe_load(text)["models"][0]
        meta = model["config"]["meta"]
        self.references = list(meta["golden_references"])
        columns = {c["name"]: c["data_type"] for c in model["columns"]}
        self.columns = {name: kind for name, kind in columns.items() if name != "record_key"}
        self.fields = {
            name: kind
            for name, kind in self.columns.items()
            if not name.endswith(("_record_id", "_stream")) and not name.startswith("external_")
        } | dict.fromkeys(("custom_fields", *self.references), "text")
        self.groups: dict[str, list[str]] = meta["field_groups"]
        grouped = {name for names in self.groups.values() for name in names}
        self.units = dict(self.groups) | {n: [n] for n in self.fields if n not in grouped}

    def kind(self, unit: str) -> str:
        """What a rule may rank of it: text, number, date, boolean or group."""
        if unit in self.groups:
            return "group"
        base = self.fields[unit].split("(")[0]
        kinds = {"text": "text", "boolean": "boolean", "date": "date", "timestamp": "date"}
        return kinds.get(base, "number")


def definitions() -> dict[str, Definition]:
    """Every entity that is put together field by field."""
    return {entity: Definition(entity) for entity in PLACES}


class Golden(Project):
    """A scratch project whose members are planted and whose golden records are built for real."""

    def __init__(self, folder: Path, variables: Mapping[str, Any] | None = None) -> None:
        super().__init__(folder, variables)
        self.definitions = definitions()
        self.members: dict[str, list[dict[str, Any]]] = {entity: [] for entity in PLACES}
        self.server_date = dt.datetime(2026, 11, 1)
        self.also: tuple[str, ...] = ()  # models that are built after the golden ones
        shutil.copytree(ROOT / "seeds/identity", folder / "seeds/identity")
        shutil.copytree(
            ROOT / "dbt_project/snapshots",
            folder / "dbt_project/snapshots",
            ignore=shutil.ignore_patterns("_ops_*"),  # those of the ops layer, which is not here
        )
        shutil.copytree(ROOT / RECORDS, folder / RECORDS)
        for sql in (folder / RECORDS).glob("*.sql"):
            sql.write_text("{{ union_records([]) }}\n")
        requests = ROOT / "dbt_project/models/staging/_bronze_meta__sources.yml"
        shutil.copy(requests, folder / "dbt_project/models/staging")
        for place in PLACES.values():
            self._copy_models(place)
        shutil.copytree(
            ROOT / "dbt_project/models/silver/conflicts",
            folder / "dbt_project/models/silver/conflicts",
        )

    def _copy_models(self, place: str) -> None:
        silver = f"dbt_project/models/silver/{place}"
        for name in ("", "_contests", "_survivors", "_provenance", "_versions", "_conflicts"):
            source = ROOT / silver / f"{place}{name}.sql"
            self.write(f"{silver}/{source.name}", source.read_text())
        self.write(f"{silver}/{place}_members.sql", f"select * from planted.{place}\n")

    def add(self, entity: str, founder: int, records: Iterable[Mapping[str, Any]]) -> None:
        """Plant the records of one golden thing; the first founds it.

        What a record leaves out is null, but for keys, times and system ("shop" of "shop").
        """
        for number, record in enumerate(records, founder):
            place = PLACES[entity]
            full = {
                "record_number": number,
                "founder_number": founder,
                "party": "person",
                "record_key": f"shop/{place}/{number}",
                f"{entity}_id": f"shop/{place}/{founder}",
                "connection": record.get("system", "shop"),
                "system": "shop",
                "stream": place,
                "record_id": str(number),
                "is_deleted": False,
                "verdict": "accepted",
                "changed_at": SEEN_AT,
                "first_seen_at": SEEN_AT,
                "extracted_at": SEEN_AT,
                **record,
            }
            for name in ("field_changed_at", "former_values", "unreadable_values"):
                if isinstance(full.get(name), dict):
                    full[name] = json.dumps(full[name], default=str)
            self.members[entity].append(full)

    def seed(self, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Replace a seed of seeds/identity; columns that a row leaves out are empty."""
        path = self.folder / f"seeds/identity/{name}.csv"
        header = path.read_text().splitlines()[0].split(",")
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, header, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def _plant(self) -> None:
        with duckdb.connect(str(self.warehouse)) as db:
            db.execute("create schema if not exists planted")
            db.execute("create schema if not exists bronze_meta")
            db.execute(
                "create or replace table bronze_meta.requests as select cast(? as timestamp) as"
                " server_date, cast(? as timestamp) as requested_at",
                [self.server_date, self.server_date],
            )
            for entity, place in PLACES.items():
                definition = self.definitions[entity]
                columns = CONTRACT | {f"{entity}_id": "text"} | definition.columns
                columns |= dict.fromkeys(definition.references, "text")
                listed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
                db.execute(f"create or replace table planted.{place} ({listed})")
                for record in self.members[entity]:
                    names = ", ".join(record)
                    holders = ", ".join("?" for _ in record)
                    db.execute(
                        f"insert into planted.{place} ({names}) values ({holders})",
                        list(record.values()),
                    )

    def run(self, *arguments: str) -> list[str]:
        """As Project.run; dbt would go on with the open file of another project."""
        DuckDBConnectionManager.close_all_connections()
        return super().run(*arguments)

    def run_golden(self, *models: str) -> list[str]:
        """Plant, load the seeds and build; the errors. All golden models when none is named."""
        self._plant()
        chosen = models or (
            *(
                f"{place}{name}"
                for place in PLACES.values()
                for name in (
                    "_members",
                    "_contests",
                    "_survivors",
                    "_provenance",
                    "_versions",
                    "_conflicts",
                    "",
                )
            ),
            "resource_type:snapshot",
            "conflicts",
            "conflicts_now",
            *self.also,
        )
        seeds = ("survivorship_rules", "survivorship_decisions", "source_priorities")
        return self.run("build", "--exclude-resource-type", "test", "--select", *seeds, *chosen)

    def build_golden(self, *models: str) -> None:
        """As run_golden; raises AssertionError when anything fails."""
        problems = self.run_golden(*models)
        assert not problems, "\n".join(problems)

    def query(self, sql: str) -> list[dict[str, Any]]:
        """Rows as dicts."""
        with duckdb.connect(str(self.warehouse)) as db:
            cursor = db.execute(sql)
            names = [column[0] for column in cursor.description or []]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def winners(self, entity: str) -> dict[tuple[int, str], int | None]:
        """Winning record's number by founder and field or group."""
        units = self.definitions[entity].units
        rows = self.query(f"select * from silver.{PLACES[entity]}_survivors")
        return {
            (row["founder_number"], unit): row[f"{unit}__record_number"]
            for row in rows
            for unit in units
        }

    def cells(self, entity: str, founder: int) -> dict[str, dict[str, Any]]:
        """Provenance of one golden thing by field; losing_values decoded."""
        place = PLACES[entity]
        rows = self.query(
            f"select * from silver.{place}_provenance where {entity}_id = 'shop/{place}/{founder}'"
        )
        for row in rows:
            row["losing_values"] = json.loads(row["losing_values"] or "[]")
        return {row["field"]: row for row in rows}

    def conflicts(self, columns: str = "*") -> list[dict[str, Any]]:
        """Conflicts of all entities, in order of id and period."""
        return self.query(
            f"select {columns} from silver.conflicts order by conflict_id, period_number"
        )
