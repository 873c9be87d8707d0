"""Klaviyo's API, revision 2026-07-15, over what it keeps of the demo company."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipelines.sandbox import clock
from pipelines.sandbox.answers import Refused
from pipelines.sandbox.klaviyo.listing import (
    KINDS,
    MEDIA_TYPE,
    Kind,
    alone,
    invalid,
    page,
    problem,
    refuse,
    shown,
)
from pipelines.sandbox.klaviyo.records import documents, of
from pipelines.sandbox.limits import FixedWindow
from pipelines.sandbox.server import add_headers, vendor
from pipelines.sandbox.store import Between, Row, Store

__all__ = ["CREDENTIALS", "HOSTS", "documents", "guard", "not_found", "routes"]

HOSTS = ("a.klaviyo.com",)
CREDENTIALS = {"api_key": "pk_5b1f0c9d2e7a4d38a6c1b0e9f7d3c2a1"}
STABLE, OLDEST = "2026-07-15", "2024-10-15"
LONGEST = timedelta(days=366)
STILL_OPENED_HOURS = 100
COUNTED = {"opens": "Opened Email", "clicks": "Clicked Email"}
RELATIVE = {
    "last_7_days": 7,
    "last_30_days": 30,
    "last_90_days": 90,
    "last_3_months": 91,
    "last_12_months": 365,
    "last_365_days": 365,
}


def guard(request: Request) -> Response | None:
    """Key and revision, before every path."""
    authorization = request.headers.get("authorization", "")
    if not authorization:
        text = "Authentication credentials were not provided."
        return problem(401, "not_authenticated", text, text)
    if authorization != f"Klaviyo-API-Key {vendor(request).credentials['api_key']}":
        text = "Incorrect authentication credentials."
        return problem(401, "authentication_failed", text, text)
    return _wrong_revision(request.headers.get("revision"))


def _wrong_revision(revision: str | None) -> Response | None:
    if revision is None:
        return invalid("A revision header is required, in the form YYYY-MM-DD.", "revision")
    try:
        clock.parse(revision.partition(".")[0])
    except ValueError:
        return invalid(f"'{revision}' is not a valid revision.", "revision")
    if revision < OLDEST:
        text = f"Revision {revision} has been retired. Use {STABLE}."
        return problem(410, "gone", "This revision is retired.", text)
    return None


def not_found(request: Request, error: Exception) -> Response:
    text = f"The path {request.url.path} does not exist."
    return problem(404, "not_found", "Not found.", text)


def limit(request: Request, name: str, burst: int, steady: int, daily: int | None = None) -> None:
    """Count the call in the endpoint's windows; refuses it as Klaviyo does."""
    windows = [(burst, 1), (steady, 60)] + ([(daily, 86_400)] if daily else [])
    limits = vendor(request).limits
    for calls, seconds in windows:
        made = FixedWindow(calls, seconds)
        taken = limits.of(f"{name}/{seconds}", lambda made=made: made).take()  # type: ignore[misc]
        if not taken.granted:
            wait = int(taken.wait) + 1
            text = f"Request was throttled. Expected available in {wait} seconds."
            answer = problem(429, "throttled", "Request was throttled.", text)
            answer.headers["Retry-After"] = str(wait)
            raise Refused(answer)
    described = ", ".join(f"{calls};w={seconds}" for calls, seconds in windows)
    headers = {"RateLimit-Limit": f"{burst}, {described}", "RateLimit-Reset": "1"}
    add_headers(request, headers | {"RateLimit-Remaining": str(int(taken.remaining))})


def listing(kind: Kind) -> Callable[[Request], Response]:
    """The handler of a kind's list."""

    def handle(request: Request) -> Response:
        limit(request, kind.stream, kind.burst, kind.steady)
        return page(request, kind)

    return handle


def of_parent(kind: Kind, parent_stream: str, parent_type: str) -> Callable[[Request], Response]:
    """The handler of a kind's list under one parent."""

    def handle(request: Request) -> Response:
        limit(request, f"{kind.stream}/{parent_stream}", kind.burst, kind.steady)
        return page(request, kind, parent_id=_existing(request, parent_stream, parent_type).id)

    return handle


def group(kind: Kind, members: str) -> Callable[[Request], Response]:
    """The handler of one list or segment; who wants it counted has less of a limit."""

    def handle(request: Request) -> Response:
        is_counted = f"additional-fields[{kind.type}]" in request.query_params
        limit(request, f"{kind.stream}/one/{is_counted}", *((1, 15) if is_counted else (75, 750)))
        row = _existing(request, kind.stream, kind.type)
        count = vendor(request).store.count(members, parent_id=row.id) if is_counted else None
        return alone(request, kind, row, {"profile_count": count})

    return handle


def _existing(request: Request, stream: str, type_: str) -> Row:
    id_ = request.path_params["id"]
    row = vendor(request).store.get(stream, id_)
    if row is None or row.deleted_at:
        text = f"A {type_} with id {id_} does not exist."
        refuse(problem(404, "not_found", "Not found.", text))
    return row


def member_ids(kind: Kind, parent_stream: str, parent_type: str) -> Callable[[Request], Response]:
    """The handler of a group's relationship to its profiles: ids only."""
    handle = of_parent(kind, parent_stream, parent_type)

    def ids_only(request: Request) -> Response:
        answer = orjson.loads(handle(request).body)
        answer["data"] = [of("profile", one["id"]) for one in answer["data"]]
        return shown(answer)

    return ids_only


async def campaign_values(request: Request) -> Response:
    return await _report(request, "campaign", {"campaign_id", "campaign_message_id"})


async def flow_values(request: Request) -> Response:
    return await _report(request, "flow", {"flow_id", "flow_message_id"})


async def _report(request: Request, subject: str, required: set[str]) -> Response:
    limit(request, f"{subject}-values-reports", 1, 2, 225)
    if not request.headers.get("content-type", "").startswith(MEDIA_TYPE):
        text = f"The request's Content-Type must be {MEDIA_TYPE}."
        return problem(415, "unsupported_media_type", "Unsupported media type.", text)
    wanted = _report_attributes(await request.body(), f"{subject}-values-report", required)
    store = vendor(request).store
    metric = store.get("metrics", str(wanted["conversion_metric_id"]))
    if metric is None:
        refuse(invalid("The conversion metric does not exist.", "conversion_metric_id"))
    start, end = _timeframe(wanted["timeframe"], vendor(request).now)
    rows = store.query(f"{subject}_results", order="created")
    asked = [row for row in rows if start <= row.created_at <= end]
    lately = counted_lately(store, vendor(request).now) if subject == "campaign" else {}
    results = [_result(row, wanted["statistics"], lately) for row in asked]
    answer = {
        "data": {
            "type": f"{subject}-values-report",
            "id": "d7d1c7a2-4c33-4a0e-9c5b-1f0a3d9b7e11",
            "attributes": {"results": results},
            "links": {"self": f"https://a.klaviyo.com/api/{subject}-values-reports/"},
        },
        "links": {"self": str(request.url.replace(scheme="https")), "next": None, "prev": None},
    }
    return shown(answer)


def _report_attributes(body: bytes, type_: str, required: set[str]) -> dict[str, Any]:
    try:
        data = orjson.loads(body)["data"]
        wanted: dict[str, Any] = data["attributes"]
        chosen = [wanted[name] for name in ("statistics", "timeframe", "conversion_metric_id")]
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise Refused(invalid(f"The request payload lacks {error}.", "data")) from error
    if data.get("type") != type_:
        refuse(invalid(f"'{data.get('type')}' is not the type of this resource.", "type"))
    unknown = set(chosen[0]) - KNOWN_STATISTICS
    if unknown:
        refuse(invalid(f"'{sorted(unknown)[0]}' is not a valid statistic.", "statistics"))
    if not required <= set(wanted.get("group_by") or required):
        refuse(invalid(f"group_by must contain {', '.join(sorted(required))}.", "group_by"))
    return wanted


def _timeframe(timeframe: dict[str, str], now: str) -> tuple[str, str]:
    if "key" in timeframe:
        if timeframe["key"] not in RELATIVE:
            refuse(invalid(f"'{timeframe['key']}' is not a timeframe.", "timeframe"))
        return clock.shift(now, days=-RELATIVE[timeframe["key"]]), now
    start, end = clock.parse(timeframe["start"]), clock.parse(timeframe["end"])
    if end - start > LONGEST or end <= start:
        refuse(invalid("The timeframe must be one year at most.", "timeframe"))
    return clock.iso(start), clock.iso(end)


def counted_lately(store: Store, now: str) -> dict[str, Counter[str]]:
    """Events of mails that are still being opened, counted by campaign and metric."""
    metrics = {row.id: row.json()["attributes"]["name"] for row in store.query("metrics")}
    since = Between(start=clock.shift(now, hours=-STILL_OPENED_HOURS))
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for event in (row.json() for row in store.query("events", created=since)):
        message = event["attributes"]["event_properties"].get("$message")
        metric = metrics[event["relationships"]["metric"]["data"]["id"]]
        counts[message][metric] += 1
    return counts


def with_counts(result: dict[str, Any], lately: dict[str, Counter[str]]) -> dict[str, Any]:
    """A campaign's result; that of a mail sent lately has the opens and clicks up to now."""
    counts = lately.get(result["groupings"].get("campaign_id"), Counter())
    if counts["Received Email"]:  # sent lately, so all of its events are among them
        result["statistics"] |= {name: float(counts[one]) for name, one in COUNTED.items()}
    return result


def _result(row: Row, statistics: list[str], lately: dict[str, Counter[str]]) -> dict[str, Any]:
    body = with_counts(row.json(), lately)
    found = {name: body["statistics"].get(name, 0.0) for name in statistics}
    return {"groupings": body["groupings"], "statistics": found}


KNOWN_STATISTICS = {
    "average_order_value", "bounce_rate", "bounced", "bounced_or_failed", "bounced_or_failed_rate",
    "click_rate", "click_to_open_rate", "clicks", "clicks_unique", "conversion_rate",
    "conversion_uniques", "conversion_value", "conversions", "delivered", "delivery_rate",
    "failed", "failed_rate", "message_segment_count_sum", "open_rate", "opens", "opens_unique",
    "recipients", "revenue_per_recipient", "spam_complaint_rate", "spam_complaints",
    "text_message_credit_usage_amount", "text_message_roi", "text_message_spend",
    "unsubscribe_rate", "unsubscribe_uniques", "unsubscribes",
}  # fmt: skip


def routes() -> list[Route]:
    """Klaviyo's paths."""
    made = [Route(f"/api/{kind.path}", listing(kind)) for kind in KINDS.values() if kind.path]
    for groups, one in (("lists", "list"), ("segments", "segment")):
        kind = KINDS[f"{one}_members"]
        path = f"/api/{groups}/{{id}}"
        made.append(Route(path, group(KINDS[groups], kind.stream)))
        made.append(Route(f"{path}/profiles", of_parent(kind, groups, one)))
        made.append(Route(f"{path}/relationships/profiles", member_ids(kind, groups, one)))
    messages, actions = KINDS["campaign_messages"], KINDS["flow_actions"]
    made += [
        Route(
            "/api/campaigns/{id}/campaign-messages", of_parent(messages, "campaigns", "campaign")
        ),
        Route("/api/flows/{id}/flow-actions", of_parent(actions, "flows", "flow")),
        Route("/api/campaign-values-reports", campaign_values, methods=["POST"]),
        Route("/api/flow-values-reports", flow_values, methods=["POST"]),
    ]
    return made
