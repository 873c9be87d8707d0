"""The bronze layer: its one shape, what it holds already, and how dlt writes it."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dlt
import pyarrow as pa
from dlt.common.schema.typing import TTableSchemaColumns
from dlt.common.storages.exceptions import StorageException
from dlt.destinations.exceptions import DatabaseUndefinedRelation
from dlt.destinations.sql_client import SqlClientBase

from pipelines.connections import PROJECT
from pipelines.errors import IngestError

META = "bronze_meta"

_TIME = pa.timestamp("us")
RECORD = pa.schema(
    [
        pa.field("connection", pa.string(), nullable=False),
        pa.field("record_id", pa.string(), nullable=False),
        pa.field("payload", pa.string(), nullable=False),
        pa.field("payload_hash", pa.string(), nullable=False),
        pa.field("changed_at", _TIME),
        pa.field("is_deleted", pa.bool_(), nullable=False),
        pa.field("extracted_at", _TIME, nullable=False),
        pa.field("request_id", pa.string(), nullable=False),
    ]
)
REQUESTS = pa.schema(
    [(name, pa.string()) for name in ("request_id", "connection", "system", "stream", "method")]
    + [
        ("limit_name", pa.string()),
        ("url", pa.string()),
        ("status", pa.int64()),
        ("records", pa.int64()),
    ]
    + [("bytes", pa.int64()), ("attempt", pa.int64()), ("waited_seconds", pa.float64())]
    + [("seconds", pa.float64()), ("requested_at", _TIME), ("server_date", _TIME)]
    + [("error", pa.string()), ("load_id", pa.string())]
)
STREAM_RUNS = pa.schema(
    [(name, pa.string()) for name in ("run_id", "connection", "system", "stream", "load_id")]
    + [("promise_minutes", pa.int64())]
    + [("started_at", _TIME), ("finished_at", _TIME), ("status", pa.string())]
    + [
        (f"records_{kind}", pa.int64())
        for kind in ("read", "vanished", "new", "changed", "unchanged", "deleted", "rejected")
    ]
    + [("is_whole", pa.bool_())]
    + [("requests", pa.int64()), ("seconds", pa.float64()), ("cursor_before", _TIME)]
    + [("cursor_after", _TIME), ("error", pa.string())]
)
REJECTED = pa.schema(
    [(name, pa.string()) for name in ("connection", "system", "stream", "request_id", "kind")]
    + [
        ("reason", pa.string()),
        ("payload", pa.string()),
        ("extracted_at", _TIME),
        ("load_id", pa.string()),
    ]
)
VERIFICATIONS = pa.schema(
    [(name, pa.string()) for name in ("run_id", "connection", "system", "stream", "load_id")]
    + [("verified_at", _TIME)]
    + [
        (name, pa.int64())
        for name in ("vendor_count", "bronze_count", "missing", "vanished", "unresolved")
    ]
    + [("requests", pa.int64())]
)
CREDENTIALS = pa.schema(
    [(name, pa.string()) for name in ("connection", "system", "load_id")]
    + [("expires_at", _TIME), ("noted_at", _TIME)]
)
DAILY_LIMITS = pa.schema(
    [(name, pa.string()) for name in ("connection", "system", "load_id", "account")]
    + [("limit_name", pa.string()), ("quote", pa.string()), ("most", pa.int64())]
    + [("noted_at", _TIME)]
)
ALERT_LOG = pa.schema(
    [(name, pa.string()) for name in ("channel", "event", "alert_key", "kind", "sentence")]
    + [("noted_at", _TIME)]
)
META_TABLES = {
    "requests": REQUESTS,
    "stream_runs": STREAM_RUNS,
    "rejected_records": REJECTED,
    "verifications": VERIFICATIONS,
    "credentials": CREDENTIALS,
    "daily_limits": DAILY_LIMITS,
    "alert_log": ALERT_LOG,
}


TYPES = {
    pa.string(): "VARCHAR",
    pa.int64(): "BIGINT",
    pa.float64(): "DOUBLE",
    pa.bool_(): "BOOLEAN",
    _TIME: "TIMESTAMP",
}


def columns(schema: pa.Schema) -> TTableSchemaColumns:
    """dlt column hints: payload of records is JSON, times are without a zone (UTC)."""
    hints: TTableSchemaColumns = {}
    for field in schema:
        if pa.types.is_timestamp(field.type):
            hints[field.name] = {"data_type": "timestamp", "timezone": False}
        elif field.name == "payload" and schema is RECORD:
            hints[field.name] = {"data_type": "json"}
    return hints


def state_dir() -> Path:
    """Working files between runs: ``.goldpan`` in the project, or GOLDPAN_STATE."""
    return Path(os.environ.get("GOLDPAN_STATE", PROJECT / ".goldpan"))


def warehouse() -> Path:
    """The DuckDB file: ``warehouse.duckdb`` in the project, or GOLDPAN_WAREHOUSE."""
    return Path(os.environ.get("GOLDPAN_WAREHOUSE", PROJECT / "warehouse.duckdb"))


FETCH = 10_000  # rows of an answer that are held at a time
# Making a client sets up the schema's naming (dlt.common.destination.reference); streams share it.
_OPENING = threading.Lock()


def pipeline(name: str, dataset: str) -> dlt.Pipeline:
    """A dlt pipeline into one schema of the warehouse, with its working files in the project."""
    return dlt.pipeline(
        pipeline_name=name,
        dataset_name=dataset,
        destination=dlt.destinations.duckdb(str(warehouse())),
        pipelines_dir=str(state_dir() / "pipelines"),
    )


@contextlib.contextmanager
def client(line: dlt.Pipeline) -> Iterator[SqlClientBase[Any]]:
    """An open client of the pipeline's schema; opening one costs more than most questions."""
    with _OPENING:
        made = line.sql_client()
    with made as opened:
        yield opened


def rows(
    opened: SqlClientBase[Any], sql: str, *args: Any, table: str = ""
) -> Iterator[tuple[Any, ...]]:
    """Rows of a query, some at a time; none where the table does not exist yet.

    ``{table}`` in the query becomes the quoted name of ``table`` in the client's schema.
    """
    named = sql.format(table=opened.make_qualified_table_name(table)) if table else sql
    try:
        with opened.execute_query(named, *args) as cursor:
            while part := cursor.fetchmany(FETCH):
                yield from part
    except DatabaseUndefinedRelation:
        return


def layout(line: dlt.Pipeline) -> dict[tuple[str, str], dict[str, str]]:
    """Columns with their types of every table of bronze, by schema and table."""
    sql = """
        select table_schema, table_name, column_name, data_type
        from information_schema.columns
        where starts_with(table_schema, 'bronze_') and not starts_with(table_name, '_dlt')
    """
    found: dict[tuple[str, str], dict[str, str]] = {}
    for schema, table, column, kind in query(line, sql) if warehouse().exists() else ():
        found.setdefault((schema, table), {})[column] = kind
    return found


def outdated(found: dict[tuple[str, str], dict[str, str]]) -> set[tuple[str, str]]:
    """Tables that lack columns which dlt can add, as an older Goldpan made them.

    Raises IngestError when a column has another type, or is missing and may not be empty.
    """
    return {
        (schema, table)
        for (schema, table), columns in found.items()
        if _lacks(f"{schema}.{table}", META_TABLES.get(table, RECORD), columns)
    }


def _lacks(table: str, shape: pa.Schema, columns: dict[str, str]) -> bool:
    missing = [field for field in shape if field.name not in columns]
    wrong = [field.name for field in missing if not field.nullable]
    for field in set(shape) - set(missing):
        wanted = "JSON" if field.name == "payload" and shape is RECORD else TYPES[field.type]
        if columns[field.name] != wanted:
            wrong.append(field.name)
    if wrong:
        raise IngestError(
            f"{warehouse()} is not of this version of Goldpan: in {table} the column "
            f"'{min(wrong)}' is missing or has another type. Nothing was changed. Use the version "
            "that made it, or move the file away and run `make ingest`, which reads everything anew"
        )
    return bool(missing)


def query(line: dlt.Pipeline, sql: str, *args: Any, table: str = "") -> list[tuple[Any, ...]]:
    """All rows of one query; see ``rows``."""
    with client(line) as opened:
        return list(rows(opened, sql, *args, table=table))


class Known:
    """The newest version of each record that bronze holds of one stream of one connection.

    Memory grows with the number of records: about 200 bytes each.
    """

    def __init__(self, rows: Iterable[tuple[str, str, bool, datetime]] = ()) -> None:
        self.hashes: dict[str, str] = {}
        self.deleted: set[str] = set()
        self.newest = datetime.min
        for record_id, payload_hash, is_deleted, extracted_at in rows:
            self.hashes[record_id] = payload_hash
            self.newest = max(self.newest, extracted_at)
            if is_deleted:
                self.deleted.add(record_id)

    def alive(self) -> list[str]:
        """Ids of the records that are not deleted."""
        return [record_id for record_id in self.hashes if record_id not in self.deleted]

    def note(self, record_id: str, payload_hash: str, is_deleted: bool) -> str:
        """Take note of a version: ``new``, ``changed``, ``deleted`` or ``unchanged``."""
        before = self.hashes.get(record_id)
        was_deleted = record_id in self.deleted
        if is_deleted == was_deleted and (is_deleted or before == payload_hash):
            return "unchanged"
        self.hashes[record_id] = payload_hash
        if is_deleted:
            self.deleted.add(record_id)
            return "deleted"
        self.deleted.discard(record_id)
        return "new" if before is None else "changed"


class Holdings:
    """What bronze holds of one connection, asked through one open client.

    For several threads: one question at a time.
    """

    def __init__(self, opened: SqlClientBase[Any], connection: str) -> None:
        self.connection = connection
        self._opened = opened
        self._lock = threading.Lock()
        self._payloads: dict[str, list[tuple[str, str]]] = {}
        sql = "select table_name from information_schema.tables where table_schema = %s"
        self.tables = {row[0] for row in rows(opened, sql, opened.dataset_name)}

    def known(self, stream: str) -> Known:
        """The newest version of each record; nothing when the stream was never loaded."""
        sql = """
            select
                record_id,
                arg_max(payload_hash, extracted_at),
                arg_max(is_deleted, extracted_at),
                max(extracted_at)
            from {table}
            where connection = %s
            group by record_id
        """
        if stream not in self.tables:
            return Known()
        with self._lock:
            return Known(rows(self._opened, sql, self.connection, table=stream))

    def payloads(self, stream: str) -> list[tuple[str, str]]:
        """Newest payloads that are not deleted, as (record id, JSON text); asked once."""
        sql = """
            select record_id, arg_max(cast(payload as text), extracted_at)
            from {table}
            where connection = %s
            group by record_id
            having not arg_max(is_deleted, extracted_at)
        """
        with self._lock:
            if stream not in self._payloads and stream in self.tables:
                found = rows(self._opened, sql, self.connection, table=stream)
                self._payloads[stream] = [(row[0], row[1]) for row in found]
            return self._payloads.get(stream, [])


class Batch:
    """Records of one stream on their way to an Arrow table."""

    ROWS = 20_000
    BYTES = 32 << 20

    def __init__(self, connection: str) -> None:
        self.connection = connection
        self._clear()

    def _clear(self) -> None:
        self.rows: list[tuple[Any, ...]] = []
        self.size = 0

    def add(self, record_id: str, payload: bytes, *rest: Any) -> None:
        """``rest``: payload_hash, changed_at, is_deleted, extracted_at, request_id."""
        self.rows.append((record_id, payload, *rest))
        self.size += len(payload)

    @property
    def is_full(self) -> bool:
        return len(self.rows) >= self.ROWS or self.size >= self.BYTES

    def take(self) -> pa.Table:
        """The rows so far as a table of the bronze shape; the batch is empty after."""
        ids, payloads, *rest = zip(*self.rows, strict=True)
        columns = [
            pa.array([self.connection] * len(ids), pa.string()),
            pa.array(ids, pa.string()),
            pa.array(payloads, pa.binary()).cast(pa.string()),
            *(pa.array(values, RECORD.field(3 + n).type) for n, values in enumerate(rest)),
        ]
        self._clear()
        return pa.Table.from_arrays(columns, schema=RECORD)


def finish(line: dlt.Pipeline) -> int:
    """Load the packages that are on disk; how many there were."""
    if not line.has_pending_data:
        return 0
    line.normalize()
    pending = len(line.list_normalized_load_packages())
    line.load(raise_on_failed_jobs=True)
    return pending


def repair(line: dlt.Pipeline) -> int:
    """Load the packages that a killed run left, each row once; how many there were."""
    if not line.has_pending_data:
        return 0
    line.normalize()
    packages = list(line.list_normalized_load_packages())
    finish(line)
    with client(line) as opened:
        sql = """
            select table_name from information_schema.columns
            where table_schema = %s and column_name = '_dlt_load_id'
        """
        for (table,) in list(rows(opened, sql, opened.dataset_name)):
            for package in packages:
                _undouble(opened, opened.make_qualified_table_name(table), package)
    return len(packages)


def _undouble(opened: SqlClientBase[Any], table: str, package: str) -> None:
    """Take out rows of a load package that a table holds twice.

    dlt repeats a job that was killed between the table's commit and its own note of it.
    """
    source = f"from {table} where _dlt_load_id = %s"
    sql = f"select (select count(*) {source}), count(*) from (select distinct * {source}) as once"
    ((stored, distinct),) = rows(opened, sql, package, package)
    if stored > distinct:
        with opened.begin_transaction():
            opened.execute_sql(f"create temp table once as select distinct * {source}", package)
            opened.execute_sql(f"delete {source}", package)
            opened.execute_sql(f"insert into {table} select * from once")
            opened.execute_sql("drop table once")


def recover(line: dlt.Pipeline, opened: SqlClientBase[Any]) -> int:
    """Finish the load packages that an earlier run left, then take the warehouse's own state.

    The warehouse is the truth: working files without a pending package that differ from it are
    thrown away, so that a cursor can never be ahead of the data it stands for. Returns the
    packages finished.
    """
    repaired = repair(line)
    if not _is_current(line, opened):
        with contextlib.suppress(StorageException):
            line.drop()
        line.sync_destination()
    return repaired


def _is_current(line: dlt.Pipeline, opened: SqlClientBase[Any]) -> bool:
    """Whether the working files hold the very state that the warehouse holds."""
    sql = """
        select version_hash from {table}
        where pipeline_name = %s order by _dlt_load_id desc limit 1
    """
    own = line.state.get("_version_hash")
    stored = list(rows(opened, sql, line.pipeline_name, table="_dlt_pipeline_state"))
    return bool(line.default_schema_name and stored == [(own,)])


MACHINE = {
    "No space left on device": "the disk is full: make room and run again",
    "File too large": "a file may not grow any more: make room and run again",
    "Disk quota exceeded": "the disk's quota is used up: make room and run again",
    "Could not set lock on file": "another program has the warehouse open for writing: close it "
    "and run again",
    "Read-only file system": "the warehouse is on a file system that is read-only",
    "read-only mode": "the warehouse is open for reading only: close the program that holds it",
    "Permission denied": "a file may not be written to: give this user the right to",
    "not a valid DuckDB database file": "the warehouse is no DuckDB file: move it away, or put the "
    "right one back",
    "database file with version number": "the warehouse was written by another version of DuckDB: "
    "`make setup` installs the one that Goldpan works with",
}


def told(error: BaseException) -> str:
    """What happened; where it was the machine, what to do comes first."""
    said = f"{type(error).__name__}: {error}"
    for words, advice in MACHINE.items():
        if words in said:
            line = next(line for line in said.splitlines() if words in line)
            return f"{advice} ({line.strip()[:300]})"
    return said[:1000]


def utcnow() -> datetime:
    """Now as naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None)
