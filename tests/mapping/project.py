"""A dbt project in a scratch folder: the real macros, seeds and entities, test data as bronze.

Example: payloads of a vendor through its staging models, whole rows back::

    project = Project(tmp_path)
    project.add_system("shopify")
    project.add_records("shopify", "orders", [{"id": 1, "name": "#1001"}])
    project.build("stg_shopify__orders")
    assert project.rows("stg_shopify__orders") == [...]
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

ROOT = Path(__file__).resolve().parents[2]
LOADED_AT = dt.datetime(2026, 11, 1)
BRONZE_COLUMNS = """
    connection text, record_id text, payload json, payload_hash text, changed_at timestamp,
    is_deleted boolean, extracted_at timestamp, request_id text, _dlt_load_id text
"""


ENTITIES = "dbt_project/models/silver/records"
PARSED = "target/partial_parse.msgpack"


@cache
def parsed() -> bytes:
    """What dbt keeps of a parsed project with all macros and entities; made once."""
    with tempfile.TemporaryDirectory() as name:
        project = Project(Path(name), is_parsed=False)
        project.add_entities()
        shutil.rmtree(project.folder / "seeds")  # dbt keeps the folder that a seed was read from
        assert not (problems := project.run("parse")), problems
        return (project.folder / PARSED).read_bytes()


class Project:
    """A scratch project over its own warehouse file; dbt parses only what is new in it."""

    def __init__(
        self,
        folder: Path,
        variables: Mapping[str, Any] | None = None,
        *,
        is_parsed: bool = True,
    ) -> None:
        self.folder = folder
        self.warehouse = folder / "warehouse.duckdb"
        self.variables = dict(variables or {})
        self.bronze: dict[tuple[str, str], list[tuple[Any, ...]]] = {}
        self._copy_frame()
        if is_parsed:
            (self.folder / PARSED).parent.mkdir()
            (self.folder / PARSED).write_bytes(parsed())

    def _copy_frame(self) -> None:
        frame = yaml.safe_load((ROOT / "dbt_project.yml").read_text())
        frame["vars"]["mapping_overrides"] = {}  # they name stagings that are not copied
        self.write("dbt_project.yml", yaml.safe_dump(frame, sort_keys=False))
        for name in ("macros", "seeds/reference"):
            shutil.copytree(ROOT / name, self.folder / name)
        for name in ("seeds/codes", "seeds/rules"):
            (self.folder / name).mkdir()
        for name in ("quarantine_decisions.csv", "_quarantine__seeds.yml"):
            shutil.copy(ROOT / "seeds/rules" / name, self.folder / "seeds/rules")
        (self.folder / "dbt_project/models/staging").mkdir(parents=True)
        # The same path in every project: dbt parses all anew when the profile changes.
        output = {"type": "duckdb", "path": self.warehouse.name, "settings": {"TimeZone": "UTC"}}
        profile = {"goldpan": {"target": "duckdb", "outputs": {"duckdb": output}}}
        (self.folder / "profiles.yml").write_text(yaml.safe_dump(profile))

    def write(self, path: str, text: str) -> None:
        """Write a file of the project, e.g. a model; `path` counts from its folder."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    def add_entity(self, entity: str, columns: Mapping[str, str], **meta: Any) -> None:
        """Define an entity by {column: data type} and what else its meta says."""
        model = {
            "name": f"{entity}s_records",
            "config": {"meta": {"entity": entity, **meta}},
            "columns": [{"name": name, "data_type": kind} for name, kind in columns.items()],
        }
        folder = "dbt_project/models/silver/records"
        self.write(f"{folder}/{entity}s_records.sql", "select 1 as nothing")
        self.write(f"{folder}/_{entity}s_records.yml", yaml.safe_dump({"models": [model]}))

    def add_model(self, name: str, sql: str, meta: Mapping[str, Any]) -> None:
        """Add a staging model with its mapping."""
        model = {"name": name, "config": {"meta": dict(meta)}}
        self.write(f"dbt_project/models/staging/{name}.sql", sql)
        self.write(f"dbt_project/models/staging/{name}.yml", yaml.safe_dump({"models": [model]}))

    def add_system(self, system: str) -> None:
        """Take a system's real staging models, code lists and all entities over."""
        self.add_entities()
        staging = f"dbt_project/models/staging/{system}"
        shutil.copytree(ROOT / staging, self.folder / staging)
        codes = ROOT / f"seeds/codes/codes_{system}.csv"
        if codes.exists():
            shutil.copy(codes, self.folder / "seeds/codes")
        declared = yaml.safe_load((ROOT / staging / f"_{system}__sources.yml").read_text())
        for table in declared["sources"][0]["tables"]:
            self.add_records(system, table["name"], [])

    def add_entities(self) -> None:
        """Take the definitions of all entities over; their tables stay empty."""
        shutil.copytree(ROOT / ENTITIES, self.folder / ENTITIES, dirs_exist_ok=True)
        for sql in (self.folder / ENTITIES).glob("*.sql"):
            sql.write_text("{{ union_records([]) }}\n")

    def add_records(
        self,
        system: str,
        stream: str,
        payloads: Iterable[Any],
        *,
        key: str = "id",
        connection: str = "test",
        is_deleted: bool = False,
        extracted_at: dt.datetime = LOADED_AT,
        changed_at: dt.datetime | None = None,
    ) -> None:
        """Append bronze rows; payloads are objects, or JSON texts kept to the byte.

        The record id is the payload's `key`; without it, its position from 1.
        """
        rows = self.bronze.setdefault((system, stream), [])
        for position, payload in enumerate(payloads, 1):
            text = payload if isinstance(payload, str) else json.dumps(payload)
            decoded = json.loads(text)
            record_id = decoded.get(key, position) if isinstance(decoded, dict) else position
            rows.append(
                (connection, str(record_id), text, "", changed_at, is_deleted, extracted_at)
            )

    def _write_bronze(self) -> None:
        with duckdb.connect(str(self.warehouse)) as db:
            for (system, stream), rows in self.bronze.items():
                table = f"bronze_{system}.{stream}"
                db.execute(f"create schema if not exists bronze_{system}")
                db.execute(f"create or replace table {table} ({BRONZE_COLUMNS})")
                if rows:
                    holders = "?, ?, ?, ?, ?, ?, ?, 'request', 'load'"
                    db.executemany(f"insert into {table} values ({holders})", rows)

    def _write_sources(self) -> None:
        for system in {system for system, _ in self.bronze}:
            streams = sorted(stream for name, stream in self.bronze if name == system)
            if (self.folder / f"dbt_project/models/staging/{system}").exists():
                continue
            source = {"name": f"bronze_{system}", "tables": [{"name": s} for s in streams]}
            self.write(
                f"dbt_project/models/staging/_{system}__sources.yml",
                yaml.safe_dump({"sources": [source]}),
            )

    def run(self, *arguments: str) -> list[str]:
        """Run dbt; the errors of nodes that failed, or the one error that stopped it."""
        self._write_bronze()
        self._write_sources()
        place = ["--project-dir", str(self.folder), "--profiles-dir", str(self.folder)]
        options = ["--quiet", "--log-level-file", "none"]
        variables = ["--vars", json.dumps(self.variables)]
        DuckDBConnectionManager.close_all_connections()  # another project's file of that name
        with contextlib.chdir(self.folder):
            outcome = dbtRunner().invoke([*options, *arguments, *place, *variables])
        if outcome.exception is not None:
            return [str(outcome.exception)]
        results = getattr(outcome.result, "results", [])
        return [str(r.message) for r in results if str(r.status) not in ("success", "pass")]

    def build(self, *models: str) -> None:
        """Load the seeds and build `models` (all of staging when none is named).

        Raises AssertionError with dbt's messages when anything fails.
        """
        chosen = ("resource_type:seed", *(models or ("staging",)))
        problems = self.run("build", "--exclude-resource-type", "test", "--select", *chosen)
        assert not problems, "\n".join(problems)

    def rows(self, model: str, columns: Sequence[str] = ("*",)) -> list[dict[str, Any]]:
        """A built staging model's rows, ordered by record_key, as dicts."""
        with duckdb.connect(str(self.warehouse)) as db:
            query = f"select {', '.join(columns)} from staging.{model} order by record_key"
            cursor = db.execute(query)
            names = [column[0] for column in cursor.description or []]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
