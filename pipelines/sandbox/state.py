"""One sandbox on disk: the world, what each vendor shows of it, its clock and its tokens."""

import hashlib
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from filelock import FileLock

from pipelines.sandbox import clock, load, names
from pipelines.sandbox.limits import Limits
from pipelines.sandbox.place import default_folder, put_credentials
from pipelines.sandbox.store import Database, Store
from pipelines.sandbox.tokens import Tokens, private_key
from pipelines.sandbox.world import World

EXPORT_FOLDER = "<the folder that this stand-in exports to>"
RSA_PRIVATE_KEY = "<the sandbox's RSA private key>"
EXPORTS = "files"
LARGE_FROM_SCALE = 20_000
Job = tuple[Path, str, str | None]  # the sandbox's folder, the system, since when
META = "create table if not exists meta (name text primary key, value text)"


@dataclass(frozen=True, slots=True)
class Vendor:
    """What a stand-in's handlers work with: see `vendor` in server.py."""

    system: str
    store: Store
    tokens: Tokens
    limits: Limits
    credentials: dict[str, Any]
    state: "State"

    @property
    def now(self) -> str:
        """The sandbox's instant."""
        return self.state.now


class State:
    """The folder of a sandbox; `systems` limits what is published and served, None is all."""

    def __init__(self, folder: Path | None = None, systems: Sequence[str] | None = None) -> None:
        self.folder = folder = folder or default_folder()
        self.systems = list(names() if systems is None else systems)
        self._meta = Database(folder / "state.sqlite")
        self._meta.connection.execute(META)
        self._vendors: dict[str, Vendor] = {}

    @classmethod
    def published(cls, folder: Path) -> list[str]:
        """The systems that a sandbox's folder has documents of."""
        state = cls(folder, [])
        return [name for name in names() if state._get(f"code:{name}") is not None]

    @property
    def now(self) -> str:
        """The instant that vendors show: the days published, and a second for each mutation."""
        published = clock.start_of_day(int(self._get("day") or clock.HISTORY_DAYS))
        return clock.shift(clock.iso(published), seconds=int(self._get("ticks") or 0))

    def prepare(self, seed: int | None = None, scale: int | None = None) -> None:
        """Make the world and every vendor's documents, as far as they are not there yet.

        A sandbox that older code made is made again, up to the day it had reached. Raises
        ValueError when the seed or scale is not that of the sandbox in the folder.
        """
        with self._lock:
            day = None
            if self._get("world_code") not in (None, _code_of("world")):
                seed, scale, day = self._remake(seed, scale)
            _tell(scale or 0, f"the world: {scale or 0:,} customers")
            world = World.open(self.folder, seed, scale)
            if day is not None and day > world.day:
                world.advance(day - world.day)
            world.close()
            self._set("world_code", _code_of("world"))
            self._publish(self.systems)
            for system in self.systems:
                put_credentials(self.folder, system, self.credentials(system))

    def advance(self, days: int) -> str:
        """Move the sandbox on by whole days; returns the new instant."""
        with self._lock:
            world = World.open(self.folder)
            world.advance(days)
            world.close()
            self._publish(self.systems)
            self._set("ticks", 0)
        return self.now

    def tick(self) -> str:
        """Move the clock by one second, for a change made by hand; returns the new instant."""
        self._set("ticks", int(self._get("ticks") or 0) + 1)
        return self.now

    def vendor(self, system: str) -> Vendor:
        """The store, tokens and limits of one system. Raises ValueError."""
        if system not in self._vendors:
            credentials = self.credentials(system)
            self._vendors[system] = Vendor(
                system,
                Store(self.folder / "stores" / f"{system}.sqlite"),
                Tokens(self.folder / "tokens.sqlite", system, credentials),
                Limits(),
                credentials,
                self,
            )
        return self._vendors[system]

    def credentials(self, system: str) -> dict[str, Any]:
        """Settings and secrets with which a connector reaches the stand-in. Raises ValueError."""
        declared: dict[str, Any] = getattr(load(system), "CREDENTIALS", {})
        return {name: self._credential(value) for name, value in declared.items()}

    def _credential(self, value: Any) -> Any:
        if value == RSA_PRIVATE_KEY:
            return private_key(self.folder)
        return str(self.folder.resolve() / EXPORTS) if value == EXPORT_FOLDER else value

    def info(self) -> dict[str, Any]:
        """Clock, seed, scale and the documents per system and stream."""
        world = World.open(self.folder)
        counts = {
            system: {
                stream: self.vendor(system).store.count(stream, deleted="include")
                for stream in self.vendor(system).store.streams()
            }
            for system in self.systems
        }
        summary = {"now": self.now, "day": world.day - clock.HISTORY_DAYS, "documents": counts}
        summary |= {"seed": world.seed, "scale": world.scale}
        world.close()
        return summary

    def _publish(self, systems: Sequence[str]) -> None:
        world = World.open(self.folder)
        day, scale = world.day, world.scale
        rows = {kind: world.count(kind) for kind in world.kinds()}
        world.close()
        jobs = [job for system in systems if (job := self._job(system, day)) is not None]
        for job, written in _published(jobs, rows, scale):
            _tell(scale, f"{job[1]}: {written:,} documents")
            self._set(f"code:{job[1]}", _code_of(job[1]))
            self._set(f"day:{job[1]}", day)
        self._set("day", day)

    def _job(self, system: str, day: int) -> Job | None:
        """What is to be published of a system: all, what is new since its last day, or nothing."""
        if self._get(f"code:{system}") != _code_of(system):
            self._set(f"code:{system}", "")
            self.vendor(system).store.clear()
            return self.folder, system, None
        published = int(self._get(f"day:{system}") or 0)
        if published == day:
            return None
        return self.folder, system, clock.iso(clock.start_of_day(published))

    @property
    def _lock(self) -> FileLock:
        """One writer at a time, over all processes."""
        return FileLock(self.folder / "lock")

    def _remake(
        self, seed: int | None, scale: int | None
    ) -> tuple[int | None, int | None, int | None]:
        world = World(self.folder)
        found = (world.seed if seed is None else seed, scale or world.scale or None, world.day)
        world.close()
        self._meta.close()
        reset(self.folder, keep=("tokens.sqlite", "private_key.pem", "lock"))
        self._meta.connection.execute(META)
        self._vendors.clear()
        return found

    def _get(self, name: str) -> str | None:
        found = self._meta.connection.execute("select value from meta where name = ?", (name,))
        row = found.fetchone()
        return None if row is None else str(row[0])

    def _set(self, name: str, value: object) -> None:
        with self._meta.connection as connection:
            connection.execute("insert or replace into meta values (?, ?)", (name, str(value)))


def _published(jobs: list[Job], rows: dict[str, int], scale: int) -> Iterator[tuple[Job, int]]:
    """Each job when it is done, with what it wrote; large ones two at a time, the longest first."""
    if scale < LARGE_FROM_SCALE:
        yield from ((job, publish(job)) for job in jobs)
        return
    jobs.sort(key=lambda job: -sum(n for kind, n in rows.items() if kind.startswith(f"{job[1]}.")))
    with ProcessPoolExecutor(max_workers=2) as pool:
        running = {pool.submit(publish, job): job for job in jobs}
        yield from ((running[done], done.result()) for done in as_completed(running))


def _tell(scale: int, what: str) -> None:
    """A line of progress, of a sandbox that takes minutes to make."""
    if scale >= LARGE_FROM_SCALE:
        print(f"sandbox, {what}", file=sys.stderr, flush=True)


def publish(job: Job) -> int:
    """Write the documents that one stand-in makes of the world; returns how many."""
    folder, system, since = job
    module = load(system)
    world = World.open(folder)
    written = 0
    if hasattr(module, "documents"):
        store = Store(folder / "stores" / f"{system}.sqlite")
        written = store.put(module.documents(world, since))
        store.close()
    if hasattr(module, "export"):
        module.export(world, since, folder / EXPORTS)
    world.close()
    return written


def reset(folder: Path | None = None, keep: Iterable[str] = ()) -> None:
    """Remove a sandbox's files; the next start makes it again."""
    folder = folder or default_folder()
    kept = set(keep)
    for path in folder.iterdir() if folder.exists() else ():
        if path.name.removesuffix("-wal").removesuffix("-shm") in kept:
            continue
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _code_of(name: str) -> str:
    here = Path(__file__).parent
    files = sorted((here / "world").glob("*.py")) if name == "world" else _files_of(load(name))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


def _files_of(module: ModuleType) -> list[Path]:
    file = Path(str(module.__file__))
    return sorted(file.parent.rglob("*.py")) if file.name == "__init__.py" else [file]
