"""Paging by change time: where the next page begins."""

from __future__ import annotations

import datetime as dt
import json

import msgspec
import pytest
import requests

from pipelines.api import _rate
from pipelines.paging import ByChangeTime
from pipelines.stream import Limit

SECOND = dt.datetime(2026, 1, 1, 0, 0, 1)


def page(*seconds: float) -> list[msgspec.Raw]:
    times = [f"2026-01-01T00:00:{second:06.3f}Z" for second in seconds]
    return [msgspec.Raw(json.dumps({"meta": {"at": time}}).encode()) for time in times]


def asked(*pages: list[msgspec.Raw], since: dt.datetime | None = None) -> list[tuple[int, int]]:
    """(second to begin at, pages to skip) of each request that follows the given pages."""
    found: list[tuple[int, int]] = []

    def go_on(request: requests.Request, since: dt.datetime, skipped: int) -> None:
        found.append((since.second, skipped))

    paginator = ByChangeTime("meta.at", 2, go_on, since)
    for records in pages:
        paginator.update_state(None, records)
        if paginator.has_next_page:
            paginator.update_request(requests.Request())
    return found


def test_next_page_begins_at_the_newest_time_of_the_last() -> None:
    assert asked(page(1, 2.5), page(2.5, 4), page(4)) == [(2, 0), (4, 0)]


def test_page_of_one_second_is_skipped_by_number() -> None:
    assert asked(page(1, 1.2), page(1.7, 1.9), page(3, 4)) == [(1, 1), (1, 2), (4, 0)]


def test_first_page_that_ends_where_the_window_began_goes_on_by_number() -> None:
    assert asked(page(1, 1.5), since=SECOND) == [(1, 1)]


def test_short_page_goes_on_where_the_vendor_says_that_more_follow() -> None:
    paginator = ByChangeTime("at", 100, lambda request, since, page: None, is_more=bool)
    paginator.update_state(True, [msgspec.Raw(b'{"at": "2026-01-01T00:00:00Z"}')])
    assert paginator.has_next_page


def test_short_or_empty_page_is_the_last() -> None:
    assert asked(page(1)) == asked([]) == []


def test_record_without_a_time_is_named() -> None:
    with pytest.raises(ValueError, match=r"meta\.at holds 'soon'"):
        asked([msgspec.Raw(b'{"meta": {"at": "soon"}}')] * 2)


def test_small_limit_of_a_second_is_spread_evenly() -> None:
    limit = _rate(Limit(calls=10, seconds=1, quote=""))
    assert (limit.limit, limit.interval) == (1, 125)
    limit = _rate(Limit(calls=60, seconds=60, quote=""))
    assert (limit.limit, limit.interval) == (48, 60_000)
