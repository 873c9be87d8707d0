"""A stand-in for Square's Connect v2 API, version 2025-08-20."""

import base64
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipelines.sandbox import clock
from pipelines.sandbox.answers import Refused, json_answer
from pipelines.sandbox.limits import RollingWindow
from pipelines.sandbox.server import vendor
from pipelines.sandbox.square.documents import MERCHANT, documents
from pipelines.sandbox.store import Between, Order, Row
from pipelines.sandbox.tokens import OAuth, OAuthError, bearer, token_endpoint

__all__ = ["CREDENTIALS", "HOSTS", "documents", "guard", "not_found", "routes"]

HOSTS = ("connect.squareup.com",)
CREDENTIALS = {
    "client_id": "sq0idp-goldpan-sandbox",
    "client_secret": "sq0csp-not-a-secret",
    "refresh_token": "EQAA-goldpan-first-refresh-token",
}
TOKEN_DAYS = 30
OAUTH = OAuth(grants=("refresh_token",), lifetime=TOKEN_DAYS * 86_400, prefix="EAAA")
CALLS_PER_SECOND = 20
MOST_LOCATIONS = 10
CATALOG_TYPES = (
    "CATEGORY", "CUSTOM_ATTRIBUTE_DEFINITION", "DISCOUNT", "IMAGE", "ITEM", "ITEM_OPTION",
    "ITEM_VARIATION", "MEASUREMENT_UNIT", "MODIFIER", "MODIFIER_LIST", "PRICING_RULE",
    "PRODUCT_SET", "QUICK_AMOUNTS_SETTINGS", "SUBSCRIPTION_PLAN", "TAX", "TIME_PERIOD",
)  # fmt: skip
TOP_LEVEL_TYPES = tuple(one for one in CATALOG_TYPES if one not in ("ITEM_VARIATION", "MODIFIER"))


def routes() -> list[Route]:
    """The vendor's paths."""
    get = {
        "/v2/locations": locations,
        "/v2/payments": money_list("payments"),
        "/v2/refunds": money_list("refunds"),
        "/v2/customers": customers,
        "/v2/invoices": invoices,
        "/v2/payouts": payouts,
        "/v2/payouts/{payout_id}/payout-entries": payout_entries,
        "/v2/labor/team-member-wages": plain("team_member_wages", 200),
        "/v2/disputes": plain("disputes", 50),
        "/v2/gift-cards": plain("gift_cards", 50, most=200),
        "/v2/cash-drawers/shifts": cash_drawer_shifts,
    }
    post = {
        "/oauth2/token": token,
        "/v2/orders/search": search(orders),
        "/reporting/v1/load": search(load),
        "/v2/customers/search": search(customers_search),
        "/v2/catalog/search": search(catalog),
        "/v2/inventory/counts/batch-retrieve": search(inventory("inventory_counts", "counts")),
        "/v2/inventory/changes/batch-retrieve": search(inventory("inventory_changes", "changes")),
        "/v2/team-members/search": search(team_members),
        "/v2/labor/timecards/search": search(timecards),
        "/v2/loyalty/accounts/search": search(listing("loyalty_accounts", 30, 200)),
        "/v2/subscriptions/search": search(listing("subscriptions", 200, 200)),
    }
    return [Route(path, handler, methods=["GET"]) for path, handler in get.items()] + [
        Route(path, handler, methods=["POST"]) for path, handler in post.items()
    ]


# -- errors and the way in ----------------------------------------------------------------------


def refusal(
    status: int, code: str, detail: str, field: str = "", category: str = "INVALID_REQUEST_ERROR"
) -> Refused:
    """An error in Square's form, to be raised."""
    error = {"category": category, "code": code, "detail": detail}
    return Refused(json_answer({"errors": [{**error, "field": field} if field else error]}, status))


def guard(request: Request) -> Response | None:
    """Version, token and rate limit, before every path but the token's own."""
    if request.url.path == "/oauth2/token":
        return None
    version = request.headers.get("square-version", "2025-08-20")
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", version):
        raise refusal(400, "INVALID_SQUARE_VERSION_FORMAT", "Square-Version must be YYYY-MM-DD.")
    _check_token(request)
    if not vendor(request).limits.of("calls", _calls).take().granted:
        said = "The API request rate is too high."
        raise refusal(429, "RATE_LIMITED", said, category="RATE_LIMIT_ERROR")
    return None


def _calls() -> RollingWindow:
    return RollingWindow(CALLS_PER_SECOND, 1)


def _check_token(request: Request) -> None:
    verdict = vendor(request).tokens.verdict(bearer(request))
    if verdict == "expired":
        code, said = "ACCESS_TOKEN_EXPIRED", "The access token has expired."
    elif verdict != "valid":
        code, said = "UNAUTHORIZED", "This request could not be authorized."
    else:
        return
    raise refusal(401, code, said, category="AUTHENTICATION_ERROR")


def not_found(request: Request, error: Exception) -> Response:
    """An unknown path or method."""
    said = "API endpoint for URL path `{}` and HTTP method `{}` is not found."
    detail = said.format(request.url.path, request.method)
    return refusal(404, "NOT_FOUND", detail).response


async def token(request: Request) -> Response:
    """The token endpoint: JSON in, the end of the token instead of its life out."""
    if "json" not in request.headers.get("content-type", ""):
        return json_answer({"type": "bad_request", "message": "JSON body expected"}, 400)
    shop = vendor(request)
    try:
        grant = await token_endpoint(request, shop.tokens, OAUTH)
    except OAuthError as error:
        code = "UNAUTHORIZED" if error.status == 401 else "BAD_REQUEST"
        return refusal(error.status, code, str(error), category="AUTHENTICATION_ERROR").response
    body = {
        "access_token": grant.access_token,
        "token_type": "bearer",
        "expires_at": clock.seconds(clock.shift(shop.now, days=TOKEN_DAYS)),
        "merchant_id": MERCHANT,
        "refresh_token": grant.refresh_token,
        "short_lived": False,
    }
    return json_answer(body)


# -- pages --------------------------------------------------------------------------------------

Given = dict[str, Any]
Search = Callable[[Request, Given], Response]


def search(handler: Search) -> Callable[[Request], Any]:
    """A POST path that takes its parameters from a JSON body."""

    async def read(request: Request) -> Response:
        from anyio.to_thread import run_sync

        try:
            given = orjson.loads(await request.body() or b"{}")
        except orjson.JSONDecodeError:
            raise refusal(400, "EXPECTED_JSON_BODY", "The body is not JSON.") from None
        if not isinstance(given, dict):
            raise refusal(400, "EXPECTED_OBJECT", "Expected an object.")
        return await run_sync(handler, request, given)

    return read


def page(
    request: Request,
    stream: str,
    given: Given,
    *,
    size: int,
    most: int,
    name: str = "",
    parents: Iterable[str | None] = (None,),
    order: Order = "created",
    descending: bool = False,
    **filters: Any,
) -> Response:
    """One page of a stream; a list without records has no member for them.

    ``parents``: the records of these, merged in the list's order.
    """
    limit, after = _limit(given, size, most), _place(given)
    found = [
        row
        for parent in parents
        for row in vendor(request).store.query(
            stream,
            parent_id=parent,
            order=order,
            descending=descending,
            after=after,
            limit=limit + 1,
            **filters,
        )
    ]
    rows = sorted(found, key=lambda row: (_value(row, order), row.id), reverse=descending)
    kept = rows[:limit]
    body: dict[str, Any] = {name or stream: _bodies(kept)} if kept else {}
    if len(rows) > limit:
        body["cursor"] = _cursor(given, _value(kept[-1], order), kept[-1].id)
    return json_answer(body)


def _value(row: Row, order: Order) -> str:
    return {"updated": row.updated_at, "created": row.created_at}.get(order, row.id)


def _bodies(rows: Iterable[Row]) -> list[Any]:
    return [
        orjson.Fragment(row.body) if row.deleted_at is None else row.json() | {"is_deleted": True}
        for row in rows
    ]


def _limit(given: Given, size: int, most: int) -> int:
    try:
        asked = int(given.get("limit") or size)
    except ValueError:
        raise refusal(400, "EXPECTED_INTEGER", "Expected an integer.", "limit") from None
    if asked < 1:
        raise refusal(400, "VALUE_TOO_LOW", "`limit` must be at least 1.", "limit")
    if asked > most:
        raise refusal(400, "VALUE_TOO_HIGH", f"`limit` must be at most {most}.", "limit")
    return asked


def _digest(given: Given) -> str:
    """Identifies a query: a cursor is good only with the parameters it was given for."""
    asked = {name: value for name, value in given.items() if name != "cursor"}
    text = orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()[:12]


def _cursor(given: Given, *place: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([_digest(given), *place])).decode()


def _place(given: Given) -> tuple[Any, str] | None:
    if not given.get("cursor"):
        return None
    try:
        digest, value, identity = orjson.loads(base64.urlsafe_b64decode(given["cursor"]))
    except ValueError:
        digest, value, identity = "", None, ""
    if digest != _digest(given):
        raise refusal(400, "INVALID_CURSOR", "The cursor is not valid for this query.", "cursor")
    return value, str(identity)


def _time(given: Given, name: str, default: str | None = None) -> str | None:
    text = given.get(name) or default
    try:
        return clock.normal(text) if text else None
    except ValueError:
        raise refusal(400, "INVALID_TIME", f"`{text}` is not an RFC 3339 time.", name) from None


def _is_descending(given: Given, name: str = "sort_order", default: str = "DESC") -> bool:
    way = given.get(name) or default
    if way not in ("ASC", "DESC"):
        raise refusal(400, "INVALID_SORT_ORDER", f"`{way}` is not ASC or DESC.", name)
    return bool(way == "DESC")


def _a_year_ago(request: Request) -> str:
    return clock.shift(vendor(request).now, days=-365)


def _location(request: Request, given: Given, default: bool = True) -> str | None:
    """The location asked for, else the main one."""
    shop = vendor(request)
    asked = given.get("location_id")
    if asked is None:
        first = shop.store.query("locations", order="created", limit=1)
        return first[0].id if default and first else None
    if shop.store.get("locations", asked) is None:
        raise refusal(404, "NOT_FOUND", f"Location `{asked}` was not found.", "location_id")
    return str(asked)


# -- reports ------------------------------------------------------------------------------------

MEASURES = ("count", "itemized_returns", "net_sales_with_tax", "tips_amount")


def load(request: Request, given: Given) -> Response:
    """Measures of closed orders by day, in dollars."""
    asked = given.get("query", {})
    (time_dimension,) = asked.get("timeDimensions") or [{}]
    measures = [name.removeprefix("Orders.") for name in asked.get("measures", [])]
    unknown = sorted(set(measures) - set(MEASURES))
    if unknown or time_dimension.get("granularity") != "day":
        raise Refused(json_answer({"error": f"'{(unknown or ['granularity'])[0]}' not found"}, 400))
    first, last = time_dimension["dateRange"]
    rows = [
        {"Orders.sale_timestamp.day": f"{day}T00:00:00.000", "Orders.sale_timestamp": day}
        | {f"Orders.{name}": _figure(name, sums[name]) for name in measures}
        for day, sums in sorted(_daily_sums(request).items())
        if first <= day <= last
    ]
    return json_answer({"query": asked, "data": rows, "annotation": {}, "slowQuery": False})


def _daily_sums(request: Request) -> dict[str, Counter[str]]:
    """Measures of each day in cents; what comes back counts on the day that it comes back."""
    store, days = vendor(request).store, defaultdict[str, Counter[str]](Counter)
    for row in store.query("orders"):
        order = row.json()
        if order["state"] != "COMPLETED" or "total_money" not in order:
            continue
        total, tip = order["total_money"]["amount"], order["total_tip_money"]["amount"]
        sold = {"count": 1, "tips_amount": tip, "net_sales_with_tax": total - tip}
        days[order["created_at"][:10]].update(sold)
    for row in store.query("refunds"):
        refund = row.json()
        back = refund["amount_money"]["amount"]
        returned = {"itemized_returns": back, "net_sales_with_tax": -back}
        days[refund["created_at"][:10]].update(returned)
    return days


def _figure(name: str, amount: int) -> str:
    return str(amount) if name == "count" else f"{amount / 100:.2f}"


# -- lists --------------------------------------------------------------------------------------


def plain(stream: str, size: int, most: int | None = None) -> Callable[[Request], Response]:
    """A GET list without filters."""

    def answer(request: Request) -> Response:
        return page(request, stream, dict(request.query_params), size=size, most=most or size)

    return answer


def listing(stream: str, size: int, most: int) -> Search:
    """A POST list whose filters no connector uses."""

    def answer(request: Request, given: Given) -> Response:
        return page(request, stream, given, size=size, most=most)

    return answer


def locations(request: Request) -> Response:
    """All locations, in one answer."""
    rows = vendor(request).store.query("locations", order="created")
    return json_answer({"locations": _bodies(rows)})


def money_list(stream: str) -> Callable[[Request], Response]:
    """Payments or refunds: of one location (refunds: of all), by default of the last year."""

    def answer(request: Request) -> Response:
        given = dict(request.query_params)
        given["limit"] = str(min(_limit(given, 100, 10**9), 100))
        by_change = given.get("sort_field", "CREATED_AT") == "UPDATED_AT"
        created = Between(
            _time(given, "begin_time", _a_year_ago(request)), _time(given, "end_time")
        )
        changed = Between(
            _time(given, "updated_at_begin_time"), _time(given, "updated_at_end_time")
        )
        return page(
            request,
            stream,
            given,
            size=100,
            most=100,
            order="updated" if by_change else "created",
            descending=_is_descending(given),
            parents=[_location(request, given, default=stream == "payments")],
            created=created,
            updated=changed,
        )

    return answer


def customers(request: Request) -> Response:
    """Customer profiles, without a date filter."""
    given = dict(request.query_params)
    return page(request, "customers", given, size=100, most=100, order="id")


def invoices(request: Request) -> Response:
    """Invoices of one location."""
    given = dict(request.query_params)
    _require(given, "location_id")
    place = _location(request, given)
    return page(request, "invoices", given, size=100, most=200, parents=[place])


def payouts(request: Request) -> Response:
    """Payouts of one location, by default of the last year."""
    given = dict(request.query_params)
    begin = _time(given, "begin_time", _a_year_ago(request))
    return page(
        request,
        "payouts",
        given,
        size=100,
        most=100,
        descending=_is_descending(given),
        parents=[_location(request, given)],
        created=Between(begin, _time(given, "end_time")),
    )


def payout_entries(request: Request) -> Response:
    """What a payout is made of."""
    payout_id = request.path_params["payout_id"]
    if vendor(request).store.get("payouts", payout_id) is None:
        raise refusal(404, "NOT_FOUND", f"Payout `{payout_id}` was not found.")
    given = dict(request.query_params)
    return page(request, "payout_entries", given, size=100, most=100, parents=[payout_id])


def cash_drawer_shifts(request: Request) -> Response:
    """The tills of one location."""
    given = dict(request.query_params)
    _require(given, "location_id")
    end = _time(given, "end_time")
    return page(
        request,
        "cash_drawer_shifts",
        given,
        size=200,
        most=1000,
        descending=_is_descending(given, default="ASC"),
        parents=[_location(request, given)],
        created=Between(_time(given, "begin_time"), end, end_inclusive=False),
    )


def _require(given: Given, name: str) -> None:
    if not given.get(name):
        said = f"Missing required parameter `{name}`."
        raise refusal(400, "MISSING_REQUIRED_PARAMETER", said, name)


# -- searches -----------------------------------------------------------------------------------


def orders(request: Request, given: Given) -> Response:
    """Orders of up to ten locations; a date filter and the sort field must agree."""
    places = given.get("location_ids") or []
    if not places:
        raise refusal(400, "MISSING_REQUIRED_PARAMETER", "Missing location_ids.", "location_ids")
    if len(places) > MOST_LOCATIONS:
        said = "At most 10 location ids."
        raise refusal(400, "ARRAY_LENGTH_TOO_LONG", said, "location_ids")
    query = given.get("query") or {}
    sort = query.get("sort") or {"sort_field": "CREATED_AT"}
    times = (query.get("filter") or {}).get("date_time_filter") or {}
    for name in times:
        if name.upper() != sort.get("sort_field"):
            said = f"`sort_field` must be {name.upper()} when filtering by `{name}`."
            raise refusal(400, "BAD_REQUEST", said, "query.sort.sort_field")
    bounds = times.get("updated_at") or times.get("created_at") or {}
    between = Between(_time(bounds, "start_at"), _time(bounds, "end_at"))
    by_creation = "created_at" in times
    return page(
        request,
        "orders",
        given,
        size=500,
        most=1000,
        order="updated" if sort.get("sort_field") == "UPDATED_AT" else "created",
        descending=_is_descending(sort),
        parents=[_location(request, {"location_id": place}) for place in places],
        created=between if by_creation else None,
        updated=None if by_creation else between,
    )


def customers_search(request: Request, given: Given) -> Response:
    """Customers by time of change, sorted by creation."""
    query = given.get("query") or {}
    changed = (query.get("filter") or {}).get("updated_at") or {}
    sort = query.get("sort") or {}
    if sort.get("field", "DEFAULT") not in ("DEFAULT", "CREATED_AT"):
        raise refusal(400, "INVALID_ENUM_VALUE", "Not a sort field.", "query.sort.field")
    between = Between(_time(changed, "start_at"), _time(changed, "end_at"))
    return page(
        request,
        "customers",
        given,
        size=100,
        most=100,
        descending=_is_descending(sort, "order", "ASC"),
        updated=between,
    )


def catalog(request: Request, given: Given) -> Response:
    """Catalogue objects of some types, one type after the other."""
    types = sorted(set(given.get("object_types") or TOP_LEVEL_TYPES))
    for one in types:
        if one not in CATALOG_TYPES:
            said = f"`{one}` is not a valid enum value for `object_types`."
            raise refusal(400, "INVALID_ENUM_VALUE", said, "object_types")
    asked = given.get("limit") or 100
    limit = asked if isinstance(asked, int) and 0 < asked <= 1000 else 100
    begin = _time(given, "begin_time")
    deleted = "include" if given.get("include_deleted_objects") else "exclude"
    rows, more = _of_types(request, types, given, limit, begin, deleted)
    body: dict[str, Any] = {"objects": _bodies(rows)} if rows else {}
    if given.get("include_related_objects") and rows:
        body["related_objects"] = _related(request, rows)
    if more and rows:
        body["cursor"] = _cursor(given, rows[-1].parent_id, rows[-1].id)
    return json_answer({**body, "latest_time": vendor(request).now})


def _of_types(
    request: Request, types: list[str], given: Given, limit: int, begin: str | None, deleted: Any
) -> tuple[list[Row], bool]:
    place = _place(given)
    rows: list[Row] = []
    for one in types:
        if place and one < place[0]:
            continue
        after = (place[1], place[1]) if place and one == place[0] else None
        rows += vendor(request).store.query(
            "catalog",
            parent_id=one,
            updated=Between(begin, start_inclusive=False),
            deleted=deleted,
            order="id",
            after=after,
            limit=limit + 1 - len(rows),
        )
        if len(rows) > limit:
            return rows[:limit], True
    return rows, False


def _related(request: Request, rows: list[Row]) -> list[Any]:
    """The categories and taxes that items refer to."""
    ids: dict[str, None] = {}
    for row in rows:
        data = row.json().get("item_data", {})
        ids |= dict.fromkeys(one["id"] for one in data.get("categories", []))
        ids |= dict.fromkeys(data.get("tax_ids", []))
    return _bodies(vendor(request).store.query("catalog", ids=list(ids)))


def inventory(stream: str, name: str) -> Search:
    """Counts or changes after a time, the newest first."""

    def answer(request: Request, given: Given) -> Response:
        after = Between(_time(given, "updated_after"), start_inclusive=False)
        return page(
            request,
            stream,
            given,
            size=100,
            most=1000,
            name=name,
            order="updated",
            descending=True,
            updated=after,
        )

    return answer


def team_members(request: Request, given: Given) -> Response:
    """Team members of all statuses."""
    return page(request, "team_members", given, size=200, most=200)


def timecards(request: Request, given: Given) -> Response:
    """Timecards, sorted."""
    sort = (given.get("query") or {}).get("sort") or {}
    return page(
        request,
        "timecards",
        given,
        size=200,
        most=200,
        order="updated" if sort.get("field") == "UPDATED_AT" else "created",
        descending=_is_descending(sort, "order"),
    )
