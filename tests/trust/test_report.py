"""The report: every section, no personal data, nothing loaded, and what is hostile stays text."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import axe_core_python
import duckdb
import pytest

from pipelines import report
from pipelines.connections import PROJECT
from pipelines.golden import LookupFailed
from pipelines.report.reading import RELATION, YAML, described, reader
from tests.trust import browser

SECRET = "ada@example.com"
HOSTILE = "<script>alert(1)</script>"
KINDS = {
    r"_at$|^valid_|^server_date$": "timestamp",
    r"_date$": "date",
    r"^is_": "boolean",
    r"_(count|minutes|order)$|^(records|minutes)_|^(requests|headcount)$": "bigint",
    r"(^|_)(amount|pct|score|value|quantity|seconds|difference|bits)$": "decimal(18, 2)",
    r"^(days|mean)_": "decimal(18, 1)",
}
DAY = dt.date(2026, 11, 1)
NOW = dt.datetime(2026, 11, 2)
FOREVER = dt.datetime(9999, 12, 31)
RUN = {"connection": "shop", "system": "kiosk", "stream": "orders"}
SCORE = {"score_key": "shop/order", "connection": "shop", "entity": "order", "record_count": 9}
SERIES = {"connection": "shop", "entity": "order", "stream": "orders", "metric": "row_count"}
BUILD = {"node_count": 9, "error_count": 0, "warned_test_count": 0}
UNREADABLE = f"email holds '{SECRET}', which is not an e-mail address (field mail)"
ROWS: dict[str, list[dict[str, Any]]] = {
    "bronze_meta.requests": [{"server_date": NOW, "requested_at": NOW}],
    "bronze_meta.stream_runs": [
        {
            **RUN,
            "run_id": "1",
            "status": "done",
            "records_read": 1234,
            "started_at": NOW,
            "finished_at": NOW,
        },
        {
            **RUN,
            "run_id": "1",
            "connection": "till",
            "stream": "payments",
            "status": "failed",
            "started_at": NOW,
        },
    ],
    "ops.alerts": [{"severity": "warning", "kind": "quality_score", "subject": "shop/order"}],
    "ops.freshness": [{**RUN, "is_in_promise": False, "lag_minutes": 90, "promise_minutes": 60}],
    "ops.slo": [
        {"connection": "shop", "in_promise_pct": 98.5, "stream_count": 1, "incident_count": 2}
    ],
    "ops.record_ledger": [
        {"equation": "newest", "connection": "shop", "ledger_key": "a", "difference": 0},
        {"equation": "linked", "connection": "shop", "ledger_key": "b", "difference": 3},
    ],
    "ops.ledger_terms": [
        {**RUN, "equation": "newest", "side": "right", "term": HOSTILE, "amount": 12},
    ],
    "ops.control_totals": [
        {**RUN, "state": "differs", "severity": "error", "record_key": "a", "amount_difference": 5},
    ],
    "ops.control_total_keys": [{**RUN, "cause": "gone from bronze", "record_key": SECRET}],
    "ops.quality_scores": [{**SCORE, "quality_score": 91.5}],
    "ops.quality_scores_history": [
        {**SCORE, "quality_score": 97, "valid_from": dt.datetime(2026, 10, 1), "valid_to": NOW},
        {**SCORE, "quality_score": 91.5, "valid_from": NOW, "valid_to": FOREVER},
    ],
    "ops.system_agreements": [
        {
            "connection": "shop",
            "entity": "order",
            "field": "phone",
            "shared_count": 8,
            "differing_count": 2,
        }
    ],
    "ops.distribution_shifts": [
        {**RUN, "field": "channel", "most_moved": "store", "is_shifted": True}
    ],
    "ops.metric_scores": [
        {
            **SERIES,
            "day_count": 1,
            "metric_date": DAY - dt.timedelta(days=days),
            "observed_value": 20 if days else 0,
            "expected_value": 21,
            "is_anomaly": not days,
            "z_score": -5 if not days else 0,
        }
        for days in range(14)
    ],
    "ops.anomalies": [
        {
            **SERIES,
            "metric_date": DAY,
            "reason": "orders stopped",
            "z_score": -5,
            "anomaly_key": "a",
        }
    ],
    "ops.quarantine": [
        {**RUN, "state": "open", "broken_rule": "readable_value", "reason": UNREADABLE},
        {**RUN, "state": "open", "broken_rule": "record_form", "reason": f"{SECRET}.csv is empty"},
    ],
    "ops.drift": [{**RUN, "drift": "changed_type", "path": HOSTILE, "is_required": True}],
    "silver.conflicts": [
        {"entity": "customer", "field": "phone", "kind": "disagreement", "state": "open"},
        {"entity": "customer", "field": "phone", "rule": "newest", "state": "resolved"},
    ],
    "ops.run_history": [{**BUILD, "invocation_id": "x", "started_at": NOW, "failed_test_count": 1}],
    "ops.run_results": [{"invocation_id": "x", "node_name": "unique_order", "status": "fail"}],
    "gold.revenue_by_day": [
        {"revenue_date": DAY, "channel": "store", "currency": "EUR", "net_revenue_amount": 1234.5}
    ],
    "gold.receivables_ageing": [{"bucket": "not due", "open_reporting_amount": 70}],
    "gold.sales_pipeline": [{"stage_name": "Offer", "status": "open", "weighted_amount": 40}],
    "gold.customer_360": [{"customer_id": SECRET, "customer_status": "at_risk"}],
    "gold.product_performance": [
        {"product_name": HOSTILE, "margin_amount": 7, "cost_amount": 3, "sku": "A-1"}
    ],
    "gold.email_engagement": [
        {"sent_at": NOW, "delivered_count": 10, "unique_open_count": 4, "unique_click_count": 1}
    ],
    "gold.headcount": [{"month_start_date": DAY, "department": "Sales", "headcount": 5}],
    "gold.project_workload": [{"project_name": "Move", "overdue_count": 2, "open_count": 3}],
    "gold.inventory_to_reorder": [{"product_name": "Teapot", "days_of_stock": 1.5}],
}


def kind(column: str) -> str:
    return next((kind for name, kind in KINDS.items() if re.search(name, column)), "text")


def fill(path: Path, content: dict[str, list[dict[str, Any]]]) -> Path:
    """A warehouse of tables as the YAML describes them, with the secret where a tag is."""
    relations = described(YAML)
    with duckdb.connect(str(path)) as db:
        for name, rows in content.items():
            columns = relations[name]
            db.execute(f"create schema if not exists {name.split('.')[0]}")
            kinds = {name: "text" if tagged else kind(name) for name, tagged in columns.items()}
            held = ", ".join(f'"{column}" {kind}' for column, kind in kinds.items())
            db.execute(f"create table {name} ({held})")
            for row in rows:
                whole = {column: SECRET for column, tagged in columns.items() if tagged} | row
                names = ", ".join(f'"{column}"' for column in whole)
                holders = ", ".join("?" for _ in whole)
                db.execute(f"insert into {name} ({names}) values ({holders})", [*whole.values()])
    return path


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("report") / "small.duckdb", ROWS)


@pytest.fixture(scope="module")
def page(warehouse: Path) -> str:
    with reader(warehouse) as found:
        return report.render(found)


class Parsed(HTMLParser):
    """Tags with their attributes, and the text between them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())

    def named(self, tag: str) -> Iterator[dict[str, str | None]]:
        return (attributes for name, attributes in self.tags if name == tag)


def test_every_question_of_the_report_is_answered(page: str) -> None:
    found = Parsed(page)
    assert [own["id"] for own in found.named("section")] == [s.id for s in report.SECTIONS]
    assert "is not in this warehouse" not in page
    charts = [exhibit for s in report.SECTIONS for exhibit in s.exhibits if exhibit.chart]
    assert len(list(found.named("svg"))) == len(list(found.named("details"))) == len(charts)
    shown = {"1,234", "98.50", "orders stopped", "gone from bronze", "unique_order", "at risk"}
    assert shown <= set(found.texts)


def test_each_state_is_said_in_words_with_what_to_do(page: str) -> None:
    found = Parsed(page)
    assert found.texts.count("Broken:") == 6
    assert found.texts.count("Look at it:") == 4
    headings = re.findall(r"^## (.+)$", (PROJECT / "docs/RUNBOOK.md").read_text(), re.M)
    assert {section.runbook for section in report.SECTIONS} <= {*headings, ""}


def test_no_personal_data_is_in_it(page: str, warehouse: Path) -> None:
    assert SECRET not in page
    with reader(warehouse) as found:
        for sql in (
            "select email from gold.customer_360",
            "select payload from ops.quarantine",
            "select columns('customer_name') from gold.receivables_ageing",
        ):
            with pytest.raises(duckdb.BinderException):
                found.rows(sql)
        assert SECRET not in str(found.rows("select * exclude customer_id from gold.customer_360"))


def test_nothing_is_loaded_and_nothing_runs(page: str) -> None:
    assert not re.search(r"https?://|url\(|@import", page)
    for tag, attributes in Parsed(page).tags:
        assert tag not in {"script", "link", "img", "iframe", "object", "base", "form"}
        assert not [name for name in attributes if name.startswith("on") or name == "src"]
        assert attributes.get("href", "#").startswith("#")  # type: ignore[union-attr]


def test_a_hostile_value_stays_text(page: str) -> None:
    assert HOSTILE not in page
    assert page.count("&lt;script&gt;alert(1)") >= 4


def test_it_is_the_same_page_each_time(page: str, warehouse: Path) -> None:
    with reader(warehouse) as found:
        assert report.render(found) == page


def test_nothing_to_say_is_no_trouble(tmp_path: Path) -> None:
    with reader(fill(tmp_path / "fresh.duckdb", {name: [] for name in ROWS})) as found:
        page = report.render(found)
    empties = [exhibit.empty for section in report.SECTIONS for exhibit in section.exhibits]
    told = html.unescape(page)
    assert [empty for empty in empties if empty not in told] == ["Gold is empty."]  # it counts: 0
    assert not {"Broken:", "Look at it:"} & set(Parsed(page).texts)


def test_what_was_never_built_is_said(tmp_path: Path) -> None:
    with pytest.raises(LookupFailed, match="no warehouse yet"), reader(tmp_path / "none.duckdb"):
        pass
    path = tmp_path / "empty.duckdb"
    duckdb.connect(str(path)).close()
    with reader(path) as found:
        page = report.render(found)
    sqls = [exhibit.sql for section in report.SECTIONS for exhibit in section.exhibits]
    for relation in {name for sql in sqls for name in RELATION.findall(sql)}:
        assert f"{relation}" in page
    assert page.count("is not in this warehouse: run `make ingest build`") > len(sqls)


TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
OPEN = "document.querySelectorAll('details').forEach(each => each.open = true)"
AXE = "axe.run().then(found => found.violations.map(each => each.id + each.nodes[0].html))"


@pytest.mark.skipif(browser.found() is None, reason="no Chromium is installed")
def test_a_browser_shows_it_on_a_phone_and_a_desk(page: str, tmp_path: Path) -> None:
    axe = Path(axe_core_python.__path__[0], "axe.min.js").read_text()
    file = tmp_path / "report.html"
    file.write_text(page)
    with browser.opened(browser.found() or "", tmp_path / "profile") as tab:
        for width, scheme in ((360, "light"), (1280, "dark")):
            tab.open(file, width, scheme)
            tab.value(OPEN)
            assert tab.value(TOO_WIDE) == 0
            assert (tab.said(), tab.asked()) == ([], [file.as_uri()])
            tab.value(f"{axe}; 0")
            assert tab.value(AXE) == []
