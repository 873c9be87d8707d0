"""Every mistake in a mapping is refused by name, saying where and what is allowed."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from pipelines.macros import MacroError, Macros
from tests.mapping.project import ROOT

COLUMNS = {"number": {"name": "number", "data_type": "text"}}
COLUMNS |= {"total": {"name": "total", "data_type": "decimal(18, 4)"}}
COLUMNS |= {"sold_on": {"name": "sold_on", "data_type": "date"}}
GOOD = {"target": "number", "source": "name"}


def node(name: str, meta: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "alias": None,
        "resource_type": "model",
        "unique_id": f"model.goldpan.{name}",
        "config": {"meta": meta},
        "depends_on": {"nodes": more.get("parents", [])},
        "columns": more.get("columns", {}),
    }


class Relation:
    """What ref and source give."""

    def __init__(self, identifier: str, schema: str) -> None:
        self.identifier, self.schema = identifier, schema


@cache
def loaded() -> Macros:
    """The real macros, read once; tests put model and graph in."""
    settings: dict[str, Any] = {}
    return Macros(
        ROOT / "macros", model={}, graph={}, settings=settings, var=lambda name, _: settings[name]
    )


def compile_model(
    meta: dict[str, Any],
    overrides: dict[str, Any] | None = None,
    parent: dict[str, Any] | None = None,
    codes: str | None = "codes_vendor",
) -> str:
    """The SQL of a staging model with that meta; a child when `parent` is the parent's meta."""
    above = node("stg_vendor__parents", parent or {})
    model = node("stg_vendor__things", meta, parents=[above["unique_id"]])
    entity = node("things_records", {"entity": "thing"}, columns=COLUMNS)
    macros = loaded()
    macros.given["model"].clear()
    macros.given["model"].update(model)
    macros.given["graph"]["nodes"] = {one["unique_id"]: one for one in (model, entity, above)}
    macros.given["settings"]["mapping_overrides"] = overrides
    if parent is None:
        return str(macros.call("stage_records", Relation("things", "bronze_vendor"), codes))
    return str(macros.call("stage_array", Relation("stg_vendor__parents", "staging"), codes))


def mapping(**changes: Any) -> dict[str, Any]:
    return {"entity": "thing", "mapping": [{**GOOD, **changes}]}


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no entity": ({"mapping": [GOOD]}, "stg_vendor__things: meta.entity is missing"),
    "unknown entity": ({"entity": "thin"}, "no entity thin is defined. Known: thing"),
    "unknown meta key": ({"entity": "thing", "maping": []}, "meta key 'maping' is unknown"),
    "no target": ({"entity": "thing", "mapping": [{"source": "a"}]}, "an entry has no target"),
    "unknown key": (mapping(sorce="a"), "things.number: key 'sorce' is unknown. Allowed: target"),
    "unknown target": (mapping(target="nr"), "no such column. Allowed: number, total, sold_on"),
    "custom name": (mapping(target="custom.A b"), "a custom target is custom.<lower_case_name>"),
    "required custom": (mapping(target="custom.a", required=True), "custom target cannot be req"),
    "required word": (mapping(required="yes"), "required is true or false"),
    "on_unreadable": (mapping(on_unreadable="drop"), "quarantine, warn or ignore. Got: drop"),
    "two origins": (mapping(value="a"), "exactly one of source, parent, value. Got: source, value"),
    "no origin": (
        {"entity": "thing", "mapping": [{"target": "number"}]},
        "exactly one of source, parent, value. Got: none",
    ),
    "type of a constant": (
        {"entity": "thing", "mapping": [{"target": "number", "value": "a", "type": "text"}]},
        "key type needs a source",
    ),
    "parent of a record": (
        {"entity": "thing", "mapping": [{"target": "number", "parent": "record_id"}]},
        "parent is only for models with meta.parent",
    ),
    "unknown type": (mapping(type="kode"), "type 'kode' is unknown. Allowed: string, text"),
    "type without its need": (mapping(type="code"), "type code needs codes"),
    "money without currency": (
        mapping(target="total", type="money_minor"),
        "type money_minor needs currency",
    ),
    "key of another type": (
        mapping(type="text", currency="c"),
        "type text has no use for currency",
    ),
    "unknown format": (
        mapping(target="sold_on", type="date", format="ymd"),
        "format 'ymd' is unknown for type date. Allowed: iso, dmy",
    ),
    "format of a type without": (mapping(format="iso"), "unknown for type string. Allowed: none"),
    "type and column": (mapping(type="money"), "type money gives a number, the column is text"),
    "unknown transform": (
        mapping(transform="shout"),
        "transform 'shout' is unknown. Allowed: join",
    ),
    "several sources": (mapping(source=["a", "b"]), "several sources need one of these transforms"),
    "several sources, wrong transform": (
        mapping(source=["a", "b"], transform=["upper", "join_words"]),
        "several sources need one of these transforms first",
    ),
    "wildcard": (mapping(source="a[*].b"), "source 'a[*].b' is not a path"),
    "empty step": (mapping(source="a..b"), "source 'a..b' is not a path"),
    "open quote": (mapping(source='"a'), "is not a path"),
    "option": (
        mapping(target="total", type="money_minor", currency={"is": "USD"}),
        "currency is a path or {value: constant}",
    ),
    "member": (
        mapping(member={"key": "name", "is": "Priority"}),
        "member is {key: path, is: text, take: path}. Got: {'key': 'name', 'is': 'Priority'}",
    ),
    "from_deleted word": (
        mapping(from_deleted="yes"),
        "from_deleted is true, in a model without meta.parent",
    ),
    "path of a member": (
        mapping(member={"key": "a[*]", "is": "x", "take": "b"}),
        "source 'a[*]' is not a path",
    ),
    "target twice": ({"entity": "thing", "mapping": [GOOD, GOOD]}, "the target is mapped twice"),
    "array like a column": (
        {"entity": "thing", "mapping": [GOOD], "arrays": {"total": "t"}},
        "array total has the name of a column",
    ),
    "keep_if": (
        {"entity": "thing", "mapping": [GOOD], "keep_if": {"source": "a", "is": "b"}},
        "keep_if needs source and one of in, not_in",
    ),
}


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_refused(case: str) -> None:
    meta, message = REFUSED[case]
    with pytest.raises(MacroError) as refusal:
        compile_model(meta)
    assert str(refusal.value).startswith("Mapping of stg_vendor__things")
    assert message in str(refusal.value)


def test_a_good_mapping_compiles() -> None:
    assert "select * from final" in compile_model(mapping())


def test_code_list_without_seed() -> None:
    with pytest.raises(MacroError, match="the model's SQL to pass codes"):
        compile_model(mapping(type="code", codes="colour"), codes=None)


OVERRIDES: dict[str, tuple[dict[str, Any], str]] = {
    "unknown model": ({"shop": {"stg_vendor__thing": [GOOD]}}, "there is no such staging model"),
    "unknown target": (
        {"shop": {"stg_vendor__things": [{"target": "nr", "source": "a"}]}},
        "shop > stg_vendor__things.nr: the entity has no such column",
    ),
    "twice": (
        {"shop": {"stg_vendor__things": [GOOD, GOOD]}},
        "shop > stg_vendor__things.number: the target is overridden twice",
    ),
}


@pytest.mark.parametrize("case", OVERRIDES, ids=str)
def test_override_refused(case: str) -> None:
    overrides, message = OVERRIDES[case]
    with pytest.raises(MacroError) as refusal:
        compile_model(mapping(), overrides)
    assert message in str(refusal.value)


PARENT = {"entity": "thing", "arrays": {"lines": "lines"}}
CHILDREN: dict[str, tuple[dict[str, Any], str]] = {
    "unknown array": (
        {**mapping(), "parent": {"array": "rows"}},
        "meta.parent.array 'rows' is not an array of stg_vendor__parents. Allowed: lines",
    ),
    "unknown parent key": (
        {**mapping(), "parent": {"array": "lines", "keys": "id"}},
        "meta.parent key 'keys' is unknown. Allowed: array, key",
    ),
    "from_deleted": (
        {**mapping(from_deleted=True), "parent": {"array": "lines"}},
        "things.number: from_deleted is true, in a model without meta.parent",
    ),
    "unknown parent column": (
        {
            "entity": "thing",
            "parent": {"array": "lines"},
            "mapping": [{"target": "number", "parent": "reasons"}],
        },
        "the parent has no column 'reasons'. Allowed: record_key",
    ),
}


@pytest.mark.parametrize("case", CHILDREN, ids=str)
def test_child_refused(case: str) -> None:
    meta, message = CHILDREN[case]
    with pytest.raises(MacroError) as refusal:
        compile_model(meta, parent=PARENT)
    assert message in str(refusal.value)


def test_a_good_child_compiles() -> None:
    meta = {**mapping(), "parent": {"array": "lines", "key": "id"}}
    assert "repeated as (" in compile_model(meta, parent=PARENT)


PARTS: dict[str, tuple[dict[str, Any], str]] = {
    "unknown key": (
        {"entity": "thing", "stream": "things", "group": "number"},
        "stg_vendor__totals: meta.compares.parts: key 'group' is unknown. Allowed: entity, stream",
    ),
    "unknown column": (
        {"entity": "thing", "stream": "things", "grouping": "shop"},
        "thing has no column 'shop'",
    ),
    "unknown key of rows": (
        {"stream": "visits", "where": {"shop": "north"}},
        "key 'where' of rows is unknown. Allowed: stream, grouping",
    ),
    "half a name": (
        {"stream": "visits", "named": {"source": "kind", "stream": "kinds"}},
        "meta.compares.parts.named has source, stream, name and in",
    ),
    "half an owner": (
        {"stream": "visits", "grouping": "^", "owner": {"stream": "shops"}},
        "meta.compares.parts.owner has stream and path, and a grouping",
    ),
    "no path": ({"stream": "visits", "grouping": "shop..name"}, "'shop..name' is not a path"),
    "unknown stream": ({"stream": "visits"}, "no stream 'visits' is declared in bronze_vendor"),
}


@pytest.mark.parametrize("case", PARTS, ids=str)
def test_part_of_a_control_total_refused(case: str) -> None:
    part, message = PARTS[case]
    macros = loaded()
    entity = node("things_records", {"entity": "thing"}, columns=COLUMNS)
    macros.given["graph"] |= {"nodes": {entity["unique_id"]: entity}, "sources": {}}
    plan = {"name": "stg_vendor__totals", "system": "vendor", "stream": "totals"}
    with pytest.raises(MacroError) as refusal:
        macros.call("control_rows", plan, macros.call("control_part", plan["name"], part))
    assert message in str(refusal.value)


@pytest.mark.parametrize("part", [{"listed": "lines"}, {"listed": "rows", "sign": -1}], ids=str)
def test_a_part_that_lists_its_records_refused(part: dict[str, Any]) -> None:
    above = node("stg_vendor__totals", {"arrays": {"rows": "rows"}})
    staging = {"name": above["name"], "stream": "totals", "relation": "totals", "node": above}
    with pytest.raises(MacroError, match=r"names one of meta\.arrays\. Allowed: rows"):
        loaded().call("control_listed_part", staging, part)
