"""Mistakes in the seeds that say which value wins: rules, priorities of sources, decisions.

Example: list(mistakes(Path("seeds/identity"), fields, rules, {"shop_eu": "shopify"}, ["shopify"]))
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Row = dict[str, str]
REST = "*"


@dataclass(frozen=True)
class Known:
    """What lines may name.

    ``units``: {entity put together field by field: {field or group: kind}}; ``entities``: those and
    the ones taken whole; ``rules``, ``steps``: the macro survivorship_vocabulary; ``connections``:
    {name: system}.
    """

    units: Mapping[str, Mapping[str, str]]
    entities: Collection[str]
    rules: Mapping[str, Mapping[str, Any]]
    steps: Collection[int]
    connections: Mapping[str, str]
    systems: Collection[str]


def mistakes(folder: Path, known: Known) -> Iterator[str]:
    """Every line that cannot be followed, as "file:line: sentence"."""
    seeds = {
        "survivorship_rules.csv": (_rule_faults, ("entity", "field", "connection", "step")),
        "source_priorities.csv": (_priority_faults, ("entity", "field", "system", "connection")),
        "survivorship_decisions.csv": (_decision_faults, ()),
    }
    for name, (faults, key) in seeds.items():
        seen: dict[tuple[str, ...], int] = {}
        for number, row in _rows(folder / name):
            if None in row or None in row.values():
                yield f"{name}:{number}: not as many values as columns"
                continue
            yield from (f"{name}:{number}: {fault}" for fault in faults(row, known))
            place = tuple(row[column] for column in key)
            if place in seen:
                yield f"{name}:{number}: says again what line {seen[place]} says"
            if key:
                seen[place] = number
    yield from _chain_faults(folder / "survivorship_rules.csv", known)


def _rows(path: Path) -> Iterator[tuple[int, Row]]:
    with path.open(newline="", encoding="utf-8") as text:
        reader = csv.DictReader(text)
        for row in reader:
            yield reader.line_num, row


def _one_of(what: str, value: str, allowed: Collection[str]) -> Iterator[str]:
    if value not in allowed:
        yield f"no {what} '{value}'; known: {', '.join(map(str, allowed))}"


def _rule_faults(row: Row, known: Known) -> Iterator[str]:
    yield from _one_of("entity", row["entity"], known.units)
    units = known.units.get(row["entity"], {})
    yield from _one_of("field", row["field"], [*units, REST])
    yield from _one_of("step", row["step"], [str(step) for step in known.steps])
    yield from _one_of("rule", row["rule"], known.rules)
    if row["connection"]:
        yield from _one_of("connection", row["connection"], known.connections)
    rule = known.rules.get(row["rule"], {})
    kind = units.get(row["field"])
    if kind and rule and kind not in rule["kinds"]:
        yield f"{row['rule']} cannot rank {row['field']}, a {kind}"
    if row["field"] == REST and rule and len(rule["kinds"]) < len({*_kinds(known)}):
        yield f"{row['rule']} cannot rank every field that {REST} stands for"
    if bool(row["source"]) != bool(rule.get("needs_source")):
        yield f"source is {'missing' if not row['source'] else 'not for ' + row['rule']}"
    elif row["source"]:
        sources = [*known.systems, *known.connections]
        yield from _one_of("system or connection", row["source"], sources)


def _kinds(known: Known) -> Iterator[str]:
    for rule in known.rules.values():
        yield from rule["kinds"]


def _chain_faults(path: Path, known: Known) -> Iterator[str]:
    chains: dict[tuple[str, str, str], dict[str, int]] = {}
    for number, row in _rows(path):
        key = (row["entity"], row["field"], row["connection"])
        chains.setdefault(key, {})[row["step"]] = number
    for steps in chains.values():
        for number, (step, line) in enumerate(sorted(steps.items()), 1):
            if step != str(number):
                yield f"{path.name}:{line}: step {step} follows no step {number}"
                break
    for entity in known.units:
        if (entity, REST, "") not in chains:
            yield f"{path.name}: {entity} lacks a rule for all other fields ({REST})"


def _priority_faults(row: Row, known: Known) -> Iterator[str]:
    yield from _one_of("entity", row["entity"], known.entities)
    units = known.units.get(row["entity"], {})
    yield from _one_of("field", row["field"], [*units, REST])
    yield from _one_of("system", row["system"], known.systems)
    if row["connection"]:
        yield from _one_of("connection", row["connection"], known.connections)
        if known.connections.get(row["connection"], row["system"]) != row["system"]:
            yield f"{row['connection']} is a connection of {known.connections[row['connection']]}"
    if not row["priority"].isdecimal():
        yield f"priority '{row['priority']}' is no whole number"


def _decision_faults(row: Row, known: Known) -> Iterator[str]:
    yield from _one_of("entity", row["entity"], known.units)
    units = known.units.get(row["entity"], {})
    yield from _one_of("field", row["field"], units)
    for name in ("golden_id", "decided_by", "decided_at", "why"):
        if not row[name].strip():
            yield f"{name} is empty"
    if bool(row["value"]) == bool(row["record_key"]):
        yield "a decision gives either value or record_key"
    if row["value"] and units.get(row["field"]) == "group":
        yield f"{row['field']} is a group of fields: name the record_key that it comes from"
    try:
        dt.datetime.fromisoformat(row["decided_at"])
    except ValueError:
        yield f"decided_at '{row['decided_at']}' is no time YYYY-MM-DD HH:MM:SS"
