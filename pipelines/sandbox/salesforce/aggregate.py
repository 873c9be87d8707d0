"""SOQL queries with GROUP BY: counts and sums of one object's records, with ROLLUP's subtotals."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.sandbox.salesforce import catalogue
from pipelines.sandbox.salesforce.soql import Query, SoqlError, understand

AGGREGATE = re.compile(
    r"\s*SELECT\s+(?P<fields>.+?)\s+(?P<rest>FROM\s+.+?)\s+GROUP\s+BY\s+"
    r"(?:(?P<rollup>ROLLUP)\s*\((?P<rolled>[\w\s,]+)\)|(?P<plain>[\w\s,]+))\s*",
    re.IGNORECASE | re.DOTALL,
)
FIGURE = re.compile(
    r"(?P<function>COUNT|SUM)\s*\(\s*(?P<field>\w+)\s*\)(?:\s+(?P<alias>\w+))?", re.IGNORECASE
)
MOST_ROLLED = 3


@dataclass(frozen=True)
class Figure:
    """An aggregate of the selection; ``is_money`` is turned into the corporate currency."""

    function: str
    field: str
    alias: str
    is_money: bool

    def of(self, records: Iterable[dict[str, Any]], rates: Mapping[str, float]) -> Any:
        """The figure of some records; nulls are passed over, and a sum of none is null."""
        found = [one for one in records if one[self.field] is not None]
        if self.function == "COUNT":
            return len(found)
        values = [self._value(one, rates) for one in found]
        return round(sum(values), 2) if values else None

    def _value(self, record: dict[str, Any], rates: Mapping[str, float]) -> float:
        rate = rates[record["CurrencyIsoCode"]] if self.is_money else 1.0
        return float(record[self.field]) / rate


@dataclass(frozen=True)
class Aggregate:
    """A query with GROUP BY that was understood; ``query`` has its object and condition."""

    query: Query
    groups: list[str]
    figures: list[Figure]
    is_rollup: bool

    def rows(
        self, records: Iterable[dict[str, Any]], rates: Mapping[str, float]
    ) -> list[dict[str, Any]]:
        """Rows of AggregateResult; ``rates``: units of a currency for one of the corporate one."""
        members: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
        for record in records:
            for depth in self._depths():
                names = self.groups[:depth]
                members[tuple(record[name] for name in names)].append(record)
        ordered = sorted(members, key=lambda key: (-len(key), [str(part) for part in key]))
        return [self._row(key, members[key], rates) for key in ordered]

    def _depths(self) -> range:
        most = len(self.groups)
        return range(0 if self.is_rollup else most, most + 1)

    def _row(
        self, key: tuple[Any, ...], records: list[dict[str, Any]], rates: Mapping[str, float]
    ) -> dict[str, Any]:
        padded = [*key, *[None] * (len(self.groups) - len(key))]
        figures = {one.alias: one.of(records, rates) for one in self.figures}
        kind = {"attributes": {"type": "AggregateResult"}}
        return kind | dict(zip(self.groups, padded, strict=True)) | figures


def understand_aggregate(text: str) -> Aggregate | None:
    """The query in a text, or None when it does not group. Raises SoqlError."""
    match = AGGREGATE.fullmatch(text)
    if match is None:
        return None
    groups = [one.strip() for one in (match["rolled"] or match["plain"]).split(",")]
    query = understand(f"SELECT {', '.join(groups)} {match['rest']}")
    if match["rollup"] and len(groups) > MOST_ROLLED:
        raise SoqlError("MALFORMED_QUERY", f"ROLLUP may have at most {MOST_ROLLED} fields")
    figures: list[Figure] = []
    for selected in (one.strip() for one in match["fields"].split(",")):
        found = FIGURE.fullmatch(selected)
        if found:
            figures.append(_figure(found, query.name, f"expr{len(figures)}"))
        elif selected not in groups:
            raise SoqlError("MALFORMED_QUERY", f"Field must be grouped or aggregated: {selected}")
    return Aggregate(query, groups, figures, bool(match["rollup"]))


def _figure(match: re.Match[str], name: str, unnamed: str) -> Figure:
    field = understand(f"SELECT {match['field']} FROM {name}").fields[0]
    kind = catalogue.fields(name)[field]
    function = match["function"].upper()
    if function == "SUM" and kind not in ("currency", "double", "int", "percent"):
        raise SoqlError("INVALID_FIELD", f"field {field} does not support aggregate operator SUM")
    return Figure(function, field, match["alias"] or unnamed, kind == "currency")
