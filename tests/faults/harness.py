"""Two warehouses over one sandbox: one that faults befall, and its twin that they do not.

Both are filled at the same moments. Afterwards bronze must hold the same versions of the same
records in the same order in both, and a third warehouse, filled from nothing at the end, says
what the vendor holds now.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb

from pipelines import systems
from pipelines.connections import Connection
from pipelines.ingest import Outcome, Run
from pipelines.sandbox.handle import Handle
from pipelines.sandbox.store import Row, Store

Key = tuple[str, str]  # stream and record id
Version = tuple[str, bool]  # hash of the payload, whether the record is deleted
History = dict[Key, list[Version]]  # oldest first


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """Environment variables for a while."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@dataclass
class Warehouse:
    """A warehouse of one system with its working files."""

    folder: Path
    system: str
    url: str
    sandbox: Path
    streams: set[str] | None = None
    outcome: Outcome | None = None

    @property
    def file(self) -> Path:
        return self.folder / "warehouse.duckdb"

    @property
    def settings(self) -> dict[str, str]:
        """The environment in which commands work on this warehouse."""
        return {
            "GOLDPAN_WAREHOUSE": str(self.file),
            "GOLDPAN_STATE": str(self.folder / "state"),
            "GOLDPAN_TOKENS": str(self.folder / "tokens.json"),
            "GOLDPAN_SANDBOX": str(self.sandbox),
        }

    @property
    def connection(self) -> Connection:
        return Connection(name="c", system=self.system, sandbox=True)

    def ingest(self, **options: Any) -> Outcome:
        """One run in this process; what became of it."""
        with environment(**self.settings):
            run = Run([self.connection], self.streams, sandbox_url=self.url, **options)
            (outcome,) = run.start()
        return outcome

    def problems(self, **options: Any) -> dict[str, str]:
        """One run; what each stream that failed said, the connection itself under ''."""
        outcome = self.outcome = self.ingest(**options)
        failed = {name: one.error or "" for name, one in outcome.tallies.items() if one.failed}
        return failed | ({"": outcome.error} if outcome.error else {})

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.file), read_only=True) as db:
            return db.execute(sql).fetchall()

    def history(self) -> History:
        """Every version that bronze holds."""
        found: History = {}
        for stream in systems.load(self.system).STREAMS:
            for record_id, digest, gone in self.query(
                f"""select record_id, payload_hash, is_deleted
                from bronze_{self.system}.{stream.name} order by record_id, extracted_at"""
            ):
                found.setdefault((stream.name, record_id), []).append((digest, gone))
        return found

    def payloads(self) -> dict[Key, str]:
        """The newest payload of each record that is not deleted, as stored."""
        return {
            (stream.name, record_id): payload
            for stream in systems.load(self.system).STREAMS
            for record_id, payload in self.query(
                f"""select record_id, arg_max(cast(payload as text), extracted_at)
                from bronze_{self.system}.{stream.name}
                group by record_id having not arg_max(is_deleted, extracted_at)"""
            )
        }

    def repeated(self) -> list[str]:
        """Tables that hold a row more than once, with how many too many."""
        key = "connection, record_id, extracted_at"
        keys = {
            f"bronze_{self.system}.{stream.name}": key
            for stream in systems.load(self.system).STREAMS
        }
        keys |= {"bronze_meta.requests": "request_id", "bronze_meta.stream_runs": "run_id, stream"}
        found = []
        for table, columns in keys.items():
            once = f"(select count(*) from (select distinct {columns} from {table}))"
            ((too_many,),) = self.query(f"select count(*) - {once} from {table}")
            if too_many:
                found.append(f"{table}: {too_many}")
        return found

    def cursors(self) -> dict[str, Any]:
        """Where each stream's next run begins, after a run of this process."""
        assert self.outcome
        return {name: one.cursor_after for name, one in self.outcome.tallies.items()}

    def copy(self, folder: Path) -> Warehouse:
        """The same warehouse in another place."""
        shutil.copytree(self.folder, folder)
        return Warehouse(folder, self.system, self.url, self.sandbox, self.streams)


@dataclass
class Verdict:
    """What differs from the twin; true when nothing does."""

    lost: set[Key] = field(default_factory=set)
    doubled: set[Key] = field(default_factory=set)

    def __or__(self, other: Verdict) -> Verdict:
        return Verdict(self.lost | other.lost, self.doubled | other.doubled)

    def __bool__(self) -> bool:
        return not self.lost and not self.doubled


def judge(
    subject: History,
    twin: History,
    *,
    may_see_more: bool = False,
    gone: Collection[str] = (),
) -> Verdict:
    """Compare a warehouse with its twin.

    Lost: a version of the twin's is missing, or the newest one is another; of documents that are
    ``gone`` the subject may have seen a version that was gone before the twin came. Doubled: a
    version comes twice in a row, or, unless the subject ``may_see_more`` because records changed
    while it was reading, one that the twin does not have.
    """
    verdict = Verdict()
    for key in subject.keys() | twin.keys():
        own, others = subject.get(key, []), twin.get(key, [])
        is_gone = key[1].rpartition(":")[2] in gone
        if is_gone and max(len(own), len(others)) < 2:
            continue  # judged when it went
        if not _contains(own, others) or (own[-1:] != others[-1:] and not is_gone):
            verdict.lost.add(key)
        repeats = any(a == b for a, b in pairwise(own))
        if repeats or (not may_see_more and len(own) > len(others)):
            verdict.doubled.add(key)
    return verdict


def _contains(whole: list[Version], part: list[Version]) -> bool:
    rest = iter(whole)
    return all(version in rest for version in part)


@dataclass
class Scene:
    """One system of a sandbox, the warehouse that faults befall, and its twin."""

    system: str
    folder: Path
    handle: Handle
    streams: set[str] | None = None
    subject: Warehouse = field(init=False)
    twin: Warehouse = field(init=False)
    store: Store = field(init=False)
    marks: dict[str, dict[Key, int]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    apart: set[str] = field(default_factory=set)  # streams whose cursors may differ

    def __post_init__(self) -> None:
        self.subject, self.twin = self._warehouse("subject"), self._warehouse("twin")
        self.store = Store(self.handle.folder / "stores" / f"{self.system}.sqlite")

    def _warehouse(self, name: str) -> Warehouse:
        folder = self.folder / name
        folder.mkdir(parents=True)
        return Warehouse(folder, self.system, self.handle.url, self.handle.folder, self.streams)

    def begin(self) -> None:
        """Fill both warehouses with what the vendor holds."""
        self.calm()
        problems = self.twin.problems()
        assert not problems, problems
        shutil.rmtree(self.subject.folder)
        self.subject = self.twin.copy(self.subject.folder)
        self._mark()

    def fault(self, kind: str = "", **fault: Any) -> None:
        """Queue a fault of the vendor's; see pipelines/sandbox/faults.py."""
        self.handle.control("fault", system=self.system, kind=kind, **fault)

    def happened(self) -> dict[str, int]:
        """How often each kind of fault has happened since the sandbox began."""
        return self.handle.control("faults")

    def calm(self) -> None:
        """Forget the faults that wait; the vendor's limits stay out of the way."""
        self.handle.control("calm")
        self.fault("unlimited")

    def documents(self) -> dict[str, list[Row]]:
        """The vendor's documents that are not deleted, by the stand-in's name for their list."""
        return {name: self.store.query(name) for name in self.store.streams()}

    def now(self) -> str:
        """The vendor's instant, moved on by a second."""
        stream, (row, *_) = next((name, rows) for name, rows in self.documents().items() if rows)
        moved = self.handle.control("mutate", system=self.system, stream=stream, touch=[row.id])
        return str(moved["at"])

    def touch(self, stream: str, ids: list[str], **at: str) -> None:
        """Say that documents changed, now or at a time."""
        self.handle.control("mutate", system=self.system, stream=stream, touch=ids, **at)

    def delete(self, stream: str, id_: str) -> None:
        """Delete one of the vendor's documents."""
        self.gone.add(id_)
        self.handle.control("mutate", system=self.system, stream=stream, id=id_, delete=True)

    def settle(self, *, may_see_more: bool = False) -> Verdict:
        """A calm run of both warehouses; whether they hold the same."""
        self.calm()
        for warehouse in (self.subject, self.twin):
            problems = warehouse.problems()
            assert not problems, problems
        assert not self.subject.repeated(), self.subject.repeated()
        self._compare_cursors(may_see_more)
        verdict = judge(*self._since_marks(), may_see_more=may_see_more, gone=self.gone)
        self._mark()
        return verdict

    def _compare_cursors(self, may_see_more: bool) -> None:
        """Cursors are the same, but for streams in which only one warehouse saw what passed by."""
        theirs = self.twin.cursors()
        differing = {name for name, at in self.subject.cursors().items() if at != theirs.get(name)}
        assert may_see_more or differing <= self.apart, differing - self.apart
        self.apart = differing

    def noticed(self, documents: dict[str, str], at: str | None) -> set[Key]:
        """Touch a document of each list and run; the records that got a new version by it."""
        before = self.subject.history()
        for stream, id_ in documents.items():
            self.touch(stream, [id_], **({"at": at} if at else {}))
        problems = self.subject.problems()
        assert not problems, problems
        ids = set(documents.values())
        return {
            key
            for key, versions in self.subject.history().items()
            if len(versions) > len(before.get(key, ())) and key[1].rpartition(":")[2] in ids
        }

    def _mark(self) -> None:
        """What both hold now is judged; from here on, only what is added."""
        for name, warehouse in (("subject", self.subject), ("twin", self.twin)):
            self.marks[name] = {key: len(found) for key, found in warehouse.history().items()}

    def _since_marks(self) -> Iterator[History]:
        """What both have added, each record with the version that it had before."""
        for name, warehouse in (("subject", self.subject), ("twin", self.twin)):
            yield {
                key: found[max(self.marks[name].get(key, 0) - 1, 0) :]
                for key, found in warehouse.history().items()
            }
