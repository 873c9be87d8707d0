"""ShopifyQL: the sales of each day as Shopify's analytics answer them."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from pipelines.sandbox import clock
from pipelines.sandbox.state import Vendor

ZONE = ZoneInfo("Europe/Amsterdam")
QUERY = re.compile(
    r"FROM sales SHOW (?P<columns>[a-z_, ]+) TIMESERIES day "
    r"SINCE (?P<since>[0-9-]{10}) UNTIL (?P<until>[0-9-]{10})"
)
MEASURES = {
    "orders": "INTEGER",
    "gross_sales": "MONEY",
    "discounts": "MONEY",
    "taxes": "MONEY",
    "shipping_charges": "MONEY",
}


def answer(shop: Vendor, arguments: dict[str, Any]) -> dict[str, Any]:
    """What shopifyqlQuery gives: a table, or what is wrong with the query."""
    found = QUERY.fullmatch(arguments["query"])
    wanted = [name.strip() for name in found["columns"].split(",")] if found else []
    unknown = [name for name in wanted if name not in MEASURES]
    if found is None or unknown:
        said = f"Unknown column: {', '.join(unknown)}" if found else "Invalid query"
        return {"parseErrors": [said], "tableData": None}
    sums = _sums(shop)
    rows = [
        {"day": day} | {name: _text(name, sums[day, name]) for name in wanted}
        for day in _days(found["since"], found["until"])
    ]
    columns = [{"name": "day", "dataType": "DAY_TIMESTAMP", "displayName": "Day"}]
    columns += [
        {"name": name, "dataType": MEASURES[name], "displayName": name.replace("_", " ").title()}
        for name in wanted
    ]
    return {"parseErrors": [], "tableData": {"columns": columns, "rows": rows}}


def _sums(shop: Vendor) -> Counter[tuple[str, str]]:
    """Each measure of each day, in the shop's currency; test orders do not count."""
    sums: Counter[tuple[str, str]] = Counter()
    for row in shop.store.query("orders"):
        order = row.json()
        if order["test"]:
            continue
        day = clock.parse(order["processedAt"]).astimezone(ZONE).date().isoformat()
        discount, tax = _amount(order, "totalDiscountsSet"), _amount(order, "totalTaxSet")
        shipping, total = _amount(order, "totalShippingPriceSet"), _amount(order, "totalPriceSet")
        sums[day, "orders"] += 1
        sums[day, "gross_sales"] += total - shipping - tax + discount
        sums[day, "discounts"] -= discount
        sums[day, "taxes"] += tax
        sums[day, "shipping_charges"] += shipping
    return sums


def _amount(order: dict[str, Any], name: str) -> Any:
    return Decimal(order[name]["shopMoney"]["amount"])


def _days(since: str, until: str) -> Iterator[str]:
    day = date.fromisoformat(since)
    while day <= date.fromisoformat(until):
        yield day.isoformat()
        day += timedelta(days=1)


def _text(name: str, value: Any) -> str:
    return str(value) if name == "orders" else f"{value:.2f}"
