"""Reading one connection: its streams side by side, each record judged once on its way in."""

from __future__ import annotations

import queue
import threading
import traceback
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pyarrow as pa
import requests
from msgspec import Raw

from pipelines.api import Api
from pipelines.bronze import Batch, Known, utcnow
from pipelines.connections import Connection
from pipelines.errors import (
    ExpiredPageError,
    IngestError,
    PermanentError,
    UnreadableAnswerError,
)
from pipelines.records import Extract, payload_hash
from pipelines.stream import Deletes, FanOut, Page, Stream, Values, Window

TICK = timedelta(microseconds=1)
TOMBSTONE = b"{}"
SWEEP_FLOOR = 20  # so many records may vanish at once without a question


@dataclass(frozen=True, kw_only=True)
class Verification:
    """A stream's keys at the vendor beside those of bronze's records that are not deleted.

    ``missing`` keys were not in bronze, ``vanished`` ones not at the vendor; ``unresolved`` are
    missing still after the stream was read whole for them. ``requests``: what all that took.
    """

    verified_at: datetime
    vendor_count: int
    bronze_count: int
    missing: int
    vanished: int
    unresolved: int
    requests: int


@dataclass
class Tally:
    """What one stream did in this run; reader threads write, the display reads.

    ``read`` counts what answers held, ``vanished`` the records that were no longer listed; both
    together are new, changed, unchanged, deleted or rejected. ``is_whole``: everything was listed.
    """

    stream: str
    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0
    rejected: int = 0
    vanished: int = 0
    is_whole: bool = False
    verification: Verification | None = None
    pages: int = 0
    requests: int = 0
    status: str = "waiting"
    error: str | None = None
    waits: str = ""
    started_at: datetime | None = None
    finished_at: datetime | None = None
    cursor_before: datetime | None = None
    cursor_after: datetime | None = None

    @property
    def seconds(self) -> float:
        if self.started_at is None:
            return 0.0
        return ((self.finished_at or utcnow()) - self.started_at).total_seconds()

    @property
    def failed(self) -> bool:
        return self.status == "failed"


@dataclass
class Reading:
    """One run over some of a connection's ``declared`` streams.

    ``batches`` yields (stream, Arrow table of the bronze shape) while the streams are read in
    threads; afterwards ``state``, the old cursors before, holds the new ones, ``tallies`` the
    counts and ``rejected`` what could not be stored as a record.
    """

    connection: Connection
    api: Api
    streams: list[Stream]
    declared: list[Stream]
    known: Callable[[str], Known]
    payloads: Callable[[str], Iterable[tuple[str, str]]]
    full: bool = False
    verify: bool = False
    accept_deletes: bool = False
    state: dict[str, dict[str, Any]] = field(default_factory=dict)
    tallies: dict[str, Tally] = field(default_factory=dict)
    rejected: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tallies = {stream.name: Tally(stream.name) for stream in self.streams}
        self._queue: queue.Queue[tuple[str, pa.Table] | None] = queue.Queue(maxsize=8)
        self._readers = {stream.name: StreamReader(self, stream) for stream in self.streams}
        self._lock = threading.Lock()
        self._last = datetime.min
        self._given_up = threading.Event()

    def batches(self) -> Generator[tuple[str, pa.Table]]:
        """Every batch of every stream, as it comes; streams that fail do so by themselves.

        Whoever stops taking them, a full disk for one, ends the readers, too.
        """
        threads = max(len(self.streams), 1)
        with ThreadPoolExecutor(threads, thread_name_prefix=self.connection.name) as pool:
            for stream in self.streams:
                pool.submit(self._run, self._readers[stream.name])
            running = len(self.streams)
            try:
                while running:
                    item = self._queue.get()
                    if item is None:
                        running -= 1
                    else:
                        yield item
            finally:
                self._given_up.set()
                while running:
                    running -= self._queue.get() is None

    def check(self) -> None:
        """Raise IngestError when nobody takes the batches any more."""
        if self._given_up.is_set():
            raise IngestError("given up, because what was read could not be stored")

    def reader(self, stream: str) -> StreamReader | None:
        """The reader of a stream in this run, if it is part of it."""
        return self._readers.get(stream)

    def emit(self, stream: str, batch: Batch) -> None:
        if batch.rows:
            self._queue.put((stream, batch.take()))

    def tick(self, floor: datetime) -> datetime:
        """A time of reading that is later than any before, so that it orders versions."""
        with self._lock:
            after = floor + TICK if floor.year > 1 else floor
            self._last = max(utcnow(), self._last + TICK, after)
            return self._last

    def _run(self, reader: StreamReader) -> None:
        try:
            reader.run()
        finally:
            self._queue.put(None)


class StreamReader:
    """Reads one stream, sorts its records into new, changed, unchanged and deleted."""

    def __init__(self, reading: Reading, stream: Stream) -> None:
        self.reading = reading
        self.stream = stream
        self.tally = reading.tallies[stream.name]
        self.api = reading.api.for_stream(stream.name, self._note_wait)
        self.done = threading.Event()
        self.touched: list[str] = []
        self.accepted_payloads: dict[str, bytes] = {}
        self.keeps_payloads = any(
            other.fan_out and other.fan_out.stream == stream.name and other.fan_out.where
            for other in reading.streams
        )
        self._known: Known | None = None
        self._extract = Extract(stream)
        self._batch = Batch(reading.connection.name)
        self._seen: set[str] = set()
        self._finished: set[str] = set()
        self._newest: datetime | None = None

    @property
    def known(self) -> Known:
        """What bronze holds of the stream, read when it is first needed."""
        if self._known is None:
            self._known = self.reading.known(self.stream.name)
        return self._known

    def run(self) -> None:
        """Read the stream; whatever goes wrong ends up in the tally, not in other streams."""
        tally = self.tally
        try:
            self._await_parent()
            tally.status, tally.started_at = "reading", utcnow()
            self._read()
            tally.status = "done"
        except IngestError as error:
            tally.status, tally.error = "failed", self.api.redact(str(error))
            if isinstance(error, UnreadableAnswerError):
                self._reject(error.text, error.request_id, tally.error, "answer")
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            tally.status = "failed"
            tally.error = self.api.redact(
                f"{type(error).__name__} in {place.name} (line {place.lineno}): {error}"
            )
        finally:
            self._finish()

    def _finish(self) -> None:
        self.reading.emit(self.stream.name, self._batch)
        tally = self.tally
        tally.finished_at = utcnow()
        tally.started_at = tally.started_at or tally.finished_at
        tally.requests = self._requests()
        self._owe_children()
        self.done.set()

    def _requests(self) -> int:
        return sum(1 for row in self.api.requests if row["stream"] == self.stream.name)

    def _owe_children(self) -> None:
        """Note what children have to be read for, also those that are not part of this run."""
        for child in self.reading.declared:
            fan_out = child.fan_out
            if fan_out and fan_out.changed_only and fan_out.stream == self.stream.name:
                state = self.reading.state.setdefault(child.name, {})
                if state.get("started"):  # a child that never was reads every parent anyway
                    state["todo"] = sorted({*state.get("todo", ()), *self.touched})

    def _note_wait(self, reason: str, seconds: float) -> None:
        self.tally.waits = f"{reason[:80]} ({seconds:.0f} s)" if seconds else reason[:80]

    def _await_parent(self) -> None:
        fan_out = self.stream.fan_out
        parent = self.reading.reader(fan_out.stream) if fan_out else None
        if parent:
            parent.done.wait()

    # -- the window ---------------------------------------------------------------------------

    def _read(self) -> None:
        state = self.reading.state.setdefault(self.stream.name, {})
        cursor = _parse(state.get("cursor"))
        self.tally.cursor_before = self.tally.cursor_after = cursor
        refresh, trailing = self.stream.refresh, self.stream.trailing
        is_whole = (
            cursor is None or self.reading.full or self._is_due(state, "refreshed_at", refresh)
        )
        again = bool(trailing and self._is_due(state, "trailed_at", trailing.every, at_first=True))
        window = Window(
            since=self._since(None if is_whole else cursor, again),
            now=self.api.now(),
            state=dict(state.setdefault("own", {})),
            full=self.reading.full or (self.reading.verify and not self.stream.incremental),
            again=again,
        )
        try:
            whole = self._read_window(window, state)
        except Exception:
            if self.stream.ordered:
                self._advance(state, cursor, window.now)
            raise
        self.tally.is_whole = whole and not window.partial
        self._sweep(window, state, self.tally.is_whole)
        state["own"] = window.state
        if refresh and is_whole and not window.partial:
            state["refreshed_at"] = self.api.now().isoformat()
        if trailing and (is_whole or again):
            state["trailed_at"] = self.api.now().isoformat()
        if self.stream.incremental:
            self._advance(state, cursor, window.now)

    def _read_window(self, window: Window, state: dict[str, Any]) -> bool:
        """Read what the window asks for; True when that was everything there is."""
        if self.stream.fan_out:
            return self._read_parents(window, state)
        for page in self._restarting(window):
            self._accept(page)
        return window.since is None or self.stream.is_full_copy

    def _is_due(
        self, state: dict[str, Any], key: str, every: timedelta | None, at_first: bool = False
    ) -> bool:
        last = _parse(state.get(key))
        return bool(every and (self.api.now() >= last + every if last else at_first))

    def _since(self, cursor: datetime | None, again: bool) -> datetime | None:
        if not self.stream.incremental or self.reading.full:
            return None
        if cursor is None:
            start = self.reading.connection.start_date
            return datetime.fromisoformat(start) if start else None
        trailing = self.stream.trailing
        span = trailing.span if trailing and again else timedelta(0)
        return cursor - max(self.stream.overlap, span)

    def _advance(self, state: dict[str, Any], cursor: datetime | None, begun: datetime) -> None:
        # A change time in the vendor's future must not carry the cursor past changes that came
        # after the reading had begun.
        newest = min(self._newest, begun, self.api.now()) if self._newest else None
        reached = max(filter(None, [cursor, newest]), default=None)
        if reached:
            state["cursor"] = reached.isoformat()
            self.tally.cursor_after = reached

    def _restarting(self, window: Window) -> Iterator[Page]:
        """The window's pages; from the first one again, once, when a page token has expired."""
        try:
            yield from self._pages(window)
        except ExpiredPageError:
            yield from self._pages(window)

    def _pages(self, window: Window) -> Iterable[Page]:
        stream = self.stream
        if stream.read:
            return stream.read(self.api, window)
        parent = window.parent
        path = stream.path.format(parent=parent, part=parent.split(":")) if parent else stream.path
        body = _values(stream.body, window) if stream.body is not None else None
        request = requests.Request(
            stream.method,
            self.api.url(path),
            params=_values(stream.params, window),
            headers=_values(stream.headers, window),
            json=body,
        )
        paginator = stream.paginator() if stream.paginator else None
        return self.api.pages(request, stream.records, paginator, stream.limit, stream.cost)

    # -- streams that are read once a parent --------------------------------------------------

    def _read_parents(self, window: Window, state: dict[str, Any]) -> bool:
        """Read every parent that is due; True when that was everything there is."""
        assert self.stream.fan_out
        fan_out = self.stream.fan_out
        due, first = self._due_parents(fan_out, state)
        waiting, known_before = set(due), set(state.get("seen", ()))
        state["todo"] = due
        lock = threading.Lock()

        def read_one(parent: str) -> None:
            since = window.since if parent in known_before else None
            one = replace(window, since=since, parent=parent)
            for page in self._restarting(one):
                page.parent = parent
                with lock:
                    self._accept(page)
            with lock:
                waiting.discard(parent)
                window.partial = window.partial or one.partial

        try:
            for _ in self.api.map(read_one, due):
                pass
        finally:
            state["todo"] = sorted(waiting)
            if not fan_out.changed_only:
                state["seen"] = sorted((set(due) - waiting) | known_before & set(due))
        state["started"] = True
        self._finished |= set(due)
        return window.since is None and (first or not fan_out.changed_only)

    def _due_parents(self, fan_out: FanOut, state: dict[str, Any]) -> tuple[list[str], bool]:
        parent = self.reading.reader(fan_out.stream)
        known = parent.known if parent else self.reading.known(fan_out.stream)
        self._finished |= known.deleted
        alive = known.alive()
        first = self.reading.full or not state.get("started")
        if fan_out.changed_only and not first:
            todo = set(state.get("todo", ()))
            alive = [record_id for record_id in alive if record_id in todo]
        if fan_out.where:
            accepted = self._accepted_parents(fan_out, parent)
            alive = [record_id for record_id in alive if record_id in accepted]
        return alive, first

    def _accepted_parents(self, fan_out: FanOut, parent: StreamReader | None) -> set[str]:
        assert fan_out.where
        newest: dict[str, str | bytes] = dict(self.reading.payloads(fan_out.stream))
        newest |= parent.accepted_payloads if parent else {}
        return {
            record_id
            for record_id, payload in newest.items()
            if fan_out.where(msgspec.json.decode(payload))
        }

    # -- records ------------------------------------------------------------------------------

    def _accept(self, page: Page) -> None:
        self.reading.check()
        self.tally.pages += 1
        self.tally.read += len(page.records) + len(page.rejects)
        for reason, text in page.rejects:
            self._reject(text, page.request_id, reason)
        for record in page.records:
            self._accept_record(record, page)
        self.tally.waits = ""

    def _accept_record(self, record: Raw, page: Page) -> None:
        try:
            record_id, changed_at, gone = self._extract(record, page.parent)
        except msgspec.ValidationError as error:
            record_id, changed_at, gone = None, None, False
            reason = f"the record has not the shape it should have: {error}"
        else:
            reason = f"the record has no {' and '.join(self.stream.keys)}"
        if record_id is None:
            self._reject(bytes(record).decode("utf-8", "replace"), page.request_id, reason)
            return
        self._seen.add(record_id)
        if changed_at and (self._newest is None or changed_at > self._newest):
            self._newest = changed_at
        self._store(record_id, bytes(record), changed_at, gone or page.deleted, page.request_id)

    def _store(
        self,
        record_id: str,
        payload: bytes,
        changed_at: datetime | None,
        is_deleted: bool,
        request_id: str,
    ) -> None:
        digest = payload_hash(Raw(payload), self.stream.volatile)
        outcome = self.known.note(record_id, digest, is_deleted)
        setattr(self.tally, outcome, getattr(self.tally, outcome) + 1)
        if self.keeps_payloads:
            self.accepted_payloads[record_id] = payload
        if outcome == "unchanged":
            return
        self.touched.append(record_id)
        extracted_at = self.reading.tick(self.known.newest)
        self._batch.add(
            record_id, payload, digest, changed_at, is_deleted, extracted_at, request_id
        )
        if self._batch.is_full:
            self.reading.emit(self.stream.name, self._batch)

    def _reject(self, text: str, request_id: str, reason: str, kind: str = "record") -> None:
        self.tally.rejected += 1
        self.reading.rejected.append(
            {
                "stream": self.stream.name,
                "request_id": request_id,
                "kind": kind,
                "reason": reason,
                "payload": text,
                "extracted_at": utcnow(),
            }
        )

    # -- records that are no longer there -----------------------------------------------------

    def _sweep(self, window: Window, state: dict[str, Any], whole: bool) -> None:
        """Mark as deleted what the vendor no longer lists, where the stream says so.

        When the run verifies, what is listed and not in bronze is fetched.
        """
        before = self._requests()
        listed = self._listed(window, state, whole)
        if listed is None:
            return
        gone = set(self.known.alive()) - listed - self._seen
        if self.reading.verify and (whole or self.stream.sweep):
            self._verify(window, state, listed, gone, 0 if whole else before)
        self._tombstones(gone - self._seen)
        if self.stream.sweep:
            state["swept_at"] = self.api.now().isoformat()

    def _listed(self, window: Window, state: dict[str, Any], whole: bool) -> set[str] | None:
        """Ids that exist besides those just read; None when they are not to be known now."""
        stream = self.stream
        is_asked_for = bool(window.state.pop("sweep", False)) or self.reading.verify
        if stream.deletes is not Deletes.KEY_SWEEP and stream.sweep is None:
            return None
        if whole:
            return set()
        if stream.sweep is None:
            return set(self.known.alive()) - self._children()
        if not is_asked_for and not self._is_sweep_due(window, state):
            return None
        swept = stream.sweep(self.api, window)
        return None if swept is None else {record_id for ids in swept for record_id in ids}

    def _verify(
        self,
        window: Window,
        state: dict[str, Any],
        listed: set[str],
        gone: set[str],
        requests_before: int,
    ) -> None:
        """Compare the vendor's keys with bronze's; read all again when bronze lacks some."""
        if listed - set(self.known.alive()):
            self._read_window(window, state)  # what was made between the reading and the listing
        alive = set(self.known.alive())
        missing = listed - alive
        if missing:
            since = self._since(None, again=False)
            self._read_window(replace(window, since=since, full=True), state)
        self.tally.verification = Verification(
            verified_at=self.api.now(),
            vendor_count=len(listed | (alive - gone)),
            bronze_count=len(alive),
            missing=len(missing),
            vanished=len(gone),
            unresolved=len(missing - set(self.known.alive())),
            requests=self._requests() - requests_before,
        )

    def _children(self) -> set[str]:
        """Ids under parents that were read to their end in this run, or that are gone."""
        if self.stream.keys[0] != "^" or self.stream.incremental:
            return set()
        own = len(self.stream.keys) - 1
        alive = self.known.alive()
        return {one for one in alive if one.rsplit(":", own)[0] in self._finished}

    def _is_sweep_due(self, window: Window, state: dict[str, Any]) -> bool:
        if self.stream.deletes is not Deletes.KEY_SWEEP:
            return False
        swept_at = _parse(state.get("swept_at"))
        return swept_at is None or window.now >= swept_at + self.stream.sweep_every

    def _tombstones(self, vanished: set[str]) -> None:
        alive = len(self.known.alive())
        if len(vanished) > max(SWEEP_FLOOR, alive / 2) and not self.reading.accept_deletes:
            raise PermanentError(
                f"{len(vanished)} of {alive} records are no longer listed, which looks like a "
                "truncated answer; nothing was marked deleted. If they really are gone, run "
                "again with ACCEPT_DELETES=1"
            )
        request_id = self.api.requests[-1]["request_id"] if self.api.requests else ""
        for record_id in sorted(vanished):
            self.tally.vanished += 1
            self._store(record_id, TOMBSTONE, None, True, request_id)


def _values(values: Values, window: Window) -> dict[str, Any]:
    made = values(window) if callable(values) else values
    return {key: value for key, value in made.items() if value is not None}


def _parse(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
