"""Square: the Connect v2 REST API, as its OpenAPI file of 2025-08-20 describes it.

Lists that Square limits to one location, silently the main one, are read once a location.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec
import requests
from dlt.sources.helpers.rest_client.paginators import JSONResponseCursorPaginator
from requests.auth import AuthBase

from pipelines.api import Api
from pipelines.auth import BearerTokenAuth, RotatingRefreshToken, ask_for_token
from pipelines.connections import Connection
from pipelines.errors import (
    CredentialError,
    ExpiredPageError,
    PermanentError,
    ThrottledError,
    TransientError,
)
from pipelines.records import timestamp
from pipelines.stream import Deletes, FanOut, Limit, Page, Stream, System, Window

VERSION = "2025-08-20"
HOST = "https://connect.squareup.com"

# Without a start, lists give the last year only; Square has been selling since 2009.
BEGINNING = "2009-01-01T00:00:00Z"
INDEX_LAG = timedelta(minutes=5)  # the search index lags 30 to 60 seconds
LATE_CHANGES = timedelta(days=35)  # how long a payout or a drawer may stay open
PER_LOCATION = FanOut(stream="locations")
STILL_COUNTING = b"Continue wait"  # Cube's answer to a query that takes longer

CATALOG_TYPES = [
    *("ITEM", "CATEGORY", "TAX", "DISCOUNT", "MODIFIER_LIST", "ITEM_OPTION", "IMAGE"),
    *("MEASUREMENT_UNIT", "PRICING_RULE", "PRODUCT_SET", "TIME_PERIOD", "SUBSCRIPTION_PLAN"),
    *("CUSTOM_ATTRIBUTE_DEFINITION", "QUICK_AMOUNTS_SETTINGS"),
]


# -- the way in ---------------------------------------------------------------------------------


class SquareToken(RotatingRefreshToken):
    """OAuth refresh token, exchanged as JSON; Square states the end of a token, not its life."""

    def _refresh(self, token: str) -> dict[str, Any]:
        client_id, client_secret = self.client
        form = {
            "grant_type": "refresh_token",
            "refresh_token": token,
            "client_id": client_id,
            "client_secret": client_secret,
        }
        dates: list[str] = []
        body = ask_for_token(
            self.session,
            self.token_url,
            json=form,
            headers={"Square-Version": VERSION},
            hooks={"response": lambda answer, **_: dates.append(answer.headers["Date"])},
        )
        return {
            "origin": self.origin,
            "refresh_token": body.get("refresh_token", token),
            "access_token": body["access_token"],
            "expires_at": int(time.time() + _lifetime(dates[-1], body["expires_at"])),
        }


def _lifetime(date: str, expires_at: str) -> float:
    """Seconds from the answer's own date to the token's end."""
    end = timestamp(expires_at)
    said = parsedate_to_datetime(date).replace(tzinfo=None)
    return (end - said).total_seconds() if end else 0.0


def _auth(connection: Connection, session: requests.Session) -> AuthBase:
    token = connection.secret("access_token", default="")
    if token:
        return BearerTokenAuth(token)
    return SquareToken(
        connection=connection.name,
        token_url=f"{HOST}/oauth2/token",
        client_id=connection.secret("client_id"),
        client_secret=connection.secret("client_secret"),
        refresh_token=connection.secret("refresh_token"),
        session=session,
    )


def explain(answer: requests.Response) -> Exception | None:
    """What Square's answer means, from the category and code of its first error."""
    if answer.status_code < 400 and STILL_COUNTING in answer.content[:200]:
        return TransientError("Square is still working the report out")
    if answer.status_code < 400 and b'"errors"' not in answer.content:
        return None
    try:
        errors = answer.json().get("errors")
    except (requests.JSONDecodeError, AttributeError):
        return None
    if not errors:
        return None
    category, code = errors[0].get("category"), errors[0].get("code")
    said = f"Square: {code}: {errors[0].get('detail', '')}".rstrip(": ")
    if category == "RATE_LIMIT_ERROR" or code == "RATE_LIMITED":
        return ThrottledError(said)
    if category == "AUTHENTICATION_ERROR" and answer.status_code == 401:
        return CredentialError(f"{said}; renew the connection's credentials")
    if code == "INVALID_CURSOR":
        return ExpiredPageError(said)
    if code == "INSUFFICIENT_SCOPES":
        return PermanentError(f"{said}; grant the token this permission")
    if category == "API_ERROR" or answer.status_code >= 500:
        return TransientError(said)
    return PermanentError(said)


# -- the catalogue ------------------------------------------------------------------------------

_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
_encode = msgspec.json.encode


class CatalogObject(msgspec.Struct):
    """What tells an item from a variation, and whether it is gone."""

    type: str
    id: str
    is_deleted: bool = False


_catalog_object = msgspec.json.Decoder(CatalogObject).decode


def read_variations(api: Api, window: Window) -> Iterator[Page]:
    """Variations, each with its item and the item's category as further members.

    A variation does not change when its item is renamed, so changed items are what is searched
    for; of the variations themselves only the deleted ones count, as no item lists them any more.
    """
    search = {"object_types": ["ITEM", "ITEM_VARIATION"], "include_deleted_objects": True}
    search |= {"include_related_objects": True, "limit": 1000, **_modified_after(window)}
    request = requests.Request("POST", api.url("/v2/catalog/search"), json=search)
    for page in api.pages(request, "objects", _in_body()):
        related = [msgspec.Raw(_encode(one)) for one in page.body.get("related_objects", [])]
        categories = {one.id: raw for one, raw in _kind(related, "CATEGORY")}
        items = [raw for one, raw in _kind(page.records, "ITEM") if not one.is_deleted]
        sold = [variation for item in items for variation in variations(item, categories)]
        yield Page(records=sold, body={}, request_id=page.request_id)
        gone = [raw for one, raw in _kind(page.records, "ITEM_VARIATION") if one.is_deleted]
        yield Page(records=gone, body={}, request_id=page.request_id, deleted=True)


def _kind(raws: list[msgspec.Raw], wanted: str) -> list[tuple[CatalogObject, msgspec.Raw]]:
    decoded = ((_catalog_object(raw), raw) for raw in raws)
    return [(one, raw) for one, raw in decoded if one.type == wanted]


def variations(
    item: msgspec.Raw, categories: Mapping[str, msgspec.Raw] | None = None
) -> list[msgspec.Raw]:
    """An item's variations, each with members ``item`` (less its variations) and ``category``."""
    members = _members(item)
    data = _members(members.get("item_data", msgspec.Raw(b"{}")))
    own = _list(data.pop("variations", msgspec.Raw(b"[]")))
    members["item_data"] = msgspec.Raw(_encode(data))
    more = {"item": msgspec.Raw(_encode(members))}
    category = (categories or {}).get(_category_id(data))
    if category:
        more["category"] = category
    return [msgspec.Raw(_encode(_members(variation) | more)) for variation in own]


def _category_id(data: Mapping[str, msgspec.Raw]) -> str:
    """The reporting category, else the first one; ``category_id`` is the retired field."""
    if "reporting_category" in data:
        return str(msgspec.json.decode(data["reporting_category"]).get("id", ""))
    if "categories" in data:
        listed = msgspec.json.decode(data["categories"])
        return str(listed[0].get("id", "")) if listed else ""
    return str(msgspec.json.decode(data.get("category_id", msgspec.Raw(b'""'))))


def _modified_after(window: Window) -> dict[str, Any]:
    since = window.iso("milliseconds")
    return {"begin_time": since} if since else {}


# -- other readers ------------------------------------------------------------------------------


class Dated(msgspec.Struct):
    """A record's time of change."""

    updated_at: str


_dated = msgspec.json.Decoder(Dated).decode


def read_timecards(api: Api, window: Window) -> Iterator[Page]:
    """Timecards, the latest changes first, down to the window's start: there is no filter."""
    query = {"sort": {"field": "UPDATED_AT", "order": "DESC"}}
    body = {"query": query, "limit": 200}
    request = requests.Request("POST", api.url("/v2/labor/timecards/search"), json=body)
    for page in api.pages(request, "timecards", _in_body()):
        yield page
        if page.records and _is_before(page.records[-1], window.since):
            return


def _is_before(record: msgspec.Raw, since: datetime | None) -> bool:
    changed = timestamp(_dated(record).updated_at)
    return bool(since and changed and changed < since)


def read_inventory_changes(api: Api, window: Window) -> Iterator[Page]:
    """Movements of stock since the newest one read; their time is inside one of three members."""
    after = None if window.full else window.state.get("updated_after")
    body = {"updated_after": after} if after else {}
    url = api.url("/v2/inventory/changes/batch-retrieve")
    request = requests.Request("POST", url, json={**body, "limit": 1000})
    for page in api.pages(request, "changes", _in_body()):
        yield page
        times = filter(None, map(_moved_at, page.records))
        window.state["updated_after"] = max([window.state.get("updated_after") or "", *times])


def _moved_at(record: msgspec.Raw) -> str:
    change = msgspec.json.decode(record)
    return str(change.get(change["type"].lower(), {}).get("created_at", ""))


REPORTED = [
    *("Orders.count", "Orders.net_sales_with_tax", "Orders.tips_amount"),
    "Orders.itemized_returns",
]
DAY = "Orders.sale_timestamp.day"
HISTORY, TRAILING, WEEK = timedelta(days=730), timedelta(days=35), timedelta(days=7)


def read_daily_sales(api: Api, window: Window) -> Iterator[Page]:
    """What Square's own reporting says of each ended day (UTC), all locations together.

    Once a week two years are asked for, else the days that may well have changed. Figures
    are about 15 minutes behind the sales (Reporting API, core cubes).
    """
    reach = HISTORY if window.is_due("history_read_at", WEEK) else TRAILING
    today = window.now.date()
    days = [str(today - reach), str(today - timedelta(days=1))]
    time_dimension = {"dimension": DAY.removesuffix(".day"), "granularity": "day"}
    query = {
        "measures": REPORTED,
        "timeDimensions": [{**time_dimension, "dateRange": days}],
        "segments": ["Orders.closed_checks"],
    }
    page = api.post("/reporting/v1/load", json={"query": query}, records="data")
    page.records = [msgspec.Raw(_encode(_reported(row))) for row in page.records]
    yield page


def _reported(row: msgspec.Raw) -> dict[str, Any]:
    """A row under its day, for its own names have dots."""
    figures = _members(row)
    return {"day": msgspec.json.decode(figures[DAY])[:10], "figures": figures}


def sweep_customers(api: Api, window: Window) -> Iterator[list[str]]:
    """Ids of the customers that exist."""
    request = requests.Request("GET", api.url("/v2/customers"), params={"limit": 100})
    for page in api.pages(request, "customers", _in_query()):
        yield [str(msgspec.json.decode(raw)["id"]) for raw in page.records]


def _in_query() -> JSONResponseCursorPaginator:
    return JSONResponseCursorPaginator(cursor_path="cursor", cursor_param="cursor")


def _in_body() -> JSONResponseCursorPaginator:
    return JSONResponseCursorPaginator(cursor_path="cursor", cursor_body_path="cursor")


# -- what is asked for --------------------------------------------------------------------------


def _orders(window: Window) -> dict[str, Any]:
    changed = {"start_at": window.iso("milliseconds") or BEGINNING}
    return {
        "location_ids": [window.parent],
        "query": {
            "filter": {"date_time_filter": {"updated_at": changed}},
            "sort": {"sort_field": "UPDATED_AT", "sort_order": "ASC"},
        },
        "return_entries": False,
        "limit": 1000,
    }


def _changed_in_location(window: Window) -> dict[str, Any]:
    return {
        "location_id": window.parent,
        "begin_time": BEGINNING,
        "updated_at_begin_time": window.iso("milliseconds") or BEGINNING,
        "sort_field": "UPDATED_AT",
        "sort_order": "ASC",
        "limit": 100,
    }


def _customers(window: Window) -> dict[str, Any]:
    since = window.iso("milliseconds")
    changed = {"filter": {"updated_at": {"start_at": since}}} if since else {}
    return {"query": {**changed, "sort": {"field": "CREATED_AT", "order": "ASC"}}, "limit": 100}


def _catalog(window: Window) -> dict[str, Any]:
    return {
        "object_types": CATALOG_TYPES,
        "include_deleted_objects": True,
        "limit": 1000,
        **_modified_after(window),
    }


def _counted_since(window: Window) -> dict[str, Any]:
    return {"updated_after": window.iso("milliseconds"), "limit": 1000}


def _since(limit: int) -> Callable[[Window], dict[str, Any]]:
    def params(window: Window) -> dict[str, Any]:
        begin = window.iso() or BEGINNING
        return {
            "location_id": window.parent,
            "begin_time": begin,
            "sort_order": "ASC",
            "limit": limit,
        }

    return params


def _in_location(window: Window) -> dict[str, Any]:
    return {"location_id": window.parent, "limit": 200}


SYSTEM = System(
    name="square",
    base_url=lambda connection, auth: HOST,
    auth=_auth,
    headers={"Square-Version": VERSION, "Accept": "application/json"},
    limits={
        "": (
            Limit(
                calls=10,
                seconds=1,
                quote="Square publishes no figure and answers 429 RATE_LIMITED; ten a second "
                "is what other connectors live with",
            ),
        )
    },
    concurrency=4,
    explain=explain,
    secrets=("access_token", "client_id", "client_secret", "refresh_token"),
)

STREAMS = [
    Stream(
        name="locations",
        path="/v2/locations",
        records="locations",
        deletes=Deletes.NEVER,
        deletes_note="a closed location has the status INACTIVE",
        unmapped="the places of orders and stock; no entity of their own",
    ),
    Stream(
        name="orders",
        path="/v2/orders/search",
        method="POST",
        body=_orders,
        records="orders",
        paginator=_in_body,
        fan_out=PER_LOCATION,
        changed="updated_at",
        incremental=True,
        overlap=INDEX_LAG,
        deletes=Deletes.NEVER,
        deletes_note="a cancelled order has the state CANCELED",
    ),
    Stream(
        name="payments",
        path="/v2/payments",
        params=_changed_in_location,
        records="payments",
        paginator=_in_query,
        fan_out=PER_LOCATION,
        changed="updated_at",
        incremental=True,
        overlap=INDEX_LAG,
        deletes=Deletes.NEVER,
    ),
    Stream(
        name="refunds",
        path="/v2/refunds",
        params=_changed_in_location,
        records="refunds",
        paginator=_in_query,
        fan_out=PER_LOCATION,
        changed="updated_at",
        incremental=True,
        overlap=INDEX_LAG,
        deletes=Deletes.NEVER,
    ),
    Stream(
        name="customers",
        path="/v2/customers/search",
        method="POST",
        body=_customers,
        records="customers",
        paginator=_in_body,
        changed="updated_at",
        incremental=True,
        overlap=INDEX_LAG,
        deletes=Deletes.KEY_SWEEP,
        sweep=sweep_customers,
    ),
    Stream(
        name="variations",
        read=read_variations,
        changed="item.updated_at",
        incremental=True,
        overlap=INDEX_LAG,
        refresh=timedelta(days=7),
        deletes=Deletes.TOMBSTONE,
    ),
    Stream(
        name="catalog",
        path="/v2/catalog/search",
        method="POST",
        body=_catalog,
        records="objects",
        paginator=_in_body,
        changed="updated_at",
        incremental=True,
        overlap=INDEX_LAG,
        is_deleted="is_deleted",
        deletes=Deletes.TOMBSTONE,
        unmapped="what is sold are the variations, a stream of their own with item and category",
    ),
    Stream(
        name="inventory_counts",
        path="/v2/inventory/counts/batch-retrieve",
        method="POST",
        key=("catalog_object_id", "location_id", "state"),
        body=_counted_since,
        records="counts",
        paginator=_in_body,
        changed="calculated_at",
        incremental=True,
        overlap=INDEX_LAG,
        deletes_note="a count goes with its variation, which no list of counts says",
    ),
    Stream(
        name="inventory_changes",
        key="#",
        read=read_inventory_changes,
        deletes=Deletes.NEVER,
        unmapped="the ledger behind the counts; no mart shows single movements",
    ),
    Stream(
        name="invoices",
        path="/v2/invoices",
        params=_in_location,
        records="invoices",
        paginator=_in_query,
        fan_out=PER_LOCATION,
        changed="updated_at",
        deletes=Deletes.KEY_SWEEP,
        deletes_note="only drafts can be deleted",
    ),
    Stream(
        name="payouts",
        path="/v2/payouts",
        params=_since(100),
        records="payouts",
        paginator=_in_query,
        fan_out=PER_LOCATION,
        changed="created_at",
        incremental=True,
        overlap=LATE_CHANGES,
        deletes=Deletes.NEVER,
        unmapped="a bank transfer of many payments; no entity holds it",
    ),
    Stream(
        name="payout_entries",
        path="/v2/payouts/{parent}/payout-entries",
        params={"limit": 100},
        records="payout_entries",
        paginator=_in_query,
        fan_out=FanOut(stream="payouts", changed_only=True),
        deletes=Deletes.PARENT,
        unmapped="the parts of a payout; payments carry their own fees",
    ),
    Stream(
        name="team_members",
        path="/v2/team-members/search",
        method="POST",
        body=lambda window: {"limit": 200},
        records="team_members",
        paginator=_in_body,
        changed="updated_at",
        deletes=Deletes.NEVER,
        deletes_note="a member who left has the status INACTIVE",
    ),
    Stream(
        name="timecards",
        read=read_timecards,
        changed="updated_at",
        incremental=True,
        overlap=INDEX_LAG,
        refresh=timedelta(days=7),
        deletes=Deletes.KEY_SWEEP,
        unmapped="hours worked in the stores; no entity holds time yet",
    ),
    Stream(
        name="team_member_wages",
        path="/v2/labor/team-member-wages",
        params={"limit": 200},
        records="team_member_wages",
        paginator=_in_query,
        deletes=Deletes.KEY_SWEEP,
        unmapped="one member may have a wage for each job; the HR system's pay is the one used",
    ),
    Stream(
        name="disputes",
        path="/v2/disputes",
        records="disputes",
        paginator=_in_query,
        changed="updated_at",
        deletes=Deletes.NEVER,
        unmapped="a chargeback in the making; the money that goes back comes as a refund",
    ),
    Stream(
        name="gift_cards",
        path="/v2/gift-cards",
        params={"limit": 200},
        records="gift_cards",
        paginator=_in_query,
        deletes=Deletes.NEVER,
        deletes_note="a card that is no longer good has the state DEACTIVATED",
        unmapped="a balance owed to whoever holds the card; no entity holds it",
    ),
    Stream(
        name="loyalty_accounts",
        path="/v2/loyalty/accounts/search",
        method="POST",
        body=lambda window: {"limit": 200},
        records="loyalty_accounts",
        paginator=_in_body,
        changed="updated_at",
        deletes=Deletes.KEY_SWEEP,
        unmapped="points of a customer; no entity holds them",
    ),
    Stream(
        name="subscriptions",
        path="/v2/subscriptions/search",
        method="POST",
        body=lambda window: {"limit": 200},
        records="subscriptions",
        paginator=_in_body,
        deletes=Deletes.NEVER,
        deletes_note="an ended one has the status CANCELED or DEACTIVATED",
        unmapped="what a subscription sells comes as orders and invoices",
    ),
    Stream(
        name="cash_drawer_shifts",
        path="/v2/cash-drawers/shifts",
        key=("^", "id"),
        params=_since(1000),
        records="cash_drawer_shifts",
        paginator=_in_query,
        fan_out=PER_LOCATION,
        changed="opened_at",
        incremental=True,
        overlap=LATE_CHANGES,
        deletes=Deletes.NEVER,
        unmapped="the counting of the tills; no entity holds it",
    ),
    Stream(
        name="daily_sales",
        key="day",
        read=read_daily_sales,
        deletes=Deletes.NEVER,
        deletes_note="days that ended more than 35 days ago are asked for again once a week",
    ),
]
