"""One run of ingestion: connections side by side, each through read, normalise, load."""

from __future__ import annotations

import json
import os
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import dlt
import pyarrow as pa
from filelock import FileLock, Timeout

from pipelines import bronze, systems
from pipelines.api import Api
from pipelines.bronze import META, META_TABLES, RECORD, state_dir, utcnow
from pipelines.connections import Connection
from pipelines.errors import IngestError
from pipelines.reading import Reading, Tally, known_loader, payload_loader
from pipelines.stream import Stream

AT_ONCE = 4  # connections that are read at the same time
_LOADING = threading.Lock()  # DuckDB has one writer; schema changes of two loads would collide


@dataclass
class Outcome:
    """What became of one connection in a run."""

    connection: Connection
    tallies: dict[str, Tally] = field(default_factory=dict)
    error: str | None = None
    load_id: str | None = None
    recovered: int = 0

    @property
    def failed(self) -> bool:
        return bool(self.error) or any(tally.failed for tally in self.tallies.values())


@dataclass
class Run:
    """A run over chosen connections and streams (None: all)."""

    connections: list[Connection]
    streams: set[str] | None = None
    full: bool = False
    accept_deletes: bool = False
    sandbox_url: str | None = None
    outcomes: list[Outcome] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.outcomes = [Outcome(connection) for connection in self.connections]

    def start(self) -> list[Outcome]:
        """Read and load everything; one connection that fails does not stop the others.

        Raises IngestError when another run holds the warehouse.
        """
        self._check_streams()
        with exclusive():
            bronze.warehouse().parent.mkdir(parents=True, exist_ok=True)
            self._declare_missing()
            # One open client keeps DuckDB's instance, which is dear to open, alive for the run.
            with (
                bronze.pipeline("meta", META).sql_client() as _,
                ThreadPoolExecutor(AT_ONCE) as pool,
            ):
                list(pool.map(self._one, self.outcomes))
        return self.outcomes

    def _check_streams(self) -> None:
        """Refuse names in ``streams`` that no chosen connection has."""
        modules = [systems.load(connection.system) for connection in self.connections]
        known = {stream.name for module in modules for stream in module.STREAMS}
        for name in sorted((self.streams or set()) - known):
            raise IngestError(f"no stream '{name}' in the chosen connections")

    def _one(self, outcome: Outcome) -> None:
        try:
            self._ingest(outcome)
        except IngestError as error:
            outcome.error = str(error)
        except Exception as error:
            outcome.error = f"{type(error).__name__}: {str(error)[:1000]}"

    def _ingest(self, outcome: Outcome) -> None:
        connection = outcome.connection
        module = systems.load(connection.system)
        wanted = self._wanted(connection, module.STREAMS)
        line = bronze.pipeline(connection.name, f"bronze_{connection.system}")
        spool = Spool(connection)
        with _LOADING:
            spool.load()
            outcome.recovered = bronze.recover(line)
            tables = bronze.tables(line)
        reading = Reading(
            connection=connection,
            api=Api(connection, module.SYSTEM, sandbox_url=self._url(connection)),
            streams=wanted,
            declared=module.STREAMS,
            known=known_loader(line, connection.name, tables),
            payloads=payload_loader(line, connection.name),
            full=self.full,
            accept_deletes=self.accept_deletes,
        )
        outcome.tallies = reading.tallies
        missing = [stream for stream in module.STREAMS if stream.name not in tables]
        line.extract(source(connection.system, reading, missing, spool))
        with _LOADING:
            line.normalize()
            outcome.load_id = next(iter(line.list_normalized_load_packages()), None)
            spool.load(outcome.load_id)
            line.load(raise_on_failed_jobs=True)

    def _wanted(self, connection: Connection, streams: list[Stream]) -> list[Stream]:
        names = {stream.name for stream in streams}
        for asked in connection.streams or []:
            if asked not in names:
                raise IngestError(
                    f"connection '{connection.name}': no stream '{asked}' in {connection.system}; "
                    f"known: {', '.join(sorted(names))}"
                )
        chosen = set(connection.streams or names) & (self.streams or names)
        return [stream for stream in streams if stream.name in chosen]

    def _url(self, connection: Connection) -> str | None:
        return self.sandbox_url if connection.sandbox else None

    def _declare_missing(self) -> None:
        """Make the tables of systems that nobody connected, so that every model builds."""
        connected = {connection.system for connection in self.connections}
        have = _schemas()
        for name in set(systems.names()) - connected:
            if f"bronze_{name}" not in have:
                line = bronze.pipeline(f"declare_{name}", f"bronze_{name}")
                line.run(declared(name, systems.load(name).STREAMS))
        if META not in have:
            line = bronze.pipeline("meta", META)
            line.run(meta_source({table: [] for table in META_TABLES}))


def _schemas() -> set[str]:
    line = bronze.pipeline("meta", META)
    sql = "select distinct table_schema from information_schema.tables"
    return {row[0] for row in bronze.query(line, sql)} if bronze.warehouse().exists() else set()


def source(system: str, reading: Reading, missing: list[Stream], spool: Spool) -> Any:
    """The dlt source of one connection's run: every stream's batches, then the new state."""

    @dlt.resource(name="records", columns=bronze.columns(RECORD), write_disposition="append")
    def records() -> Iterator[Any]:
        state = dlt.current.source_state()
        reading.state = json.loads(json.dumps(state.get("streams", {})))
        for stream in missing:
            yield dlt.mark.with_table_name(RECORD.empty_table(), stream.name)
        for stream_name, table in reading.batches():
            yield dlt.mark.with_table_name(table, stream_name)
        state["streams"] = reading.state
        spool.write(reading)

    return dlt.source(lambda: records, name=system)()


def declared(system: str, streams: list[Stream]) -> Any:
    """A dlt source that makes the empty tables of a system's streams."""

    @dlt.resource(name="records", columns=bronze.columns(RECORD), write_disposition="append")
    def records() -> Iterator[Any]:
        for stream in streams:
            yield dlt.mark.with_table_name(RECORD.empty_table(), stream.name)

    return dlt.source(lambda: records, name=system)()


def meta_source(rows: dict[str, list[dict[str, Any]]]) -> Any:
    """The dlt source of bronze_meta's tables."""

    def make(table: str) -> Any:
        schema = META_TABLES[table]
        data = pa.Table.from_pylist(rows.get(table, []), schema=schema)
        return dlt.resource(
            iter([data]),
            name=table,
            columns=bronze.columns(schema),
            write_disposition="append",
        )

    return dlt.source(lambda: [make(table) for table in META_TABLES], name=META)()


class Spool:
    """What a run knows about itself, on disk before its records are committed.

    A run that is killed after that is still written to bronze_meta by the next one, once.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.path = state_dir() / "spool" / f"{connection.name}.json"

    def write(self, reading: Reading) -> None:
        """Put the run's requests, counts and rejects on disk."""
        common = {"connection": self.connection.name, "system": self.connection.system}
        run_id = uuid.uuid4().hex
        rows = {
            "requests": [common | row for row in reading.api.requests],
            "rejected_records": [common | row for row in reading.rejected],
            "stream_runs": [
                common | _stream_run(run_id, tally) for tally in reading.tallies.values()
            ],
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self.path.with_suffix(".new")
        temporary.write_text(json.dumps(rows, default=str))
        temporary.replace(self.path)

    def load(self, load_id: str | None = None) -> None:
        """Load what is on disk into bronze_meta, unless that was done already."""
        if not self.path.exists():
            return
        rows = json.loads(self.path.read_text())
        line = bronze.pipeline("meta", META)
        if not self._is_loaded(line, rows):
            for table, schema in META_TABLES.items():
                rows[table] = [_typed(row | {"load_id": load_id}, schema) for row in rows[table]]
            line.run(meta_source(rows))
        self.path.unlink()

    def _is_loaded(self, line: dlt.Pipeline, rows: dict[str, list[dict[str, Any]]]) -> bool:
        ids = {row["run_id"] for row in rows["stream_runs"]}
        sql = "select count(*) from {table} where run_id = %s"
        return any(bronze.query(line, sql, one, table="stream_runs") != [(0,)] for one in ids)


def _stream_run(run_id: str, tally: Tally) -> dict[str, Any]:
    kinds = ("read", "new", "changed", "unchanged", "deleted", "rejected")
    return {
        "run_id": run_id,
        "stream": tally.stream,
        "started_at": tally.started_at,
        "finished_at": tally.finished_at,
        "status": tally.status,
        **{f"records_{kind}": getattr(tally, kind) for kind in kinds},
        "requests": tally.requests,
        "seconds": tally.seconds,
        "cursor_before": tally.cursor_before,
        "cursor_after": tally.cursor_after,
        "error": tally.error,
    }


def _typed(row: dict[str, Any], schema: pa.Schema) -> dict[str, Any]:
    def convert(field: pa.Field) -> Any:
        value = row.get(field.name)
        if isinstance(value, str) and pa.types.is_timestamp(field.type):
            return datetime.fromisoformat(value)
        return value

    return {field.name: convert(field) for field in schema}


class exclusive:  # noqa: N801 - reads as a word in `with exclusive():`
    """Holds the warehouse for one ingestion; says who holds it otherwise.

    Raises IngestError when another process holds it.
    """

    def __init__(self) -> None:
        folder = state_dir()
        folder.mkdir(parents=True, exist_ok=True)
        self.lock = FileLock(folder / "ingest.lock")
        self.note = folder / "ingest.json"

    def __enter__(self) -> None:
        try:
            self.lock.acquire(timeout=0)
        except Timeout:
            held = f"another ingestion is running ({self._holder()}); wait for it"
            raise IngestError(held) from None
        self.note.write_text(json.dumps({"pid": os.getpid(), "since": f"{utcnow():%F %T} UTC"}))

    def __exit__(self, *_: object) -> None:
        self.note.unlink(missing_ok=True)
        self.lock.release()

    def _holder(self) -> str:
        try:
            held = json.loads(self.note.read_text())
            return f"process {held['pid']}, since {held['since']}"
        except (OSError, ValueError, KeyError):
            return "it has not said who it is"
