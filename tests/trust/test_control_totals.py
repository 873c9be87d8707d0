"""Control totals, scores and promises on a till of three sales, its reports and its runs."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from pipelines.bronze import META_TABLES
from tests.mapping.project import LOADED_AT, ROOT, Project

READ_AT = dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)
TODAY = dt.datetime(2026, 11, 1)
OPS = "dbt_project/models/ops"
MODELS = (
    *("control_members", "control_memory", "control_totals", "control_total_keys"),
    *("freshness", "slo", "unread_values", "quality_scores"),
)
PLACE = "'' as entity, '' as connection, '' as field"
STAND_INS = {
    "system_agreements": f"{PLACE}, 1 as shared_count, 0 as differing_count",
    "distribution_shifts": f"{PLACE}, true as is_shifted",
}
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
# What no entity takes is counted in bronze: visits by their kind, tips by the shop in their key.
SHOPS: dict[str, Any] = {
    "entity": "control_total",
    "compares": {
        "parts": [
            {
                "stream": "visits",
                "grouping": "shop.name",
                "owner": {"stream": "branches", "path": "shop"},
                "named": {"source": "kind", "stream": "kinds", "name": "name", "in": ["Visit"]},
            },
            {"stream": "tips", "grouping": "^", "amount": "value", "is_counted": False},
        ],
    },
    "mapping": [
        {"target": "report_grouping", "source": "shop"},
        {"target": "record_count", "source": "visits", "type": "integer"},
        {"target": "amount", "source": "tips", "type": "money"},
    ],
}
KINDS = [{"id": "k1", "name": "Visit"}, {"id": "k2", "name": "Delivery"}]
BRANCHES = [{"id": "pier", "shop": "north"}]
NORTH, SOUTH = {"shop": {"name": "north"}}, {"shop": {"name": "south"}}
VISITS = [
    {"id": "v1", "kind": "k1", **NORTH},
    {"id": "v2", "kind": "k1", "shop": {"name": "pier"}},
    {"id": "v3", "kind": "k1", **SOUTH},
    {"id": "d1", "kind": "k2", **SOUTH},
]
TIPS: list[dict[str, Any]] = [
    {"id": "north:1", "value": 2.5},
    {"id": "north:2", "value": 1},
    {"id": "south:1"},
]
# Two rows of the same shop, as of two reports with one name, count together.
SHOP_TOTALS = [
    {"id": "n1", "shop": "north", "visits": 1, "tips": 3.5},
    {"id": "n2", "shop": "north", "visits": 1},
    {"id": "s", "shop": "south", "visits": 1},
    {"id": "all", "visits": 3, "tips": 3.5},
]
# A file that names its rows, with the mapping of real ones.
STAGING = yaml.safe_load((ROOT / "dbt_project/models/staging/files/_files__models.yml").read_text())
FILES = {one["name"]: one["config"]["meta"] for one in STAGING["models"]}
FILE = {
    "id": "f1",
    "name": "sales.csv",
    "controls": [
        {"name": "sales.csv", "count": 3, "rows": [{"key": f"orders/{one}"} for one in "abc"]},
        {
            "name": "sales.csv, total",
            "total": "20.00",
            "rows": [
                {"key": "orders/a", "amount": "10.00"},
                {"key": "orders/b", "amount": "5.50"},
                {"key": "orders/c", "amount": "4.50"},
            ],
        },
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
    stagings = (("orders", ORDER), ("day_totals", REPORT), ("shop_totals", SHOPS))
    for name, meta in (*stagings, ("files", FILES["stg_files__files"])):
        source = f"{{{{ stage_records(source('bronze_till', '{name}')) }}}}"
        project.add_model(f"stg_till__{name}", source, meta)
    listing = "{{ stage_array(ref('stg_till__files')) }}"
    project.add_model("stg_till__file_totals", listing, FILES["stg_files__file_totals"])
    reports = ("day_totals", "file_totals", "shop_totals")
    for entity, names in (("orders", ("orders",)), ("control_totals", reports)):
        lines = "".join(f"    ref('stg_till__{name}'),\n" for name in names)
        listing = f"{{{{ union_records([\n{lines}]) }}}}\n"
        project.write(f"dbt_project/models/silver/records/{entity}_records.sql", listing)
    for model in MODELS:
        shutil.copy(ROOT / OPS / f"{model}.sql", _folder(project.folder / OPS))
    for model, columns in STAND_INS.items():
        project.write(f"{OPS}/{model}.sql", f"select {columns} where false\n")
    shutil.copy(ROOT / "seeds/rules/quality_weights.csv", _folder(project.folder / "seeds/rules"))
    sources = "dbt_project/models/staging/_bronze_meta__sources.yml"
    shutil.copy(ROOT / sources, project.folder / sources)
    project.add_records("till", "orders", SALES)
    project.add_records("till", "day_totals", REPORTS)
    project.add_records("till", "files", [FILE])
    rows: dict[str, list[dict[str, Any]]]
    rows = {
        "visits": VISITS,
        "branches": BRANCHES,
        "kinds": KINDS,
        "tips": TIPS,
        "shop_totals": SHOP_TOTALS,
    }
    for stream, records in rows.items():
        project.add_records("till", stream, records)
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
    project.build("staging", "silver", *STAND_INS, *MODELS)


def ops(project: Project, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(project.warehouse)) as db:
        return db.execute(sql).fetchall()


TOTALS = (
    "select period_end_date, state, count_difference, amount_difference from ops.control_totals "
    "where stream = 'day_totals' order by 1"
)
OF_SHOPS = """
    select record_key, state, reported_count, computed_count, reported_amount, computed_amount
    from ops.control_totals where stream = 'shop_totals' order by 1
"""
OF_FILES = """
    select report_grouping, state, reported_count, computed_count, reported_amount, computed_amount
    from ops.control_totals where stream = 'file_totals' order by 1
"""
KEYS = """
    select total_key, record_key, cause, amount, member_date from ops.control_total_keys
    where stream = '{stream}' order by all
"""


def test_the_vendors_days_are_compared_in_its_own_time_zone(till: Project) -> None:
    found = ops(till, TOTALS)
    assert [(str(day), state) for day, state, *_ in found] == [
        ("2026-10-20", "agrees"),
        ("2026-10-21", "agrees"),
        ("2026-11-01", "open"),
    ]
    assert ops(till, "select * from ops.control_total_keys") == []


def test_rows_that_no_entity_takes_are_counted_in_bronze(till: Project) -> None:
    assert ops(till, OF_SHOPS) == [
        ("test/shop_totals/all", "agrees", 3, 3, 3.5, 3.5),
        ("test/shop_totals/n1", "agrees", 2, 2, 3.5, 3.5),
        ("test/shop_totals/n2", "agrees", 2, 2, 3.5, 3.5),
        ("test/shop_totals/s", "agrees", 1, 1, None, None),
    ]


def test_what_a_file_says_of_itself_is_compared_with_its_rows_in_bronze(till: Project) -> None:
    assert ops(till, OF_FILES) == [
        ("sales.csv", "agrees", 3, 3, None, None),
        ("sales.csv, total", "agrees", None, None, 20, 20),
    ]
    remembered = "select * from ops.control_memory where report_stream = 'file_totals'"
    assert ops(till, remembered) == []


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


@pytest.fixture(scope="module")
def later(till: Project) -> Iterator[Project]:
    """A sale, a visit and a tip are gone from bronze.

    Another sale turned out to be a test, and a visit moved to the other shop.
    """
    before = dict(till.bronze)
    for stream, gone in (("orders", "b"), ("visits", "v2"), ("tips", "north:2")):
        till.bronze["till", stream] = [row for row in before["till", stream] if row[1] != gone]
    moved = {"id": "v1", "kind": "k1", **SOUTH}
    till.add_records("till", "visits", [moved], extracted_at=LOADED_AT + dt.timedelta(hours=1))
    test = SALES[2] | {"is_test": True}
    till.add_records("till", "orders", [test], extracted_at=LOADED_AT + dt.timedelta(hours=1))
    build(till)
    yield till
    till.bronze = before


def test_a_row_deleted_from_bronze_makes_its_day_differ_and_is_named(later: Project) -> None:
    (_, day, _) = ops(later, TOTALS)
    assert (str(day[0]), *day[1:]) == ("2026-10-21", "differs", -2, -10)
    total, date = "test/day_totals/21", dt.date(2026, 10, 21)
    assert ops(later, KEYS.format(stream="day_totals")) == [
        (total, "test/orders/b", "gone from bronze", 5.5, date),
        (total, "test/orders/c", "no longer counted", 4.5, date),
    ]


def test_a_row_that_changed_its_group_explains_both(later: Project) -> None:
    totals = {key: counts for key, *counts in ops(later, OF_SHOPS)}
    assert totals == {
        "test/shop_totals/all": ["differs", 3, 2, 3.5, 2.5],
        "test/shop_totals/n1": ["differs", 2, 0, 3.5, 2.5],
        "test/shop_totals/n2": ["differs", 2, 0, 3.5, 2.5],
        "test/shop_totals/s": ["differs", 1, 2, None, None],
    }
    gone, changed = "gone from bronze", "changed since an earlier build"
    of_both = [
        ("test/tips/north:2", gone, 1, None),
        ("test/visits/v1", changed, None, None),
        ("test/visits/v2", gone, None, None),
    ]
    expected = [(f"test/shop_totals/{row}", *key) for row in ("all", "n1", "n2") for key in of_both]
    moved = ("test/shop_totals/s", "test/visits/v1", changed, None, None)
    assert ops(later, KEYS.format(stream="shop_totals")) == [*expected, moved]


def test_a_row_of_a_file_that_is_gone_is_named_by_its_key(later: Project) -> None:
    assert ops(later, OF_FILES) == [
        ("sales.csv", "differs", 3, 2, None, None),
        ("sales.csv, total", "differs", None, None, 20, 14.5),
    ]
    gone = ("test/orders/b", "gone from bronze")
    assert ops(later, KEYS.format(stream="file_totals")) == [
        ("test/file_totals/f1:1", *gone, None, None),
        ("test/file_totals/f1:2", *gone, 5.5, None),
    ]
