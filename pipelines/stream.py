"""What a connector declares: a system, its streams, and what one page of records looks like.

A file in ``pipelines/systems/`` offers ``SYSTEM`` and ``STREAMS``; everything else is found from
there. What data can say is data (paths, paging, keys, limits); a stream that needs logic brings
a ``read`` function.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from dlt.sources.helpers.rest_client.paginators import BasePaginator

if TYPE_CHECKING:
    import requests
    from requests.auth import AuthBase

    from pipelines.api import Api
    from pipelines.connections import Connection


class Deletes(enum.Enum):
    """How a stream learns that a record is gone at the vendor."""

    FLAG = "the record carries a flag or status"
    ARCHIVED_ENDPOINT = "a second list holds archived records"
    TOMBSTONE = "deleted records come as stubs in the list"
    CHANGE_FEED = "a change feed names deleted ids"
    KEY_SWEEP = "ids that are no longer listed are gone"
    PARENT = "lives and dies with its parent record"
    NEVER = "the vendor never deletes it"
    UNKNOWABLE = "the vendor does not show it"


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A documented rate limit; the engine keeps to 80 % of it.

    ``calls`` (or cost points) per ``seconds``; ``quote`` names the vendor's own words.
    """

    calls: float
    seconds: float
    quote: str


@dataclass(kw_only=True)
class Page:
    """One answer, cut into undecoded records.

    ``body`` is the decoded answer without its records, so that paginators can read it without
    a second decode. ``deleted`` marks every record of the page as gone at the vendor.
    ``rejects`` are (reason, text) of what could not be made a record at all.
    """

    records: list[msgspec.Raw]
    body: Any
    request_id: str
    headers: Mapping[str, str] = field(default_factory=dict)
    url: str = ""
    deleted: bool = False
    parent: str | None = None
    rejects: list[tuple[str, str]] = field(default_factory=list)

    def json(self) -> Any:
        """The answer without its records, in the shape that dlt's paginators ask for."""
        return self.body

    @property
    def links(self) -> dict[str, Any]:
        """RFC 8288 links of the answer, as dlt's header paginator reads them."""
        import requests.utils

        header = self.headers.get("Link") or self.headers.get("link") or ""
        return {
            link.get("rel") or link["url"]: link
            for link in requests.utils.parse_header_links(header)
        }


@dataclass(kw_only=True)
class Window:
    """What one run of a stream is to read.

    ``since`` is the newest change time stored so far, less the stream's overlap (naive UTC), or
    None for everything. ``state`` is the stream's own durable dictionary: what a ``read``
    function puts there is stored with the data it came with. ``full`` says that everything is
    to be read again, ``again`` that a trailing stretch is; a ``read`` function sets ``partial``
    when it left out what it knows to be unchanged, so that records it did not list do not count
    as deleted.
    """

    since: datetime | None
    now: datetime
    state: dict[str, Any]
    parent: str | None = None
    full: bool = False
    again: bool = False
    partial: bool = False

    def is_due(self, name: str, every: timedelta) -> bool:
        """Whether what ``state`` notes under a name was done longer ago than ``every``, or never.

        When it is due, the note is renewed.
        """
        noted = self.state.get(name)
        if noted and not self.full and self.now - datetime.fromisoformat(noted) < every:
            return False
        self.state[name] = self.now.isoformat()
        return True

    def ended_months(self, count: int) -> Iterator[tuple[date, date]]:
        """First and last day of the months before this one, the newest first."""
        first = self.now.date().replace(day=1)
        for _ in range(count):
            last = first - timedelta(days=1)
            first = last.replace(day=1)
            yield first, last

    def iso(self, timespec: str = "seconds") -> str | None:
        """``since`` as ISO 8601 with Z, or None."""
        return self.since.isoformat(timespec=timespec) + "Z" if self.since else None


Values = Mapping[str, Any] | Callable[[Window], Mapping[str, Any]]
Reader = Callable[["Api", Window], Iterable[Page]]


@dataclass(frozen=True, kw_only=True)
class FanOut:
    """A stream that is read once for each record of another stream.

    ``stream`` is the parent's name; in the path ``{parent}`` takes the parent's record id, and
    ``{part[0]}`` the first part of a composite one.
    ``changed_only`` asks only for parents that are new or changed since this stream was last
    read for them. ``where`` keeps the parents whose newest payload it accepts.
    """

    stream: str
    changed_only: bool = False
    where: Callable[[dict[str, Any]], bool] | None = None


@dataclass(frozen=True, kw_only=True)
class Trailing:
    """A stretch behind the newest change that is read again ``every`` so often.

    For what the vendor's change time does not show; ``why`` says what that is.
    """

    span: timedelta
    why: str
    every: timedelta = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Stream:
    """One kind of record of a system.

    ``key``: dotted paths that make the record id (``^`` stands for the fan-out parent's id).
    ``changed``: dotted path of the vendor's change time. ``incremental`` says that the vendor
    can filter by it. ``overlap``: how far behind the newest change time a run reads again.
    ``ordered``: pages come in ascending change time, so a run that breaks off can go on there.
    ``is_deleted``: dotted path of a flag, or a function of the decoded record. ``volatile``:
    top-level fields whose change alone does not make a new version.
    ``trailing`` and ``refresh``: a stretch of an incremental stream, or all of it every so often,
    is read again, for changes that the vendor's change time does not show. A key ``#`` stands for
    the record's own hash. ``sweep`` lists the ids that exist and are not deleted: to verify, every
    ``sweep_every`` for KEY_SWEEP, and when ``read`` put True under ``sweep`` into the window's
    state (a change feed with a gap). It returns None when it cannot tell. ``cost``: points that
    one request takes from the limits.
    """

    name: str
    key: str | tuple[str, ...] = "id"
    path: str = ""
    method: str = "GET"
    params: Values = field(default_factory=dict)
    body: Values | None = None
    headers: Values = field(default_factory=dict)
    records: str = ""
    paginator: Callable[[], BasePaginator] | None = None
    changed: str | None = None
    incremental: bool = False
    overlap: timedelta = timedelta(0)
    refresh: timedelta | None = None
    trailing: Trailing | None = None
    ordered: bool = False
    fan_out: FanOut | None = None
    limit: str | None = None
    cost: int = 1
    deletes: Deletes = Deletes.UNKNOWABLE
    deletes_note: str = ""
    is_deleted: str | Callable[[dict[str, Any]], bool] | None = None
    sweep: Callable[[Api, Window], Iterable[list[str]] | None] | None = None
    sweep_every: timedelta = timedelta(days=1)
    volatile: tuple[str, ...] = ()
    read: Reader | None = None
    unmapped: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        return (self.key,) if isinstance(self.key, str) else self.key

    @property
    def is_full_copy(self) -> bool:
        """Every run lists every record, so that a missing id is a deleted record."""
        return not self.incremental and self.fan_out is None


@dataclass(frozen=True, kw_only=True)
class System:
    """A vendor's API: where it is, how to get in, how fast one may ask, how it says no.

    ``auth`` is a function of the connection and a session; ``base_url`` of the connection and
    that authenticator. A source without HTTP (files) has neither.
    ``limits``: the connection's own under "" and named ones for single endpoints.
    ``concurrency``: requests at once. ``explain`` turns an answer into an error, or None when
    the answer is good; it also sees answers with status 200.
    """

    name: str
    base_url: Callable[[Connection, Any], str] | None = None
    auth: Callable[[Connection, requests.Session], AuthBase] | None = None
    headers: Mapping[str, str] | Callable[[Connection], Mapping[str, str]] = field(
        default_factory=dict
    )
    limits: Mapping[str, tuple[Limit, ...]] = field(default_factory=dict)
    concurrency: int = 4
    explain: Callable[[requests.Response], Exception | None] | None = None
    settings: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
