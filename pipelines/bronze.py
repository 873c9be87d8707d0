"""The bronze layer: its one shape, what it holds already, and how dlt writes it."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dlt
import pyarrow as pa
from dlt.common.schema.typing import TTableSchemaColumns
from dlt.common.storages.exceptions import StorageException
from dlt.destinations.exceptions import DatabaseUndefinedRelation

from pipelines.connections import PROJECT

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
    + [("url", pa.string()), ("status", pa.int64()), ("records", pa.int64())]
    + [("bytes", pa.int64()), ("attempt", pa.int64()), ("waited_seconds", pa.float64())]
    + [("seconds", pa.float64()), ("requested_at", _TIME), ("server_date", _TIME)]
    + [("error", pa.string()), ("load_id", pa.string())]
)
STREAM_RUNS = pa.schema(
    [(name, pa.string()) for name in ("run_id", "connection", "system", "stream", "load_id")]
    + [("started_at", _TIME), ("finished_at", _TIME), ("status", pa.string())]
    + [
        (f"records_{kind}", pa.int64())
        for kind in ("read", "new", "changed", "unchanged", "deleted", "rejected")
    ]
    + [("requests", pa.int64()), ("seconds", pa.float64()), ("cursor_before", _TIME)]
    + [("cursor_after", _TIME), ("error", pa.string())]
)
REJECTED = pa.schema(
    [(name, pa.string()) for name in ("connection", "system", "stream", "request_id", "reason")]
    + [("payload", pa.string()), ("extracted_at", _TIME), ("load_id", pa.string())]
)
META_TABLES = {"requests": REQUESTS, "stream_runs": STREAM_RUNS, "rejected_records": REJECTED}


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


def query(line: dlt.Pipeline, sql: str, *args: Any, table: str = "") -> list[tuple[Any, ...]]:
    """Rows of a query on the destination; none where the table does not exist yet.

    ``{table}`` in the query becomes the quoted name of ``table`` in the pipeline's schema.
    """
    with _OPENING:
        opened = line.sql_client()
    with opened as client:
        named = sql.format(table=client.make_qualified_table_name(table)) if table else sql
        try:
            with client.execute_query(named, *args) as cursor:
                return list(cursor.fetchall())
        except DatabaseUndefinedRelation:
            return []


def tables(line: dlt.Pipeline) -> set[str]:
    """Names of the tables that the pipeline's schema has at the destination."""
    sql = "select table_name from information_schema.tables where table_schema = %s"
    return {row[0] for row in query(line, sql, line.dataset_name)}


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

    @classmethod
    def load(cls, line: dlt.Pipeline, connection: str, stream: str) -> Known:
        """Read it from the warehouse; empty when the stream was never loaded."""
        sql = """
            select record_id, payload_hash, is_deleted, extracted_at
            from (
                select *, row_number() over (
                    partition by record_id order by extracted_at desc
                ) as version
                from {table}
                where connection = %s
            ) as versions
            where version = 1
        """
        return cls(query(line, sql, connection, table=stream))

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


def recover(line: dlt.Pipeline) -> int:
    """Finish the load packages that an earlier run left, then take the warehouse's own state.

    The warehouse is the truth: working files without a pending package are thrown away, so that
    a cursor can never be ahead of the data it stands for. Returns the packages finished.
    """
    pending = 0
    if line.has_pending_data:
        line.normalize()
        pending = len(line.list_normalized_load_packages())
        line.load(raise_on_failed_jobs=True)
    with contextlib.suppress(StorageException):
        line.drop()
    line.sync_destination()
    return pending


def utcnow() -> datetime:
    """Now as naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None)
