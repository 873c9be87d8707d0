"""Trains what the matching macros weigh with: how often each agreement happens, and by chance.

Fellegi and Sunter, "A Theory for Record Linkage" (1969): m is the chance that two records of one
thing agree in a level, u that two records of strangers do. A plan may tell two more kinds of pairs
from matches: `related` (a household, colleagues; r) and `namesakes` (n), by the levels that nearly
all of them have. u comes from pairs drawn at random, the others from expectation-maximisation over
the patterns of the compared pairs. No labels are used.

Example::

    Matching(connection, macros, "person", plan, "silver.customers_numbered").parameters()
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import duckdb

from pipelines.macros import Macros

RANDOM_PAIRS = 300_000
ITERATIONS = 60
SETTLED = 1e-4
HELD_REST = 0.001  # the share of a kind of pairs that is unlike what a plan says of it
UNSEEN = 0.5  # counted for every level, so that none is impossible (Jeffreys)
Chances = list[list[float]]
Pattern = tuple[int, ...]
OTHERS = ("related", "namesakes")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One line of the seed match_parameters.

    The prior has position 0 and, in m, r, n and u, the shares that each kind has of all pairs.
    """

    plan: str
    comparison: str
    position: int
    level_number: int
    level: str
    m: float
    r: float | None
    n: float | None
    u: float
    says: str


@dataclass(slots=True)
class Kind:
    """One kind of pairs: the chances of every level, and how many pairs there are of it.

    ``held`` are the comparisons whose chances a plan states: {place: signs}.
    """

    chances: Chances
    pairs: float
    held: Mapping[int, Sequence[int]]


Kinds = dict[str, Kind]


class Matching:
    """One plan over one relation of records (record_number and the plan's columns)."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        macros: Macros,
        name: str,
        plan: Mapping[str, Any],
        records: str,
    ) -> None:
        self.connection, self.macros = connection, macros
        self.name, self.plan, self.records = name, plan, records

    def compare(self) -> None:
        """Make the tables match_keys, match_hubs and match_pairs."""
        keys, hubs = "match_keys", "match_hubs"
        self._make(keys, self.macros.call("match_keys", self.name, self.plan, self.records))
        self._make(hubs, self.macros.call("match_hubs", self.name, self.plan, keys))
        pairs = self.macros.call("match_pairs", self.name, self.plan, self.records, keys, hubs)
        self._make("match_pairs", pairs)

    @cached_property
    def record_count(self) -> int:
        """How many records the plan is for."""
        only = self.macros.call("match_only", self.plan)
        return int(self._rows(f"select count(*) from {self.records} as records where {only}")[0][0])

    @cached_property
    def most_matches(self) -> float:
        """How many pairs can match: of sources that hold each thing once, the smaller's size."""
        source = self.plan.get("one_per")
        if not source:
            return math.inf
        only = self.macros.call("match_only", self.plan)
        sizes = self._rows(
            f"select {source}, count(*) from {self.records} as records where {only} group by 1"
        )
        if len(sizes) < 2 or any(one is None for one, _ in sizes):
            return math.inf
        ordered = sorted((int(size) for _, size in sizes), reverse=True)
        return float(sum(place * size for place, size in enumerate(ordered)))

    def parameters(self) -> list[Parameter]:
        """Compare the records and estimate every level's chances."""
        self.compare()
        counted = self._rows("select pattern, count(*) from match_pairs group by pattern")
        chance = self._rows(
            self.macros.call(
                "match_random_patterns",
                self.name,
                self.plan,
                self.records,
                RANDOM_PAIRS,
                self.record_count,
            )
        )
        sizes = [len(comparison["levels"]) + 1 for comparison in self.plan["comparisons"]]
        drawn = _shares([(_signs(pattern), count) for pattern, count in chance], sizes)
        found = estimate(
            [(_signs(pattern), count) for pattern, count in counted],
            [self._exact(place, shares) for place, shares in enumerate(drawn)],
            sizes,
            self.record_count,
            {kind: held for kind in OTHERS if (held := _held_levels(self.plan, kind))},
            self.most_matches,
        )
        return list(self._lines(found))

    def _exact(self, place: int, drawn: Sequence[float]) -> list[float]:
        """Random chances, with that of the first level counted in full where it is one column."""
        column = self.plan["comparisons"][place]["levels"][0].get("exact")
        if not isinstance(column, str):
            return list(drawn)
        select = self.macros.call("match_same_by_chance", self.plan, self.records, column)
        same = max(float(self._rows(select)[0][0] or 0), 1 / self.record_count**2)
        rest = (1 - same) / math.fsum(drawn[1:])
        return [same, *(one * rest for one in drawn[1:])]

    def _lines(self, found: Kinds) -> Iterator[Parameter]:
        total = math.fsum(kind.pairs for kind in found.values())
        shares = {name: kind.pairs / total for name, kind in found.items()}
        yield self._line("prior", 0, 0, {"name": "prior"}, shares)
        for place, comparison in enumerate(self.plan["comparisons"]):
            levels = [*comparison["levels"], {"name": "different", "says": comparison["differs"]}]
            for number, level in enumerate(levels):
                chances = {name: kind.chances[place][number] for name, kind in found.items()}
                yield self._line(comparison["name"], place + 1, number + 1, level, chances)

    def _line(
        self,
        comparison: str,
        position: int,
        number: int,
        level: Mapping[str, Any],
        chances: Mapping[str, float],
    ) -> Parameter:
        return Parameter(
            plan=self.name,
            comparison=comparison,
            position=position,
            level_number=number,
            level=level["name"],
            m=chances["match"],
            r=chances.get("related"),
            n=chances.get("namesakes"),
            u=chances["strangers"],
            says=level.get("says", ""),
        )

    def _make(self, table: str, select: str) -> None:
        self.connection.execute(f"create or replace temp table {table} as {select}")

    def _rows(self, select: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(select).fetchall()


def estimate(
    patterns: Sequence[tuple[Pattern, int]],
    drawn: Chances,
    sizes: Sequence[int],
    records: int,
    others: Mapping[str, Mapping[int, Sequence[int]]] | None = None,
    most: float = math.inf,
) -> Kinds:
    """Expectation-maximisation over patterns of compared pairs.

    Every pair of the records that was not compared counts as one of strangers, so the share of
    matches is one of all pairs, and u of random pairs holds for the compared ones. ``chance`` are
    patterns of random pairs; the few matches among them are taken off. ``others`` are further
    kinds of pairs: {name: {place of a comparison: the signs that nearly all of them have}}. There
    are at most ``most`` matches.
    """
    kinds = {"match": Kind([_falling(size) for size in sizes], float(records), {})}
    for name, held in (others or {}).items():
        start = [_held(size, held.get(place)) for place, size in enumerate(sizes)]
        kinds[name] = Kind(start, float(records), held)
    kinds["strangers"] = Kind(drawn, records * (records - 1) / 2, {})
    for _ in range(ITERATIONS):
        before = kinds["match"].pairs
        _improve(kinds, patterns, sizes)
        kinds["match"].pairs = min(kinds["match"].pairs, most)
        kinds["strangers"] = _strangers(kinds, drawn, records)
        if abs(kinds["match"].pairs - before) < SETTLED * before:
            break
    return kinds


def _improve(kinds: Kinds, patterns: Sequence[tuple[Pattern, int]], sizes: Sequence[int]) -> None:
    parts: dict[str, list[tuple[Pattern, float]]] = {name: [] for name in kinds}
    for pattern, count in patterns:
        weights = {name: _weight(kind, pattern) for name, kind in kinds.items()}
        total = math.fsum(weights.values())
        for name, weight in weights.items():
            parts[name].append((pattern, count * weight / total))
    for name, kind in kinds.items():
        if name != "strangers":
            kind.pairs = math.fsum(count for _, count in parts[name])
            kind.chances = [
                _held(len(level), kind.held[place]) if place in kind.held else level
                for place, level in enumerate(_shares(parts[name], sizes))
            ]


def _strangers(kinds: Kinds, drawn: Chances, records: int) -> Kind:
    everything = records * (records - 1) / 2
    others = math.fsum(kind.pairs for name, kind in kinds.items() if name != "strangers")
    share = kinds["match"].pairs / everything
    chances = [
        _without(one, m, share) for one, m in zip(drawn, kinds["match"].chances, strict=True)
    ]
    return Kind(chances, everything - others, {})


def _weight(kind: Kind, pattern: Pattern) -> float:
    weight = kind.pairs
    for chances, sign in zip(kind.chances, pattern, strict=True):
        if sign:
            weight *= chances[sign - 1]
    return weight


def _shares(counted: Sequence[tuple[Pattern, float]], sizes: Sequence[int]) -> Chances:
    found = [[UNSEEN] * size for size in sizes]
    for pattern, count in counted:
        for place, sign in enumerate(pattern):
            if sign:
                found[place][sign - 1] += count
    return [[value / math.fsum(level) for value in level] for level in found]


def _without(drawn: Sequence[float], m: Sequence[float], share: float) -> list[float]:
    """Chances among random pairs, less what their matches bring; at least a hundredth stays."""
    cleaned = [max(d - share * one, d / 100) for d, one in zip(drawn, m, strict=True)]
    return [value / math.fsum(cleaned) for value in cleaned]


def _held(size: int, signs: Sequence[int] | None) -> list[float]:
    """Chances that a plan states: nearly all in the levels of these signs; else even."""
    if signs is None:
        return [1 / size] * size
    rest = HELD_REST / max(size - len(signs), 1)
    return [(1 - HELD_REST) / len(signs) if sign in signs else rest for sign in range(1, size + 1)]


def _held_levels(plan: Mapping[str, Any], kind: str) -> dict[int, list[int]]:
    """What a plan says of a kind of pairs, {comparison: level names}, as places and signs."""
    found = {}
    for place, comparison in enumerate(plan["comparisons"]):
        names = [level["name"] for level in comparison["levels"]] + ["different"]
        if comparison["name"] in plan.get(kind, {}):
            found[place] = [names.index(name) + 1 for name in plan[kind][comparison["name"]]]
    return found


def _falling(size: int, first: float = 0.9) -> list[float]:
    """Chances to start from: most in the first level, halved from level to level."""
    halves = [0.5**place for place in range(size - 1)]
    return [first * half / math.fsum(halves) for half in halves] + [1 - first]


def _signs(pattern: str) -> Pattern:
    return tuple(int(sign) for sign in pattern)
