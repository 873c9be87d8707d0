"""Klaviyo: profiles and their consent, lists, campaigns, flows, results, catalog.

JSON:API, revision 2026-07-15. A private key with read scopes is enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec
import requests
from dlt.sources.helpers.rest_client.auth import APIKeyAuth
from dlt.sources.helpers.rest_client.paginators import JSONLinkPaginator

from pipelines.api import Api
from pipelines.connections import Connection
from pipelines.errors import ExpiredPageError, PermanentError, TransientError
from pipelines.stream import (
    Deletes,
    FanOut,
    Limit,
    Page,
    Reader,
    Stream,
    System,
    Trailing,
    Window,
)

REVISION = "2026-07-15"
YEAR = timedelta(days=365)  # the longest time frame of a report
# Filters are strict, values have whole seconds, and a filter's time must lie 5 s in the past.
OVERLAP = timedelta(seconds=10)
BACKDATED = timedelta(hours=6)  # integrations send events some time after they happened
STATISTICS = (
    "recipients",
    "delivered",
    "opens",
    "opens_unique",
    "clicks",
    "clicks_unique",
    "bounced",
    "unsubscribe_uniques",
    "spam_complaints",
    "conversions",
    "conversion_uniques",
    "conversion_value",
)
JSON_API = {"Content-Type": "application/vnd.api+json"}
CHANNELS = ("email", "sms", "mobile_push")
ARCHIVED = ("equals(archived,false)", "equals(archived,true)")
# A campaign list without a channel is refused; archived ones come only when asked for.
CAMPAIGNS = tuple(
    f"equals(messages.channel,'{one}'),{which}" for one in CHANNELS for which in ARCHIVED
)


def next_link() -> JSONLinkPaginator:
    """Pages end where ``links.next`` is null."""
    return JSONLinkPaginator("links.next")


def auth(connection: Connection, session: requests.Session) -> APIKeyAuth:
    key = connection.secret("api_key")
    return APIKeyAuth(name="Authorization", api_key=f"Klaviyo-API-Key {key}", location="header")


def explain(answer: requests.Response) -> Exception | None:
    """Klaviyo's own ways of saying no; None leaves the answer to the general rules."""
    if answer.status_code == 400 and b"cursor" in answer.content:
        return ExpiredPageError(f"Klaviyo no longer accepts a page cursor: {answer.text[:300]}")
    if answer.status_code == 410:
        return PermanentError(f"Klaviyo has retired revision {REVISION}: {answer.text[:300]}")
    if answer.status_code == 200 and b'"data"' not in answer.content:
        return TransientError(f"{answer.url}: an answer without data: {answer.text[:300]}")
    return None


def newer(field: str, operator: str, **params: Any) -> Any:
    """Parameters of a list in ascending change time, filtered when there is a cursor."""

    def make(window: Window) -> dict[str, Any]:
        since = window.iso()
        return {
            **params,
            "sort": field,
            "filter": f"{operator}({field},{since})" if since else None,
        }

    return make


def listing(api: Api, path: str, limit: str, **params: Any) -> Iterator[Page]:
    """Every page of a list."""
    request = requests.Request("GET", api.url(path), params=params)
    return api.pages(request, "data", next_link(), limit)


def each_filter(
    path: str,
    filters: Iterable[str],
    limit: str,
    params: dict[str, Any],
    records: str = "data",
) -> Reader:
    """A reader that goes through a list once for each filter."""

    def read(api: Api, window: Window) -> Iterator[Page]:
        for one in filters:
            request = requests.Request("GET", api.url(path), params={**params, "filter": one})
            yield from api.pages(request, records, next_link(), limit)

    return read


def ids(page: Page) -> list[str]:
    return [msgspec.json.decode(record)["id"] for record in page.records]


def profile_ids(api: Api, window: Window) -> Iterator[list[str]]:
    """The ids of all profiles there are."""
    params = {"fields[profile]": "id", "page[size]": 100}
    return map(ids, listing(api, "/api/profiles", "profiles", **params))


def member_ids(group: str) -> Any:
    """A sweep over all members of every ``lists`` or ``segments``, as '<group>:<profile>'."""

    def sweep(api: Api, window: Window) -> Iterator[list[str]]:
        for groups in listing(api, f"/api/{group}", group, **{"page[size]": 10}):
            for parent in ids(groups):
                path = f"/api/{group}/{parent}/relationships/profiles"
                for page in listing(api, path, f"{group}_members", **{"page[size]": 100}):
                    yield [f"{parent}:{profile}" for profile in ids(page)]

    return sweep


def conversion_metric(api: Api) -> str:
    """The id of the metric that counts as a sale.

    Raises PermanentError when the account has no metric of that name.
    """
    wanted = api.connection.setting("conversion_metric", "Placed Order")
    for page in listing(api, "/api/metrics", "metrics"):
        for record in page.records:
            metric = msgspec.json.decode(record)
            if wanted in (metric["id"], metric["attributes"]["name"]):
                return str(metric["id"])
    raise PermanentError(
        f"the account has no metric '{wanted}': name the one that counts as a sale as "
        f"'conversion_metric' of connection '{api.connection.name}' in connections.yml"
    )


def timeframes(api: Api, window: Window) -> Iterator[dict[str, str]]:
    """The last year, or the part of it since the start date; the first time the years before too.

    Events start there as well, so what a report counts before it has no events to compare with.
    """
    start_date = api.connection.start_date
    first, year_ago = datetime.fromisoformat(start_date or "0001-01-01"), window.now - YEAR
    yield _timeframe(first, window.now) if first > year_ago else {"key": "last_365_days"}
    if not start_date or window.state.get("history_read"):
        return
    end = year_ago
    while end > first:
        start = max(first, end - YEAR)
        yield _timeframe(start, end)
        end = start
    window.state["history_read"] = True


def _timeframe(start: datetime, end: datetime) -> dict[str, str]:
    return {"start": f"{start:%Y-%m-%dT%H:%M:%S}+00:00", "end": f"{end:%Y-%m-%dT%H:%M:%S}+00:00"}


def report(path: str, kind: str) -> Reader:
    """A reader of a values report, one record a message."""

    def read(api: Api, window: Window) -> Iterator[Page]:
        metric = conversion_metric(api)
        for timeframe in timeframes(api, window):
            attributes = {
                "statistics": STATISTICS,
                "timeframe": timeframe,
                "conversion_metric_id": metric,
            }
            body = {"data": {"type": kind, "attributes": attributes}}
            request = requests.Request("POST", api.url(path), json=body, headers=JSON_API)
            yield from api.pages(request, "data.attributes.results", next_link(), kind)

    return read


def members(group: str) -> Stream:
    """The stream of who is in which list or segment, without the profiles' own fields."""
    return Stream(
        name=f"{group.removesuffix('s')}_members",
        path=f"/api/{group}/{{parent}}/profiles",
        params=newer(
            "joined_group_at",
            "greater-or-equal",
            **{"fields[profile]": "joined_group_at", "page[size]": 100},
        ),
        records="data",
        paginator=next_link,
        limit=f"{group}_members",
        key=("^", "id"),
        changed="attributes.joined_group_at",
        incremental=True,
        overlap=OVERLAP,
        fan_out=FanOut(stream=group),
        deletes=Deletes.KEY_SWEEP,
        deletes_note="who left is seen by the daily list of member ids",
        sweep=member_ids(group),
        unmapped="membership only; consent and person are on the profile",
    )


def sizes(group: str) -> Stream:
    """The stream of what Klaviyo itself says how many profiles are in a list or segment."""
    one = group.removesuffix("s")
    return Stream(
        name=f"{one}_sizes",
        key="^",
        path=f"/api/{group}/{{parent}}",
        params={f"additional-fields[{one}]": "profile_count"},
        records=".",
        limit=f"{group}_sizes",
        fan_out=FanOut(stream=group),
        deletes=Deletes.KEY_SWEEP,
    )


def whole(name: str, path: str, *, size: int | None = None, **more: Any) -> Stream:
    """A stream that is short enough to be read whole each time, so that a missing id is gone."""
    return Stream(
        name=name,
        path=path,
        params={"page[size]": size},
        records="data",
        paginator=next_link,
        limit=name,
        deletes=Deletes.KEY_SWEEP,
        **more,
    )


def per_endpoint(burst: int, steady: int) -> tuple[Limit, ...]:
    return (
        Limit(calls=burst, seconds=1, quote=f"Burst: {burst}/s"),
        Limit(calls=steady, seconds=60, quote=f"Steady: {steady}/m"),
    )


REPORT = (*per_endpoint(1, 2), Limit(calls=225, seconds=86_400, quote="Daily: 225/d"))

SYSTEM = System(
    name="klaviyo",
    base_url=lambda connection, auth: "https://a.klaviyo.com/",
    auth=auth,
    headers={"revision": REVISION, "accept": "application/vnd.api+json"},
    explain=explain,
    settings=("conversion_metric",),
    secrets=("api_key",),
    limits={
        "accounts": per_endpoint(1, 15),
        "profiles": per_endpoint(75, 750),
        "lists": per_endpoint(75, 750),
        "lists_members": per_endpoint(75, 750),
        "lists_sizes": per_endpoint(1, 15),
        "segments": per_endpoint(75, 750),
        "segments_members": per_endpoint(75, 750),
        "segments_sizes": per_endpoint(1, 15),
        "metrics": per_endpoint(10, 150),
        "events": per_endpoint(350, 3500),
        "campaigns": per_endpoint(10, 150),
        "flows": per_endpoint(3, 60),
        "campaign-values-report": REPORT,
        "flow-values-report": REPORT,
        "forms": per_endpoint(3, 60),
        "reviews": per_endpoint(10, 150),
        "catalog_items": per_endpoint(350, 3500),
        "catalog_variants": per_endpoint(350, 3500),
        "coupons": per_endpoint(75, 750),
        "coupon_codes": per_endpoint(350, 3500),
        "tags": per_endpoint(3, 60),
    },
)

STREAMS = [
    whole("accounts", "/api/accounts", unmapped="settings of the account itself"),
    Stream(
        name="profiles",
        path="/api/profiles",
        params=newer(
            "updated",
            "greater-than",
            **{"additional-fields[profile]": "subscriptions", "page[size]": 100},
        ),
        records="data",
        paginator=next_link,
        limit="profiles",
        changed="attributes.updated",
        incremental=True,
        overlap=OVERLAP,
        ordered=True,
        deletes=Deletes.KEY_SWEEP,
        deletes_note="privacy deletions and merges are seen by the daily list of ids",
        sweep=profile_ids,
    ),
    whole(
        "lists",
        "/api/lists",
        size=10,
        changed="attributes.updated",
        unmapped="names of lists; membership is in list_members",
    ),
    members("lists"),
    sizes("lists"),
    whole(
        "segments",
        "/api/segments",
        size=10,
        changed="attributes.updated",
        unmapped="names and rules of segments; membership is in segment_members",
    ),
    members("segments"),
    sizes("segments"),
    whole(
        "metrics",
        "/api/metrics",
        changed="attributes.updated",
        unmapped="names of the kinds of events",
    ),
    Stream(
        name="events",
        path="/api/events",
        params=newer("datetime", "greater-or-equal", include="metric", **{"page[size]": 1000}),
        records="data",
        paginator=next_link,
        limit="events",
        changed="attributes.datetime",
        incremental=True,
        overlap=BACKDATED,
        trailing=Trailing(
            span=timedelta(days=7), why="integrations send events days after they happened"
        ),
        ordered=True,
        deletes=Deletes.UNKNOWABLE,
        deletes_note="events of a deleted profile vanish unseen; events older than 7 days when "
        "sent come only with a full read",
        unmapped="single opens, clicks and purchases; results by campaign are in campaign_results",
    ),
    Stream(
        name="campaigns",
        read=each_filter("/api/campaigns", CAMPAIGNS, "campaigns", {"page[size]": 100}),
        changed="attributes.updated_at",
        deletes=Deletes.KEY_SWEEP,
    ),
    Stream(
        name="campaign_messages",
        read=each_filter(
            "/api/campaigns",
            CAMPAIGNS,
            "campaigns",
            {
                "include": "campaign-messages",
                "fields[campaign]": "updated_at",
                "page[size]": 100,
            },
            records="included",
        ),
        changed="attributes.updated_at",
        deletes=Deletes.KEY_SWEEP,
    ),
    Stream(
        name="campaign_results",
        key=("groupings.campaign_id", "groupings.campaign_message_id"),
        read=report("/api/campaign-values-reports", "campaign-values-report"),
        deletes=Deletes.PARENT,
        deletes_note="results older than a year stay as last read",
    ),
    Stream(
        name="flows",
        read=each_filter("/api/flows", ARCHIVED, "flows", {"page[size]": 50}),
        changed="attributes.updated",
        deletes=Deletes.KEY_SWEEP,
    ),
    Stream(
        name="flow_actions",
        read=each_filter(
            "/api/flows",
            ARCHIVED,
            "flows",
            {"include": "flow-actions", "fields[flow]": "updated", "page[size]": 50},
            records="included",
        ),
        changed="attributes.updated",
        deletes=Deletes.KEY_SWEEP,
        unmapped="the steps inside a flow",
    ),
    Stream(
        name="flow_results",
        key=("groupings.flow_id", "groupings.flow_message_id"),
        read=report("/api/flow-values-reports", "flow-values-report"),
        deletes=Deletes.PARENT,
        deletes_note="results older than a year stay as last read",
    ),
    whole(
        "forms",
        "/api/forms",
        size=100,
        changed="attributes.updated_at",
        unmapped="sign-up forms; who signed up has the form as method on the profile",
    ),
    whole(
        "reviews",
        "/api/reviews",
        size=100,
        changed="attributes.updated",
        unmapped="no entity holds product reviews yet",
    ),
    whole(
        "catalog_items",
        "/api/catalog-items",
        size=100,
        changed="attributes.updated",
        unmapped="products above their variants; catalog_variants has what is sold",
    ),
    whole("catalog_variants", "/api/catalog-variants", size=100, changed="attributes.updated"),
    whole("coupons", "/api/coupons", size=100, unmapped="no entity holds coupons yet"),
    Stream(
        name="coupon_codes",
        path="/api/coupon-codes",
        params=lambda window: {
            "filter": f'equals(coupon.id,"{window.parent}")',
            "page[size]": 100,
        },
        records="data",
        paginator=next_link,
        limit="coupon_codes",
        fan_out=FanOut(stream="coupons"),
        deletes=Deletes.KEY_SWEEP,
        unmapped="no entity holds coupons yet",
    ),
    whole("tags", "/api/tags", size=50, unmapped="labels of campaigns and flows"),
]
