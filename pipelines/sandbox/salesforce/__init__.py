"""A stand-in for Salesforce: JWT bearer sign-in, describe, SOQL with query locators."""

import re
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipelines.sandbox import clock
from pipelines.sandbox.answers import Refused, json_answer
from pipelines.sandbox.limits import RollingWindow
from pipelines.sandbox.salesforce import catalogue
from pipelines.sandbox.salesforce.aggregate import Aggregate, understand_aggregate
from pipelines.sandbox.salesforce.documents import VERSION, documents
from pipelines.sandbox.salesforce.soql import Query, SoqlError, understand
from pipelines.sandbox.server import add_headers, vendor
from pipelines.sandbox.state import RSA_PRIVATE_KEY
from pipelines.sandbox.store import Between, Order, Row
from pipelines.sandbox.tokens import (
    JWT_BEARER,
    OAuth,
    OAuthError,
    bearer,
    refusal,
    token_endpoint,
)

__all__ = ["CREDENTIALS", "HOSTS", "documents", "guard", "not_found", "routes"]

LOGIN, INSTANCE = "login.salesforce.com", "goldpan.my.salesforce.com"
HOSTS = (LOGIN, INSTANCE)
CREDENTIALS = {
    "client_id": "3MVG9sandbox.goldpan",
    "private_key": RSA_PRIVATE_KEY,
    "username": "integration@goldpan.example",
}
OAUTH = OAuth(
    grants=(JWT_BEARER,), lifetime=7200, prefix="00DgP!AQ", audience=(f"https://{LOGIN}",)
)
CALLS_PER_DAY = 15_000
LONGEST_URI = 16_384
PAGE, SMALLEST_PAGE = 2000, 200
RECYCLE_DAYS = 15
BATCH_SIZE = re.compile(r"batchSize\s*=\s*(\d+)")
_locators: dict[str, tuple[str, bool, int]] = {}


def problem(status: int, code: str, message: str) -> Response:
    """An error as Salesforce writes it: a list."""
    return json_answer([{"message": message, "errorCode": code}], status)


def not_found(request: Request, error: Exception) -> Response:
    """The answer to a path that Salesforce does not have."""
    return problem(404, "NOT_FOUND", "The requested resource does not exist")


def guard(request: Request) -> Response | None:
    """Session, the day's allowance and the length of the address, before every path."""
    if request.url.path == "/services/oauth2/token":
        return None
    if vendor(request).tokens.verdict(bearer(request)) != "valid":
        return problem(401, "INVALID_SESSION_ID", "Session expired or invalid")
    if len(str(request.url)) > LONGEST_URI:
        return Response("URI Too Long", 414)
    taken = vendor(request).limits.of("day", lambda: RollingWindow(CALLS_PER_DAY, 86_400)).take()
    used = CALLS_PER_DAY - int(taken.remaining)
    add_headers(request, {"Sforce-Limit-Info": f"api-usage={used}/{CALLS_PER_DAY}"})
    if not taken.granted:
        return problem(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
    return None


async def token(request: Request) -> Response:
    """POST /services/oauth2/token; the answer has no lifetime."""
    try:
        grant = await token_endpoint(request, vendor(request).tokens, OAUTH)
    except OAuthError as error:
        return refusal(error)
    user = "00DgP0000000001/005gP0000000001QAA"
    body = {
        "access_token": grant.access_token,
        "scope": "api",
        "instance_url": f"https://{INSTANCE}",
        "id": f"https://{LOGIN}/id/{user}",
        "token_type": "Bearer",
        "api_instance_url": "https://api.salesforce.com",
    }
    return json_answer(body)


def sobjects(request: Request) -> Response:
    """GET /sobjects: every object of the org."""
    found = [catalogue.listed(name) for name in catalogue.OBJECTS]
    return json_answer({"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": found})


def describe(request: Request) -> Response:
    """GET /sobjects/{name}/describe."""
    name = request.path_params["name"]
    if name not in catalogue.OBJECTS:
        raise Refused(problem(404, "NOT_FOUND", "The requested resource does not exist"))
    return json_answer(catalogue.described(name))


def limits(request: Request) -> Response:
    """GET /limits."""
    taken = vendor(request).limits.of("day", lambda: RollingWindow(CALLS_PER_DAY, 86_400)).take(0)
    daily = {"Max": CALLS_PER_DAY, "Remaining": int(taken.remaining)}
    return json_answer({"DailyApiRequests": daily})


def query(request: Request) -> Response:
    """GET /query: live rows."""
    return _first_page(request, with_deleted=False)


def query_all(request: Request) -> Response:
    """GET /queryAll: deleted rows too, while they are in the recycle bin."""
    return _first_page(request, with_deleted=True)


def next_page(request: Request) -> Response:
    """GET /query/{locator}: the rows after those of the page before."""
    key, _, offset = request.path_params["locator"].rpartition("-")
    if key not in _locators or not offset.isdigit():
        raise Refused(problem(400, "INVALID_QUERY_LOCATOR", "invalid query locator"))
    soql, with_deleted, size = _locators[key]
    return _page(request, key, _understood(soql), with_deleted, int(offset), size)


def _first_page(request: Request, with_deleted: bool) -> Response:
    soql = request.query_params.get("q")
    if soql is None:
        raise Refused(problem(400, "MALFORMED_QUERY", "A query string has to be specified"))
    grouped = _grouped(soql)
    if grouped:
        return _summed(request, grouped, with_deleted)
    asked = BATCH_SIZE.search(request.headers.get("sforce-query-options", ""))
    size = min(max(int(asked[1]), SMALLEST_PAGE), PAGE) if asked else PAGE
    key = f"01ggP{len(_locators):012d}Q"
    _locators[key] = (soql, with_deleted, size)
    return _page(request, key, _understood(soql), with_deleted, 0, size)


def _understood(soql: str) -> Query:
    try:
        return understand(soql)
    except SoqlError as error:
        raise Refused(problem(400, error.code, str(error))) from error


def _grouped(soql: str) -> Aggregate | None:
    try:
        return understand_aggregate(soql)
    except SoqlError as error:
        raise Refused(problem(400, error.code, str(error))) from error


def _summed(request: Request, asked: Aggregate, with_deleted: bool) -> Response:
    """Rows of AggregateResult, all in one answer: a grouped query has no locator."""
    store = vendor(request).store
    currencies = [row.json() for row in store.query("CurrencyType")]
    rates = {one["IsoCode"]: one["ConversionRate"] for one in currencies}
    records = asked.rows(_tested(request, asked.query, with_deleted), rates)
    return json_answer({"totalSize": len(records), "done": True, "records": records})


def _page(
    request: Request, key: str, asked: Query, with_deleted: bool, offset: int, size: int
) -> Response:
    total = _total(request, asked, with_deleted)
    wanted = size if asked.limit is None else min(size, asked.limit - offset)
    rows = _rows(request, asked, with_deleted, offset, wanted)
    done = offset + len(rows) >= total
    body: dict[str, Any] = {"totalSize": total, "done": done}
    if not done:
        body["nextRecordsUrl"] = f"/services/data/{VERSION}/query/{key}-{offset + len(rows)}"
    body["records"] = [asked.row(row) for row in rows]
    return json_answer(body)


def _total(request: Request, asked: Query, with_deleted: bool) -> int:
    store = vendor(request).store
    if asked.test is not None:
        found = len(_tested(request, asked, with_deleted))
    else:
        found = store.count(asked.name, **_bounds(request, asked, with_deleted))
    return found if asked.limit is None else min(found, asked.limit)


def _rows(
    request: Request, asked: Query, with_deleted: bool, offset: int, size: int
) -> list[dict[str, Any]]:
    if asked.test is not None or not _is_indexed(asked):
        return _tested(request, asked, with_deleted)[offset : offset + size]
    order: Order = "created" if asked.order[0][0] == "CreatedDate" else "updated"
    store, bounds = vendor(request).store, _bounds(request, asked, with_deleted)
    rows = store.query(asked.name, order=order, limit=size, offset=offset, **bounds)
    return [_document(row) for row in rows]


def _is_indexed(asked: Query) -> bool:
    """Rows come in the order of an index: by change or creation time, then id."""
    return asked.order in (
        [("SystemModstamp", False), ("Id", False)],
        [("CreatedDate", False), ("Id", False)],
    )


def _bounds(request: Request, asked: Query, with_deleted: bool) -> dict[str, Any]:
    """Live rows, or those too that were deleted and are still in the recycle bin."""
    bounds: dict[str, Any] = {"deleted": "exclude"}
    if with_deleted:
        kept_since = clock.shift(vendor(request).now, days=-RECYCLE_DAYS)
        bounds = {"deleted": "include", "kept_since": kept_since}
    if asked.since:
        column = "created" if asked.since[0] == "CreatedDate" else "updated"
        bounds[column] = Between(start=asked.since[1])
    return bounds


def _tested(request: Request, asked: Query, with_deleted: bool) -> list[dict[str, Any]]:
    rows = vendor(request).store.query(asked.name, **_bounds(request, asked, with_deleted))
    found = [_document(row) for row in rows]
    found = [one for one in found if asked.test is None or asked.test(one)]
    for field, descending in reversed(asked.order):
        found.sort(key=lambda one: (one[field] is not None, one[field]), reverse=descending)
    return found


def _document(row: Row) -> dict[str, Any]:
    """The record, with what the store itself knows better: deletion and change time."""
    document: dict[str, Any] = orjson.loads(row.body)
    changed = f"{row.updated_at[:19]}.000+0000"
    if "IsDeleted" in document:
        document["IsDeleted"] = row.deleted_at is not None
    document["SystemModstamp"] = changed
    if "LastModifiedDate" in document:
        document["LastModifiedDate"] = changed
    return document


def routes() -> list[Route]:
    """The paths of the REST API."""
    data = f"/services/data/{VERSION}"
    return [
        Route("/services/oauth2/token", token, methods=["POST"]),
        Route(f"{data}/sobjects", sobjects),
        Route(f"{data}/sobjects/{{name}}/describe", describe),
        Route(f"{data}/limits", limits),
        Route(f"{data}/query", query),
        Route(f"{data}/queryAll", query_all),
        Route(f"{data}/query/{{locator}}", next_page),
    ]
