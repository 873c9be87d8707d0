"""The machine fails: a clear message, nothing half done, and the next run makes it good."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import resource
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from msgspec import Raw

from pipelines import bronze, ingest, systems
from pipelines.api import Api
from pipelines.connections import Connection
from pipelines.errors import IngestError
from pipelines.stream import Page, Stream, System, Window
from tests.faults.harness import environment

NOBODY = 65534
_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(["tests.faults.kills", "tests.faults.test_machine"])


def _read(api: Api, window: Window) -> Iterator[Page]:
    """Many pages of things: more than the queue between reading and writing holds."""
    for page in range(12):
        noise = random.Random(page).randbytes
        rows = [{"id": f"{page}-{n}", "text": noise(20_000).hex()} for n in range(4)]
        raws = [Raw(json.dumps(row).encode()) for row in rows]
        yield Page(records=raws, body={}, request_id=api.log("GET", "https://demo.test/things"))


def _run(connections: tuple[str, ...] = ("c",)) -> list[ingest.Outcome]:
    module = SimpleNamespace(
        SYSTEM=System(name="demo"), STREAMS=[Stream(name="things", read=_read)]
    )
    systems.load, systems.names = (lambda name: module), (lambda: ["demo"])  # type: ignore
    bronze.Batch.ROWS = 4  # a batch a page
    return ingest.Run([Connection(name=name, system="demo") for name in connections]).start()


def _limited(settings: dict[str, str], answer: Pipe, bytes_at_most: int, user: int) -> None:
    with environment(**settings):
        if bytes_at_most:
            resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_at_most, bytes_at_most))
        if user:
            os.seteuid(user)
        try:
            answer.send(_run()[0].error)
        except IngestError as error:
            answer.send(str(error))


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that any user may enter."""
    with tempfile.TemporaryDirectory(prefix="goldpan-") as made:
        Path(made).chmod(0o777)
        yield Path(made)


@pytest.fixture
def go(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Run in a process with limits; what the run said went wrong."""
    settings = {
        "GOLDPAN_STATE": str(folder / "state"),
        "GOLDPAN_WAREHOUSE": str(folder / "warehouse.duckdb"),
        "GOLDPAN_TOKENS": str(folder / "state" / "tokens.json"),
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)

    def run(bytes_at_most: int = 0, user: int = 0) -> Any:
        mine, theirs = _SERVER.Pipe()
        process = _SERVER.Process(target=_limited, args=(settings, theirs, bytes_at_most, user))
        process.start()
        said = mine.recv() if mine.poll(60) else pytest.fail("the run hangs")
        process.join(10)
        return said

    return run


def _things(folder: Path) -> int:
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as db:
        ((rows, ids),) = db.execute(
            "select count(*), count(distinct record_id) from bronze_demo.things"
        ).fetchall()
    assert rows == ids
    return int(ids)


@pytest.mark.parametrize("bytes_at_most", [20_000, 1_500_000])
def test_a_full_disk_is_named_and_the_next_run_makes_it_good(
    go: Callable[..., Any], folder: Path, bytes_at_most: int
) -> None:
    said = go(bytes_at_most=bytes_at_most)
    assert said is not None
    assert "make room and run again" in said, said
    assert go() is None
    assert _things(folder) == 48


def test_a_warehouse_that_may_not_be_written_is_named(go: Callable[..., Any], folder: Path) -> None:
    assert go() is None
    (folder / "warehouse.duckdb").chmod(stat.S_IREAD | stat.S_IRGRP | stat.S_IROTH)
    for path in [folder / "state", *(folder / "state").rglob("*")]:
        path.chmod(0o777)
    said = go(user=NOBODY if os.geteuid() == 0 else 0)
    assert said is not None
    assert "may not be written to" in said, said
    (folder / "warehouse.duckdb").chmod(0o644)
    assert go() is None
    assert _things(folder) == 48


def _hold(file: str, seconds: float) -> None:
    with duckdb.connect(file):
        time.sleep(seconds)


def test_a_warehouse_that_another_program_writes_to_is_named(
    go: Callable[..., Any], folder: Path
) -> None:
    assert go() is None
    holder = _SERVER.Process(target=_hold, args=(str(folder / "warehouse.duckdb"), 60))
    holder.start()
    try:
        time.sleep(1)
        said = go()
        assert said is not None
        assert "another program has the warehouse open" in said, said
    finally:
        holder.kill()
        holder.join()
    assert go() is None


def test_a_warehouse_of_an_older_goldpan_gets_the_columns_that_it_lacks(
    go: Callable[..., Any], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = pa.schema([field for field in bronze.REQUESTS if field.name != "server_date"])
    with monkeypatch.context() as patch:
        patch.setitem(bronze.META_TABLES, "requests", older)
        patch.setattr(systems, "load", systems.load)
        patch.setattr(systems, "names", systems.names)
        patch.setattr(bronze.Batch, "ROWS", bronze.Batch.ROWS)
        assert _run()[0].error is None
    assert go() is None
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as db:
        columns = db.execute("select * from bronze_meta.requests limit 0").description or []
    assert "server_date" in [column[0] for column in columns]


def test_a_warehouse_that_cannot_be_brought_up_to_date_is_refused_untouched(
    go: Callable[..., Any], folder: Path
) -> None:
    assert go() is None
    with duckdb.connect(str(folder / "warehouse.duckdb")) as db:
        db.execute("alter table bronze_demo.things drop column payload_hash")
    said = go()
    assert "in bronze_demo.things the column 'payload_hash' is missing" in said
    assert "move the file away" in said
    (folder / "warehouse.duckdb").unlink()
    assert go() is None
    assert _things(folder) == 48
