"""Paging that dlt's own paginators do not offer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
import requests
from dlt.sources.helpers.rest_client.paginators import BasePaginator

from pipelines.records import timestamp

GoOn = Callable[[requests.Request, datetime, int], None]


class ByChangeTime(BasePaginator):
    """Goes on from the newest time of a full page instead of counting pages.

    A record that is edited while its list is being read moves to the end and pulls the rest one
    place forward, so that counted pages skip one; a time stays where it is. ``changed`` is the
    dotted path of the time by which the vendor sorts, ascending; ``size`` the rows of a full
    page; ``since`` where the list begins. ``go_on(request, since, page)`` writes the next
    request: from ``since`` (naive UTC, whole seconds) inclusive, skipping ``page`` pages, which
    is more than 0 only when a whole page holds one second. A page that is not full is the last,
    unless ``is_more(page)`` says that others follow.
    """

    def __init__(
        self,
        changed: str,
        size: int,
        go_on: GoOn,
        since: datetime | None = None,
        is_more: Callable[[Any], bool] = lambda page: False,
    ) -> None:
        super().__init__()
        self.is_more = is_more
        self.changed = changed.split(".")
        self.size = size
        self.go_on = go_on
        self.since = since.replace(microsecond=0) if since else None
        self.skipped = 0

    def update_state(self, response: Any, data: list[Any] | None = None) -> None:
        is_full = len(data or ()) >= self.size
        self._has_next_page = bool(data) and (is_full or self.is_more(response))
        if data and self._has_next_page:
            newest = self._time(data[-1]).replace(microsecond=0)
            is_one_second = self._time(data[0]).replace(microsecond=0) == newest
            self.skipped = self.skipped + 1 if newest == self.since else int(is_one_second)
            self.since = newest

    def update_request(self, request: requests.Request) -> None:
        assert self.since
        self.go_on(request, self.since, self.skipped)

    def _time(self, record: msgspec.Raw) -> datetime:
        value = msgspec.json.decode(record)
        for step in self.changed:
            value = value[step]
        found = timestamp(value)
        if found is None:
            raise ValueError(f"{'.'.join(self.changed)} holds {value!r}, which is no time")
        return found
