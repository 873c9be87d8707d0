"""The whole way, from the sandbox's APIs to gold, as a person would run it."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines import systems
from pipelines.connections import PROJECT, load

SCALE = "200"
MARTS = (
    "customer_360",
    "email_engagement",
    "headcount",
    "inventory_to_reorder",
    "product_performance",
    "project_workload",
    "receivables_ageing",
    "revenue_by_day",
    "sales_pipeline",
)
# Connections whose system's own reports are compared with the records.
REPORTING = {
    "books_eu",
    "books_us",
    "crm",
    "key_accounts",
    "newsletter",
    "people",
    "shop_eu",
    "shop_mail",
    "spreadsheets",
    "stores_us",
}
# What a warehouse that starts today says just the same: no golden ids, which depend on what was
# seen first; no customers that are gone at the vendor; no results past Klaviyo's year.
TOTALS = {
    "revenue_by_day": "select * exclude (customer_count) from gold.revenue_by_day",
    "sales_pipeline": "select * from gold.sales_pipeline",
    "headcount": "select * from gold.headcount",
    "email_engagement": """select * from gold.email_engagement
        where sent_at > (select max(sent_at) - interval 300 day from gold.email_engagement)""",
}


@dataclass
class Warehouse:
    """A scratch warehouse and the commands that fill it, over one sandbox."""

    folder: Path
    sandbox: Path

    @property
    def file(self) -> Path:
        return self.folder / "warehouse.duckdb"

    def run(self, *command: str, code: int = 0) -> str:
        """Run a command in the project's root; its output. Fails on another exit code."""
        done = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=PROJECT,
            env=os.environ
            | {
                "GOLDPAN_WAREHOUSE": str(self.file),
                "GOLDPAN_STATE": str(self.folder / "state"),
                "GOLDPAN_SANDBOX": str(self.sandbox),
                "GOLDPAN_TOKENS": str(self.sandbox / "tokens.json"),
                "DBT_TARGET_PATH": str(self.folder / "target"),
                "DBT_LOG_PATH": str(self.folder / "logs"),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        output = done.stdout + done.stderr
        assert done.returncode == code, output[-8000:]
        return output

    def ingest(self) -> None:
        self.run("pipelines", "ingest", "--scale", SCALE)

    def build(self) -> None:
        self.run("pipelines", "build")

    def rebuild(self, *marts: str) -> None:
        """Marts, all of gold by default, from nothing, with what they come from; no tests."""
        chosen = [f"+{mart}" for mart in marts or ["gold"]]
        options = ("--quiet", "--full-refresh", "--exclude-resource-type", "test")
        self.run("dbt.cli.main", "build", *options, "--select", *chosen)

    def forget(self) -> None:
        """Throw the warehouse and everything known of the systems away; the sandbox stays."""
        self.file.unlink()
        shutil.rmtree(self.folder / "state")

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.file), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def last_runs(self, kind: str) -> dict[str, int]:
        """Sum of a count by stream, over each connection's last run."""
        sql = f"""
            select connection || '.' || stream, sum(records_{kind})::integer
            from bronze_meta.stream_runs
            where run_id in (select arg_max(run_id, started_at)
                from bronze_meta.stream_runs group by connection)
            group by 1 having sum(records_{kind}) > 0
        """
        return dict(self.query(sql))

    def truth(self, kind: str) -> list[tuple[str, str, str, str]]:
        """(group, person, system, record id) of every record of the sandbox's groups."""
        with sqlite3.connect(self.sandbox / "truth.sqlite") as truths:
            return truths.execute(
                """select groups.id, people.id, groups.system, groups.record_id
                from truth as groups
                inner join truth as people using (system, record_id)
                where groups.kind = ? and people.kind = 'person'""",
                [kind],
            ).fetchall()

    def gold(self, mart: str) -> list[tuple[Any, ...]]:
        return sorted(self.query(f"select * from gold.{mart}"), key=repr)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A warehouse after its first ingest and build."""
    folder = tmp_path_factory.mktemp("story")
    made = Warehouse(folder, folder / "sandbox")
    made.ingest()
    made.build()
    return made


def test_every_system_is_in_bronze_staging_silver_and_gold(story: Warehouse) -> None:
    for connection in load().values():
        schema = f"bronze_{connection.system}"
        tables = story.query(
            f"select table_name from duckdb_tables() where schema_name = '{schema}'"
        )
        declared = {stream.name for stream in systems.load(connection.system).STREAMS}
        assert declared <= {name for (name,) in tables}
        staged = story.query(
            f"""select table_name from duckdb_tables() where schema_name = 'staging'
            and starts_with(table_name, 'stg_{connection.system}__') and estimated_size > 0"""
        )
        assert staged, connection.system
    for mart in MARTS:
        assert story.query(f"select count(*) from gold.{mart}")[0][0] > 0, mart


def test_the_systems_own_reports_agree_with_our_records(story: Warehouse) -> None:
    totals = story.query("select connection, state from ops.control_totals")
    assert {connection for connection, _ in totals} == REPORTING
    assert {state for _, state in totals} <= {"agrees", "not compared", "open"}
    assert story.query("select count(*) from ops.freshness where not is_in_promise") == [(0,)]
    scores = [
        float(score) for (score,) in story.query("select quality_score from ops.quality_scores")
    ]
    assert len(scores) > 40
    assert 0 <= min(scores) <= max(scores) <= 100
    assert len(story.query("select * from ops.anomalies")) < 10


def test_the_ledger_has_an_equation_for_every_stream_that_was_read(story: Warehouse) -> None:
    counted = story.query(
        """select connection, stream from bronze_meta.stream_runs
        except select connection, stream from ops.record_ledger where equation = 'returned'"""
    )
    held = story.query(
        """select connection, stream from bronze_meta.stream_runs where records_new > 0
        except select connection, stream from ops.record_ledger where equation = 'newest'"""
    )
    assert (counted, held) == ([], [])
    sql = "select equation, count(*) from ops.record_ledger where difference = 0 group by 1"
    assert {name for name, _ in story.query(sql)} == {
        "runs", "returned", "requests", "appended", "versions", "newest", "elements", "linked"
    }  # fmt: skip
    assert story.query("select * from ops.ledger_keys") == []
    assert story.query("select count(*) > 0 from ops.drift where suggestion is not null")[0][0]
    assert story.query("select command from ops.run_history")[0] == ("build",)


def test_the_summary_tells_it_all(story: Warehouse) -> None:
    said = story.run("pipelines", "summary")
    assert all(f"gold.{mart}" in said for mart in MARTS)
    assert all(name in said for name in load())


def test_the_report_answers_every_question_and_names_nobody(story: Warehouse) -> None:
    page = story.folder / "report.html"
    story.run("pipelines", "report", "--page", str(page))
    text = page.read_text()
    assert "is not in this warehouse" not in text
    assert all(f">{name}</td>" in text for name in load())
    people = story.query("select email, phone from gold.customer_360")
    assert not [value for row in people for value in row if value and value in text]


def test_readers_get_what_was_built_and_tested(story: Warehouse) -> None:
    published = replace(story, folder=story.folder / "published")
    assert {mart: published.gold(mart) for mart in MARTS} == {
        mart: story.gold(mart) for mart in MARTS
    }
    assert published.query("select count(*) from silver.customers_records")[0][0] > 0
    manifest = json.loads((published.folder / "current/manifest.json").read_text())
    assert [table["file"] for table in manifest["tables"]] == [f"gold/{m}.parquet" for m in MARTS]


def test_a_golden_value_is_explained_down_to_its_request(story: Warehouse) -> None:
    ((key, field, value),) = story.query(
        """select customer_id, field, golden_value from silver.customers_provenance
        order by value_count desc, customer_id, field limit 1"""
    )
    said = story.run("pipelines", "explain", key, "--field", field)
    assert f"{field} = {value}" in said
    assert all(f"\n{step}. " in said for step in range(1, 9))
    assert "customers to review" in story.run("pipelines", "review", "--list")


@pytest.mark.parametrize("kind", ["household", "office"])
def test_people_of_one_group_stay_apart_while_their_own_records_merge(
    story: Warehouse, kind: str
) -> None:
    found: dict[str, dict[str, set[str]]] = {}
    customers = {
        (system, record_id.rpartition("/")[2].rpartition(":")[2]): customer_id
        for system, record_id, customer_id in story.query(
            "select system, record_id, customer_id from silver.customers_xref"
        )
    }
    for group, person, *record in story.truth(kind):
        if tuple(record) in customers:
            members = found.setdefault(group, {})
            members.setdefault(person, set()).add(customers[record[0], record[1]])
    assert found
    for members in found.values():
        assert len(members) > 1
        assert all(len(ids) == 1 for ids in members.values()), members
        assert len(set.union(*members.values())) == len(members), members


def test_nothing_changed_adds_nothing_and_a_day_brings_only_its_changes(
    story: Warehouse,
) -> None:
    rows = "select sum(estimated_size) from duckdb_tables() where schema_name like 'bronze_%'"
    story.ingest()
    assert [story.last_runs(kind) for kind in ("new", "changed", "deleted")] == [{}, {}, {}]
    before = story.query(rows)
    story.run("pipelines.sandbox", "advance", "--days", "1", "--state", str(story.sandbox))
    story.ingest()
    added = sum(sum(story.last_runs(kind).values()) for kind in ("new", "changed", "deleted"))
    assert 0 < added < before[0][0] / 10
    story.build()
    gold = {mart: story.gold(mart) for mart in MARTS}

    story.rebuild()
    assert {mart: story.gold(mart) for mart in MARTS} == gold

    kept = {mart: sorted(story.query(sql), key=repr) for mart, sql in TOTALS.items()}
    story.forget()
    story.ingest()
    story.rebuild(*TOTALS)
    for mart, sql in TOTALS.items():
        assert sorted(story.query(sql), key=repr) == kept[mart], mart
