"""One system under test: its stand-in, a connection to it, and a warehouse of its own.

Example::

    bench.ingest()["orders"].new
    bench.newest("orders")  # {record id: newest bronze row}
    bench.store.query("orders")
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from pipelines import systems
from pipelines.api import Api
from pipelines.connections import Connection
from pipelines.ingest import Run
from pipelines.reading import Tally
from pipelines.sandbox.handle import Handle
from pipelines.sandbox.store import Store

PAYLOADS = Path(__file__).resolve().parents[3] / "shared" / "payloads"


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
        self, streams: set[str] | None = None, full: bool = False, fails: bool = False
    ) -> dict[str, Tally]:
        """One run; what each stream did. Raises AssertionError when it fails unexpectedly."""
        if not fails:
            self.handle.control("calm") if not self._faults else None
        run = Run([self.connection], streams, full=full, sandbox_url=self.handle.url)
        (outcome,) = run.start()
        problems = {name: one.error for name, one in outcome.tallies.items() if one.failed}
        assert fails or not outcome.failed, (outcome.error, problems)
        return outcome.tallies
