"""A run from records to bronze: what is stored, what is not, and what a second run repairs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pipelines import ingest, systems
from pipelines.api import Api
from pipelines.bronze import utcnow
from pipelines.errors import IngestError, PermanentError, UnreadableAnswerError
from pipelines.stream import Deletes, Page, Stream, System, Window
from tests.engine.shelf import CONNECTION, Shelf, bronze, children, incremental, things


def test_a_record_is_stored_as_sent_with_where_it_came_from(
    run: Callable[..., Any], shelf: Shelf, scratch: Path
) -> None:
    shelf.rows["things"] = [{"id": 7, "at": "2026-01-02T03:04:05Z", "big": 9007199254740993123}]
    run(things(shelf, changed="at"))
    ((connection, record_id, payload, changed_at, deleted, request, load),) = bronze(
        scratch,
        """select l.connection, record_id, payload, changed_at, is_deleted, url, l._dlt_load_id
        from bronze_demo.things as l join bronze_meta.requests using (request_id)""",
    )
    assert (connection, record_id, deleted) == ("c", "7", False)
    assert payload == json.dumps(shelf.rows["things"][0])
    assert changed_at == datetime(2026, 1, 2, 3, 4, 5)
    assert request == "https://demo.test/things"
    assert bronze(scratch, "select load_id from bronze_meta.stream_runs") == [(load,)]


def test_an_unchanged_record_is_not_stored_again(
    run: Callable[..., Any], shelf: Shelf, scratch: Path
) -> None:
    shelf.rows["things"] = [{"id": 1, "v": "a"}, {"id": 2, "v": "b"}]
    assert run(things(shelf))["things"].new == 2
    tally = run(things(shelf))["things"]
    assert (tally.read, tally.new, tally.changed, tally.unchanged) == (2, 0, 0, 2)
    assert bronze(scratch, "select count(*) from bronze_demo.things") == [(2,)]


def test_a_value_that_changes_and_changes_back_is_three_versions(
    run: Callable[..., Any], shelf: Shelf, scratch: Path
) -> None:
    for value in ("a", "b", "a"):
        shelf.rows["things"] = [{"id": 1, "v": value}]
        run(things(shelf))
    sql = "select payload ->> 'v' from bronze_demo.things order by extracted_at"
    assert bronze(scratch, sql) == [("a",), ("b",), ("a",)]


def test_a_record_twice_in_one_run_is_one_version(
    run: Callable[..., Any], shelf: Shelf, scratch: Path
) -> None:
    shelf.rows["things"] = [{"id": 1, "v": "a"}, {"id": 1, "v": "a"}, {"id": 1, "v": "b"}]
    tally = run(things(shelf))["things"]
    assert (tally.new, tally.unchanged, tally.changed) == (1, 1, 1)
    sql = "select payload ->> 'v' from bronze_demo.things order by extracted_at"
    assert bronze(scratch, sql) == [("a",), ("b",)]


def test_all_that_was_read_or_found_gone_is_counted_under_one_name(
    run: Callable[..., Any], shelf: Shelf, scratch: Path
) -> None:
    sweeping = things(shelf, deletes=Deletes.KEY_SWEEP)
    shelf.rows["things"] = [{"id": 1}, {"id": 2}, {"id": 2}, {"name": "no key"}]
    run(sweeping)
    shelf.rows["things"] = [{"id": 2, "v": "a"}, {"id": 3}]
    run(sweeping)
    sql = """select records_read, records_vanished, records_new, records_changed, records_deleted,
        records_unchanged, records_rejected, is_whole from bronze_meta.stream_runs
        order by started_at"""
    assert bronze(scratch, sql) == [(4, 0, 2, 0, 0, 1, 1, True), (2, 1, 1, 1, 1, 0, 0, True)]


def test_an_answer_that_cannot_be_read_is_kept_for_the_quarantine(
    run: Callable[..., Any], shelf: Shelf, scratch: Path
) -> None:
    answer = UnreadableAnswerError("the answer is not JSON", "<html>Maintenance", "request 1")
    shelf.trouble["things"] = answer
    assert run(things(shelf))["things"].failed
    sql = "select kind, reason, payload, request_id from bronze_meta.rejected_records"
    kept = ("answer", "the answer is not JSON", "<html>Maintenance", "request 1")
    assert bronze(scratch, sql) == [kept]


def test_a_vanished_record_is_deleted_once_and_may_come_back(
    run: Callable[..., Any], shelf: Shelf, scratch: Path
) -> None:
    sweeping = things(shelf, deletes=Deletes.KEY_SWEEP)
    shelf.rows["things"] = [{"id": 1}, {"id": 2}]
    run(sweeping)
    shelf.rows["things"] = [{"id": 2}]
    assert run(sweeping)["things"].deleted == 1
    assert run(sweeping)["things"].deleted == 0
    shelf.rows["things"] = [{"id": 1}, {"id": 2}]
    assert run(sweeping)["things"].changed == 1
    sql = """select record_id, is_deleted from bronze_demo.things
    where record_id = '1' order by extracted_at"""
    assert bronze(scratch, sql) == [("1", False), ("1", True), ("1", False)]


def test_a_truncated_list_does_not_delete_most_records(
    run: Callable[..., Any], shelf: Shelf, scratch: Path
) -> None:
    sweeping = things(shelf, deletes=Deletes.KEY_SWEEP)
    shelf.rows["things"] = [{"id": n} for n in range(60)]
    run(sweeping)
    shelf.rows["things"] = [{"id": 1}]
    tally = run(sweeping)["things"]
    assert tally.failed
    assert "ACCEPT_DELETES=1" in (tally.error or "")
    assert bronze(scratch, "select count(*) from bronze_demo.things where is_deleted") == [(0,)]
    assert run(sweeping, accept_deletes=True)["things"].deleted == 59


def test_the_next_window_starts_behind_the_newest_change(
    run: Callable[..., Any], shelf: Shelf
) -> None:
    shelf.rows["things"] = [{"id": 1, "at": "2026-01-02T00:00:00Z"}]
    run(incremental(shelf))
    run(incremental(shelf))
    run(incremental(shelf), full=True)
    assert [since for _, since, _ in shelf.windows] == [None, datetime(2026, 1, 1, 23, 55), None]


def test_a_change_in_the_future_does_not_carry_the_cursor_away(
    run: Callable[..., Any], shelf: Shelf
) -> None:
    shelf.rows["things"] = [{"id": 1, "at": "2999-01-01T00:00:00Z"}]
    tally = run(incremental(shelf))["things"]
    assert tally.cursor_after is not None
    assert tally.cursor_after.year < 2999


def test_a_change_in_the_future_does_not_hide_changes_made_during_the_reading(
    run: Callable[..., Any], shelf: Shelf
) -> None:
    shelf.rows["things"] = [{"id": 1, "at": "2999-01-01T00:00:00Z"}]
    begun = utcnow()
    read = shelf.reader("things")

    def slowly(api: Api, window: Window) -> Iterator[Page]:
        yield from read(api, window)
        api.clock["vendor"] = begun + timedelta(hours=1)

    tally = run(Stream(name="things", read=slowly, changed="at", incremental=True))["things"]
    assert tally.cursor_after < begun + timedelta(minutes=30)


def test_a_machine_whose_clock_is_set_back_keeps_versions_in_order(
    run: Callable[..., Any], shelf: Shelf, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for value, days in (("a", 0), ("b", 1), ("c", 400)):
        then = utcnow() - timedelta(days=days)
        monkeypatch.setattr("pipelines.reading.utcnow", lambda then=then: then)
        shelf.rows["things"] = [{"id": 1, "v": value}]
        run(things(shelf))
    sql = "select payload ->> 'v' from bronze_demo.things order by extracted_at"
    assert bronze(scratch, sql) == [("a",), ("b",), ("c",)]


@pytest.mark.parametrize("ordered", [True, False])
def test_a_read_that_breaks_off_keeps_its_records_and_its_cursor_only_in_order(
    run: Callable[..., Any], shelf: Shelf, scratch: Path, ordered: bool
) -> None:
    shelf.rows["things"] = [{"id": 1, "at": "2026-01-02T00:00:00Z"}]
    shelf.trouble["things"] = PermanentError("half way")
    tally = run(incremental(shelf, ordered=ordered))["things"]
    assert tally.failed
    assert (tally.cursor_after is not None) is ordered
    assert bronze(scratch, "select count(*) from bronze_demo.things") == [(1,)]
    shelf.trouble.clear()
    assert run(incremental(shelf, ordered=ordered))["things"].unchanged == 1


def test_one_stream_that_fails_does_not_stop_the_others(
    run: Callable[..., Any], shelf: Shelf
) -> None:
    shelf.rows["things"] = [{"id": 1}]
    shelf.trouble["broken"] = ZeroDivisionError("oops")
    tallies = run(things(shelf), Stream(name="broken", read=shelf.reader("broken")))
    assert tallies["broken"].failed
    assert tallies["things"].new == 1


def test_a_record_without_a_key_is_kept_aside_with_its_reason(
    run: Callable[..., Any], shelf: Shelf, scratch: Path
) -> None:
    shelf.rows["things"] = [{"name": "nobody"}, {"id": 1}]
    tally = run(things(shelf))["things"]
    assert (tally.read, tally.rejected, tally.new) == (2, 1, 1)
    sql = "select reason, payload from bronze_meta.rejected_records"
    assert bronze(scratch, sql) == [("the record has no id", '{"name": "nobody"}')]


def test_children_are_read_once_a_parent_and_carry_its_id(
    run: Callable[..., Any], shelf: Shelf, scratch: Path
) -> None:
    shelf.rows = {
        "things": [{"id": "a"}, {"id": "b", "skip": True}],
        "parts": [{"id": 1, "parent": "a"}, {"id": 1, "parent": "b"}],
    }
    run(things(shelf), children(shelf))
    assert bronze(scratch, "select record_id from bronze_demo.parts order by 1") == [
        ("a:1",),
        ("b:1",),
    ]
    shelf.windows.clear()
    run(things(shelf), children(shelf, where=lambda thing: not thing.get("skip")))
    assert [parent for _, _, parent in shelf.windows if parent] == ["a"]


def test_children_of_unchanged_parents_are_left_alone_and_failed_ones_come_back(
    run: Callable[..., Any], shelf: Shelf
) -> None:
    streams = (things(shelf), children(shelf, changed_only=True))
    shelf.rows = {"things": [{"id": "a"}, {"id": "b"}], "parts": []}
    run(*streams)
    shelf.windows.clear()
    run(*streams)
    assert [parent for _, _, parent in shelf.windows if parent] == []
    shelf.rows["things"][0]["v"] = "changed"
    shelf.trouble["parts"] = PermanentError("not now")
    assert run(*streams)["parts"].failed
    shelf.trouble.clear()
    shelf.windows.clear()
    run(*streams)
    assert [parent for _, _, parent in shelf.windows if parent] == ["a"]


def test_children_left_out_of_a_run_are_read_for_its_changes_later(
    run: Callable[..., Any], shelf: Shelf
) -> None:
    streams = (things(shelf), children(shelf, changed_only=True))
    shelf.rows = {"things": [{"id": "a"}, {"id": "b"}], "parts": []}
    run(*streams)
    shelf.rows["things"][0]["v"] = "changed"
    run(*streams, streams={"things"})
    shelf.windows.clear()
    run(*streams)
    assert [parent for _, _, parent in shelf.windows if parent] == ["a"]


def test_a_second_run_at_the_same_time_says_who_is_there(scratch: Path) -> None:
    with (
        ingest.exclusive(),
        pytest.raises(IngestError, match=f"process {os.getpid()}, since"),
        ingest.exclusive(),
    ):
        pass


KILLED = """
import json, os, signal, sys
from types import SimpleNamespace
from msgspec import Raw
import dlt
from pipelines import ingest, systems
from pipelines.connections import Connection
from pipelines.stream import Page, Stream, System

def read(api, window):
    for n in range(3):
        raws = [Raw(json.dumps({"id": n, "v": 1}).encode())]
        yield Page(records=raws, body={}, request_id=api.log("GET", "https://demo.test/things"))
        if sys.argv[1] == "reading":
            os.kill(os.getpid(), signal.SIGKILL)

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

module = SimpleNamespace(SYSTEM=System(name="demo"), STREAMS=[Stream(name="things", read=read)])
systems.load, systems.names = (lambda name: module), (lambda: ["demo"])
step = sys.argv[1]
if step in ("normalize", "load"):
    original = getattr(dlt.Pipeline, step)
    def only_c(self, *args, **kwargs):
        return die() if self.pipeline_name == "c" else original(self, *args, **kwargs)
    setattr(dlt.Pipeline, step, only_c)
if step == "spool":
    ingest.Spool.load = die
if step == "after load":
    original_load = dlt.Pipeline.load
    def load_and_die(self, *args, **kwargs):
        original_load(self, *args, **kwargs)
        return die() if self.pipeline_name == "c" else None
    dlt.Pipeline.load = load_and_die
ingest.Run([Connection(name="c", system="demo")]).start()
"""


@pytest.mark.parametrize("step", ["reading", "spool", "normalize", "load", "after load", "never"])
def test_a_killed_run_is_repaired_by_the_next(scratch: Path, step: str) -> None:
    def go(at: str) -> int:
        return subprocess.run(
            [sys.executable, "-c", KILLED, at], env=os.environ, check=False
        ).returncode

    assert go(step) == (0 if step == "never" else -signal.SIGKILL)
    assert go("never") == 0
    sql = "select record_id, count(*) from bronze_demo.things group by 1 order by 1"
    assert bronze(scratch, sql) == [("0", 1), ("1", 1), ("2", 1)]
    sql = "select count(*), count(distinct request_id) from bronze_meta.requests"
    ((rows, ids),) = bronze(scratch, sql)
    assert rows == ids
    sql = """select count(*) from bronze_demo.things
    where request_id not in (select request_id from bronze_meta.requests)"""
    assert bronze(scratch, sql) == [(0,)]
    sql = "select status, records_read, finished_at is null from bronze_meta.stream_runs"
    runs = bronze(scratch, f"{sql} order by started_at")
    assert (("killed", 0, True) in runs) == (step == "reading")
    assert len(runs) == 2


def test_a_connection_that_fails_before_its_first_stream_has_failed_streams(
    scratch: Path, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = SimpleNamespace(
        SYSTEM=System(name="demo", secrets=("token",)), STREAMS=[things(shelf), children(shelf)]
    )
    monkeypatch.setattr(systems, "load", lambda name: module)
    monkeypatch.setattr(systems, "names", lambda: ["demo"])
    found = "select stream, status, error from bronze_meta.stream_runs order by started_at, stream"

    def deny(*args: Any, **kwargs: Any) -> Any:
        raise ValueError("the key s3cret-t0ken is none")

    def go() -> ingest.Outcome:
        (outcome,) = ingest.Run([CONNECTION]).start()
        return outcome

    monkeypatch.setenv("CONNECTIONS__C__TOKEN", "s3cret-t0ken")
    with monkeypatch.context() as broken:
        broken.setattr(ingest, "Api", deny)
        said = go().error
    assert said == "ValueError: the key *** is none"
    failed = [("parts", "failed", said), ("things", "failed", said)]
    assert sorted(bronze(scratch, found)) == failed
    assert not go().failed
    runs = bronze(scratch, found)
    assert sorted(runs[:2]) == failed
    assert [run[1:] for run in runs[2:]] == [("done", None)] * 2
