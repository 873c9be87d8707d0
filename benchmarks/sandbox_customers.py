"""The customer records of every system with the truth behind them, as one Parquet file.

    python -m benchmarks.sandbox_customers 100000 customers.parquet [--folder FOLDER]

For measuring identity at scales where reading a whole sandbox takes longer than the measurement.
Only the company's people and companies are simulated, not what they buy. Their documents, which
are those that the stand-ins serve, go straight into bronze tables (spreadsheets are read as ever),
and dbt stages them: the fields are as dirty as a real run's. Deleted records are left out.

Columns: truth_kind (person, company; null for rows of a report without ids), truth_id, group_kind
(household, office, null), group_id, then those of silver.customers_records.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import subprocess
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pyarrow as pa
import pyarrow.parquet as parquet

from pipelines import bronze
from pipelines.connections import Connection
from pipelines.ingest import Run
from pipelines.records import Raw, payload_hash
from pipelines.sandbox import clock, load
from pipelines.sandbox.state import State
from pipelines.sandbox.store import Document
from pipelines.sandbox.world import World, catalog, groups, mail, people, staff
from pipelines.sandbox.world.engine import Day, Simulation

# system: {stream of its store: (bronze stream, system and record kind of it in the truth)}
STREAMS: dict[str, dict[str, tuple[str, str, str]]] = {
    "hubspot": {
        "contacts": ("contacts", "hubspot", "contact"),
        "companies": ("companies", "hubspot", "company"),
    },
    "salesforce": {
        "Account": ("accounts", "salesforce", "account"),
        "Contact": ("contacts", "salesforce", "contact"),
        "Lead": ("leads", "salesforce", "lead"),
    },
    "quickbooks": {
        "Customer": ("customers", "quickbooks", "customer"),
        "Vendor": ("vendors", "quickbooks", "vendor"),
    },
    "mailchimp": {
        "list_members": ("list_members", "mailchimp", "member"),
        "ecommerce_customers": ("ecommerce_customers", "shopify", "customer"),
    },
    "xero": {"Contacts": ("contacts", "xero", "contact")},
    "shopify": {"customers": ("customers", "shopify", "customer")},
    "square": {"customers": ("customers", "square", "customer")},
    "klaviyo": {"profiles": ("profiles", "klaviyo", "profile")},
}
FILES = {"customer_list": ("files", "contact")}
BATCH = 20_000


def lists(day: Day) -> None:
    """The lists that members of the mail systems are on."""
    for system in mail.SYSTEMS if day.is_first else ():
        mail.open_lists(day, day.chance(f"{system} campaigns"), system)


class People(Simulation):
    """The demo company without its trade: the same people as in its whole world."""

    steps = (staff.live, catalog.live, people.live, groups.live, lists)


def documents(system: str, folder: Path) -> Path:
    """Write a system's customer documents as a Parquet file in the shape of bronze."""
    world = World.open(folder / "sandbox")
    found = (
        (one, STREAMS[system][one.stream][0])
        for one in load(system).documents(world, None)
        if one.stream in STREAMS[system] and one.deleted_at is None
    )
    path = folder / f"{system}.parquet"
    schema = bronze.RECORD.append(pa.field("stream", pa.string()))
    with parquet.ParquetWriter(path, schema) as writer:
        while batch := list(islice(found, BATCH)):
            rows = [_record(system, one, stream, world.now) for one, stream in batch]
            writer.write_batch(pa.RecordBatch.from_pylist(rows, schema))
    world.close()
    return path


def _record(system: str, one: Document, stream: str, now: str) -> dict[str, Any]:
    body = one.body if isinstance(one.body, bytes) else orjson.dumps(one.body)
    return {
        "connection": system,
        "record_id": one.id,
        "payload": body.decode(),
        "payload_hash": payload_hash(Raw(body)),
        "changed_at": clock.parse(one.updated_at).replace(tzinfo=None),
        "is_deleted": False,
        "extracted_at": clock.parse(now).replace(tzinfo=None),
        "request_id": "benchmark",
        "stream": stream,
    }


def fill_bronze(folder: Path) -> None:
    """Put the documents of all systems into bronze tables of a warehouse of their own."""
    state = State(folder / "sandbox", ["files"])
    state.prepare()
    outcomes = Run([Connection(name="spreadsheets", system="files", sandbox=True)]).start()
    if any(outcome.failed for outcome in outcomes):
        raise RuntimeError(f"the spreadsheets were not read: {outcomes}")
    with ProcessPoolExecutor(2) as pool:
        paths = list(pool.map(documents, STREAMS, [folder] * len(STREAMS)))
    columns = ", ".join(bronze.RECORD.names)
    with duckdb.connect(str(bronze.warehouse())) as connection:
        for system, path in zip(STREAMS, paths, strict=True):
            for stream, *_ in STREAMS[system].values():
                connection.execute(
                    f"insert into bronze_{system}.{stream} ({columns}, _dlt_load_id)"
                    f" select {columns}, 'benchmark' from read_parquet(?) where stream = ?",
                    [str(path), stream],
                )


def stage(folder: Path) -> None:
    """Stage the customers. Raises CalledProcessError."""
    subprocess.run(
        [
            *("dbt", "build", "--quiet", "--select", "+customers_records"),
            *("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"),
            *("--target-path", str(folder / "target"), "--log-path", str(folder / "logs")),
        ],
        check=True,
    )


def export(folder: Path, target: Path) -> int:
    """Write the customers with their truth; returns how many."""
    with duckdb.connect(str(bronze.warehouse()), read_only=True) as connection:
        connection.register("truths", _truths(folder))
        connection.register("kinds", _kinds())
        connection.execute(
            """
            copy (
                select
                    one.kind as truth_kind, one.id as truth_id, shared.kind as group_kind,
                    shared.id as group_id, r.*
                from silver.customers_records as r
                left join kinds as k on k.system = r.system and k.stream = r.stream
                left join truths as one
                    on one.system = k.truth_system and one.record_kind = k.record_kind
                    and one.record_id = regexp_extract(r.record_id, '[^/:]+$')
                    and one.kind in ('person', 'company')
                left join truths as shared
                    on shared.system = k.truth_system and shared.record_kind = k.record_kind
                    and shared.record_id = one.record_id and shared.kind in ('household', 'office')
            ) to '{}' (format parquet, compression zstd)
            """.format(str(target).replace("'", "''"))
        )
        found = connection.execute("select count(*) from read_parquet(?)", [str(target)])
        return int((found.fetchone() or (0,))[0])


def _truths(folder: Path) -> pa.Table:
    """One truth of each kind for each record: an address that two people share is the first's."""
    columns = ("system", "record_kind", "record_id", "kind", "id")
    with sqlite3.connect(folder / "sandbox" / "truth.sqlite") as truths:
        rows = truths.execute(
            "select system, record_kind, record_id, kind, id, min(rowid) from truth"
            " where kind in ('person', 'company', 'household', 'office') group by 1, 2, 3, 4"
        ).fetchall()
    return pa.table(dict(zip(columns, zip(*rows, strict=True), strict=False)))


def _kinds() -> pa.Table:
    known = [
        (system, stream, *truth)
        for system, streams in STREAMS.items()
        for stream, *truth in streams.values()
    ]
    known += [("files", stream, *truth) for stream, truth in FILES.items()]
    names = ("system", "stream", "truth_system", "record_kind")
    return pa.table(dict(zip(names, zip(*known, strict=True), strict=True)))


def _told(what: str, started: float) -> float:
    now = time.perf_counter()
    print(f"{what:<10} {now - started:8.1f} s", flush=True)
    return now


def make(scale: int, target: Path, folder: Path) -> None:
    """Simulate, publish, stage and export; everything on the way stays in `folder`."""
    os.environ["GOLDPAN_SANDBOX"] = str(folder / "sandbox")
    os.environ["GOLDPAN_STATE"] = str(folder / "state")
    os.environ["GOLDPAN_WAREHOUSE"] = str(folder / "warehouse.duckdb")
    started = time.perf_counter()
    People.open(folder / "sandbox", 0, scale).close()
    started = _told("people", started)
    fill_bronze(folder)
    started = _told("bronze", started)
    stage(folder)
    started = _told("staging", started)
    count = export(folder, target)
    _told("export", started)
    print(f"{count:,} records in {target}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("scale", type=int, help="customers, 200 to 1000000")
    parser.add_argument("target", type=Path, help="the Parquet file to write")
    parser.add_argument("--folder", type=Path, help="keep the working files here")
    options = parser.parse_args()
    if options.folder is not None:
        make(options.scale, options.target, options.folder)
        return
    with tempfile.TemporaryDirectory() as name:
        make(options.scale, options.target, Path(name))


if __name__ == "__main__":
    main()
