"""What `dbt build` costs: from cold, with nothing changed, and after 1 % of the records changed.

    python -m benchmarks.build                      # on a copy of the bronze of warehouse.duckdb
    python -m benchmarks.build --orders 1000000     # with so many orders of the shop, made from it

Prints for each build the seconds of the clock and of the processor, what of them is around the
nodes (dbt's start, parsing, files written), the nodes by kind, and the dearest ones. The baseline
of the same run is DuckDB alone: what dbt compiled for the cold build, statement by statement,
without dbt. Orders are multiplied with ids and numbers of their own, which the shop's daily report
does not know: tests that say so do not count.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

ROOT = Path(__file__).resolve().parents[1]
KINDS = ("seed", "snapshot", "model", "test", "unit_test")
STREAMS = """
    select schema_name, table_name from duckdb_tables()
    where schema_name like 'bronze_%' and schema_name <> 'bronze_meta'
        and table_name not like '!_dlt%' escape '!'
"""
# One record of a hundred of each stream gets a version that differs in its times alone.
CHANGED = """
    insert into {schema}.{table}
    select * replace (
        extracted_at + interval 1 hour as extracted_at, 'benchmark' as _dlt_load_id
    )
    from {schema}.{table}
    where hash(record_id) % 100 = 0 and not is_deleted
    qualify row_number() over (partition by connection, record_id order by extracted_at desc) = 1
"""
NOTED = """
    insert into bronze_meta.stream_runs by name
    select
        'benchmark' as run_id, connection, '{system}' as system, '{table}' as stream,
        'benchmark' as load_id, 1440 as promise_minutes, max(extracted_at) as started_at,
        max(extracted_at) as finished_at, 'done' as status, count(*) as records_read,
        0 as records_vanished, 0 as records_new, count(*) as records_changed,
        0 as records_unchanged, 0 as records_deleted, 0 as records_rejected,
        false as is_whole, 0 as requests, 0.0 as seconds, 'benchmark' as _dlt_load_id
    from {schema}.{table}
    where _dlt_load_id = 'benchmark'
    group by connection
"""
MADE = """
    insert into bronze_shopify.orders
    select * replace (
        record_id || '-' || copy as record_id,
        replace(
            replace(payload, record_id, record_id || '-' || copy),
            '"name":"#', '"name":"#' || copy || '-'
        ) as payload,
        'benchmark-made' as _dlt_load_id
    )
    from bronze_shopify.orders
    cross join range({copies}) as copies (copy)
    qualify row_number() over (partition by connection, record_id, copy order by extracted_at) = 1
"""


@dataclass
class Build:
    """One run of dbt, or of its statements without it."""

    name: str
    seconds: float
    processor: float
    around: float = 0.0
    nodes: list[dict[str, Any]] = field(default_factory=list)

    def spent(self, kind: str) -> list[float]:
        """Seconds of each node of a kind, both threads' added up."""
        return [took(node) for node in self.nodes if kind_of(node) == kind]


def kind_of(node: dict[str, Any]) -> str:
    return str(node["unique_id"]).split(".")[0]


def took(node: dict[str, Any], phase: str = "") -> float:
    """Seconds of a node, or of its `compile` or `execute` alone."""
    return sum(
        (moment(part["completed_at"]) - moment(part["started_at"])).total_seconds()
        for part in node["timing"]
        if phase in ("", part["name"]) and part["completed_at"]
    )


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


class Trial:
    """A warehouse in a folder of its own, under the name that the project's file has."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.warehouse = folder / "warehouse.duckdb"
        folder.mkdir(parents=True)

    def dbt(self, name: str) -> Build:
        """`dbt build`. Raises SystemExit with dbt's output when a model could not be built."""
        target = self.folder / "target"
        command = ["dbt", "build", "--target-path", str(target), "--log-path", str(target)]
        environment = os.environ | {"GOLDPAN_WAREHOUSE": str(self.warehouse)}
        begun, before = time.perf_counter(), children()
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        seconds, processor = time.perf_counter() - begun, children() - before
        written = json.loads((target / "run_results.json").read_text())
        results = written["results"]
        if done.returncode and any(one["status"] == "error" for one in results):
            raise SystemExit(done.stdout + done.stderr)
        return Build(name, seconds, processor, seconds - written["elapsed_time"], results)

    def multiply(self, orders: int) -> None:
        """Make the shop's orders so many."""
        with duckdb.connect(str(self.warehouse)) as connection:
            count = "select count(distinct record_id) from bronze_shopify.orders"
            ((known,),) = connection.execute(count).fetchall()
            connection.execute(MADE.format(copies=max(orders // known - 1, 0)))

    def change(self) -> int:
        """Give 1 % of all records a new version; how many."""
        with duckdb.connect(str(self.warehouse)) as connection:
            changed = 0
            for schema, table in connection.execute(STREAMS).fetchall():
                places = {"schema": schema, "table": table, "system": schema[len("bronze_") :]}
                (count,) = connection.execute(CHANGED.format(**places)).fetchall()[0]
                if count:
                    connection.execute(NOTED.format(**places))
                changed += int(count)
            load = """insert into {0}._dlt_loads
                select * replace ('benchmark' as load_id, 0 as status)
                from {0}._dlt_loads limit 1"""
            for schema in bronze_schemas(connection):
                connection.execute(load.format(schema))
        return changed


def children() -> float:
    """Processor seconds of all processes that this one waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def bronze_schemas(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute(STREAMS).fetchall()
    return sorted({str(schema) for schema, _ in rows})


def keep_bronze(warehouse: Path) -> None:
    """Drop what dbt made."""
    with duckdb.connect(str(warehouse)) as connection:
        for layer in ("gold", "ops", "silver", "staging", "seeds"):
            connection.execute(f"drop schema if exists {layer} cascade")


def alone(trial: Trial, nodes: Iterable[dict[str, Any]], built: Path) -> Build:
    """The statements of a build in DuckDB; seeds and snapshots come from the built warehouse."""
    with duckdb.connect(str(trial.warehouse)) as connection:
        connection.execute("set threads = 2; set preserve_insertion_order = false")
        connection.execute("set TimeZone = 'UTC'")
        for layer in ("seeds", "staging", "silver", "gold", "ops"):
            connection.execute(f"create schema {layer}")
        connection.execute(f"attach '{built}' as built (read_only)")
        begun, before = time.perf_counter(), time.process_time()
        for node in nodes:
            for statement in statements(node):
                connection.execute(statement)
        return Build("DuckDB alone", time.perf_counter() - begun, time.process_time() - before)


def statements(node: dict[str, Any]) -> list[str]:
    """What DuckDB alone runs in the place of a node of dbt."""
    kind, relation, sql = kind_of(node), node["relation_name"], node.get("compiled_code")
    if kind in ("seed", "snapshot"):
        source = relation.replace('"warehouse"', "built")
        return [f"create table {relation} as from {source}"]
    if kind == "model":
        what = "view" if node["is_view"] else "table"
        return [f"create {what} {relation} as {sql}"]
    return [f"select count(*) from ({sql})"] if kind == "test" else []


def describe(nodes: list[dict[str, Any]], manifest: Path) -> None:
    described = json.loads(manifest.read_text())["nodes"]
    for node in nodes:
        told = described.get(node["unique_id"], {})
        node["is_view"] = told.get("config", {}).get("materialized") == "view"
        node["relation_name"] = told.get("relation_name")  # run_results leave out the seeds'


def measure(bronze: Path, folder: Path, orders: int) -> list[Build]:
    """The builds in the order in which they were made; the baseline is the last."""
    trial, plain = Trial(folder / "dbt"), Trial(folder / "duckdb")
    shutil.copy(bronze, trial.warehouse)
    keep_bronze(trial.warehouse)
    if orders:
        trial.multiply(orders)
    shutil.copy(trial.warehouse, plain.warehouse)
    builds = [trial.dbt("cold")]
    describe(builds[0].nodes, trial.folder / "target/manifest.json")
    builds.append(trial.dbt("nothing changed"))
    trial.change()
    builds.append(trial.dbt("1 % changed"))
    builds.append(alone(plain, builds[0].nodes, trial.warehouse))
    return builds


def print_builds(builds: list[Build]) -> None:
    baseline = builds[-1]
    print(f"{'build':<17}{'seconds':>9}{'CPU s':>8}{'around':>8}{'× alone':>9}{'of cold':>9}")
    for build in builds:
        line = f"{build.seconds:9.1f}{build.processor:8.1f}{build.around:8.1f}"
        line += f"{build.seconds / baseline.seconds:9.1f}{build.seconds / builds[0].seconds:9.0%}"
        print(f"{build.name:<17}{line}")
    print(f"\n{'nodes':<11}{'count':>6}", *(f"{one.name:>19}" for one in builds[:-1]))
    for kind in KINDS:
        line = f"{kind:<11}{len(builds[0].spent(kind)):6}"
        print(line, *(f"{sum(one.spent(kind)):17.1f} s" for one in builds[:-1]))
    for phase in ("compile", "execute"):
        sums = (sum(took(node, phase) for node in one.nodes) for one in builds[:-1])
        print(f"{phase:<17}", *(f"{spent:17.1f} s" for spent in sums))


def print_dearest(build: Build, most: int) -> None:
    print(f"\n{build.name}: the dearest of {len(build.nodes)} nodes")
    for node in sorted(build.nodes, key=took, reverse=True)[:most]:
        name = str(node["unique_id"]).split(".", 2)[2]
        print(f"{took(node):7.2f} s, compiling {took(node, 'compile'):.2f}  {name}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    warehouse = Path(os.environ.get("GOLDPAN_WAREHOUSE", ROOT / "warehouse.duckdb"))
    parser.add_argument("--warehouse", type=Path, default=warehouse, help="whose bronze is copied")
    parser.add_argument("--orders", type=int, default=0, help="orders of the shop to make")
    parser.add_argument("--dearest", type=int, default=12, help="nodes named for each build")
    parser.add_argument("--folder", type=Path, help="kept; a temporary one when left out")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        builds = measure(asked.warehouse, asked.folder or Path(name), asked.orders)
        print_builds(builds)
        for build in builds[:-1]:
            print_dearest(build, asked.dearest)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"\ndbt took at most {peak:,.0f} MB", file=sys.stderr)


if __name__ == "__main__":
    main()
