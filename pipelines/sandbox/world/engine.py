"""Rows that come into being, change and go, day by day, on disk.

Each day is simulated from its own random numbers: moving on by one day twice is the same as moving
on by two days once. A row is stored with all that will ever happen to it, its timeline.
"""

import gc
import hashlib
import random
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any, Self

import orjson

from pipelines.sandbox import clock
from pipelines.sandbox.store import SAMPLES, Database

Row = dict[str, Any]
DEFAULT_SCALE = 1000
SMALLEST, LARGEST = 200, 1_000_000
OPENING_SHARE = 0.25
BUFFERED_ROWS = 20_000
EVEN_UP_TO, FLATTENING = 50_000, 0.75
MOST_REMEMBERED = 5_000

SCHEMA = """
create table if not exists meta (name text primary key, value text);
create table if not exists changes (
    kind text not null, at text not null, n integer not null, primary key (kind, at, n)
) without rowid;
"""
TRUTH_SCHEMA = """
create table if not exists truth.truth (
    system text not null, record_kind text not null, record_id text not null,
    kind text not null, id text not null
)
"""


class Simulation:
    """A world on disk; `steps` are what happens on each of its days. Open it with `open`."""

    steps: "tuple[Step, ...]" = ()

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._database = Database(folder / "world.sqlite")
        self._connection = self._database.connection
        truth = (folder / "truth.sqlite").resolve()
        self._connection.execute("attach database ? as truth", (str(truth),))
        self._connection.executescript(SCHEMA + TRUTH_SCHEMA)
        self._buffers: dict[str, list[Row]] = {}
        self._now: str | None = None
        self._sizes: dict[str, int] = {}
        self._remembered: dict[str, dict[int, Row]] = {}
        self._changes: list[tuple[str, str, int]] = []
        self._truths: list[tuple[str, str, str, str, str]] = []

    @classmethod
    def open(cls, folder: Path, seed: int | None = None, scale: int | None = None) -> Self:
        """The world in `folder`, made first when it is not there.

        Raises ValueError when it exists with another seed or scale, or the scale is out of range.
        """
        folder.mkdir(parents=True, exist_ok=True)
        world = cls(folder)
        if world._meta("built") is None:
            world._build(0 if seed is None else seed, scale or DEFAULT_SCALE)
        for name, asked, found in (("seed", seed, world.seed), ("scale", scale, world.scale)):
            if asked is not None and asked != found:
                raise ValueError(f"the sandbox has {name} {found}, not {asked}: reset it first")
        return world

    @property
    def seed(self) -> int:
        """The number that all chance comes from."""
        return int(self._meta("seed") or 0)

    @property
    def scale(self) -> int:
        """How many customers the company has at the base instant."""
        return int(self._meta("scale") or 0)

    @property
    def day(self) -> int:
        """How many days have been simulated."""
        return int(self._meta("day") or 0)

    @property
    def now(self) -> str:
        """The instant up to which things have happened."""
        if self._now is None:
            self._now = clock.iso(clock.start_of_day(self.day))
        return self._now

    def advance(self, days: int) -> None:
        """Simulate more days. Raises ValueError for less than one."""
        if days < 1:
            raise ValueError(f"days must be at least 1. Got: {days}")
        self._simulate(range(self.day, self.day + days))

    def kinds(self) -> list[str]:
        """The names of all kinds of rows, such as `shopify.customer` or `task`."""
        found = self._connection.execute(
            "select name from main.sqlite_master where type = 'table'"
            " and name not in ('meta', 'changes') order by name"
        )
        return [name for (name,) in found if name != SAMPLES]

    def rows(self, kind: str, since: str | None = None) -> Iterator[Row]:
        """The rows of a kind as they are now, oldest first, deleted ones too.

        With `since`, only those created, changed or deleted after it. A row is a dict of its
        fields with `n` (1, 2, …), `created_at`, `updated_at` and `deleted_at`.
        """
        if kind not in self.kinds():
            return
        now = self.now
        for n, plan in self._stored(kind, since, now):
            yield _as_of(n, plan, now)

    def versions(self, kind: str, since: str | None = None) -> Iterator[Row]:
        """The rows of a kind as each of their changes left them, a row's oldest version first.

        With `since`, only the versions that came after it.
        """
        if kind not in self.kinds():
            return
        now = self.now
        for n, plan in self._stored(kind, since, now):
            for at in sorted({plan["created_at"], *(at for at, _ in plan["timeline"])}):
                if (since or "") < at <= now:
                    yield _as_of(n, plan, at)

    def get(self, kind: str, n: int) -> Row:
        """One row as it is now. Raises KeyError."""
        return _as_of(n, self._plan(kind, n), self.now)

    def count(self, kind: str) -> int:
        """How many rows a kind has, with those that are planned for later."""
        return self._size(kind)

    def truths(self) -> Iterator[tuple[str, str, str, str, str]]:
        """(system, record kind, record id, kind, id): which thing a vendor's record is about."""
        yield from self._connection.execute(
            "select system, record_kind, record_id, kind, id from truth.truth order by rowid"
        )

    def close(self) -> None:
        """Close the files."""
        self._database.close()

    def _build(self, seed: int, scale: int) -> None:
        if not SMALLEST <= scale <= LARGEST:
            raise ValueError(f"scale must be {SMALLEST} to {LARGEST}. Got: {scale}")
        for kind in self.kinds():
            self._connection.execute(f'drop table "{kind}"')
        self._connection.executescript("delete from changes; delete from truth.truth;")
        for name, value in (("seed", seed), ("scale", scale), ("day", 0)):
            self._set_meta(name, value)
        self._connection.commit()
        self._simulate(range(clock.HISTORY_DAYS))
        self._set_meta("built", 1)
        self._connection.commit()

    def _simulate(self, days: range) -> None:
        seed, scale = self.seed, self.scale
        gc.disable()  # rows hold no cycles; collecting costs a tenth of the time
        try:
            self._live(days, seed, scale)
        finally:
            gc.enable()
        self._flush()
        self._set_meta("day", days.stop)
        self._now = None
        self._connection.commit()

    def _live(self, days: range, seed: int, scale: int) -> None:
        for number in days:
            day = Day(self, number, seed, scale)
            for step in self.steps:
                step(day)
            if len(self._truths) > BUFFERED_ROWS:
                self._flush()
                if not self._meta("built"):
                    self._connection.commit()

    def _stored(self, kind: str, since: str | None, now: str) -> Iterator[tuple[int, Row]]:
        statement, arguments = f'select n, body from "{kind}" where created_at <= ?', [now]
        if since is not None:
            statement += " and n in (select n from changes where kind = ? and at > ? and at <= ?)"
            arguments += [kind, since, now]
        decompress = self._database.codec(kind).decompress
        for n, body in self._connection.execute(f"{statement} order by n", arguments):
            yield n, orjson.loads(decompress(body))

    def _plan(self, kind: str, n: int) -> Row:
        """A row with its timeline; rows of small kinds stay in memory. Not to be changed."""
        if self._size(kind) > MOST_REMEMBERED:
            return self._read(kind, n)
        remembered = self._remembered.setdefault(kind, {})
        if n not in remembered:
            remembered[n] = self._read(kind, n)
        return remembered[n]

    def _read(self, kind: str, n: int) -> Row:
        buffer = self._buffers.get(kind, [])
        first_buffered = self._size(kind) - len(buffer) + 1
        if n >= first_buffered:
            return buffer[n - first_buffered]
        found = self._connection.execute(f'select body from "{kind}" where n = ?', (n,)).fetchone()
        if found is None:
            raise KeyError(f"{kind} has no row {n}")
        plan: Row = orjson.loads(self._database.codec(kind).decompress(found[0]))
        return plan

    def _size(self, kind: str) -> int:
        if kind not in self._sizes:
            known = kind in self.kinds()
            statement = f'select coalesce(max(n), 0) from "{kind}"'
            found = self._connection.execute(statement).fetchone() if known else (0,)
            self._sizes[kind] = int(found[0])
        return self._sizes[kind]

    def _add(self, kind: str, plan: Row) -> int:
        n = self._sizes[kind] = self._size(kind) + 1
        buffer = self._buffers.setdefault(kind, [])
        buffer.append(plan)
        self._note_change(kind, plan["created_at"], n)
        for at, _ in plan["timeline"]:
            self._note_change(kind, at, n)
        if len(buffer) >= BUFFERED_ROWS:
            self._flush_kind(kind)
        return n

    def _change(self, kind: str, n: int, at: str, patch: Row) -> None:
        self._flush_kind(kind)
        plan = dict(self._plan(kind, n))
        plan["timeline"] = sorted([*plan["timeline"], [at, patch]], key=lambda entry: entry[0])
        self._remembered.pop(kind, None)
        body = self._database.codec(kind).compress(orjson.dumps(plan))
        self._connection.execute(f'update "{kind}" set body = ? where n = ?', (body, n))
        self._note_change(kind, at, n)

    def _note_change(self, kind: str, at: str, n: int) -> None:
        if at >= BASE_TEXT:
            self._changes.append((kind, at, n))

    def _flush(self) -> None:
        for kind in list(self._buffers):
            self._flush_kind(kind)
        self._connection.executemany(
            "insert or ignore into changes values (?, ?, ?)", self._changes
        )
        self._connection.executemany("insert into truth.truth values (?, ?, ?, ?, ?)", self._truths)
        self._changes.clear()
        self._truths.clear()

    def _flush_kind(self, kind: str) -> None:
        buffer = self._buffers.pop(kind, [])
        if not buffer:
            return
        if self._size(kind) > MOST_REMEMBERED:
            self._remembered.pop(kind, None)
        self._connection.execute(
            f'create table if not exists "{kind}"'
            " (n integer primary key, created_at text not null, body blob not null)"
        )
        first = self._size(kind) - len(buffer) + 1
        bodies = [orjson.dumps(row) for row in buffer]
        compress = self._database.codec(kind, bodies).compress
        self._connection.executemany(
            f'insert into "{kind}" values (?, ?, ?)',
            (
                (n, row["created_at"], compress(body))
                for n, (row, body) in enumerate(zip(buffer, bodies, strict=True), start=first)
            ),
        )

    def _meta(self, name: str) -> str | None:
        found = self._connection.execute("select value from meta where name = ?", (name,))
        row = found.fetchone()
        return None if row is None else str(row[0])

    def _set_meta(self, name: str, value: object) -> None:
        self._connection.execute("insert or replace into meta values (?, ?)", (name, str(value)))


class Chance(random.Random):
    """Random numbers whose choices cost one call each; their bias is far below any rate here."""

    def choice(self, seq: Any) -> Any:
        """One of the elements."""
        return seq[int(self.random() * len(seq))]

    def choices(
        self,
        population: Any,
        weights: Any = None,
        *,
        cum_weights: Any = None,
        k: int = 1,
    ) -> list[Any]:
        """One element by weight, as the standard library draws it; weights come as tuples."""
        if weights is None or k != 1:
            return super().choices(population, weights, cum_weights=cum_weights, k=k)
        sums = _sums(weights)
        return [population[bisect(sums, self.random() * sums[-1], 0, len(sums) - 1)]]

    def randint(self, a: int, b: int) -> int:
        """An integer from a to b, both included."""
        return a + int(self.random() * (b - a + 1))


class Day:
    """One day being simulated: its chance, its births and what it adds to the world."""

    def __init__(self, world: Simulation, number: int, seed: int, scale: int) -> None:
        self.world, self.number, self.seed, self.scale = world, number, seed, scale
        self.start = clock.start_of_day(number)
        self.is_first = number == 0
        self.is_live = number >= clock.HISTORY_DAYS

    @property
    def buyers(self) -> float:
        """The customers who buy as often as those of a small company do.

        The longer a list of customers, the more of them sleep: all up to 50,000, then with the
        power of 0.75, so that a million customers buy what 473,000 of a small company's do.
        """
        if self.scale <= EVEN_UP_TO:
            return self.scale
        return EVEN_UP_TO * (self.scale / EVEN_UP_TO) ** FLATTENING

    def chance(self, purpose: str) -> random.Random:
        """Random numbers of this day for one purpose."""
        digest = hashlib.blake2b(
            f"{self.seed}/{self.number}/{purpose}".encode(), digest_size=8
        ).digest()
        return Chance(int.from_bytes(digest))

    def births(self, total: float, opening: float = OPENING_SHARE, minimum: int = 1) -> int:
        """How many things come into being today, if `total` are there at the base instant.

        A share of them opens the books on the first day; after the base instant each day has
        at least `minimum`.
        """
        born = _born(total, opening, self.number) - _born(total, opening, self.number - 1)
        return max(minimum, born) if self.is_live else born

    def at(self, rng: random.Random, first_hour: float = 0, last_hour: float = 24) -> str:
        """An instant of today."""
        hours = first_hour + (last_hour - first_hour) * rng.random() * 0.9999
        return clock.iso(self.start + timedelta(hours=hours))

    def add(
        self, kind: str, created_at: str, fields: Row, timeline: Sequence[tuple[str, Row]] = ()
    ) -> int:
        """Add a row; `timeline` is [(instant, changed fields), …]. Returns its `n`."""
        plan = {
            "created_at": created_at,
            **fields,
            "timeline": sorted(timeline, key=lambda entry: entry[0]),
        }
        return self.world._add(kind, plan)

    def change(self, kind: str, n: int, at: str, patch: Row) -> None:
        """Change a row that exists already."""
        self.world._change(kind, n, at, patch)

    def count(self, kind: str) -> int:
        """How many rows a kind has so far."""
        return self.world._size(kind)

    def get(self, kind: str, n: int) -> Row:
        """A row as it is at the start of today."""
        return _as_of(n, self.world._plan(kind, n), clock.iso(self.start + timedelta(days=1)))

    def pick(self, rng: random.Random, kind: str) -> Row | None:
        """Some row of a kind, or None when there is none."""
        size = self.count(kind)
        return self.get(kind, rng.randint(1, size)) if size else None

    def is_truth(self, system: str, record_kind: str, record_id: str, kind: str, id: str) -> None:
        """Note which thing a vendor's record is about."""
        self.world._truths.append((system, record_kind, record_id, kind, id))


@lru_cache
def _sums(weights: tuple[float, ...]) -> list[float]:
    return [float(one) for one in accumulate(weights)]


Step = Callable[[Day], None]
BASE_TEXT = clock.iso(clock.BASE)


def _born(total: float, opening: float, day: int) -> int:
    if day < 0:
        return 0
    return int(total * (opening + (1 - opening) * (day + 1) / clock.HISTORY_DAYS) + 1e-9)


def _as_of(n: int, plan: Row, now: str) -> Row:
    row = {"n": n, "updated_at": plan["created_at"], "deleted_at": None, **plan}
    for at, patch in row.pop("timeline"):
        if at <= now:
            row.update(patch)
            row["updated_at"] = at
    return row
