"""Pages of Shopify's root connections: search terms, sorting and cursors over the store."""

import re
from dataclasses import dataclass, replace
from typing import Any, TypedDict

from pipelines.sandbox import clock
from pipelines.sandbox.shopify import graphql
from pipelines.sandbox.state import Vendor
from pipelines.sandbox.store import Between, Order, Row

TERM = re.compile(r"""(\w+):(>=|<=|>|<|=)?(?:'([^']*)'|"([^"]*)"|(\S+))""")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Root:
    """A root connection: its stream in the store, and the search fields that are times.

    ``updated`` and ``created`` name the search fields that the store's two times answer.
    """

    stream: str
    updated: str = "updated_at"
    created: str = "created_at"


ROOTS = {
    "abandonedCheckouts": Root("abandoned_checkouts"),
    "balanceTransactions": Root("balance_transactions", created="processed_at"),
    "collections": Root("collections"),
    "customers": Root("customers"),
    "discountNodes": Root("discounts"),
    "fulfillmentOrders": Root("fulfillment_orders"),
    "inventoryItems": Root("inventory_items"),
    "inventoryLevels": Root("inventory_levels"),
    "locations": Root("locations"),
    "orders": Root("orders"),
    "payouts": Root("payouts", created="issued_at"),
    "productVariants": Root("variants"),
    "products": Root("products"),
}


class Times(TypedDict):
    """Bounds on the store's times, as its `query` takes them."""

    updated: Between
    created: Between


def times(root: Root, query: str) -> Times:
    """The bounds on the store's times that a search query sets; other terms are ignored.

    Shopify ignores unknown search fields too, with a warning beside the data.
    """
    updated, created = Between(), Between()
    for field, operator, *values in TERM.findall(query):
        value = next(filter(None, values), "")
        if not DATE.match(value):
            continue
        if field == root.updated:
            updated = _bounded(updated, operator or "=", clock.normal(value))
        elif field == root.created:
            created = _bounded(created, operator or "=", clock.normal(value))
    return {"updated": updated, "created": created}


def _bounded(bound: Between, operator: str, value: str) -> Between:
    if operator[0] == "<":
        end = _end_of_second(value) if operator == "<=" else value
        return replace(bound, end=end, end_inclusive=operator == "<=")
    if operator[0] == ">":
        return replace(bound, start=value, start_inclusive=operator == ">=")
    return Between(value, _end_of_second(value))


def _end_of_second(value: str) -> str:
    """Documents show whole seconds, the store keeps their parts too."""
    return value[:20] + "999Z"


def page(shop: Vendor, name: str, arguments: dict[str, Any]) -> tuple[dict[str, Any], float]:
    """A root connection's page, and how much of the size asked for it fills (0 to 1)."""
    root, size = ROOTS[name], graphql.size_of(arguments)
    order, descending = _order(name, arguments), bool(arguments.get("reverse"))
    after = graphql.uncursor(arguments["after"]) if "after" in arguments else None
    rows = shop.store.query(
        root.stream,
        **times(root, arguments.get("query", "")),
        order=order,
        descending=descending,
        after=after,
        limit=size + 1,
    )
    kept = rows[:size]
    cursors = [graphql.cursor(_value(row, order), row.id) for row in kept]
    nodes = [row.json() for row in kept]
    full = graphql.connection(nodes, cursors, len(rows) > size, after is not None)
    return full, len(kept) / size


def _order(name: str, arguments: dict[str, Any]) -> Order:
    key = arguments.get("sortKey", "PROCESSED_AT" if name == "orders" else "ID")
    if key == "UPDATED_AT":
        return "updated"
    return "created" if key in ("CREATED_AT", "PROCESSED_AT", "ISSUED_AT") else "id"


def _value(row: Row, order: Order) -> str:
    return {"updated": row.updated_at, "created": row.created_at}.get(order, row.id)
