"""One run of ingestion: connections side by side, each through read, normalise, load."""

from __future__ import annotations

import contextlib
import json
import os
import threading
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

import dlt
import pyarrow as pa
from filelock import FileLock, Timeout

from pipelines import bronze, quota, systems
from pipelines.api import Api, known_secrets, redacted
from pipelines.auth import RotatingRefreshToken
from pipelines.bronze import META, META_TABLES, RECORD, state_dir, utcnow
from pipelines.connections import Connection
from pipelines.errors import IngestError
from pipelines.reading import Reading, Tally
from pipelines.stream import Stream

AT_ONCE = 16  # connections that are read at the same time; most of them wait for their vendor


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
    verify: bool = False
    accept_deletes: bool = False
    sandbox_url: str | None = None
    announce: Callable[[list[quota.Plan]], None] = lambda plans: None
    outcomes: list[Outcome] = field(default_factory=list)
    _loader: Loader = field(init=False)
    _outdated: set[tuple[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        self.outcomes = [Outcome(connection) for connection in self.connections]

    def start(self) -> list[Outcome]:
        """Read and load everything; one connection that fails does not stop the others.

        Raises IngestError when another run holds the warehouse.
        """
        self._check_streams()
        with exclusive():
            bronze.warehouse().parent.mkdir(parents=True, exist_ok=True)
            try:
                self._run()
            except IngestError:
                raise
            except Exception as error:
                raise IngestError(bronze.told(error)) from error
        return self.outcomes

    def _run(self) -> None:
        self._loader = Loader()
        with self._loader.open():
            self._prepare()
            self._loader.recover()
            self._budget()
            with ThreadPoolExecutor(AT_ONCE) as pool:
                list(pool.map(self._one, self.outcomes))
            self._loader.log()

    def _check_streams(self) -> None:
        """Refuse names in ``streams`` that no chosen connection has."""
        modules = [systems.load(connection.system) for connection in self.connections]
        known = {stream.name for module in modules for stream in module.STREAMS}
        for name in sorted((self.streams or set()) - known):
            raise IngestError(f"no stream '{name}' in the chosen connections")

    def _budget(self) -> None:
        """Say what the run is expected to need and share out what is left of the vendors' days."""
        plans = quota.plans(self.connections, self.streams, self._loader.ask)
        self._budgets = {plan.connection.name: plan.budgets for plan in plans}
        self.announce(plans)

    def _one(self, outcome: Outcome) -> None:
        spool = Spool(outcome.connection)
        try:
            spool.begin(self._chosen(outcome.connection))
            self._ingest(outcome, spool)
        except Exception as error:
            said = str(error) if isinstance(error, IngestError) else bronze.told(error)
            outcome.error = _redacted(outcome.connection, said)
            self._note_failure(outcome, spool)

    def _note_failure(self, outcome: Outcome, spool: Spool) -> None:
        """Have the streams of a connection that failed as a whole written down as failed.

        What failed before its first stream goes with this run's log; after that it is most likely
        the warehouse that takes nothing, so the next run finds it on disk.
        """
        if spool.is_written:
            return
        with contextlib.suppress(OSError):
            module = systems.load(outcome.connection.system)
            declared = [stream.name for stream in module.STREAMS]
            spool.fail(self._chosen(outcome.connection) or declared, outcome.error)
            if all(tally.started_at is None for tally in outcome.tallies.values()):
                self._loader.note(spool)

    def _ingest(self, outcome: Outcome, spool: Spool) -> None:
        connection = outcome.connection
        module = systems.load(connection.system)
        wanted = self._wanted(connection, module.STREAMS)
        line = bronze.pipeline(connection.name, f"bronze_{connection.system}")
        with bronze.client(line) as opened:
            with self._loader.lock:
                outcome.recovered = bronze.recover(line, opened)
            holdings = bronze.Holdings(opened, connection.name)
            reading = Reading(
                connection=connection,
                api=Api(
                    connection,
                    module.SYSTEM,
                    sandbox_url=self._url(connection),
                    budgets=self._budgets[connection.name],
                ),
                streams=wanted,
                declared=module.STREAMS,
                known=holdings.known,
                payloads=holdings.payloads,
                full=self.full,
                verify=self.verify,
                accept_deletes=self.accept_deletes,
                state=state_of(line),
            )
            outcome.tallies = reading.tallies
            missing = [
                stream
                for stream in module.STREAMS
                if stream.name not in holdings.tables
                or (line.dataset_name, stream.name) in self._outdated
            ]
            outcome.load_id = self._load(line, reading, missing, spool)

    def _load(
        self, line: dlt.Pipeline, reading: Reading, missing: list[Stream], spool: Spool
    ) -> str | None:
        """Read and load a connection; its load package, or None when there was nothing to load."""
        before = json.dumps(reading.state, sort_keys=True)
        with closing(reading.batches()) as batches:
            first = next(batches, None)
            if not (first or missing) and json.dumps(reading.state, sort_keys=True) == before:
                spool.write(reading, None)
                self._loader.note(spool)
                return None
            line.extract(source(reading, chain([first] if first else [], batches), missing, spool))
        return self._loader.load(line, spool)

    def _wanted(self, connection: Connection, streams: list[Stream]) -> list[Stream]:
        names = {stream.name for stream in streams}
        for asked in connection.streams or []:
            if asked not in names:
                raise IngestError(
                    f"connection '{connection.name}': no stream '{asked}' in {connection.system}; "
                    f"known: {', '.join(sorted(names))}"
                )
        chosen = self._chosen(connection)
        return [stream for stream in streams if stream.name in chosen]

    def _chosen(self, connection: Connection) -> list[str]:
        """Names of the streams that this run reads of a connection, in the order of its system."""
        names = [stream.name for stream in systems.load(connection.system).STREAMS]
        asked = set(connection.streams or names) & (self.streams or set(names))
        return [name for name in names if name in asked]

    def _url(self, connection: Connection) -> str | None:
        return self.sandbox_url if connection.sandbox else None

    def _prepare(self) -> None:
        """Make the tables of systems that nobody connected, so that every model builds.

        Tables of an older Goldpan get the columns that they lack.
        """
        there = self._loader.layout()
        self._outdated = bronze.outdated(there)
        current = {schema for schema, _ in there} - {schema for schema, _ in self._outdated}
        if META not in current or any((META, table) not in there for table in META_TABLES):
            self._loader.declare()
        connected = {connection.system for connection in self.connections}
        for name in set(systems.names()) - connected:
            if f"bronze_{name}" not in current:
                line = bronze.pipeline(f"declare_{name}", f"bronze_{name}")
                line.run(declared(name, systems.load(name).STREAMS))


def _redacted(connection: Connection, text: str) -> str:
    return redacted(text, known_secrets(connection, systems.load(connection.system).SYSTEM))


def state_of(line: dlt.Pipeline) -> dict[str, dict[str, Any]]:
    """A copy of the streams' state as the warehouse holds it."""
    sources = line.state.get("sources", {})
    streams = [source.get("streams", {}) for source in sources.values()]
    return json.loads(json.dumps(streams[0])) if streams else {}


def source(
    reading: Reading, batches: Iterable[tuple[str, pa.Table]], missing: list[Stream], spool: Spool
) -> Any:
    """The dlt source of one connection's run: every stream's batches, then the new state."""

    @dlt.resource(name="records", columns=bronze.columns(RECORD), write_disposition="append")
    def records() -> Iterator[Any]:
        for stream in missing:
            yield dlt.mark.with_table_name(RECORD.empty_table(), stream.name)
        for stream_name, table in batches:
            yield dlt.mark.with_table_name(table, stream_name)
        dlt.current.source_state()["streams"] = reading.state
        spool.write(reading, dlt.current.load_package_state()["load_id"])

    return dlt.source(lambda: records, name=reading.connection.system)()


def declared(system: str, streams: list[Stream]) -> Any:
    """A dlt source that makes the empty tables of a system's streams."""

    @dlt.resource(name="records", columns=bronze.columns(RECORD), write_disposition="append")
    def records() -> Iterator[Any]:
        for stream in streams:
            yield dlt.mark.with_table_name(RECORD.empty_table(), stream.name)

    return dlt.source(lambda: records, name=system)()


def _write(line: dlt.Pipeline, rows: dict[str, list[dict[str, Any]]]) -> None:
    """Append rows to bronze_meta's tables, which are made where they are missing."""

    def make(table: str) -> Any:
        schema = META_TABLES[table]
        data = pa.Table.from_pylist(rows.get(table, []), schema=schema)
        return dlt.resource(
            iter([data]),
            name=table,
            columns=bronze.columns(schema),
            write_disposition="append",
        )

    line.extract(dlt.source(lambda: [make(table) for table in META_TABLES], name=META)())
    bronze.finish(line)


class Loader:
    """Loads one connection at a time: DuckDB has one writer, schema changes would collide.

    What runs know about themselves goes before their records. A load package of it costs a third
    of a second, so whoever holds the lock loads it for all that wait.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._line = bronze.pipeline("meta", META)
        self._noted: deque[Path] = deque()

    def open(self) -> AbstractContextManager[Any]:
        """Hold the warehouse open: DuckDB's instance is dear to open and lives with its clients."""
        return bronze.client(self._line)

    def note(self, spool: Spool) -> None:
        """Have a run written to bronze_meta with the next load, at the latest by ``log``."""
        self._noted.append(spool.path)

    def load(self, line: dlt.Pipeline, spool: Spool) -> str | None:
        """Load what a pipeline has extracted; the load package's id."""
        self.note(spool)
        with self.lock:
            line.normalize()
            self._log()
            load_id = next(iter(line.list_normalized_load_packages()), None)
            line.load(raise_on_failed_jobs=True)
        return load_id

    def log(self) -> None:
        """Write every run that was noted to bronze_meta."""
        with self.lock:
            self._log()

    def recover(self) -> None:
        """Write what earlier runs that were killed left on disk to bronze_meta."""
        bronze.repair(self._line)
        for path in Spool.left():
            if _is_loaded(path, self._line):
                path.unlink()
            else:
                self._noted.append(path)
        self.log()

    def ask(self, sql: str, *args: Any, table: str = "") -> list[tuple[Any, ...]]:
        """Rows of a query on bronze_meta; see ``bronze.rows``."""
        return bronze.query(self._line, sql, *args, table=table)

    def layout(self) -> dict[tuple[str, str], dict[str, str]]:
        """Columns with their types of every table of bronze; see ``bronze.layout``."""
        return bronze.layout(self._line)

    def write(self, rows: dict[str, list[dict[str, Any]]]) -> None:
        """Append rows to tables of bronze_meta at once."""
        _write(self._line, rows)

    def declare(self) -> None:
        """Make the tables of bronze_meta, or the columns that they lack."""
        self.write({})

    def _log(self) -> None:
        due = [self._noted.popleft() for _ in range(len(self._noted))]
        if due:
            Spool.load(self._line, due)
        for path in due:
            path.unlink()


class Spool:
    """What a run knows about itself, on disk before its records are committed.

    A run that is killed after that is still written to bronze_meta by the next one, once; of one
    that is killed before, the next run says that it was.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.path = _spools() / f"{connection.name}.json"
        self.is_written = False
        self._run_id = uuid.uuid4().hex
        self._begun = utcnow()

    @staticmethod
    def left() -> list[Path]:
        """What is on disk."""
        return sorted(_spools().glob("*.json"))

    def begin(self, streams: list[str]) -> None:
        """Put on disk that the run was killed, which stands until ``write`` or ``fail``."""
        self._put(self._same(streams, status="killed"))

    def fail(self, streams: list[str], error: str | None) -> None:
        """Put on disk that every stream failed for one reason."""
        self._put(self._same(streams, status="failed", error=error, finished_at=utcnow()))

    def write(self, reading: Reading, load_id: str | None) -> None:
        """Put the run's requests, counts and rejects on disk."""
        connection, tallies = reading.connection, list(reading.tallies.values())
        common = {"connection": connection.name, "system": connection.system, "load_id": load_id}
        noted = {"noted_at": utcnow()}
        self._put(
            {
                "requests": [common | row for row in reading.api.requests],
                "rejected_records": [common | row for row in reading.rejected],
                "stream_runs": [common | self._stream_run(tally) for tally in tallies],
                "verifications": [
                    common
                    | {"run_id": self._run_id, "stream": tally.stream}
                    | vars(tally.verification)
                    for tally in tallies
                    if tally.verification
                ],
                "credentials": [common | noted | _credentials(connection, reading.api.auth)],
                "daily_limits": [common | noted | limit for limit in quota.declared(connection)],
            }
        )
        self.is_written = True

    def _same(self, streams: list[str], **values: Any) -> dict[str, list[dict[str, Any]]]:
        """Rows of a run in which the same happened to every stream before anything was counted."""
        common = {"connection": self.connection.name, "system": self.connection.system}
        tallies = [Tally(stream, started_at=self._begun, **values) for stream in streams]
        return {"stream_runs": [common | self._stream_run(tally) for tally in tallies]}

    def _stream_run(self, tally: Tally) -> dict[str, Any]:
        kinds = ("read", "vanished", "new", "changed", "unchanged", "deleted", "rejected")
        return {
            "run_id": self._run_id,
            "stream": tally.stream,
            "promise_minutes": self.connection.promise_minutes,
            "started_at": tally.started_at,
            "finished_at": tally.finished_at,
            "status": tally.status,
            **{f"records_{kind}": getattr(tally, kind) for kind in kinds},
            "is_whole": tally.is_whole,
            "requests": tally.requests,
            "seconds": tally.seconds,
            "cursor_before": tally.cursor_before,
            "cursor_after": tally.cursor_after,
            "error": tally.error,
        }

    def _put(self, rows: dict[str, list[dict[str, Any]]]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self.path.with_suffix(".new")
        temporary.write_text(json.dumps(rows, default=str))
        temporary.replace(self.path)

    @staticmethod
    def load(line: dlt.Pipeline, paths: list[Path]) -> None:
        """Load what is on disk into bronze_meta."""
        runs = [json.loads(path.read_text()) for path in paths]
        _write(
            line,
            {
                table: [_typed(row, schema) for run in runs for row in run.get(table, ())]
                for table, schema in META_TABLES.items()
            },
        )


def _is_loaded(spool: Path, line: dlt.Pipeline) -> bool:
    """Whether a run that was killed had loaded what it left on disk."""
    ids = {row["run_id"] for row in json.loads(spool.read_text())["stream_runs"]}
    sql = "select count(*) from {table} where run_id = %s"
    return any(bronze.query(line, sql, one, table="stream_runs") != [(0,)] for one in ids)


def _spools() -> Path:
    return state_dir() / "spool"


def _credentials(connection: Connection, auth: Any) -> dict[str, Any]:
    """When the connection's credentials end (UTC), as the vendor or connections.yml says."""
    told = auth.expires_at if isinstance(auth, RotatingRefreshToken) else None
    day = connection.credentials_expire
    ends = [told, datetime(day.year, day.month, day.day) if day else None]
    return {"expires_at": min(filter(None, ends), default=None)}


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
