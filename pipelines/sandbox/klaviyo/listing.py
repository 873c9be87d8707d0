"""Lists as Klaviyo gives them: filters, orders, cursors, sparse fields, included resources."""

from __future__ import annotations

import base64
import re
import uuid
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

import orjson
from starlette.requests import Request
from starlette.responses import Response

from pipelines.sandbox import clock
from pipelines.sandbox.answers import Refused
from pipelines.sandbox.server import vendor
from pipelines.sandbox.store import Between, Order, Row, Store

MEDIA_TYPE = "application/vnd.api+json"
EQUALS = ("equals",)
AFTER = ("greater-than",)
STRICT = ("greater-than", "less-than")
RANGE = ("greater-than", "less-than", "greater-or-equal", "less-or-equal")
CLAUSE = re.compile(r"([a-z-]+)\(([\w.]+),(\"[^\"]*\"|'[^']*'|\[[^\]]*\]|[^,()]*)\)")
PREDICTIVE = (
    "historic_clv",
    "predicted_clv",
    "total_clv",
    "historic_number_of_orders",
    "predicted_number_of_orders",
    "average_days_between_orders",
    "average_order_value",
    "churn_probability",
    "expected_date_of_next_order",
)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What one list of Klaviyo allows.

    ``filters``: field -> operators. ``times``: which of its fields is the store's created or
    updated. ``equal``: field -> dotted path in the resource, compared one by one, so only for
    short lists. ``parent``: the field that the store keeps as parent.
    """

    stream: str
    type: str
    path: str
    burst: int
    steady: int
    size: int | None = None
    most: int | None = None
    filters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    times: dict[str, Order] = field(default_factory=dict)
    equal: dict[str, str] = field(default_factory=dict)
    parent: str | None = None
    sorts: dict[str, Order] = field(default_factory=dict)
    order: Order = "id"
    fields: tuple[str, ...] = ()
    additional: tuple[str, ...] = ()
    includes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Clause:
    operator: str
    field: str
    value: str


def problem(status: int, code: str, title: str, detail: str, **source: str) -> Response:
    """An error body of JSON:API, as Klaviyo fills it."""
    error = {
        "id": str(uuid.uuid4()),
        "status": status,
        "code": code,
        "title": title,
        "detail": detail,
        "source": source or {"pointer": "/data/"},
    }
    return shown({"errors": [error]}, status)


def invalid(detail: str, parameter: str) -> Response:
    return problem(400, "invalid", "Invalid input.", detail, parameter=parameter)


def refuse(answer: Response) -> NoReturn:
    raise Refused(answer)


def shown(content: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status_code=status, media_type=MEDIA_TYPE)


def page(request: Request, kind: Kind, parent_id: str | None = None) -> Response:
    """One page of a kind's list. Raises Refused with the vendor's complaint."""
    _check_parameters(request, kind)
    size = _size(request, kind)
    clauses = _clauses(request, kind)
    order, descending = _order(request, kind)
    after = _after(request, order)
    rows = _rows(request, kind, clauses, parent_id, order, descending, after, size + 1)
    more, rows = len(rows) > size, rows[:size]
    resources = [_resource(request, kind, row) for row in _joined(request, kind, rows)]
    answer: dict[str, Any] = {"data": resources, "links": _links(request, order, rows, more)}
    if request.query_params.get("include"):
        answer["included"] = _included(request, kind, resources)
    return shown(answer)


def alone(request: Request, kind: Kind, row: Row, more: dict[str, Any]) -> Response:
    """One resource of a kind; ``more`` are attributes that come when they are asked for."""
    kind = replace(kind, filters={}, sorts={}, size=None, additional=tuple(more))
    _check_parameters(request, kind)
    body = row.json()
    body["attributes"] |= more
    links = {"self": str(request.url.replace(scheme="https"))}
    return shown({"data": _resource(request, kind, body), "links": links})


def _check_parameters(request: Request, kind: Kind) -> None:
    allowed = {"page[cursor]", f"fields[{kind.type}]"}
    allowed |= {"filter"} if kind.filters else set()
    allowed |= {"sort"} if kind.sorts else set()
    allowed |= {"page[size]"} if kind.size else set()
    allowed |= {f"additional-fields[{kind.type}]"} if kind.additional else set()
    allowed |= {"include", *(f"fields[{one}]" for one in kind.includes)} if kind.includes else set()
    for name in request.query_params:
        if name not in allowed:
            text = f"'{name}' is not a valid field for the resource '{kind.type}'."
            pointer = f"/data/attributes/{name}"
            refuse(problem(400, "invalid", "Invalid input.", text, pointer=pointer))
    known = {*kind.fields, *kind.additional, "id"}
    _check_words(request, f"fields[{kind.type}]", known, kind)
    _check_words(request, f"additional-fields[{kind.type}]", set(kind.additional), kind)
    _check_words(request, "include", set(kind.includes), kind)


def _check_words(request: Request, parameter: str, allowed: set[str], kind: Kind) -> None:
    for word in _words(request, parameter):
        if word.partition(".")[0] not in allowed:
            text = f"'{word}' is not a valid field for the resource '{kind.type}'."
            refuse(invalid(text, parameter))


def _words(request: Request, parameter: str) -> list[str]:
    return [word for word in request.query_params.get(parameter, "").split(",") if word]


def _size(request: Request, kind: Kind) -> int:
    given = request.query_params.get("page[size]")
    if kind.size is None or kind.most is None:
        return 200
    if given is None:
        return kind.size
    if not given.isdigit() or not 1 <= int(given) <= kind.most:
        refuse(invalid(f"Page size must be an integer between 1 and {kind.most}.", "page[size]"))
    return int(given)


def _clauses(request: Request, kind: Kind) -> list[Clause]:
    text = request.query_params.get("filter", "")
    clauses = [Clause(*found) for found in CLAUSE.findall(text)]
    if ",".join(f"{one.operator}({one.field},{one.value})" for one in clauses) != text:
        refuse(invalid(f"'{text}' is not a valid filter.", "filter"))
    for one in clauses:
        if one.operator not in kind.filters.get(one.field, ()):
            text = f"The operator '{one.operator}' cannot filter '{one.field}' of '{kind.type}'."
            refuse(invalid(text, "filter"))
    _check_campaign_channel(kind, clauses)
    return clauses


def _check_campaign_channel(kind: Kind, clauses: list[Clause]) -> None:
    required = {"campaign": "messages.channel", "coupon-code": "coupon.id"}.get(kind.type)
    if required and all(one.field != required for one in clauses):
        text = f"A filter on '{required}' is required to list resources of type '{kind.type}'."
        refuse(invalid(text, "filter"))


def _order(request: Request, kind: Kind) -> tuple[Order, bool]:
    given = request.query_params.get("sort")
    if given is None:
        return kind.order, False
    if given.removeprefix("-") not in kind.sorts:
        text = f"'{given}' is not a valid field to sort '{kind.type}' by."
        refuse(invalid(text, "sort"))
    return kind.sorts[given.removeprefix("-")], given.startswith("-")


def _after(request: Request, order: Order) -> tuple[Any, str] | None:
    given = request.query_params.get("page[cursor]")
    if given is None:
        return None
    try:
        mark, kept, value, id_ = base64.urlsafe_b64decode(given).decode().split("||")
    except ValueError:
        mark, kept, value, id_ = "", "", "", ""
    if mark != "next" or kept != order:
        refuse(invalid("Invalid cursor provided.", "page[cursor]"))
    return (int(value) if order == "seq" else value), id_


def _cursor(order: Order, row: Row) -> str:
    value = {"id": row.id, "seq": row.seq, "created": row.created_at, "updated": row.updated_at}
    text = f"next||{order}||{value[order]}||{row.id}"
    return base64.urlsafe_b64encode(text.encode()).decode()


def _links(request: Request, order: Order, rows: list[Row], more: bool) -> dict[str, Any]:
    this = request.url.replace(scheme="https")
    following = None
    if more:
        following = str(this.include_query_params(**{"page[cursor]": _cursor(order, rows[-1])}))
    return {"self": str(this), "next": following, "prev": None}


def _rows(
    request: Request,
    kind: Kind,
    clauses: list[Clause],
    parent_id: str | None,
    order: Order,
    descending: bool,
    after: tuple[Any, str] | None,
    limit: int,
) -> list[Row]:
    bounds: dict[Order, Between] = {}
    for one in clauses:
        if one.field in kind.times:
            column = kind.times[one.field]
            bounds[column] = _narrowed(bounds.get(column, Between()), one, vendor(request).now)
        elif one.field == kind.parent:
            parent_id = one.value.strip("\"'")
    tests = [one for one in clauses if one.field in kind.equal]
    is_tested = bool(tests) or "archived" in kind.equal
    rows = vendor(request).store.query(
        kind.stream,
        parent_id=parent_id,
        created=bounds.get("created"),
        updated=bounds.get("updated"),
        order=order,
        descending=descending,
        after=after,
        limit=None if is_tested else limit,
    )
    if is_tested:
        rows = [row for row in rows if _passes(row.json(), kind, tests)][:limit]
    return rows


def _narrowed(bounds: Between, clause: Clause, now: str) -> Between:
    try:
        at = clock.iso(clock.parse(clause.value))
    except ValueError:
        refuse(invalid(f"'{clause.value}' is not a valid datetime.", "filter"))
    if at >= now:
        refuse(invalid(f"'{clause.field}' must lie in the past.", "filter"))
    start, end = (bounds.start, bounds.start_inclusive), (bounds.end, bounds.end_inclusive)
    if clause.operator.startswith("greater"):
        start = (at, clause.operator == "greater-or-equal")
    else:
        end = (at, clause.operator == "less-or-equal")
    return Between(start[0], end[0], start[1], end[1])


def _passes(resource: dict[str, Any], kind: Kind, tests: list[Clause]) -> bool:
    # Archived campaigns and flows come only to those who ask for them.
    if "archived" in kind.equal and all(one.field != "archived" for one in tests):
        tests = [*tests, Clause("equals", "archived", "false")]
    return all(_equals(resource, kind.equal[one.field], one.value) for one in tests)


def _equals(resource: dict[str, Any], path: str, value: str) -> bool:
    if path == "channel":
        return value.strip("\"'") == "email"  # the company mails only
    found: Any = resource
    for step in path.split("."):
        found = found.get(step)
    text = str(found).lower() if isinstance(found, bool) else str(found)
    return text == value.strip("\"'")


def _joined(request: Request, kind: Kind, rows: list[Row]) -> list[dict[str, Any]]:
    """The resources of rows; a member is its profile with the time it joined."""
    if not kind.stream.endswith("_members"):
        return [row.json() for row in rows]
    wanted = [row.json()["id"] for row in rows]
    profiles = vendor(request).store.query("profiles", ids=wanted, deleted="include")
    bodies = {one.id: one.json() for one in profiles}
    for row, id_ in zip(rows, wanted, strict=True):
        bodies[id_]["attributes"]["joined_group_at"] = clock.offset(row.created_at)
    return [bodies[id_] for id_ in wanted]


def _resource(request: Request, kind: Kind, body: dict[str, Any]) -> dict[str, Any]:
    attributes = body["attributes"]
    more = _words(request, f"additional-fields[{kind.type}]")
    if "predictive_analytics" in more:
        attributes["predictive_analytics"] = dict.fromkeys(PREDICTIVE)
    chosen = _words(request, f"fields[{kind.type}]")
    keep = {one.partition(".")[0] for one in chosen} or set(kind.fields)
    body["attributes"] = {
        name: value for name, value in attributes.items() if name in keep or name in more
    }
    return body


def _included(
    request: Request, kind: Kind, resources: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    store = vendor(request).store
    found: list[dict[str, Any]] = []
    for name in _words(request, "include"):
        stream = kind.includes[name]
        ids = list(dict.fromkeys(id_ for one in resources for id_ in _related(one, name)))
        found += _bodies(store, stream, ids)
    for one in found:
        one["attributes"].pop("subscriptions", None)
    return found


def _related(resource: dict[str, Any], name: str) -> list[str]:
    data = resource["relationships"].get(name, {}).get("data") or []
    return [one["id"] for one in (data if isinstance(data, list) else [data])]


def _bodies(store: Store, stream: str, ids: list[str]) -> list[dict[str, Any]]:
    return [row.json() for row in store.query(stream, ids=ids)] if stream else []


PROFILE_FIELDS = (
    "email", "phone_number", "external_id", "first_name", "last_name", "organization", "locale",
    "title", "image", "created", "updated", "last_event_date", "location", "properties",
)  # fmt: skip
CATALOG_FIELDS = (
    "external_id", "title", "description", "price", "url", "image_full_url",
    "image_thumbnail_url", "images", "custom_metadata", "published", "created", "updated",
)  # fmt: skip
MEMBERS: dict[str, Any] = {
    "type": "profile",
    "path": "",
    "burst": 75,
    "steady": 750,
    "size": 20,
    "most": 100,
    "filters": {"joined_group_at": RANGE},
    "times": {"joined_group_at": "created"},
    "sorts": {"joined_group_at": "created"},
    "fields": (*PROFILE_FIELDS, "joined_group_at"),
    "additional": ("subscriptions", "predictive_analytics"),
}
CATALOG: dict[str, Any] = {
    "burst": 350,
    "steady": 3500,
    "size": 100,
    "most": 100,
    "sorts": {"created": "created"},
    "order": "created",
}
ALL = (
    Kind(
        stream="accounts", type="account", path="accounts", burst=1, steady=15,
        fields=("test_account", "contact_information", "industry", "timezone",
                "preferred_currency", "public_api_key", "locale"),
    ),
    Kind(
        stream="profiles", type="profile", path="profiles", burst=75, steady=750, size=20, most=100,
        filters={"created": STRICT, "updated": STRICT},
        times={"created": "created", "updated": "updated"},
        sorts={"created": "created", "updated": "updated", "id": "id"}, fields=PROFILE_FIELDS,
        additional=("subscriptions", "predictive_analytics"),
    ),
    Kind(
        stream="lists", type="list", path="lists", burst=75, steady=750, size=10, most=10,
        filters={"created": AFTER, "updated": AFTER, "name": EQUALS},
        times={"created": "created", "updated": "updated"},
        equal={"name": "attributes.name"},
        sorts={"created": "created", "updated": "updated", "id": "id"},
        fields=("name", "created", "updated", "opt_in_process"),
    ),
    Kind(stream="list_members", **MEMBERS),
    Kind(
        stream="segments", type="segment", path="segments", burst=75, steady=750, size=10, most=10,
        filters={"created": AFTER, "updated": AFTER, "name": EQUALS},
        times={"created": "created", "updated": "updated"},
        equal={"name": "attributes.name"},
        sorts={"created": "created", "updated": "updated", "id": "id"},
        fields=("name", "definition", "created", "updated", "is_active", "is_processing",
                "is_starred"),
    ),
    Kind(stream="segment_members", **MEMBERS),
    Kind(
        stream="metrics", type="metric", path="metrics", burst=10, steady=150, order="created",
        fields=("name", "created", "updated", "integration"),
    ),
    Kind(
        stream="events", type="event", path="events", burst=350, steady=3500, size=200, most=1000,
        filters={"datetime": RANGE, "profile_id": EQUALS}, times={"datetime": "created"},
        parent="profile_id", sorts={"datetime": "created", "timestamp": "created"},
        order="created", fields=("timestamp", "event_properties", "datetime", "uuid"),
        includes={"metric": "metrics", "profile": "profiles", "attributions": ""},
    ),
    Kind(
        stream="campaigns", type="campaign", path="campaigns", burst=10, steady=150, size=100,
        most=100, filters={"messages.channel": EQUALS, "archived": EQUALS, "status": EQUALS,
                           "created_at": RANGE, "updated_at": RANGE},
        times={"created_at": "created", "updated_at": "updated"},
        equal={"messages.channel": "channel", "archived": "attributes.archived",
               "status": "attributes.status"},
        sorts={"created_at": "created", "updated_at": "updated", "id": "id"},
        fields=("name", "status", "archived", "audiences", "send_options", "tracking_options",
                "send_strategy", "created_at", "scheduled_at", "updated_at", "send_time"),
        includes={"campaign-messages": "campaign_messages", "tags": "tags"},
    ),
    Kind(
        stream="campaign_messages", type="campaign-message", path="", burst=10, steady=150,
        fields=("definition", "send_times", "created_at", "updated_at"),
    ),
    Kind(
        stream="flows", type="flow", path="flows", burst=3, steady=60, size=50, most=50,
        filters={"archived": EQUALS, "status": EQUALS, "trigger_type": EQUALS,
                 "created": RANGE, "updated": RANGE},
        times={"created": "created", "updated": "updated"},
        equal={"archived": "attributes.archived", "status": "attributes.status",
               "trigger_type": "attributes.trigger_type"},
        sorts={"created": "created", "updated": "updated", "id": "id"},
        fields=("name", "status", "archived", "created", "updated", "trigger_type"),
        includes={"flow-actions": "flow_actions", "tags": "tags"},
    ),
    Kind(
        stream="flow_actions", type="flow-action", path="", burst=3, steady=60, size=50, most=50,
        filters={"created": RANGE, "updated": RANGE},
        times={"created": "created", "updated": "updated"},
        sorts={"created": "created", "updated": "updated", "id": "id"},
        fields=("created", "updated", "definition"),
    ),
    Kind(
        stream="forms", type="form", path="forms", burst=3, steady=60, size=20, most=100,
        filters={"status": EQUALS, "created_at": RANGE, "updated_at": RANGE},
        times={"created_at": "created", "updated_at": "updated"},
        equal={"status": "attributes.status"},
        sorts={"created_at": "created", "updated_at": "updated"},
        fields=("name", "status", "ab_test", "created_at", "updated_at"),
    ),
    Kind(
        stream="reviews", type="review", path="reviews", burst=10, steady=150, size=20, most=100,
        filters={"created": ("greater-or-equal", "less-or-equal")}, times={"created": "created"},
        sorts={"created": "created", "updated": "updated"},
        fields=("email", "status", "verified", "review_type", "created", "updated", "images",
                "product", "rating", "author", "content", "title", "smart_quote", "public_reply"),
    ),
    Kind(
        stream="catalog_items", type="catalog-item", path="catalog-items", **CATALOG,
        filters={"published": EQUALS}, equal={"published": "attributes.published"},
        fields=CATALOG_FIELDS,
    ),
    Kind(
        stream="catalog_variants", type="catalog-variant", path="catalog-variants", **CATALOG,
        filters={"item.id": EQUALS}, parent="item.id",
        fields=(*CATALOG_FIELDS, "sku", "inventory_policy", "inventory_quantity"),
    ),
    Kind(
        stream="coupons", type="coupon", path="coupons", burst=75, steady=750, size=100, most=100,
        fields=("external_id", "description", "monitor_configuration"),
    ),
    Kind(
        stream="coupon_codes", type="coupon-code", path="coupon-codes", burst=350, steady=3500,
        size=100, most=100, filters={"coupon.id": EQUALS}, parent="coupon.id",
        fields=("unique_code", "expires_at", "status"), includes={"coupon": "coupons"},
    ),
    Kind(
        stream="tags", type="tag", path="tags", burst=3, steady=60, size=50, most=50,
        sorts={"id": "id"}, fields=("name",), includes={"tag-group": "tag_groups"},
    ),
)  # fmt: skip
KINDS = {kind.stream: kind for kind in ALL}
