"""A vendor in memory, for streams that are read without HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
from msgspec import Raw

from pipelines.api import Api
from pipelines.connections import Connection
from pipelines.stream import FanOut, Page, Stream, Window

CONNECTION = Connection(name="c", system="demo")


@dataclass
class Shelf:
    """A vendor in memory: ``rows`` by stream; each read is noted with its window.

    ``filters``: a window with a start gets the rows only that changed (``at``) since.
    """

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    windows: list[tuple[str, datetime | None, str | None]] = field(default_factory=list)
    trouble: dict[str, Exception] = field(default_factory=dict)
    pages_of: int = 100
    filters: bool = False

    def reader(self, name: str) -> Callable[[Api, Window], Iterator[Page]]:
        def read(api: Api, window: Window) -> Iterator[Page]:
            self.windows.append((name, window.since, window.parent))
            rows = [
                row
                for row in self.rows.get(name, [])
                if window.parent is None or row["parent"] == window.parent
            ]
            if self.filters and window.since:
                rows = [row for row in rows if row["at"] >= window.iso()]
            for start in range(0, len(rows), self.pages_of):
                part = rows[start : start + self.pages_of]
                request_id = api.log("GET", f"https://demo.test/{name}", records=len(part))
                raws = [Raw(json.dumps(row).encode()) for row in part]
                yield Page(records=raws, body={}, request_id=request_id)
            if name in self.trouble:
                raise self.trouble[name]

        return read


def bronze(scratch: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(scratch / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def things(shelf: Shelf, **options: Any) -> Stream:
    return Stream(name="things", read=shelf.reader("things"), **options)


def incremental(shelf: Shelf, **options: Any) -> Stream:
    overlap = timedelta(minutes=5)
    return things(shelf, changed="at", incremental=True, overlap=overlap, **options)


def children(shelf: Shelf, **options: Any) -> Stream:
    fan_out = FanOut(stream="things", **options)
    return Stream(name="parts", key=("^", "id"), fan_out=fan_out, read=shelf.reader("parts"))
