"""Control totals, scores and promises on a till of three sales, its reports and its runs."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.bronze import META_TABLES
from tests.mapping.project import ROOT, Project

READ_AT = dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)
TODAY = dt.datetime(2026, 11, 1)
OPS = "dbt_project/models/ops"
MODELS = (
    *("control_members", "control_memory", "control_totals", "control_total_keys"),
    *("freshness", "slo", "unread_values", "quality_scores"),
)
ORDER: dict[str, Any] = {
    "entity": "order",
    "mapping": [
        {"target": "order_number", "source": "number", "required": True},
        {"target": "customer_email", "source": "email", "type": "email"},
        {"target": "currency", "source": "currency", "type": "currency"},
        {"target": "total_amount", "source": "total", "type": "money", "required": True},
        {"target": "ordered_at", "source": "at", "type": "timestamp", "required": True},
        {"target": "is_test", "source": "is_test", "type": "boolean"},
    ],
}
REPORT: dict[str, Any] = {
    "entity": "control_total",
    "compares": {
        "tolerance": 0.01,
        "parts": [
            {
                "entity": "order",
                "stream": "orders",
                "date": "ordered_at",
                "amount": "total_amount",
                "where": {"is_test": False},
            }
        ],
    },
    "mapping": [
        {"target": "period_start_date", "source": "day", "type": "date"},
        {"target": "period_end_date", "source": "day", "type": "date"},
        {"target": "timezone", "source": "zone"},
        {"target": "currency", "source": "currency", "type": "currency"},
        {"target": "record_count", "source": "count", "type": "integer"},
        {"target": "amount", "source": "total", "type": "money"},
    ],
}
SALE = {"currency": "EUR", "is_test": False}
# In Amsterdam the second sale is of the next day.
SALES = [
    {"id": "a", "number": "1", "at": "2026-10-20T09:00:00Z", "total": "10.00", **SALE},
    {"id": "b", "number": "2", "at": "2026-10-20T22:30:00Z", "total": "5.50", **SALE},
    {"id": "c", "number": "3", "at": "2026-10-21T10:00:00Z", "total": "4.50", "email": "?", **SALE},
    {"id": "t", "number": "4", "at": "2026-10-21T11:00:00Z", "total": "9.99", **SALE}
    | {"is_test": True},
]
ZONE = {"zone": "Europe/Amsterdam", "currency": "EUR"}
REPORTS = [
    {"id": "20", "day": "2026-10-20", "count": 1, "total": "10.00", **ZONE},
    {"id": "21", "day": "2026-10-21", "count": 2, "total": "10.00", **ZONE},
    {"id": "22", "day": "2026-11-01", "count": 7, "total": "70.00", **ZONE},
]


@pytest.fixture(scope="module")
def till(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The till's project, built once with all its sales."""
    project = Project(tmp_path_factory.mktemp("till"))
    project.add_entities()
    for name, meta in (("orders", ORDER), ("day_totals", REPORT)):
        source = f"{{{{ stage_records(source('bronze_till', '{name}')) }}}}"
        project.add_model(f"stg_till__{name}", source, meta)
    for entity, staging in (("orders", "orders"), ("control_totals", "day_totals")):
        listing = f"{{{{ union_records([\n    ref('stg_till__{staging}'),\n]) }}}}\n"
        project.write(f"dbt_project/models/silver/records/{entity}_records.sql", listing)
    for model in MODELS:
        shutil.copy(ROOT / OPS / f"{model}.sql", _folder(project.folder / OPS))
    shutil.copy(ROOT / "seeds/rules/quality_weights.csv", _folder(project.folder / "seeds/rules"))
    sources = "dbt_project/models/staging/_bronze_meta__sources.yml"
    shutil.copy(ROOT / sources, project.folder / sources)
    project.add_records("till", "orders", SALES)
    project.add_records("till", "day_totals", REPORTS)
    log(project)
    build(project)
    return project


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path


def log(project: Project) -> None:
    """What the ingestion knows of itself: six runs an hour apart, of which two failed."""
    with duckdb.connect(str(project.warehouse)) as db:
        db.execute("create schema bronze_meta")
        for name, schema in META_TABLES.items():
            db.register("empty", schema.empty_table())
            db.execute(f"create table bronze_meta.{name} as from empty")
            db.unregister("empty")
        for stream in ("orders", "day_totals"):
            for ago, status in enumerate(("done", "done", "failed", "failed", "done", "done")):
                at = READ_AT - dt.timedelta(hours=ago)
                run = (f"run {ago}", "test", "till", stream, 60, at, at, status)
                db.execute(
                    "insert into bronze_meta.stream_runs (run_id, connection, system, stream, "
                    "promise_minutes, started_at, finished_at, status) "
                    "values (?, ?, ?, ?, ?, ?, ?, ?)",
                    run,
                )
            db.execute(
                "insert into bronze_meta.requests (connection, stream, requested_at, server_date) "
                "values ('test', ?, ?, ?)",
                (stream, READ_AT, TODAY),
            )


def build(project: Project) -> None:
    project.build("staging", "silver", *MODELS)


def ops(project: Project, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(project.warehouse)) as db:
        return db.execute(sql).fetchall()


TOTALS = (
    "select period_end_date, state, count_difference, amount_difference from ops.control_totals"
)


def test_the_vendors_days_are_compared_in_its_own_time_zone(till: Project) -> None:
    found = ops(till, f"{TOTALS} order by 1")
    assert [(str(day), state) for day, state, *_ in found] == [
        ("2026-10-20", "agrees"),
        ("2026-10-21", "agrees"),
        ("2026-11-01", "open"),
    ]
    assert ops(till, "select * from ops.control_total_keys") == []


def test_time_in_promise_detection_and_repair(till: Project) -> None:
    ((share, incidents, still_open, detect, repair),) = ops(
        till,
        """select in_promise_pct, incident_count, open_incident_count, mean_minutes_to_detect,
        mean_minutes_to_repair from ops.slo""",
    )
    # Of five hours, the two between the failed runs are lost: 3 / 5, and what the build took more.
    assert 59 < share < 70
    assert (incidents, still_open, detect, repair) == (2, 0, 0, 120)
    fresh = "select is_in_promise, failed_run_count, complete_before_date from ops.freshness"
    assert ops(till, fresh) == [(True, 0, TODAY.date())] * 2


def test_scores_are_weighed_over_what_can_be_measured(till: Project) -> None:
    ((score, complete, valid, consistent, accurate, timely, errors),) = ops(
        till,
        """select quality_score, completeness_score, validity_score, consistency_score,
        accuracy_score, timeliness_score, most_common_errors from ops.quality_scores""",
    )
    # Of five expected fields, customer_record_id is never there.
    assert (complete, valid, consistent, accurate, timely) == (80, 75, None, 100, 100)
    assert errors == "customer_email unreadable: 1"
    assert float(score) == pytest.approx((20 * 80 + 25 * 75 + 20 * 100 + 15 * 100) / 80, abs=0.1)


@pytest.fixture
def without_b(till: Project) -> Iterator[Project]:
    rows = till.bronze["till", "orders"]
    till.bronze["till", "orders"] = [row for row in rows if row[1] != "b"]
    build(till)
    yield till
    till.bronze["till", "orders"] = rows


def test_a_row_deleted_from_bronze_makes_its_day_differ_and_is_named(without_b: Project) -> None:
    (_, day, _) = ops(without_b, f"{TOTALS} order by 1")
    assert (str(day[0]), *day[1:]) == ("2026-10-21", "differs", -1, -5.5)
    keys = "select total_key, record_key, cause, amount, member_date from ops.control_total_keys"
    assert ops(without_b, keys) == [
        (
            "test/day_totals/21",
            "test/orders/b",
            "gone from bronze",
            5.5,
            dt.date(2026, 10, 21),
        )
    ]
