"""Each rule decides as it is written: for every rule a difference is planted that only it sees.

Of the three records of a case, one is better by every other rule, and by the tie-break; a rule
that is read and not executed lets it win.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pipelines.macros import Macros
from tests.identity.golden import PLACES, Golden, definitions
from tests.mapping.project import ROOT

RULES = Macros(ROOT / "macros", run_started_at=None).call("survivorship_vocabulary")["rules"]
DEFINITIONS = definitions()
EARLY, MIDDLE, LATE = (dt.datetime(2026, month, 1) for month in (2, 5, 8))
# One field of each kind; every rule is tried on all kinds that it can rank.
FIELDS = {
    "text": "lead_source",
    "number": "employee_count",
    "date": "birth_date",
    "boolean": "is_customer",
    "group": "address",
}
EVERY_RULE = [(rule, kind) for rule, known in RULES.items() for kind in known["kinds"]]


def configured() -> list[dict[str, str]]:
    """The lines of the project's own rules, with a field that stands for *."""
    path = ROOT / "seeds/identity/survivorship_rules.csv"
    with path.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    named = {(row["entity"], row["field"]) for row in rows}
    for row in rows:
        definition = DEFINITIONS[row["entity"]]
        row["unit"] = row["field"]
        if row["field"] == "*":
            row["unit"] = next(
                unit
                for unit in definition.units
                if definition.kind(unit) == "text" and (row["entity"], unit) not in named
            )
    return rows


class Case:
    """Three records of one golden thing of which only `rule` prefers the second."""

    def __init__(
        self, entity: str, unit: str, rule: str, earlier: list[str], source: str = ""
    ) -> None:
        self.entity = entity
        self.definition = DEFINITIONS[entity]
        self.unit = unit
        self.rule = rule
        self.earlier = earlier
        self.fields = self.definition.units[unit]
        self.source = source

    def values(self) -> tuple[Any, Any, Any]:
        """Values of the lone field: the second is preferred by the rule alone."""
        if self.definition.kind(self.unit) == "boolean":
            if self.rule == "any_true":
                return False, True, False
            return True, False, self.rule != "most_frequent"
        if self.definition.kind(self.unit) in ("number", "date"):
            orders = {"minimum": (5, 2, 5), "maximum": (5, 9, 5), "most_frequent": (2, 5, 5)}
            order = orders.get(self.rule, (2, 5, 9))
            if self.definition.kind(self.unit) == "number":
                return order
            dates = tuple(dt.date(2000, 1, day) for day in order)
            return dates[0], dates[1], dates[2]
        favourite = "the favourite " * 5 if self.rule == "longest" else "favour"
        same = self.rule == "most_frequent"
        return "elsewhere", favourite, favourite if same else "elsewhere"

    def records(self) -> list[dict[str, Any]]:
        first, second, third = self.values()
        times = (LATE, EARLY, EARLY)
        if self.rule == "newest":
            times = (EARLY, LATE, EARLY)
        elif "newest" in self.earlier:
            times = (MIDDLE, MIDDLE, MIDDLE)
        created = (LATE, EARLY, LATE) if self.rule == "oldest" else (EARLY, LATE, LATE)
        records = []
        for place, (value, time, born) in enumerate(
            zip((first, second, third), times, created, strict=True)
        ):
            record: dict[str, Any] = {"system": self.systems()[place], "created_at": born}
            record["changed_at"] = LATE if place == 0 else MIDDLE
            record["field_changed_at"] = dict.fromkeys(self.version_names(), time)
            record.update(self.unit_values(place, born if self.unit == "created_at" else value))
            records.append(record)
        if "most_frequent" in self.earlier:  # the third would repeat the first
            for name in self.fields:
                records[2][name] = None
        return records

    def version_names(self) -> list[str]:
        """What staging calls the unit's fields: a golden id is made of a record id."""
        if self.unit.endswith("_customer_id") or self.unit.endswith("_employee_id"):
            return [self.unit.split("_")[0] + "_record_id"]
        return self.fields

    def systems(self) -> tuple[str, str, str]:
        favourite = self.source or "trusted"
        if self.rule in ("source_priority", "system_of_record"):
            return "plain", favourite, "plain"
        return "trusted", "plain", "plain"

    def unit_values(self, place: int, value: Any) -> dict[str, Any]:
        """The unit's values and others: the record that is not to win is the more complete one."""
        fullest = 1 if self.rule == "most_complete" else 0
        is_full = place == fullest or "most_complete" in self.earlier
        if len(self.fields) == 1:
            other = next(
                n for n in ("company_name", "brand", "department") if n in self.definition.columns
            )
            values = {self.fields[0]: value}
            if is_full and other != self.unit:
                values[other] = "filled"
            return values
        values = {}
        for name in self.fields if is_full else self.fields[:1]:
            is_text = self.definition.fields[name] == "text"
            values[name] = str(value) if is_text else [3, 4, 3][place]
        return values


MODELS = [
    f"{place}{name}"
    for place in PLACES.values()
    for name in ("_members", "_contests", "_survivors")
]
PRIORITIES = [
    {"entity": entity, "field": "*", "system": system, "priority": priority}
    for entity in PLACES
    for system, priority in (("bamboohr", 1), ("trusted", 1), ("plain", 9))
]


@pytest.fixture
def golden(tmp_path: Path) -> Golden:
    made = Golden(tmp_path)
    made.seed("source_priorities", PRIORITIES)
    return made


def decision(case: Case, founder: int, number: int) -> dict[str, Any]:
    place = PLACES[case.entity]
    return {
        "entity": case.entity,
        "golden_id": f"shop/{place}/{founder}",
        "field": case.unit,
        "record_key": f"shop/{place}/{number}",
        "decided_by": "Ann",
        "decided_at": LATE,
        "why": "asked them",
    }


def not_followed(golden: Golden, cases: Mapping[int, Case]) -> list[tuple[str, str, str]]:
    """Entity, field and rule of the cases, by founder, that the second record did not win."""
    winners = {entity: golden.winners(entity) for entity in PLACES}
    rules = {
        (entity, row["founder_number"], row["field"]): row["rule"]
        for entity, place in PLACES.items()
        for row in golden.query(f"select * from silver.{place}_contests")
    }
    return [
        (case.entity, case.unit, case.rule)
        for founder, case in cases.items()
        if winners[case.entity][founder, case.unit] != founder + 1
        or rules[case.entity, founder, case.unit]
        != ("decision" if case.rule == "manual" else case.rule)
    ]


def test_every_configured_rule_wins_its_planted_difference(golden: Golden) -> None:
    rows = configured()
    decisions = []
    cases = {}
    for founder, row in zip(range(1, 10 * len(rows), 10), rows, strict=True):
        chain = [r for r in rows if (r["entity"], r["field"]) == (row["entity"], row["field"])]
        earlier = [r["rule"] for r in chain if int(r["step"]) < int(row["step"])]
        case = Case(row["entity"], row["unit"], row["rule"], earlier, row["source"])
        cases[founder] = case
        golden.add(row["entity"], founder, case.records())
        if row["rule"] == "manual":
            decisions.append(decision(case, founder, founder + 1))
    golden.seed("survivorship_decisions", decisions)
    golden.build_golden(*MODELS)
    assert not_followed(golden, cases) == []


def test_every_rule_of_the_vocabulary_decides_every_kind_of_field(golden: Golden) -> None:
    """Connections have chains of their own, so that one field can follow every rule."""
    cases = {}
    decisions = []
    rules = [{"entity": "customer", "field": "*", "step": 1, "rule": "source_priority"}]
    for founder, (rule, kind) in zip(range(1, 10 * len(EVERY_RULE), 10), EVERY_RULE, strict=True):
        source = "plain-2" if RULES[rule].get("needs_source") else ""
        case = Case("customer", FIELDS[kind], rule, [], source)
        cases[founder] = case
        records = case.records()
        for record in records:
            record["connection"] = f"{rule}-{kind}-{record['system']}"
        own = {"entity": "customer", "field": FIELDS[kind], "step": 1, "source": source}
        rules.append({**own, "connection": records[0]["connection"], "rule": rule})
        golden.add("customer", founder, records)
        if rule == "manual":
            decisions.append(decision(case, founder, founder + 1))
    golden.seed("survivorship_rules", rules)
    golden.seed("survivorship_decisions", decisions)
    golden.build_golden(*MODELS)
    assert not_followed(golden, cases) == []

    for row in rules[1:]:  # the planted difference is seen by no other rule
        row["rule"] = "oldest" if row["rule"] == "newest" else "newest"
    golden.seed("survivorship_rules", rules)
    golden.seed("survivorship_decisions", [])
    golden.build_golden(*MODELS)
    winners = golden.winners("customer")
    assert [
        (case.rule, case.unit)
        for founder, case in cases.items()
        if winners[founder, case.unit] == founder + 1
    ] == []
