"""What readers see of builds: whole versions, always one, and never a wait."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import resource
import signal
import subprocess
import time
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

import duckdb
import pytest
import yaml
from filelock import FileLock
from typer.testing import CliRunner

from pipelines import publish
from pipelines.cli import app
from pipelines.errors import IngestError
from tests.faults.harness import environment
from tests.faults.kills import Step, die_at

_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(["pipelines.publish", "tests.faults.kills"])
COUNTS = """
    select min(n), max(n), count(*) from (from silver.sales_records union all from gold.sales)
"""
STEPS = (
    Step("pipelines.publish._copy"),
    Step("pipelines.publish._copy_file", after=True),
    Step("pipelines.publish._export_table", nth=2),
    Step("pipelines.publish._describe"),
    Step("pipelines.publish._settle", after=True),
    Step("pipelines.publish.Versions.prune"),
    Step("shutil.rmtree"),
    Step("pathlib.Path.replace", nth=3),
    Step("pathlib.Path.replace", nth=3, after=True),
)


def work(scratch: Path, n: int, command: str = "build", failed: int = 0) -> None:
    """What a build leaves in the working file: every value of it is its number."""
    with duckdb.connect(str(scratch / "warehouse.duckdb")) as db:
        for schema in ("bronze_shop", "staging", "silver", "gold", "ops"):
            db.execute(f"create schema if not exists {schema}")
        db.execute("create or replace table bronze_shop.sales as select 'private' as payload")
        db.execute(f"create or replace table staging.stg_shop__sales as select {n} as n")
        db.execute(
            "create or replace view silver.sales_records as from warehouse.staging.stg_shop__sales"
        )
        db.execute(f"create or replace table gold.sales as select {n} as n from range(20_000)")
        db.execute(
            "create or replace table gold.empty_mart (sold_at timestamp, amount decimal(18, 2))"
        )
        db.execute(
            """create table if not exists ops.run_history (invocation_id text, command text,
            git_revision text, dbt_version text, started_at timestamp, error_count bigint,
            failed_test_count bigint, warned_test_count bigint)"""
        )
        db.execute(
            "insert into ops.run_history values (?, ?, 'abc1234', '1.11', now(), 0, ?, 1)",
            [f"run {n}", command, failed],
        )


def shown(scratch: Path) -> int:
    """The number that readers see; every relation must hold the same."""
    with duckdb.connect(str(scratch / "published/warehouse.duckdb"), read_only=True) as db:
        ((least, most, count),) = db.execute(COUNTS).fetchall()
    (files,) = duckdb.sql(
        f"select max(n) from read_parquet('{scratch}/published/gold/sales.parquet')"
    ).fetchall()
    assert (least, count) == (most, 20_001)
    assert files == (most,)
    return int(most)


def versions(scratch: Path) -> list[str]:
    return sorted(path.name for path in (scratch / "published/versions").iterdir())


def _read(file: str, answer: Pipe) -> None:
    """Open, ask and close, again and again until told to stop; what was seen and how long."""
    numbers, waits = [], []
    answer.send("reading")
    while not answer.poll():
        began = time.perf_counter()
        with duckdb.connect(file, read_only=True) as db:
            ((least, most, count),) = db.execute(COUNTS).fetchall()
        waits.append(time.perf_counter() - began)
        assert (least, count) == (most, 20_001)
        numbers.append(most)
    answer.send((numbers, waits))


def test_a_reader_sees_whole_versions_only_and_gets_no_error(scratch: Path) -> None:
    work(scratch, 0)
    publish.publish()
    mine, theirs = _SERVER.Pipe()
    reader = _SERVER.Process(
        target=_read, args=(str(scratch / "published/warehouse.duckdb"), theirs)
    )
    reader.start()
    assert mine.recv() == "reading"
    for n in range(1, 6):
        work(scratch, n)
        publish.publish()
    mine.send("stop")
    assert mine.poll(30), "the reader met an error"
    numbers, waits = mine.recv()
    reader.join()
    print(f"{len(waits)} reads during 5 builds: longest {max(waits) * 1000:.1f} ms")
    assert numbers == sorted(numbers)
    assert len(set(numbers)) > 1
    assert shown(scratch) == 5


def test_an_open_reader_keeps_its_version_after_it_was_deleted(scratch: Path) -> None:
    work(scratch, 0)
    first = publish.publish()
    with duckdb.connect(str(scratch / f"published/versions/{first}/warehouse.duckdb"), True) as db:
        for n in range(1, 4):
            work(scratch, n)
            publish.publish()
        assert first not in versions(scratch)
        assert db.execute(COUNTS).fetchall() == [(0, 0, 20_001)]


def test_the_last_versions_are_kept_and_the_manifest_says_what_they_hold(scratch: Path) -> None:
    names = []
    for n in range(5):
        work(scratch, n)
        names.append(publish.publish())
    assert versions(scratch) == names[-3:]
    folder = scratch / "published/current"
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["version"] == names[-1]
    assert manifest["build"]["invocation_id"] == "run 4"
    assert manifest["build"]["git_revision"] == "abc1234"
    empty, sales = manifest["tables"]
    assert (empty["table"], empty["rows"]) == ("gold.empty_mart", 0)
    assert empty["columns"] == [
        {"name": "sold_at", "type": "TIMESTAMP"},
        {"name": "amount", "type": "DECIMAL(18,2)"},
    ]
    assert (sales["file"], sales["rows"]) == ("gold/sales.parquet", 20_000)
    assert sales["sha256"] == hashlib.sha256((folder / sales["file"]).read_bytes()).hexdigest()
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=folder, check=True)
    assert {path.stat().st_mode & 0o222 for path in folder.rglob("*") if path.is_file()} == {0}


def test_only_a_build_that_passed_is_published(scratch: Path) -> None:
    work(scratch, 1)
    publish.publish()
    for n, refused in enumerate([{"failed": 1}, {"command": "run"}], start=2):
        work(scratch, n, **refused)  # type: ignore[arg-type]
        with pytest.raises(IngestError, match="was no build that passed"):
            publish.publish()
        assert shown(scratch) == 1
    assert len(versions(scratch)) == 1


def test_a_failed_test_publishes_nothing(
    scratch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work(scratch, 1)
    with monkeypatch.context() as patch:
        patch.setattr(publish, "DBT", ("true",))
        assert "published version" in CliRunner().invoke(app, ["build"]).output
    monkeypatch.setattr(publish, "PROJECT", project(tmp_path / "project"))
    answer = CliRunner().invoke(app, ["build"])
    assert answer.exit_code == 2
    assert "not published: the build failed; readers keep version" in answer.output
    assert shown(scratch) == 1
    with duckdb.connect(str(scratch / "warehouse.duckdb"), read_only=True) as db:
        assert db.execute("from gold.sales").fetchall() == [(2,)]


def project(folder: Path) -> Path:
    """A dbt project whose only test fails: it rebuilds gold.sales with a 2 in it."""
    output = {"type": "duckdb", "path": "{{ env_var('GOLDPAN_WAREHOUSE') }}", "schema": "gold"}
    declared = {
        "name": "tiny",
        "profile": "tiny",
        "flags": {"send_anonymous_usage_stats": False},
        "vars": {"published_versions": 2, "published_schemas": []},
    }
    files = {
        "dbt_project.yml": yaml.safe_dump(declared),
        "profiles.yml": yaml.safe_dump({"tiny": {"target": "x", "outputs": {"x": output}}}),
        "models/sales.sql": "{{ config(materialized='table') }} select 2 as n",
        "tests/assert_no_two.sql": "select * from {{ ref('sales') }} where n = 2",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_readers_can_be_given_some_schemas_only(
    scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work(scratch, 7)
    chosen = publish.Settings(3, ["silver", "gold", "ops"])
    monkeypatch.setattr(publish, "settings", lambda: chosen)
    publish.publish()
    assert shown(scratch) == 7
    with duckdb.connect(str(scratch / "published/warehouse.duckdb"), read_only=True) as db:
        schemas = db.execute("select distinct schema_name from duckdb_tables()").fetchall()
    assert sorted(schemas) == [("gold",), ("ops",), ("silver",)]
    assert b"private" not in (scratch / "published/warehouse.duckdb").read_bytes()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"published_versions": 1, "published_schemas": []}, "published_versions"),
        ({"published_versions": 3, "published_schemas": ["silver"]}, "leaves out gold"),
        ({"published_versions": 3}, "published_schemas"),
    ],
)
def test_settings_that_cannot_be_followed_are_refused(
    scratch: Path, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, object], said: str
) -> None:
    (scratch / "dbt_project.yml").write_text(yaml.safe_dump({"vars": wrong}))
    monkeypatch.setattr(publish, "PROJECT", scratch)
    with pytest.raises(IngestError, match=said):
        publish.settings()


def test_rollback_shows_an_older_version_until_the_next_build(scratch: Path) -> None:
    with pytest.raises(IngestError, match="nothing is published yet"):
        publish.rollback()
    names = []
    for n in range(3):
        work(scratch, n)
        names.append(publish.publish())
    assert (publish.rollback(), shown(scratch)) == (names[1], 1)
    assert (publish.rollback(), shown(scratch)) == (names[0], 0)
    with pytest.raises(IngestError, match="no version before it; kept: "):
        publish.rollback()
    with pytest.raises(IngestError, match="no version 'last week'"):
        publish.rollback("last week")
    assert (publish.rollback(names[2]), shown(scratch)) == (names[2], 2)
    publish.rollback(names[0])
    work(scratch, 3)
    publish.publish()
    assert shown(scratch) == 3


def test_two_that_publish_at_once_do_so_one_after_the_other(
    scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "WAIT", 0.1)
    work(scratch, 1)
    publish.publish()
    with FileLock(scratch / "published/.lock"), pytest.raises(IngestError, match="wait for it"):
        publish.publish()
    publish.publish()


def _killed(scratch: Path, step: Step) -> None:
    die_at(step)
    with environment(GOLDPAN_WAREHOUSE=str(scratch / "warehouse.duckdb")):
        publish.publish()


def test_a_kill_at_any_step_leaves_a_whole_version_and_the_next_run_repairs(scratch: Path) -> None:
    for n in range(3):
        work(scratch, n)
        publish.publish()
    for n, step in enumerate(STEPS, start=3):
        before = shown(scratch)
        work(scratch, n)
        process = _SERVER.Process(target=_killed, args=(scratch, step))
        process.start()
        process.join(60)
        assert process.exitcode == -signal.SIGKILL, step
        is_swapped = step is STEPS[-1]
        assert shown(scratch) == (n if is_swapped else before), step
        publish.publish()
        assert shown(scratch) == n, step
        assert len(versions(scratch)) == 3, step
        assert not [name for name in versions(scratch) if name.endswith(publish.PART)], step


def _limited(scratch: Path, answer: Pipe) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    with environment(GOLDPAN_WAREHOUSE=str(scratch / "warehouse.duckdb")):
        try:
            publish.publish()
        except IngestError as error:
            answer.send(str(error))


def test_a_full_disk_leaves_what_was_published(scratch: Path) -> None:
    work(scratch, 1)
    publish.publish()
    work(scratch, 2)
    mine, theirs = _SERVER.Pipe()
    process = _SERVER.Process(target=_limited, args=(scratch, theirs))
    process.start()
    assert mine.poll(30)
    assert "make room and run again" in mine.recv()
    process.join()
    assert shown(scratch) == 1
    assert len(versions(scratch)) == 1
    publish.publish()
    assert shown(scratch) == 2
