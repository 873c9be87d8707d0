"""`make build`: what dbt built and tested is published for readers; `make rollback`: an older one.

published/current                 a link to versions/<version>: all that a swap touches
published/warehouse.duckdb, gold  links through current
published/versions/<version>/     warehouse.duckdb, gold/*.parquet, manifest.json, SHA256SUMS
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import duckdb
import msgspec
import yaml
from filelock import FileLock, Timeout

from pipelines.bronze import told, utcnow, warehouse
from pipelines.connections import PROJECT
from pipelines.errors import IngestError

DBT = (Path(sys.executable).with_name("dbt"), "build", "--quiet")
WAIT = 60  # seconds for another build or rollback that publishes
PART = ".part"  # the end of a version's name until it is whole, and again while it is deleted
LAST_RUN = """
    select
        command, error_count, failed_test_count, invocation_id, started_at, git_revision,
        dbt_version, warned_test_count
    from ops.run_history
    order by started_at desc
    limit 1
"""
RELATIONS = """
    select table_schema, table_name from information_schema.tables
    where table_catalog = current_database() and list_contains(?, table_schema)
    order by table_schema, table_name
"""


class Settings(msgspec.Struct):
    """How to publish, by the vars of dbt_project.yml.

    A version that readers see must not be deleted while they open it, so two are kept at least.
    """

    published_versions: Annotated[int, msgspec.Meta(ge=2)]
    published_schemas: list[str]


def settings() -> Settings:
    """The project's settings. Raises IngestError for one that cannot be followed."""
    declared = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())
    try:
        found = msgspec.convert(declared["vars"], Settings)
    except msgspec.ValidationError as error:
        raise IngestError(f"not published: vars of dbt_project.yml: {error}") from None
    if found.published_schemas and "gold" not in found.published_schemas:
        raise IngestError("not published: published_schemas of dbt_project.yml leaves out gold")
    return found


def build() -> str:
    """Run `dbt build` on the working file and publish what passed; the new version.

    Raises IngestError when a model or a test of severity error failed, or publishing did.
    """
    settings()  # a mistake in them is told before the build, not after it
    if subprocess.run(DBT, cwd=PROJECT, check=False).returncode:
        seen = Versions(warehouse()).current
        raise IngestError(
            "not published: the build failed; "
            + (f"readers keep version {seen}" if seen else "nothing was published before")
        )
    return publish()


def publish() -> str:
    """Make the working file a new version and let readers see it; its name.

    Raises IngestError, and readers keep what they have, when the last run of dbt was no build that
    passed, or when the machine fails.
    """
    chosen = settings()
    source = warehouse()
    versions = Versions(source)
    with _told("not published"), versions.changing():
        with versions.adding() as part:
            run = _copy(source, part / source.name, chosen.published_schemas)
            _describe(part, run, _export(part, source.name))
        versions.prune(chosen.published_versions)
        versions.show(part.stem)
    return part.stem


def rollback(version: str = "") -> str:
    """Let readers see a version that is kept, the one before theirs by default; its name.

    Raises IngestError when there is no such version.
    """
    versions = Versions(warehouse())
    if not versions.current:
        raise IngestError("nothing is published yet: run `make build`")
    with _told("not rolled back"), versions.changing():
        kept, seen = versions.names(), versions.current
        wanted = version or next((name for name in reversed(kept) if name < seen), "")
        if wanted not in kept:
            missing = f"version '{version}'" if version else "version before it"
            raise IngestError(f"readers see {seen}; there is no {missing}; kept: {', '.join(kept)}")
        versions.show(wanted)
    return wanted


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Turn a failure of the machine into one that says what to do."""
    try:
        yield
    except (OSError, duckdb.Error) as error:
        raise IngestError(f"{what}: {told(error)}") from error


class Versions:
    """The published versions of a warehouse, in the folder `published` beside it."""

    def __init__(self, source: Path) -> None:
        self.root = source.parent / "published"
        self.folder = self.root / "versions"
        self.link = self.root / "current"
        self.shown = (source.name, "gold")

    @property
    def current(self) -> str:
        """The version that readers see; empty before the first."""
        return self.link.readlink().name if self.link.is_symlink() else ""

    def names(self) -> list[str]:
        """The whole versions, oldest first."""
        return sorted(path.name for path in self.folder.iterdir() if path.suffix != PART)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the versions alone; what a killed process left half done is deleted.

        Raises IngestError when another process holds them for longer than WAIT seconds.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.root / ".lock")
        try:
            lock.acquire(timeout=WAIT)
        except Timeout:
            raise IngestError("another build or rollback is publishing; wait for it") from None
        try:
            for left in self.folder.glob(f"*{PART}"):
                shutil.rmtree(left)
            yield
        finally:
            lock.release()

    @contextmanager
    def adding(self) -> Iterator[Path]:
        """A folder to fill; it becomes a version as a whole, or is gone when filling it fails."""
        part = self.folder / f"{utcnow():%Y%m%dT%H%M%S_%f}Z{PART}"
        part.mkdir()
        try:
            yield part
            _settle(part)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
        part.rename(part.with_suffix(""))
        _sync(self.folder)

    def show(self, version: str) -> None:
        """Let readers see a version from one moment to the next."""
        for name in self.shown:
            _point(self.root / name, f"current/{name}")
        _point(self.link, f"versions/{version}")
        _sync(self.root)

    def prune(self, count: int) -> None:
        """Delete the oldest versions but the newest ``count`` and the one that readers see.

        A reader that has an old one open keeps it until it closes it (unlink(2)).
        """
        for name in self.names()[:-count]:
            if name != self.current:
                path = self.folder / name
                shutil.rmtree(path.rename(path.with_name(name + PART)))


def _point(path: Path, target: str) -> None:
    """Make a link or change where it leads; rename(2) leaves no moment without one."""
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    new.symlink_to(target)
    new.replace(path)


def _settle(folder: Path) -> None:
    """Have a folder's files on disk before a rename makes them count, for nobody to write to."""
    for path in [*folder.rglob("*"), folder]:
        if path.is_file():
            path.chmod(path.stat().st_mode & 0o444)
        _sync(path)


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _copy(source: Path, target: Path, schemas: list[str]) -> dict[str, Any]:
    """Copy the working file, or schemas of it, while nobody can write to it; dbt's last run."""
    if not source.exists():
        raise IngestError("there is no warehouse yet: run `make ingest build`")
    with duckdb.connect(str(source)) as opened:
        run = _passed(opened)
        opened.execute("checkpoint")
        if schemas:
            _copy_schemas(opened, target, schemas)
        else:
            _copy_file(source, target)
    return run


def _passed(opened: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """The last run of dbt. Raises IngestError when it was no build that passed."""
    row = opened.execute(LAST_RUN).fetchone() or ("no run", 0, 0)
    command, errors, failures, *rest = row
    if command != "build" or errors or failures:
        raise IngestError(
            f"not published: dbt's last run ({command}) was no build that passed "
            f"({errors} errors, {failures} failed tests): run `make build`"
        )
    invocation_id, started_at, git_revision, dbt_version, warnings = rest
    return {
        "invocation_id": invocation_id,
        "started_at": f"{started_at.isoformat()}Z",
        "git_revision": git_revision,
        "dbt_version": dbt_version,
        "warned_test_count": warnings,
    }


def _copy_file(source: Path, target: Path) -> None:
    """Copy by `cp`, which shares the blocks where the file system can (reflinks).

    Reading the file in this process would end DuckDB's lock on it when it is closed (fcntl(2)).
    """
    # Ignored as Python does, the signal of a size limit becomes an error that `cp` can tell.
    done = subprocess.run(
        ["cp", source, target], capture_output=True, text=True, check=False, restore_signals=False
    )
    if done.returncode:
        raise OSError(done.stderr.strip())


def _copy_schemas(opened: duckdb.DuckDBPyConnection, target: Path, schemas: list[str]) -> None:
    """Copy every relation of some schemas; views, which may read others, become tables."""
    relations = opened.execute(RELATIONS, [schemas]).fetchall()
    missing = sorted(set(schemas) - {schema for schema, _ in relations})
    if missing:
        raise IngestError(
            f"not published: no schema '{missing[0]}' in the warehouse, which published_schemas "
            "of dbt_project.yml names"
        )
    opened.execute(f"attach {_literal(target)} as published_copy")
    for schema, name in relations:
        opened.execute(f"create schema if not exists published_copy.{schema}")
        opened.execute(f'create table published_copy.{schema}."{name}" as from {schema}."{name}"')
    opened.execute("detach published_copy")


def _literal(path: Path) -> str:
    text = str(path).replace("'", "''")
    return f"'{text}'"


def _export(part: Path, file: str) -> list[dict[str, Any]]:
    """Write each table of the version's gold as Parquet; what the manifest says of them."""
    (part / "gold").mkdir()
    with duckdb.connect(str(part / file), read_only=True) as opened:
        names = [name for _, name in opened.execute(RELATIONS, [["gold"]]).fetchall()]
        return [_export_table(opened, part, name) for name in names]


def _export_table(opened: duckdb.DuckDBPyConnection, part: Path, name: str) -> dict[str, Any]:
    file = f"gold/{name}.parquet"
    table = opened.table(f'gold."{name}"')
    table.write_parquet(str(part / file), compression="zstd")
    ((rows,),) = opened.read_parquet(str(part / file)).count("*").fetchall()
    return {
        "table": f"gold.{name}",
        "file": file,
        "rows": rows,
        "columns": [
            {"name": column, "type": str(kind)}
            for column, kind in zip(table.columns, table.types, strict=True)
        ],
        "bytes": (part / file).stat().st_size,
        "sha256": _sha256(part / file),
    }


def _describe(part: Path, run: dict[str, Any], tables: list[dict[str, Any]]) -> None:
    """Write what the version holds (manifest.json) and its checksums (`sha256sum -c`)."""
    manifest = part / "manifest.json"
    said = {
        "version": part.stem,
        "build": run,
        "duckdb_version": duckdb.__version__,
        "tables": tables,
    }
    manifest.write_text(json.dumps(said, indent=2, ensure_ascii=False) + "\n")
    sums = {table["file"]: table["sha256"] for table in tables} | {manifest.name: _sha256(manifest)}
    lines = [f"{checksum}  {file}\n" for file, checksum in sums.items()]
    (part / "SHA256SUMS").write_text("".join(lines))


def _sha256(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
