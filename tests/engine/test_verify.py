"""Keys compared with the vendor's, and stretches read again for changes that do not show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.api import Api
from pipelines.stream import Deletes, Stream, Trailing, Window
from tests.engine.shelf import Shelf, bronze, incremental, things

Run = Callable[..., Any]
ROWS = [{"id": n, "at": f"2026-01-{n:02}T00:00:00Z"} for n in range(1, 6)]
DEFECTS = "select missing, vanished, unresolved from bronze_meta.verifications order by verified_at"


def swept(shelf: Shelf, **options: Any) -> Stream:
    """A stream read by change time whose ids can be listed; listing is one request."""

    def sweep(api: Api, window: Window) -> Iterator[list[str]]:
        api.log("GET", "https://demo.test/ids")
        yield [str(row["id"]) for row in shelf.rows["things"]]

    return incremental(shelf, sweep=sweep, **options)


def since(shelf: Shelf) -> list[Any]:
    return [since for _, since, _ in shelf.windows]


def lose(scratch: Path, record_id: str) -> None:
    """Take a record out of bronze behind everybody's back."""
    with duckdb.connect(str(scratch / "warehouse.duckdb")) as connection:
        connection.execute("delete from bronze_demo.things where record_id = ?", [record_id])


def newer_only(shelf: Shelf) -> None:
    """From now on a read that starts at a time gives only what changed since."""
    shelf.filters = True


def test_a_record_that_bronze_lost_is_fetched_once(run: Run, shelf: Shelf, scratch: Path) -> None:
    shelf.rows["things"] = ROWS
    newer_only(shelf)
    run(swept(shelf))
    lose(scratch, "2")
    assert run(swept(shelf))["things"].new == 0
    tally = run(swept(shelf), verify=True)["things"]
    found = tally.verification
    assert (found.vendor_count, found.bronze_count) == (5, 4)
    assert (found.missing, found.vanished, found.unresolved) == (1, 0, 0)
    assert tally.new == 1
    assert bronze(scratch, DEFECTS) == [(1, 0, 0)]
    before = bronze(scratch, "select * from bronze_demo.things order by all")
    assert "2" in {row[1] for row in before}
    found = run(swept(shelf), verify=True)["things"].verification
    assert (found.missing, found.vanished, found.requests) == (0, 0, 1)
    assert bronze(scratch, "select * from bronze_demo.things order by all") == before


def test_a_record_that_vanished_without_a_trace_is_marked_deleted(
    run: Run, shelf: Shelf, scratch: Path
) -> None:
    shelf.rows["things"] = ROWS
    newer_only(shelf)
    run(swept(shelf))
    shelf.rows["things"] = ROWS[1:]
    assert run(swept(shelf))["things"].deleted == 0
    tally = run(swept(shelf), verify=True)["things"]
    assert (tally.verification.missing, tally.verification.vanished, tally.deleted) == (0, 1, 1)


def test_a_key_that_is_listed_and_cannot_be_read_is_unresolved(run: Run, shelf: Shelf) -> None:
    def sweep(api: Api, window: Window) -> Iterator[list[str]]:
        yield ["1", "ghost"]

    shelf.rows["things"] = ROWS[:1]
    stream = incremental(shelf, sweep=sweep)
    run(stream)
    assert run(stream, verify=True)["things"].verification.unresolved == 1


def test_a_record_made_while_its_stream_is_read_is_not_missing(run: Run, shelf: Shelf) -> None:
    late = {"id": 9, "at": "2026-01-09T00:00:00Z"}

    def sweep(api: Api, window: Window) -> Iterator[list[str]]:
        shelf.rows["things"] = [*ROWS, late]
        yield [str(row["id"]) for row in shelf.rows["things"]]

    shelf.rows["things"] = ROWS
    run(incremental(shelf))
    tally = run(incremental(shelf, sweep=sweep), verify=True)["things"]
    assert (tally.verification.missing, tally.new) == (0, 1)


def test_a_list_that_comes_whole_is_verified_by_being_read(run: Run, shelf: Shelf) -> None:
    shelf.rows["things"] = ROWS
    stream = things(shelf, deletes=Deletes.KEY_SWEEP)
    run(stream)
    shelf.rows["things"] = ROWS[1:]
    found = run(stream, verify=True)["things"].verification
    assert (found.vendor_count, found.bronze_count, found.vanished, found.requests) == (4, 5, 1, 1)


def test_a_stream_whose_keys_cannot_be_listed_is_not_verified(run: Run, shelf: Shelf) -> None:
    shelf.rows["things"] = ROWS
    assert run(incremental(shelf), verify=True)["things"].verification is None


@pytest.mark.parametrize(("span", "found"), [(timedelta(days=4), True), (timedelta(days=1), False)])
def test_a_change_behind_the_cursor_is_found_within_the_trailing_stretch(
    run: Run, shelf: Shelf, span: timedelta, found: bool
) -> None:
    always = Trailing(span=span, every=timedelta(microseconds=1), why="a formula")
    stream = incremental(shelf, trailing=always)
    shelf.rows["things"] = ROWS
    newer_only(shelf)
    run(stream)
    shelf.rows["things"] = [*ROWS[:1], ROWS[1] | {"score": 7}, *ROWS[2:]]
    assert bool(run(stream)["things"].changed) is found


def test_a_trailing_stretch_is_read_again_only_every_so_often(run: Run, shelf: Shelf) -> None:
    stream = incremental(shelf, trailing=Trailing(span=timedelta(days=3), why="a formula"))
    shelf.rows["things"] = ROWS
    run(stream)
    run(stream)
    last = since(shelf)[-1]
    assert last is not None
    assert last.day == 4  # the newest change less the overlap of five minutes
