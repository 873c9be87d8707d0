"""One system under test: its stand-in, a connection to it, and a warehouse of its own.

Example::

    bench.ingest()["orders"].new
    bench.newest("orders")  # {record id: newest bronze row}
    bench.store.query("orders")
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import duckdb

from pipelines import systems
from pipelines.api import Api
from pipelines.connections import Connection
from pipelines.ingest import Run
from pipelines.reading import Tally
from pipelines.sandbox.handle import Handle
from pipelines.sandbox.store import Store
from tests.contract import exchanges
from tests.mapping.project import Project

PAYLOADS = Path(__file__).resolve().parents[3] / "shared" / "payloads"
NEWEST = """
    select record_id, cast(payload as text) as payload, changed_at, is_deleted, connection
    from {table}
    qualify row_number() over (partition by record_id order by extracted_at desc) = 1
"""


LOADED_AT = dt.datetime(2026, 11, 1)
RECORDED = """
    insert into {table} by name
    select
        'recorded' as connection, ? as record_id, ? as payload, '' as payload_hash,
        false as is_deleted, cast(? as timestamp) as extracted_at, 'request' as request_id,
        'load' as _dlt_load_id
"""


@dataclass
class Bench:
    """What the tests of one system work with."""

    system: str
    folder: Path
    handle: Handle
    record: Path
    store: Store = field(init=False)

    def __post_init__(self) -> None:
        self.store = Store(self.handle.folder / "stores" / f"{self.system}.sqlite")

    @property
    def connection(self) -> Connection:
        return Connection(name="test", system=self.system, sandbox=True)

    @property
    def warehouse(self) -> Path:
        return self.folder / "warehouse.duckdb"

    def api(self, connection: Connection | None = None, **options: Any) -> Api:
        """A way to the stand-in outside of a run."""
        system = systems.load(self.system).SYSTEM
        return Api(connection or self.connection, system, sandbox_url=self.handle.url, **options)

    def ingest(
        self,
        streams: set[str] | None = None,
        full: bool = False,
        verify: bool = False,
        fails: bool = False,
    ) -> dict[str, Tally]:
        """One run; what each stream did. Raises AssertionError when it fails unexpectedly."""
        run = Run([self.connection], streams, full=full, verify=verify, sandbox_url=self.handle.url)
        (outcome,) = run.start()
        problems = {name: one.error for name, one in outcome.tallies.items() if one.failed}
        assert fails or not outcome.failed, (outcome.error, problems)
        return outcome.tallies

    def fault(self, path: str = "*", **fault: Any) -> None:
        """Queue the stand-in's next answers; see the control API."""
        self.handle.control("fault", system=self.system, path=path, **fault)

    def mutate(self, stream: str, id: str, **change: Any) -> None:
        """Patch or delete one of the stand-in's documents."""
        self.handle.control("mutate", system=self.system, stream=stream, id=id, **change)

    def calm(self) -> None:
        """Forget faults and what was counted against rate limits."""
        self.handle.control("calm")

    def newest(self, stream: str) -> dict[str, dict[str, Any]]:
        """The newest bronze version of each record, its payload decoded."""
        sql = NEWEST.format(table=f"bronze_{self.system}.{stream}")
        return {row["record_id"]: row for row in self._rows(sql)}

    def alive(self, stream: str) -> dict[str, Any]:
        """Payloads of the records that are not deleted, by record id."""
        newest = self.newest(stream).items()
        return {id: row["payload"] for id, row in newest if not row["is_deleted"]}

    def stage(self, folder: Path, recorded: dict[str, dict[str, Any]] | None = None) -> Project:
        """The system's staging models over what was ingested.

        ``recorded`` adds records of a connection of that name: {stream: {record id: payload}}.
        """
        project = Project(folder)
        project.add_system(self.system)
        project.bronze.clear()
        project.warehouse.write_bytes(self.warehouse.read_bytes())
        with duckdb.connect(str(project.warehouse)) as db:
            for stream, records in (recorded or {}).items():
                rows = [[id, json.dumps(payload), LOADED_AT] for id, payload in records.items()]
                if rows:
                    db.executemany(RECORDED.format(table=f"bronze_{self.system}.{stream}"), rows)
        project.build()
        return project

    def exchanges(self, most: int = 5) -> list[dict[str, Any]]:
        """Good answers that the connector got, at most so many of each path and its parameters."""
        found: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for one in exchanges(self.record, self.system):
            is_own = one["request_headers"].get("user-agent") == "goldpan"
            if one["status"] == 200 and is_own and not one["is_fault"]:
                url = urlsplit(one["url"])
                path = re.sub(r"[0-9]+", "", url.path)
                found.setdefault((path, *sorted(dict(parse_qsl(url.query)))), []).append(one)
        return [one for many in found.values() for one in many[:most]]

    def _rows(self, sql: str) -> Iterator[dict[str, Any]]:
        with duckdb.connect(str(self.warehouse), read_only=True) as db:
            cursor = db.execute(sql)
            names = [column[0] for column in cursor.description or []]
            for values in cursor.fetchall():
                row = dict(zip(names, values, strict=True))
                yield row | {"payload": json.loads(row["payload"])}
