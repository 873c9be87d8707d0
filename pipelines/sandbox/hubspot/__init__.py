"""A stand-in for HubSpot, API version 2026-03: CRM objects, their search, and marketing."""

import base64
import uuid
from collections.abc import Callable
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipelines.sandbox import clock
from pipelines.sandbox.answers import Refused, json_answer, reject
from pipelines.sandbox.hubspot import catalogue
from pipelines.sandbox.hubspot.documents import LISTS, PORTAL, documents
from pipelines.sandbox.hubspot.search import search
from pipelines.sandbox.limits import FixedWindow, RollingWindow
from pipelines.sandbox.server import add_headers, vendor
from pipelines.sandbox.store import Between, Row
from pipelines.sandbox.tokens import bearer

__all__ = ["CREDENTIALS", "HOSTS", "documents", "guard", "not_found", "routes"]

HOSTS = ("api.hubapi.com",)
CREDENTIALS = {"access_token": "pat-na1-00000000-sandbox-0000-0000-000000000000"}
VERSION = "2026-03"
CALLS, SECONDS = 100, 10
SEARCHES_PER_SECOND = 5
CALLS_PER_DAY = 250_000
MOST_INPUTS = 1000
ASSOCIATION_PAGE = 500
ARCHIVE_DAYS = 90


def problem(status: int, message: str, category: str | None, **more: Any) -> Response:
    """An error as HubSpot writes it."""
    body = {"status": "error", "message": message, "correlationId": str(uuid.uuid4())}
    return json_answer({**body, **({"category": category} if category else {}), **more}, status)


def not_found(request: Request, error: Exception) -> Response:
    """The answer to a path that HubSpot does not have."""
    return problem(404, "resource not found", "OBJECT_NOT_FOUND")


def guard(request: Request) -> Response | None:
    """Token, the ten-second limit and the day's, before every path."""
    token = bearer(request)
    if token is None:
        message = "Authentication credentials not found."
        return problem(401, message, "INVALID_AUTHENTICATION")
    if not token.startswith("pat-"):
        return Response("error code: 530", 530)
    if token != CREDENTIALS["access_token"]:
        return problem(401, "The token is expired or revoked.", "EXPIRED_AUTHENTICATION")
    return _too_many_searches(request) or _too_many_calls(request)


def _too_many_searches(request: Request) -> Response | None:
    if not (request.url.path.endswith("/search") and "/objects/" in request.url.path):
        return None
    limits = vendor(request).limits
    if limits.of("search", lambda: RollingWindow(SEARCHES_PER_SECOND, 1)).take().granted:
        return None
    return _throttled("SECONDLY", "You have reached your secondly limit.")


def _too_many_calls(request: Request) -> Response | None:
    limits = vendor(request).limits
    window = limits.of("ten seconds", lambda: RollingWindow(CALLS, SECONDS)).take()
    day = limits.of("day", lambda: FixedWindow(CALLS_PER_DAY, 86_400)).take()
    if not request.url.path.endswith("/search"):
        headers = {
            "X-HubSpot-RateLimit-Daily": str(CALLS_PER_DAY),
            "X-HubSpot-RateLimit-Daily-Remaining": str(int(day.remaining)),
            "X-HubSpot-RateLimit-Interval-Milliseconds": str(SECONDS * 1000),
            "X-HubSpot-RateLimit-Max": str(CALLS),
            "X-HubSpot-RateLimit-Remaining": str(int(window.remaining)),
        }
        add_headers(request, headers)
    if not day.granted:
        return _throttled("DAILY", "You have reached your daily limit.")
    if not window.granted:
        message = "You have reached your ten_secondly_rolling limit."
        return _throttled("TEN_SECONDLY_ROLLING", message)
    return None


def _throttled(policy: str, message: str) -> Response:
    return problem(429, message, "RATE_LIMITS", errorType="RATE_LIMIT", policyName=policy)


# -- CRM objects ------------------------------------------------------------------------------


def listing(request: Request) -> Response:
    """GET /crm/objects/2026-03/{type}: every live or every archived record, by id."""
    stream = object_type(request)
    wanted = _split(request.query_params.get("properties")) or catalogue.defaults(stream)
    return _page(request, stream, 100, 10, lambda row: shown(row, stream, wanted))


def properties(request: Request) -> Response:
    """GET /crm/properties/2026-03/{type}: the catalogue of an object type."""
    return json_answer({"results": catalogue.described(object_type(request))})


async def searching(request: Request) -> Response:
    """POST /crm/objects/2026-03/{type}/search."""
    stream = object_type(request)
    return search(vendor(request).store, stream, await body_of(request), shown, invalid)


def shown(row: Row, stream: str, wanted: list[str]) -> dict[str, Any]:
    """A record with the properties that were asked for; unknown names are passed over."""
    document = row.json()
    own = document["properties"]
    always = [*catalogue.defaults(stream)[-3:]]
    names = sorted({name for name in [*wanted, *always] if name in own})
    document["properties"] = {name: own[name] for name in names}
    return _with_archive(document, row)


def object_type(request: Request) -> str:
    """The object type of a path: its name, its singular or its number."""
    return _object_type(request.path_params["type"])


def _object_type(name: str) -> str:
    for known, number in catalogue.TYPE_IDS.items():
        singular = "company" if known == "companies" else known.removesuffix("s")
        if name in (known, singular, number):
            return known
    raise Refused(problem(400, f"Unable to infer object type from: {name}", None))


def _with_archive(document: dict[str, Any], row: Row) -> dict[str, Any]:
    if "archived" not in document:
        return document
    document["archived"] = row.deleted_at is not None
    if row.deleted_at is not None:
        document["archivedAt"] = row.deleted_at
    return document


async def associations(request: Request) -> Response:
    """POST /crm/associations/2026-03/{from}/{to}/batch/read: what each record goes with."""
    kind = _object_type(request.path_params["from"])
    other = _object_type(request.path_params["to"])
    inputs = (await body_of(request)).get("inputs")
    if not isinstance(inputs, list) or not 0 < len(inputs) <= MOST_INPUTS:
        raise Refused(invalid(f"inputs must hold 1 to {MOST_INPUTS} ids"))
    found = [_associated(request, kind, other, one) for one in inputs]
    missing = [one["id"] for one, to in zip(inputs, found, strict=True) if to is None]
    now = vendor(request).now
    body = {"completedAt": now, "status": "COMPLETE", "startedAt": now}
    body["results"] = [one for one in found if one is not None]  # type: ignore[assignment]
    if not missing:
        return json_answer(body)
    errors = [_no_association(kind, other, id_) for id_ in missing]
    return json_answer({**body, "errors": errors, "numErrors": len(errors)}, 207)


def _associated(request: Request, kind: str, other: str, one: dict[str, Any]) -> Any:
    after = str(one.get("after") or "")
    parent = f"{kind}:{one.get('id')}:{other}"
    rows = vendor(request).store.query(
        "associations",
        parent_id=parent,
        order="id",
        after=(_decoded(after), _decoded(after)) if after else None,
        limit=ASSOCIATION_PAGE + 1,
    )
    if not rows:
        return None
    to = [orjson.Fragment(row.body) for row in rows[:ASSOCIATION_PAGE]]
    found: dict[str, Any] = {"from": {"id": str(one["id"])}, "to": to}
    if len(rows) > ASSOCIATION_PAGE:
        found["paging"] = {"next": {"after": _encoded(rows[ASSOCIATION_PAGE - 1].id)}}
    return found


def _no_association(kind: str, other: str, id_: str) -> dict[str, Any]:
    names = [one.removesuffix("s").replace("companie", "company") for one in (kind, other)]
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
        "message": f"No {names[1]} is associated with {names[0]} {id_}.",
        "context": {
            "fromObjectId": [id_],
            "fromObjectType": [names[0]],
            "toObjectType": [names[1]],
        },
    }


# -- lists with a cursor ----------------------------------------------------------------------


def _page(
    request: Request,
    stream: str,
    most: int,
    default: int,
    show: Callable[[Row], Any],
    parent: str | None = None,
    descending: bool = False,
) -> Response:
    """A page of a list in order of id, with the cursor and link of the next one."""
    given = request.query_params
    limit = _whole(given.get("limit", str(default)), "limit", most)
    is_archive = given.get("archived", "false") == "true"
    after = _decoded(given["after"]) if given.get("after") else None
    order = "created" if descending else "id"
    rows = vendor(request).store.query(
        stream,
        parent_id=parent,
        deleted="only" if is_archive else "exclude",
        updated=_archive_window(request) if is_archive else None,
        order=order,  # type: ignore[arg-type]
        descending=descending,
        after=_cursor(after, descending) if after else None,
        limit=limit + 1,
    )
    body: dict[str, Any] = {"results": [show(row) for row in rows[:limit]]}
    if len(rows) > limit:
        last = rows[limit - 1]
        cursor = _encoded(f"{last.created_at}|{last.id}" if descending else last.id)
        link = request.url.include_query_params(after=cursor).replace(scheme="https")
        body["paging"] = {"next": {"after": cursor, "link": str(link)}}
    return json_answer(body)


def _cursor(after: str, descending: bool) -> tuple[str, str]:
    if not descending:
        return after, after
    at, _, id_ = after.partition("|")
    return at, id_


def _archive_window(request: Request) -> Between:
    return Between(start=clock.shift(vendor(request).now, days=-ARCHIVE_DAYS))


def plain(stream: str, most: int, default: int = 100) -> Callable[[Request], Response]:
    """A handler of a list without anything peculiar."""

    def answer(request: Request) -> Response:
        return _page(request, stream, most, default, lambda row: _with_archive(row.json(), row))

    return answer


def unpaged(stream: str) -> Callable[[Request], Response]:
    """A handler of a list that is always whole."""

    def answer(request: Request) -> Response:
        rows = vendor(request).store.query(stream)
        return json_answer({"results": [orjson.Fragment(row.body) for row in rows]})

    return answer


def marketing_emails(request: Request) -> Response:
    """GET /marketing/emails/2026-03; statistics only when asked for."""
    with_stats = request.query_params.get("includeStats") == "true"

    def show(row: Row) -> Any:
        document = _with_archive(row.json(), row)
        return document if with_stats else reject(document, ["stats"])

    return _page(request, "marketing_emails", 300, 10, show)


def campaigns(request: Request) -> Response:
    """GET /marketing/campaigns/2026-03; properties only when asked for."""
    wanted = set(_split(request.query_params.get("properties")))

    def show(row: Row) -> Any:
        document = row.json()
        own = document["properties"]
        document["properties"] = {name: own[name] for name in own if name in wanted}
        return document

    return _page(request, "campaigns", 100, 50, show)


def revenue(request: Request) -> Response:
    """GET …/{guid}/reports/revenue: what won deals of the campaign are worth."""
    deals = [deal for deal in _campaign_deals(request) if deal["hs_is_closed_won"] == "true"]
    worth = sum(float(deal["amount"] or 0) for deal in deals)
    body = {
        "contactsNumber": len(deals),
        "currencyCode": "USD",
        "dealAmount": worth,
        "dealsNumber": len(deals),
        "revenueAmount": worth,
    }
    return json_answer(body)


def metrics(request: Request) -> Response:
    """GET …/{guid}/reports/metrics."""
    deals = _campaign_deals(request)
    body = {
        "influencedContacts": len(deals) * 3,
        "newContactsFirstTouch": len(deals),
        "newContactsLastTouch": len(deals),
        "sessions": len(deals) * 40,
    }
    return json_answer(body)


def _campaign_deals(request: Request) -> list[dict[str, Any]]:
    guid = request.path_params["guid"]
    if vendor(request).store.get("campaigns", guid) is None:
        raise Refused(invalid(f"Invalid campaign GUID format: {guid}"))
    found = (row.json()["properties"] for row in vendor(request).store.query("deals"))
    return [deal for deal in found if deal["hs_campaign"] == guid]


async def lists(request: Request) -> Response:
    """POST /crm/lists/2026-03/search."""
    asked = await body_of(request)
    count, offset = _whole(asked.get("count", 20), "count", 500), int(asked.get("offset", 0))
    store = vendor(request).store
    rows = store.query("lists", order="seq", limit=count + 1, offset=offset)
    found = [_list(request, row, asked.get("additionalProperties", [])) for row in rows[:count]]
    more = len(rows) > count
    total = store.count("lists")
    return json_answer(
        {"offset": offset + len(found), "hasMore": more, "lists": found, "total": total}
    )


def _list(request: Request, row: Row, wanted: list[str]) -> dict[str, Any]:
    members = vendor(request).store.count("list_memberships", parent_id=row.id)
    known = {
        "hs_list_size": str(members),
        "hs_list_reference_count": "0",
        "hs_lastmodifieddate": str(clock.epoch_ms(row.updated_at)),
    }
    picked = {name: known[name] for name in known if name in wanted}
    return {**row.json(), "additionalProperties": picked}


def memberships(request: Request) -> Response:
    """GET /crm/lists/2026-03/{listId}/memberships/join-order: newest members first."""
    list_id = request.path_params["list_id"]
    if list_id not in map(str, range(1, len(LISTS) + 1)):
        raise Refused(problem(404, f"List does not exist with ID {list_id}", "OBJECT_NOT_FOUND"))

    def show(row: Row) -> Any:
        return row.json()

    return _page(request, "list_memberships", 250, 100, show, list_id, descending=True)


def submissions(request: Request) -> Response:
    """GET /form-integrations/v1/submissions/forms/{formId}: newest first."""

    def show(row: Row) -> Any:
        return row.json()

    form = request.path_params["form"]
    return _page(request, "form_submissions", 50, 20, show, form, descending=True)


def timeline(stream: str, records: str) -> Callable[[Request], Response]:
    """A handler of the older e-mail lists: newest first, from and to a millisecond, by offset."""

    def answer(request: Request) -> Response:
        given = request.query_params
        limit = _whole(given.get("limit", "100"), "limit", 1000)
        offset = int(_decoded(given["offset"])) if given.get("offset") else 0
        bounds = Between(_instant(given.get("startTimestamp")), _instant(given.get("endTimestamp")))
        rows = vendor(request).store.query(
            stream, created=bounds, order="created", descending=True, limit=limit + 1, offset=offset
        )
        found = [orjson.Fragment(row.body) for row in rows[:limit]]
        next_offset = _encoded(str(offset + len(found)))
        return json_answer({"hasMore": len(rows) > limit, "offset": next_offset, records: found})

    return answer


def _instant(milliseconds: str | None) -> str | None:
    if milliseconds is None:
        return None
    return clock.shift("1970-01-01T00:00:00.000Z", milliseconds=int(milliseconds))


def account(request: Request) -> Response:
    """GET /account-info/2026-03/details."""
    body = {
        "portalId": PORTAL,
        "accountType": "STANDARD",
        "timeZone": "US/Eastern",
        "companyCurrency": "USD",
        "additionalCurrencies": [],
        "utcOffset": "-05:00",
        "utcOffsetMilliseconds": -18_000_000,
        "uiDomain": "app.hubspot.com",
        "dataHostingLocation": "na1",
    }
    return json_answer(body)


async def body_of(request: Request) -> dict[str, Any]:
    """The JSON object that was sent; anything else is refused."""
    try:
        body = orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        raise Refused(invalid("Invalid input JSON")) from None
    if not isinstance(body, dict):
        raise Refused(invalid("Invalid input JSON: an object was expected"))
    return body


def invalid(message: str) -> Response:
    """A request that HubSpot does not understand."""
    return problem(400, message, "VALIDATION_ERROR")


def _whole(value: Any, name: str, most: int) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError):
        raise Refused(invalid(f"{name} is not a whole number")) from None
    if not 1 <= number <= most:
        raise Refused(invalid(f"{name} must be between 1 and {most}"))
    return number


def _split(text: str | None) -> list[str]:
    return [name for name in (text or "").split(",") if name]


def _encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decoded(text: str) -> str:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except ValueError:
        raise Refused(invalid("The paging cursor is not valid")) from None


def routes() -> list[Route]:
    """The paths of API version 2026-03, and of the older ones that have no successor."""
    objects = f"/crm/objects/{VERSION}/{{type}}"
    marketing = "/marketing"
    campaign = f"{marketing}/campaigns/{VERSION}"
    return [
        Route(objects, listing),
        Route(f"{objects}/search", searching, methods=["POST"]),
        Route(f"/crm/properties/{VERSION}/{{type}}", properties),
        Route(
            f"/crm/associations/{VERSION}/{{from}}/{{to}}/batch/read",
            associations,
            methods=["POST"],
        ),
        Route(f"/crm/owners/{VERSION}", plain("owners", 500)),
        Route(f"/crm/pipelines/{VERSION}/deals", unpaged("deal_pipelines")),
        Route(f"/crm/pipelines/{VERSION}/tickets", unpaged("ticket_pipelines")),
        Route(f"/crm/lists/{VERSION}/search", lists, methods=["POST"]),
        Route(f"/crm/lists/{VERSION}/{{list_id}}/memberships/join-order", memberships),
        Route(f"{marketing}/v3/forms", plain("forms", 100, 20)),
        Route("/form-integrations/v1/submissions/forms/{form}", submissions),
        Route(f"{marketing}/emails/{VERSION}", marketing_emails),
        Route("/email/public/v1/events", timeline("email_events", "events")),
        Route(
            "/email/public/v1/subscriptions/timeline", timeline("subscription_changes", "timeline")
        ),
        Route(
            f"/communication-preferences/{VERSION}/definitions",
            unpaged("subscription_definitions"),
        ),
        Route(campaign, campaigns),
        Route(f"{campaign}/{{guid}}/reports/revenue", revenue),
        Route(f"{campaign}/{{guid}}/reports/metrics", metrics),
        Route(f"{marketing}/marketing-events/{VERSION}", plain("marketing_events", 100, 10)),
        Route("/automation/v4/flows", plain("workflows", 100)),
        Route(f"/account-info/{VERSION}/details", account),
    ]
