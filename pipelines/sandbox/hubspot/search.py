"""HubSpot's CRM search: filters, one sort, offsets up to ten thousand results."""

from collections.abc import Callable, Iterator
from typing import Any

from starlette.responses import Response

from pipelines.sandbox import clock
from pipelines.sandbox.answers import Refused, json_answer
from pipelines.sandbox.hubspot import catalogue
from pipelines.sandbox.store import Between, Row, Store

MOST_RESULTS, MOST_PER_PAGE = 10_000, 200
MOST_GROUPS, MOST_FILTERS = 5, 6
NUMERIC = frozenset({"hs_object_id", "amount", "price", "quantity", "annualrevenue"})
Show = Callable[[Row, str, list[str]], dict[str, Any]]
Invalid = Callable[[str], Response]


def search(
    store: Store, stream: str, body: dict[str, Any], show: Show, invalid: Invalid
) -> Response:
    """One page of the records that match, as the body asks."""

    def refuse(message: str) -> Refused:
        return Refused(invalid(message))

    limit, offset = _window(body, refuse)
    groups = _groups(stream, body, refuse)
    name, descending = _sort(stream, body, refuse)
    wanted = body.get("properties") or catalogue.defaults(stream)
    rows, total = _found(store, stream, groups, name, descending, offset, limit)
    answer: dict[str, Any] = {
        "total": total,
        "results": [show(row, stream, wanted) for row in rows],
    }
    if offset + len(rows) < total:
        answer["paging"] = {"next": {"after": str(offset + len(rows))}}
    return json_answer(answer)


def _window(body: dict[str, Any], refuse: Callable[[str], Refused]) -> tuple[int, int]:
    try:
        limit, offset = int(body.get("limit", 10)), int(body.get("after") or 0)
    except ValueError:
        raise refuse("limit and after must be numbers") from None
    if not 1 <= limit <= MOST_PER_PAGE:
        raise refuse(f"limit must be between 1 and {MOST_PER_PAGE}")
    if offset + limit > MOST_RESULTS:
        raise refuse(f"the total of after and limit must not exceed {MOST_RESULTS}")
    return limit, offset


def _groups(
    stream: str, body: dict[str, Any], refuse: Callable[[str], Refused]
) -> list[list[dict[str, Any]]]:
    groups = [group.get("filters", []) for group in body.get("filterGroups", [])]
    if len(groups) > MOST_GROUPS or any(len(group) > MOST_FILTERS for group in groups):
        raise refuse(f"at most {MOST_GROUPS} filter groups of {MOST_FILTERS} filters")
    known = set(catalogue.names(stream))
    for one in (filter_ for group in groups for filter_ in group):
        if one.get("propertyName") not in known:
            raise refuse(f"There was a problem with the request: no property {one}")
        if one.get("operator") not in OPERATORS:
            raise refuse(f"operator must be one of {', '.join(OPERATORS)}")
    return groups


def _sort(stream: str, body: dict[str, Any], refuse: Callable[[str], Refused]) -> tuple[str, bool]:
    sorts = body.get("sorts") or [{"propertyName": "hs_object_id", "direction": "ASCENDING"}]
    if len(sorts) > 1 or sorts[0].get("propertyName") not in catalogue.names(stream):
        raise refuse("there may be one sort, by a property of the object")
    return sorts[0]["propertyName"], sorts[0].get("direction") == "DESCENDING"


def _found(
    store: Store,
    stream: str,
    groups: list[list[dict[str, Any]]],
    name: str,
    descending: bool,
    offset: int,
    limit: int,
) -> tuple[list[Row], int]:
    """The page and the total; changes after an id come straight from the index."""
    simple = _keyset(stream, groups, name, descending)
    if simple is not None:
        since, after = simple
        bounds = Between(start=since)
        place = (after, after) if after else None
        rows = store.query(
            stream, updated=bounds, order="id", after=place, limit=limit, offset=offset
        )
        return rows, store.count(stream, updated=bounds, after_id=after)
    matching = [row for row in store.query(stream) if _matches(row, groups)]
    matching.sort(key=lambda row: _value(row, name), reverse=descending)
    return matching[offset : offset + limit], len(matching)


def _keyset(
    stream: str, groups: list[list[dict[str, Any]]], name: str, descending: bool
) -> tuple[str | None, str | None] | None:
    """(since, last id) when the query asks only for changes after an id, by id."""
    if len(groups) != 1 or name != "hs_object_id" or descending:
        return None
    asked = {(one["propertyName"], one["operator"]): one.get("value") for one in groups[0]}
    since = asked.pop((catalogue.modified(stream), "GTE"), None)
    after = asked.pop(("hs_object_id", "GT"), None)
    if asked:
        return None
    return (clock.normal(since) if since else None), after


def _matches(row: Row, groups: list[list[dict[str, Any]]]) -> bool:
    own = row.json()["properties"]
    return not groups or any(all(_holds(own, one) for one in group) for group in groups)


def _holds(own: dict[str, Any], one: dict[str, Any]) -> bool:
    name = one["propertyName"]
    given = [_comparable(name, value) for value in _given(one)]
    value = _comparable(name, own.get(name))
    return OPERATORS[one["operator"]](value, given)


def _given(one: dict[str, Any]) -> Iterator[Any]:
    yield from one.get("values", [])
    for key in ("value", "highValue"):
        if key in one:
            yield one[key]


def _comparable(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in NUMERIC:
        return float(value)
    text = str(value)
    is_time = text[:4].isdigit() and text[4:5] == "-"
    return clock.normal(text) if is_time else text.lower()


def _value(row: Row, name: str) -> tuple[bool, Any]:
    value = _comparable(name, row.json()["properties"].get(name))
    return value is not None, value if value is not None else 0


OPERATORS: dict[str, Callable[[Any, list[Any]], bool]] = {
    "EQ": lambda value, given: value == given[0],
    "NEQ": lambda value, given: value is not None and value != given[0],
    "LT": lambda value, given: value is not None and value < given[0],
    "LTE": lambda value, given: value is not None and value <= given[0],
    "GT": lambda value, given: value is not None and value > given[0],
    "GTE": lambda value, given: value is not None and value >= given[0],
    "BETWEEN": lambda value, given: value is not None and given[0] <= value <= given[1],
    "IN": lambda value, given: value in given,
    "NOT_IN": lambda value, given: value is not None and value not in given,
    "HAS_PROPERTY": lambda value, given: value is not None,
    "NOT_HAS_PROPERTY": lambda value, given: value is None,
    "CONTAINS_TOKEN": lambda value, given: given[0].strip("*") in (value or ""),
}
