"""Mailchimp's Marketing API 3.0, over what it keeps of the demo company."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipelines.sandbox import clock
from pipelines.sandbox.answers import Refused, json_answer, reject, select
from pipelines.sandbox.limits import Concurrency
from pipelines.sandbox.mailchimp.records import documents, links
from pipelines.sandbox.server import hold, vendor
from pipelines.sandbox.store import Between, Order, Store
from pipelines.sandbox.tokens import basic, bearer

__all__ = ["CREDENTIALS", "HOSTS", "documents", "guard", "not_found", "routes"]

HOSTS = ("*.api.mailchimp.com",)
CREDENTIALS = {"api_key": "0f6b2d7c9a4e41d38c5a7b1e2f3d4c5b-us21"}
MOST = 1000
CONNECTIONS = 10
STILL_OPENED_HOURS = 100
PREFIX = "/3.0"
Rows = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One list: ``sorts`` are its sort fields, ``since`` its time filters by store column.

    ``counts``: its records carry the opens and clicks of a mail.
    """

    key: str
    stream: str
    parent_key: str = ""
    sorts: tuple[tuple[str, Order], ...] = ()
    since: tuple[tuple[str, Order], ...] = ()
    counts: bool = False


def problem(status: int, title: str, detail: str, *errors: dict[str, str]) -> Response:
    """An error body of RFC 7807, as Mailchimp fills it."""
    body: dict[str, Any] = {
        "type": "https://mailchimp.com/developer/marketing/docs/errors/",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": str(uuid.uuid4()),
    }
    if errors:
        body["errors"] = list(errors)
    answer = json_answer(body, status)
    answer.headers["content-type"] = "application/problem+json; charset=utf-8"
    return answer


def invalid(field: str, message: str) -> NoReturn:
    """Refuse a request because of one parameter."""
    text = (
        "The resource submitted could not be validated. For field-specific details, "
        "see the 'errors' array."
    )
    raise Refused(problem(400, "Invalid Resource", text, {"field": field, "message": message}))


def guard(request: Request) -> Response | None:
    """Key, data centre and the number of calls at once, before every path."""
    key = str(vendor(request).credentials["api_key"])
    pair = basic(request.headers.get("authorization"))
    given = pair[1] if pair else bearer(request)
    if not given:
        text = "Your request did not include an API key."
        return problem(401, "API Key Missing", text)
    host = (request.url.hostname or "").partition(".")[0]
    if given != key or host != key.rpartition("-")[2]:
        text = "Your API key may be invalid, or you've attempted to access the wrong datacenter."
        return problem(401, "API Key Invalid", text)
    if not hold(request, vendor(request).limits.of("calls", lambda: Concurrency(CONNECTIONS))):
        text = f"You have exceeded the limit of {CONNECTIONS} simultaneous connections."
        return problem(429, "Too Many Requests", text)
    return None


def not_found(request: Request, error: Exception) -> Response:
    return missing()


def missing() -> Response:
    return problem(404, "Resource Not Found", "The requested resource could not be found.")


def counted(store: Store, body: dict[str, Any], now: str) -> dict[str, Any]:
    """A campaign or report; that of a mail sent lately has the opens and clicks up to now."""
    sent = body["send_time"]
    if not sent or clock.normal(sent) < clock.shift(now, hours=-STILL_OPENED_HOURS):
        return body
    events = store.query("events", parent_id=body["id"])
    types = Counter(row.json()["type"] for row in events)
    if "report_summary" in body:
        body["report_summary"] |= {"opens": types["opened"], "clicks": types["clicked"]}
    if "opens" in body:
        body["opens"]["opens_total"] = types["opened"]
        body["clicks"]["clicks_total"] = types["clicked"]
    return body


def listing(kind: Kind, *parents: str) -> Callable[[Request], Response]:
    """The handler of a list; ``parents`` are the streams of its path's ids, outermost first."""

    def handle(request: Request) -> Response:
        parent = _parent(request, parents)
        store = vendor(request).store
        order, descending = _order(request, kind)
        bounds = _bounds(request, kind)
        chosen: dict[str, Any] = {"parent_id": parent, **bounds}
        count, offset = _count(request), _whole_number(request, "offset", 0)
        rows = store.query(
            kind.stream, order=order, descending=descending, limit=count, offset=offset, **chosen
        )
        records = [row.json() for row in rows]
        if kind.counts:
            records = [counted(store, one, vendor(request).now) for one in records]
        return answer(request, kind, records, store.count(kind.stream, **chosen), parent)

    return handle


def members(request: Request) -> Response:
    """Members of an audience; archived ones come only to those who ask for that status."""
    audience = _parent(request, ("lists",))
    store, status = vendor(request).store, request.query_params.get("status")
    order, descending = _order(request, MEMBERS)
    count, offset = _count(request), _whole_number(request, "offset", 0)
    stream = "archived_members" if status == "archived" else "list_members"
    chosen: dict[str, Any] = {"parent_id": audience, **_bounds(request, MEMBERS)}
    if status in (None, "archived"):
        rows = store.query(
            stream, order=order, descending=descending, limit=count, offset=offset, **chosen
        )
        total = store.count(stream, **chosen)
        return answer(request, MEMBERS, [row.json() for row in rows], total, audience)
    if status not in ("subscribed", "unsubscribed", "cleaned", "pending", "transactional"):
        invalid("status", "Value is not one of the allowed ones")
    rows = store.query(stream, order=order, descending=descending, **chosen)
    found = [body for body in (row.json() for row in rows) if body["status"] == status]
    return answer(request, MEMBERS, found[offset : offset + count], len(found), audience)


def lists(request: Request) -> Response:
    """Audiences, with the number of their members as it is now."""
    store = vendor(request).store
    rows = store.query("lists", order="created")
    records = [row.json() for row in rows]
    for one in records:
        one["stats"] |= membership(store, one["id"])
    count, offset = _count(request), _whole_number(request, "offset", 0)
    return answer(request, LISTS, records[offset : offset + count], len(records), None)


def membership(store: Store, audience: str) -> dict[str, int]:
    """How many members an audience has of each kind; only subscribed ones count as its members."""
    members = store.query("list_members", parent_id=audience)
    statuses = Counter(row.json()["status"] for row in members)
    counts = {"member_count": "subscribed", "unsubscribe_count": "unsubscribed"}
    return {
        name: statuses[status] for name, status in (counts | {"cleaned_count": "cleaned"}).items()
    }


def segment_members(request: Request) -> Response:
    """Members of a segment of an audience."""
    segment = request.path_params["segment"]
    row = vendor(request).store.get("segments", segment)
    if row is None or row.parent_id != _parent(request, ("lists",)):
        return missing()
    store, count = vendor(request).store, _count(request)
    offset = _whole_number(request, "offset", 0)
    rows = store.query("segment_members", parent_id=segment, limit=count, offset=offset)
    total = store.count("segment_members", parent_id=segment)
    kind = Kind(key="members", stream="segment_members")
    return answer(request, kind, [one.json() for one in rows], total, None)


def detail(key: str, make: Callable[[Rows, dict[str, Any]], Rows]) -> Callable[[Request], Response]:
    """The handler of a report's detail, made from what happened to the campaign's mails."""

    def handle(request: Request) -> Response:
        store = vendor(request).store
        report = store.get("reports", request.path_params["id"])
        if report is None or report.deleted_at:
            return missing()
        events = [row.json() for row in store.query("events", parent_id=report.id, order="created")]
        records = make(events, report.json())
        count, offset = _count(request), _whole_number(request, "offset", 0)
        kind = Kind(key=key, stream="reports", parent_key="campaign_id")
        return answer(request, kind, records[offset : offset + count], len(records), report.id)

    return handle


def email_activity(events: Rows, report: dict[str, Any]) -> Rows:
    """Opens, clicks and bounces by recipient."""
    names = {"opened": "open", "clicked": "click", "bounced": "bounce"}
    found: dict[str, dict[str, Any]] = {}
    for event in events:
        one = found.setdefault(event["email_id"], _recipient(event, report) | {"activity": []})
        if event["type"] in names:
            activity = {"action": names[event["type"]], "timestamp": event["at"]}
            activity |= {"url": event["url"]} if event["url"] else {}
            activity |= {"type": "soft"} if event["type"] == "bounced" else {"ip": "198.51.100.7"}
            one["activity"].append(activity)
    return list(found.values())


def sent_to(events: Rows, report: dict[str, Any]) -> Rows:
    """Recipients with what became of the mail."""
    found: dict[str, dict[str, Any]] = {}
    for event in events:
        if event["type"] in ("received", "bounced"):
            found[event["email_id"]] = _recipient(event, report) | {
                "merge_fields": {"FNAME": "", "LNAME": ""},
                "vip": False,
                "status": "soft" if event["type"] == "bounced" else "sent",
                "open_count": 0,
                "last_open": "",
                "absplit_group": "",
                "gmt_offset": 0,
            }
        elif event["type"] == "opened" and event["email_id"] in found:
            one = found[event["email_id"]]
            one |= {"open_count": one["open_count"] + 1, "last_open": event["at"]}
    return list(found.values())


def unsubscribed(events: Rows, report: dict[str, Any]) -> Rows:
    """Recipients who left after the mail."""
    return [
        _recipient(event, report)
        | {
            "merge_fields": {"FNAME": "", "LNAME": ""},
            "vip": False,
            "timestamp": event["at"],
            "reason": "None given",
        }
        for event in events
        if event["type"] == "unsubscribed"
    ]


def click_details(events: Rows, report: dict[str, Any]) -> Rows:
    """The mail's one link with its clicks."""
    clicks = [event for event in events if event["type"] == "clicked"]
    if not clicks:
        return []
    readers = {event["email_id"] for event in clicks}
    return [
        {
            "id": report["id"][::-1],
            "url": clicks[0]["url"],
            "total_clicks": len(clicks),
            "click_percentage": 1,
            "unique_clicks": len(readers),
            "unique_click_percentage": 1,
            "last_click": clicks[-1]["at"],
            "campaign_id": report["id"],
            "_links": links(f"reports/{report['id']}/click-details/{report['id'][::-1]}"),
        }
    ]


def _recipient(event: dict[str, Any], report: dict[str, Any]) -> dict[str, Any]:
    return {
        "campaign_id": report["id"],
        "list_id": report["list_id"],
        "list_is_active": True,
        "email_id": event["email_id"],
        "email_address": event["email_address"],
        "_links": links(f"reports/{report['id']}/{event['email_id']}"),
    }


def answer(request: Request, kind: Kind, records: Rows, total: int, parent: str | None) -> Response:
    """A list in Mailchimp's envelope, with the fields that were asked for."""
    content: dict[str, Any] = {kind.key: records}
    if parent and kind.parent_key:
        content[kind.parent_key] = parent
    path = request.url.path.removeprefix(f"{PREFIX}/")
    content |= {"total_items": total, "_links": links(path)}
    fields, hidden = (
        [one for one in request.query_params.get(name, "").split(",") if one]
        for name in ("fields", "exclude_fields")
    )
    if fields and hidden:
        invalid("fields", "Use fields or exclude_fields, not both")
    if fields:
        content = select(content, fields)
    return json_answer(reject(content, hidden) if hidden else content)


def _parent(request: Request, streams: tuple[str, ...]) -> str | None:
    parent = None
    for name, stream in zip(("id", "below"), streams, strict=False):
        found = vendor(request).store.get(stream, request.path_params[name])
        if found is None or found.deleted_at or parent not in (None, found.parent_id):
            raise Refused(missing())
        parent = found.id
    return parent


def _count(request: Request) -> int:
    count = _whole_number(request, "count", 10)
    if count > MOST:
        invalid("count", f"Value must be less than or equal to {MOST}")
    return count


def _whole_number(request: Request, name: str, default: int) -> int:
    given = request.query_params.get(name)
    if given is None:
        return default
    if not given.isdigit():
        invalid(name, "Schema describes integer, string found instead")
    return int(given)


def _order(request: Request, kind: Kind) -> tuple[Order, bool]:
    given = request.query_params.get("sort_field")
    way = request.query_params.get("sort_dir", "ASC")
    if way not in ("ASC", "DESC"):
        invalid("sort_dir", "Value must be one of: ASC, DESC")
    if given is None:
        return "seq", False
    if given not in dict(kind.sorts):
        invalid("sort_field", "Value is not one of the allowed ones")
    return dict(kind.sorts)[given], way == "DESC"


def _bounds(request: Request, kind: Kind) -> dict[str, Between]:
    """Time filters: ``since_`` is exclusive, ``before_`` inclusive."""
    found: dict[str, Between] = {}
    for name, column in kind.since:
        start, end = (_time(request, f"{prefix}_{name}") for prefix in ("since", "before"))
        if start or end:
            found[column] = Between(start, end, start_inclusive=False)
    return found


def _time(request: Request, name: str) -> str | None:
    given = request.query_params.get(name)
    if given is None:
        return None
    try:
        # A plus sign that the caller left as it is arrives as a blank.
        return clock.normal(given.replace(" ", "+"))
    except ValueError:
        invalid(name, "Schema describes date-time, string found instead")


LISTS = Kind(key="lists", stream="lists")
MEMBERS = Kind(
    key="members",
    stream="list_members",
    parent_key="list_id",
    sorts=(
        ("last_changed", "updated"),
        ("timestamp_signup", "created"),
        ("timestamp_opt", "created"),
    ),
    since=(("last_changed", "updated"), ("timestamp_opt", "created")),
)
CAMPAIGNS = Kind(
    key="campaigns",
    stream="campaigns",
    sorts=(("create_time", "created"), ("send_time", "created")),
    since=(("create_time", "created"),),
    counts=True,
)


def routes() -> list[Route]:
    """Mailchimp's paths."""
    audience, shop = "/lists/{id}", "/ecommerce/stores/{id}"
    handlers: dict[str, Any] = {
        "/lists": lists,
        f"{audience}/members": members,
        f"{audience}/segments": listing(
            Kind(key="segments", stream="segments", parent_key="list_id"), "lists"
        ),
        "/lists/{id}/segments/{segment}/members": segment_members,
        f"{audience}/interest-categories": listing(
            Kind(key="categories", stream="interest_categories", parent_key="list_id"), "lists"
        ),
        f"{audience}/interest-categories/{{below}}/interests": listing(
            Kind(key="interests", stream="interests", parent_key="category_id"),
            "lists",
            "interest_categories",
        ),
        f"{audience}/merge-fields": listing(
            Kind(key="merge_fields", stream="merge_fields", parent_key="list_id"), "lists"
        ),
        f"{audience}/growth-history": listing(
            Kind(key="history", stream="growth_history", parent_key="list_id"), "lists"
        ),
        "/campaigns": listing(CAMPAIGNS),
        "/reports": listing(
            Kind(key="reports", stream="reports", since=(("send_time", "created"),), counts=True)
        ),
        "/reports/{id}/email-activity": detail("emails", email_activity),
        "/reports/{id}/sent-to": detail("sent_to", sent_to),
        "/reports/{id}/unsubscribed": detail("unsubscribes", unsubscribed),
        "/reports/{id}/click-details": detail("urls_clicked", click_details),
        "/automations": listing(Kind(key="automations", stream="automations")),
        "/automations/{id}/emails": listing(
            Kind(key="emails", stream="automation_emails"), "automations"
        ),
        "/ecommerce/stores": listing(Kind(key="stores", stream="ecommerce_stores")),
    }
    for name in ("customers", "products", "orders", "carts"):
        kind = Kind(key=name, stream=f"ecommerce_{name}", parent_key="store_id")
        handlers[f"{shop}/{name}"] = listing(kind, "ecommerce_stores")
    return [Route(f"{PREFIX}{path}", handler) for path, handler in handlers.items()]
