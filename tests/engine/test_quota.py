"""What is said and shared out before a run: expected requests, what is left of the day."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

import pytest

from pipelines import quota, systems
from pipelines.api import Api
from pipelines.connections import Connection
from pipelines.errors import PermanentError
from pipelines.stream import Limit, System
from tests.engine.shelf import Shelf, things

DAILY = Limit(calls=1000, seconds=86_400, quote="1,000 a day")
SYSTEM = System(
    name="demo",
    base_url=lambda connection, auth: "https://demo.test",
    limits={"": (Limit(calls=10, seconds=1, quote="10 a second"), DAILY), "reports": (DAILY,)},
)


@pytest.fixture(autouse=True)
def demo(monkeypatch: pytest.MonkeyPatch) -> None:
    module = SimpleNamespace(SYSTEM=SYSTEM, STREAMS=[])
    monkeypatch.setattr(systems, "load", lambda name: module)


def asked(
    expected: list[tuple[str, str, float]], spent: list[tuple[str, str, int]]
) -> Callable[..., Iterable[tuple[Any, ...]]]:
    return lambda sql, *values, table: expected if table == "stream_runs" else spent


def connections(*names: str, quota: str | None = None) -> list[Connection]:
    return [Connection(name=name, system="demo", quota=quota) for name in names]


def test_a_run_is_expected_to_need_what_its_streams_needed_before() -> None:
    ask = asked([("a", "x", 20.0), ("a", "y", 3.0), ("b", "x", 5.0)], [])
    made = quota.plans(connections("a", "b", "c"), None, ask)
    assert [plan.expected for plan in made] == [23, 5, None]
    assert next(iter(quota.plans(connections("a"), {"y"}, ask))).expected == 3


def test_connections_with_one_quota_share_what_is_left_by_what_they_need() -> None:
    spent = [("a", "", 100), ("b", "reports", 150), ("stranger", "", 999)]
    ask = asked([("a", "x", 30.0), ("b", "x", 10.0)], spent)
    a, b = quota.plans(connections("a", "b", quota="one account"), None, ask)
    assert (a.budgets, b.budgets) == ({"": 412, "reports": 487}, {"": 137, "reports": 162})
    alone, _ = quota.plans(connections("a", "b"), None, ask)
    assert alone.budgets == {"": 700, "reports": 800}


def test_what_is_said_before_the_start_names_what_is_needed_and_left() -> None:
    ask = asked([("a", "x", 20.0)], [("a", "", 100)])
    assert list(quota.lines(quota.plans(connections("a", "c"), None, ask)))[:3] == [
        "expected: about 20 requests (a 20)",
        "first run, so nobody knows how many requests: c",
        "a: 700 of 800 requests a day left (1,000 a day)",
    ]


def test_a_budget_that_is_used_up_ends_the_stream_and_asks_nobody() -> None:
    api = Api(Connection(name="a", system="demo"), SYSTEM, budgets={"": 0})
    with pytest.raises(PermanentError, match="is used up"):
        api.get("things")


def test_a_run_says_what_it_expects(run: Callable[..., Any], shelf: Shelf) -> None:
    told: list[list[quota.Plan]] = []
    shelf.rows["things"] = [{"id": 1}]
    run(things(shelf))
    run(things(shelf), announce=told.append)
    assert [plan.expected for plan in told[0]] == [1]
