"""The matching macros one by one, on records small enough to work out by hand."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.macros import MacroError, Macros
from pipelines.matching import estimate

ROOT = Path(__file__).resolve().parents[2]
MACROS = Macros(ROOT / "macros")
Row = dict[str, Any]
STEPS = [5, 10, 15, 20]
NO_FACTS = "create or replace table no_facts (record_number bigint, kind text, fact text)"


@pytest.fixture(scope="module")
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        yield connection


def made(db: duckdb.DuckDBPyConnection, table: str, macro: str, *arguments: Any) -> list[Row]:
    """A macro's select as a table, and its rows."""
    db.execute(f"create or replace table {table} as {MACROS.call(macro, *arguments)}")
    return rows(db, f"select * from {table}")


def rows(db: duckdb.DuckDBPyConnection, select: str) -> list[Row]:
    found = db.execute(select)
    names = [column[0] for column in found.description or []]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def both(row: Row) -> tuple[int, int]:
    """The numbers of a pair's records."""
    return row["record_number"], row["linked_record_number"]


def given_table(db: duckdb.DuckDBPyConnection, name: str, lines: Sequence[Row]) -> None:
    """A table of these rows; columns that a row lacks are null."""
    columns = list(dict.fromkeys(key for line in lines for key in line))
    full = [{column: line.get(column) for column in columns} for line in lines]
    table = pa.Table.from_pylist(full)
    db.register("given_rows", table)
    db.execute(f"create or replace table {name} as select * from given_rows")
    db.unregister("given_rows")


def records(db: duckdb.DuckDBPyConnection, *lines: Row) -> None:
    given_table(db, "records", [{"record_number": n, **line} for n, line in enumerate(lines, 1)])


def plan(**parts: Any) -> dict[str, Any]:
    """A plan that is right, with some parts replaced."""
    right = {
        "max_records_per_key": 10,
        "match_above": 0.9,
        "review_above": 0.2,
        "blocks": [["name"]],
        "comparisons": [compared("name", {"exact": "name"})],
    }
    return {**right, **parts}


def compared(of: str, *ways: Row, **more: Any) -> Row:
    """A comparison whose levels are called l1, l2 …"""
    levels = [{"name": f"l{n}", **way} for n, way in enumerate(ways, 1)]
    return {"name": of, "of": of, "differs": f"{of} differs", "levels": levels, **more}


# How records agree.

AGREEING: list[tuple[str, Row, Row, Row, Row]] = [
    # way, level, left, a right that agrees, a right that does not
    ("exact", {"exact": "a"}, {"a": "x"}, {"a": "x"}, {"a": "y"}),
    (
        "exact, two columns",
        {"exact": ["a", "b"]},
        {"a": "x", "b": "1"},
        {"a": "x", "b": "1"},
        {"a": "x", "b": "2"},
    ),
    ("near", {"near": {"of": "a", "at_least": 0.9}}, {"a": "martha"}, {"a": "marhta"}, {"a": "m"}),
    (
        "edits",
        {"edits": {"of": "a", "at_most": 1}},
        {"a": "smith"},
        {"a": "smiht"},
        {"a": "smtih "},
    ),
    (
        "edits, length",
        {"edits": {"of": "a", "at_most": 1}},
        {"a": "ab"},
        {"a": "abc"},
        {"a": "abcd"},
    ),
    ("begins", {"begins": {"of": "a", "letters": 2}}, {"a": "anna"}, {"a": "anton"}, {"a": "alma"}),
    ("initial", {"initial": "a"}, {"a": "anna"}, {"a": "a"}, {"a": "anton"}),
    (
        "words",
        {"words": {"of": "a", "at_least": 0.5}},
        {"a": "red tea"},
        {"a": "tea"},
        {"a": "cup"},
    ),
    ("contains", {"contains": "a"}, {"a": "acme"}, {"a": "acme tea"}, {"a": "acne tea"}),
    ("unlike", {"unlike": "a"}, {"a": "latin"}, {"a": "greek"}, {"a": "latin"}),
    (
        "swapped",
        {"swapped": ["a", "b"]},
        {"a": "ann", "b": "lee"},
        {"a": "lee", "b": "ann"},
        {"a": "lee", "b": "eve"},
    ),
    (
        "crossed",
        {"crossed": ["a", "b"]},
        {"a": "x", "b": "y"},
        {"a": "z", "b": "x"},
        {"a": "x", "b": "z"},
    ),
    ("within", {"within": {"of": "a", "share": 0.1}}, {"a": 100.0}, {"a": 91.0}, {"a": 89.0}),
    ("apart", {"apart": {"of": "a", "at_most": 31}}, {"a": 100}, {"a": 69}, {"a": 68}),
    (
        "all",
        {"all": [{"exact": "a"}, {"exact": "b"}]},
        {"a": "x", "b": "y"},
        {"a": "x", "b": "y"},
        {"a": "x", "b": "z"},
    ),
    (
        "any",
        {"any": [{"exact": "a"}, {"exact": "b"}]},
        {"a": "x", "b": "y"},
        {"a": "w", "b": "y"},
        {"a": "w", "b": "z"},
    ),
    (
        "any of all",
        {"any": [{"all": [{"exact": "a"}, {"exact": "b"}]}, {"begins": {"of": "a", "letters": 3}}]},
        {"a": "abcd", "b": "y"},
        {"a": "abce", "b": "z"},
        {"a": "xbce", "b": "y"},
    ),
]


def sign(db: duckdb.DuckDBPyConnection, comparison: Row, left: Row, right: Row) -> str:
    given_table(db, "sides", [{"side": "l", **left}, {"side": "r", **right}])
    level = MACROS.call("match_level", comparison, "test")
    sides = "sides as l inner join sides as r on l.side = 'l' and r.side = 'r'"
    return str(rows(db, f"select {level} as sign from {sides}")[0]["sign"])


@pytest.mark.parametrize(
    ("level", "left", "agrees", "differs"),
    [case[1:] for case in AGREEING],
    ids=[case[0] for case in AGREEING],
)
def test_a_level_holds_for_records_that_agree_so_and_for_no_others(
    db: duckdb.DuckDBPyConnection, level: Row, left: Row, agrees: Row, differs: Row
) -> None:
    comparison = compared("a", level)
    for one, other in ((left, agrees), (agrees, left)):
        assert sign(db, comparison, one, other) == "1"
    for one, other in ((left, differs), (differs, left)):
        assert sign(db, comparison, one, other) == "2"


def test_every_way_of_the_vocabulary_is_tested() -> None:
    tested = {next(iter(case[1])) for case in AGREEING} | {"weighed_words"}
    assert tested == set(MACROS.call("match_vocabulary")["ways"])


def test_the_first_level_that_holds_counts(db: duckdb.DuckDBPyConnection) -> None:
    edits = [{"edits": {"of": "a", "at_most": n}} for n in (0, 1, 2)]
    signs = [
        sign(db, compared("a", *edits), {"a": "abcd"}, {"a": a}) for a in ("abcd", "abc", "ab")
    ]
    assert [*signs, sign(db, compared("a", *edits), {"a": "abcd"}, {"a": "x"})] == list("1234")


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ({"a": None, "b": None}, {"a": "x", "b": "y"}, "0"),
        ({"a": "x", "b": "y"}, {"a": None, "b": None}, "0"),
        ({"a": None, "b": "y"}, {"a": "x", "b": "y"}, "1"),
        ({"a": None, "b": "y"}, {"a": "x", "b": None}, "2"),
    ],
    ids=["left empty", "right empty", "one of two columns", "nothing in common"],
)
def test_a_comparison_needs_one_of_its_columns_on_both_sides(
    db: duckdb.DuckDBPyConnection, left: Row, right: Row, expected: str
) -> None:
    comparison = compared("a", {"any": [{"exact": "a"}, {"exact": "b"}]})
    assert sign(db, {**comparison, "of": ["a", "b"]}, left, right) == expected


def test_rare_words_in_common_say_more_than_common_ones(db: duckdb.DuckDBPyConnection) -> None:
    switches = [{"name": f"switch {n}port"} for n in range(8)]
    records(db, {"name": "switch ezxs88w"}, {"name": "hub ezxs88w"}, *switches)
    weighed = plan(
        blocks=[{"words": "name"}],
        comparisons=[compared("name", {"weighed_words": {"of": "name", "at_least": 0.5}})],
    )
    pairs = paired(db, weighed)
    signs = {both(row): row["pattern"] for row in pairs}
    assert signs[1, 2] == "1", "one of two words, and a rare one"
    assert signs[1, 3] == "2", "one of two words, and a common one"
    shares = made(db, "shares", "match_word_shares", weighed, "records", "name", "pairs")
    rare, common, model = math.log(10 / 2), math.log(10 / 9), math.log(10)
    expected = rare**2 / math.hypot(common, rare) / math.hypot(model, rare)
    found = {
        (row["record_number"], row["linked_record_number"]): row["word_share"] for row in shares
    }
    assert found[1, 2] == pytest.approx(expected)


# Which records are compared.


def paired(db: duckdb.DuckDBPyConnection, settings: Row) -> list[Row]:
    """The compared pairs of the table records."""
    made(db, "keys", "match_keys", "p", settings, "records")
    made(db, "hubs", "match_hubs", "p", settings, "keys")
    return made(db, "pairs", "match_pairs", "p", settings, "records", "keys", "hubs")


def keyed(db: duckdb.DuckDBPyConnection, settings: Row) -> set[tuple[int, int]]:
    pairs = [both(row) for row in paired(db, settings)]
    assert len(pairs) == len(set(pairs)), "no pair twice"
    return set(pairs)


def test_pairs_share_a_whole_key(db: duckdb.DuckDBPyConnection) -> None:
    records(
        db,
        {"name": "lee", "born": "1970-01-02"},
        {"name": "lee", "born": "1970-03-04"},
        {"name": "lee", "born": "1980-01-02"},
        {"name": "lee", "born": None},
        {"name": "ray", "born": "1970-01-02"},
    )
    assert keyed(db, plan(blocks=[["name", "born:4"]])) == {(1, 2)}
    assert keyed(db, plan(blocks=[["name", "born:4"], ["born"]])) == {(1, 2), (1, 5)}


def test_only_the_records_a_plan_is_for(db: duckdb.DuckDBPyConnection) -> None:
    kinds = ["person", "person", "company", None]
    records(db, *({"name": "lee", "party": kind} for kind in kinds))
    assert keyed(db, plan(only={"party": "person"})) == {(1, 2)}


def test_pairs_share_a_word(db: duckdb.DuckDBPyConnection) -> None:
    names = ["acme tea house", "tea acme", "coffee house", None, "acme"]
    cities = ["rome", "rome", "rome", "rome", "oslo"]
    records(db, *({"name": n, "city": c} for n, c in zip(names, cities, strict=True)))
    assert keyed(db, plan(blocks=[{"words": "name"}])) == {(1, 2), (1, 3), (1, 5), (2, 5)}
    assert keyed(db, plan(blocks=[{"words": "name", "with": ["city"]}])) == {(1, 2), (1, 3)}


def test_a_key_that_too_many_share_is_dropped_and_reported(db: duckdb.DuckDBPyConnection) -> None:
    hub = [{"name": f"n{n}", "email": "info@example.com"} for n in range(4)]
    records(
        db, *hub, {"name": "n0", "email": "a@example.com"}, {"name": "n1", "email": "a@example.com"}
    )
    crowded = plan(blocks=[["email"], ["name"]], max_records_per_key=3)
    assert keyed(db, crowded) == {(5, 6), (1, 5), (2, 6)}
    dropped = made(db, "dropped", "match_dropped_keys", "p", crowded, "records", "hubs")
    assert dropped == [
        {"plan": "p", "block_number": 1, "key_text": "info@example.com", "record_count": 4}
    ]


def test_records_of_one_clean_source_are_not_compared(db: duckdb.DuckDBPyConnection) -> None:
    shops = ["a", "a", "b", None]
    records(db, *({"name": "tea", "shop": shop} for shop in shops))
    assert keyed(db, plan(one_per="shop")) == {(1, 3), (2, 3), (1, 4), (2, 4), (3, 4)}


def test_random_pairs_are_the_same_every_time(db: duckdb.DuckDBPyConnection) -> None:
    records(db, *({"name": f"n{n % 10}"} for n in range(200)))
    select = MACROS.call("match_random_patterns", "p", plan(), "records", 2000, 200)
    found = sorted(db.execute(select).fetchall())
    assert found == sorted(db.execute(select).fetchall())
    total = sum(count for _, count in found)
    assert total > 1500, "few of 2,000 drawn pairs are of a record with itself or drawn twice"
    assert dict(found)["1"] / total == pytest.approx(19 / 199, abs=0.03)


def test_few_records_are_all_compared_for_chance(db: duckdb.DuckDBPyConnection) -> None:
    records(db, *({"name": name} for name in "aabc"))
    found = made(db, "chance", "match_random_patterns", "p", plan(), "records", 2000, 4)
    assert {row["pattern"]: row["pair_count"] for row in found} == {"1": 1, "2": 5}


# What agreements weigh.


RECORDS, MATCHES = 5000, 3000
EVERYTHING = RECORDS * (RECORDS - 1) / 2


def planted(*kinds: tuple[float, Sequence[float]]) -> dict[str, Any]:
    """What is seen of kinds of pairs with these chances: those that agree somewhere, and u of all.

    The counts are what is to be expected, so nothing is left to chance.
    """
    sizes = len(kinds[0][1])
    compared_pairs = []
    for pattern in product((1, 2), repeat=sizes):
        counts = [
            pairs * math.prod(c if sign == 1 else 1 - c for c, sign in zip(m, pattern, strict=True))
            for pairs, m in kinds
        ]
        if 1 in pattern:
            compared_pairs.append((pattern, round(sum(counts))))
    everything = sum(pairs for pairs, _ in kinds)
    drawn = [sum(pairs * m[place] for pairs, m in kinds) / everything for place in range(sizes)]
    return {
        "patterns": compared_pairs,
        "drawn": [[one, 1 - one] for one in drawn],
        "sizes": [2] * sizes,
        "records": RECORDS,
    }


@settings(max_examples=40, deadline=None)
@given(
    m=st.lists(st.floats(0.75, 0.98), min_size=5, max_size=5),
    u=st.lists(st.floats(0.001, 0.03), min_size=5, max_size=5),
)
def test_training_without_labels_finds_what_was_planted(m: list[float], u: list[float]) -> None:
    found = estimate(**planted((MATCHES, m), (EVERYTHING - MATCHES, u)))
    assert found["match"].pairs == pytest.approx(MATCHES, rel=0.05)
    assert [one[0] for one in found["match"].chances] == pytest.approx(m, abs=0.03)
    assert [one[0] for one in found["strangers"].chances] == pytest.approx(u, rel=0.05)
    assert math.fsum(kind.pairs for kind in found.values()) == pytest.approx(EVERYTHING)


def test_there_are_no_more_matches_than_can_be() -> None:
    seen = planted((MATCHES, [0.9] * 5), (EVERYTHING - MATCHES, [0.01] * 5))
    assert estimate(**seen, most=500)["match"].pairs <= 500


def test_relatives_are_told_from_matches() -> None:
    m, r, u = [0.9] * 5, [0.0, 0.95, 0.95, 0.3, 0.1], [0.01] * 5
    seen = planted((MATCHES, m), (1000, r), (EVERYTHING - MATCHES - 1000, u))
    found = estimate(**seen, others={"related": {0: [2]}})
    assert found["match"].pairs == pytest.approx(MATCHES, rel=0.05)
    assert found["related"].pairs == pytest.approx(1000, rel=0.1)
    assert [one[0] for one in found["related"].chances] == pytest.approx(r, abs=0.05)
    alone = estimate(**seen)
    assert alone["match"].pairs > found["match"].pairs + 300, "without the kind they are matches"


def parameter(comparison: str, position: int, number: int, m: float, u: float, **more: Any) -> Row:
    line = {
        "plan": "p",
        "comparison": comparison,
        "position": position,
        "level_number": number,
        "level": f"l{number}",
        "m": m,
        "r": None,
        "n": None,
        "u": u,
        "says": f"{comparison} {number}",
    }
    return {**line, **more}


def parameters(db: duckdb.DuckDBPyConnection, lines: Sequence[Row]) -> None:
    given_table(db, "parameters", lines)
    for column in ("r", "n"):
        db.execute(f"alter table parameters alter {column} type double")


def test_a_rare_value_says_more(db: duckdb.DuckDBPyConnection) -> None:
    records(db, *({"name": name} for name in ["lee"] * 6 + ["ray"] * 2 + [None]))
    parameters(db, [parameter("name", 1, 1, 0.9, 0.5)])
    weighed = plan(comparisons=[compared("name", {"exact": "name"}, frequency="name")])
    found = made(db, "terms", "match_terms", "p", weighed, "records", "parameters")
    assert {row["term"]: row["bits"] for row in found} == {
        "lee": round(2 * math.log2(0.5 * 8 / 6)) / 2,
        "ray": round(2 * math.log2(0.5 * 8 / 2)) / 2,
    }


def test_a_rare_value_counts_only_where_records_agree_in_it(db: duckdb.DuckDBPyConnection) -> None:
    weighed = plan(comparisons=[compared("name", {"exact": "name"}, frequency="name")])
    records(db, {"name": "lee"}, {"name": "lee"}, {"name": "ray"}, {"name": None})
    lines = [parameter("prior", 0, 0, 0.1, 0.9)]
    lines += [parameter("name", 1, n, 0.9, 0.1) for n in (1, 2)]
    parameters(db, lines)
    signs = {(1, 2): "1", (1, 3): "2", (3, 4): "0"}
    names = ("plan", "record_number", "linked_record_number", "pattern")
    pairs = [("p", *pair, sign) for pair, sign in signs.items()]
    given_table(db, "pairs", [dict(zip(names, pair, strict=True)) for pair in pairs])
    terms = [("p", "name", "lee", 3.0), ("p", "name", "ray", 5.0), ("p", "other", "lee", 7.0)]
    names = ("plan", "comparison", "term", "bits")
    given_table(db, "terms", [dict(zip(names, term, strict=True)) for term in terms])
    made(db, "patterns", "match_patterns", "pairs", "parameters", {"p": weighed})
    relations = ("records", "pairs", "patterns", "terms")
    found = made(db, "scores", "match_scores", "p", weighed, *relations)
    bits = {both(row): row["match_weight"] for row in found}
    prior = math.log2(0.1 / 0.9)
    level = math.log2(0.9 / 0.1)
    assert bits == pytest.approx({(1, 2): prior + level + 3, (1, 3): prior + level, (3, 4): prior})


TWO = plan(
    comparisons=[
        compared("name", {"exact": "name"}, {"begins": {"of": "name", "letters": 1}}),
        compared("email", {"exact": "email"}),
    ],
    match_above=0.9,
    review_above=0.2,
    vetoes=[{"levels": {"name": ["different"]}, "unless": {"email": ["l1"]}}],
)
CHANCES: dict[str, Mapping[tuple[int, int], float]] = {
    "m": {(0, 0): 0.01, (1, 1): 0.8, (1, 2): 0.15, (1, 3): 0.05, (2, 1): 0.9, (2, 2): 0.1},
    "r": {(0, 0): 0.02, (1, 1): 0.01, (1, 2): 0.09, (1, 3): 0.9, (2, 1): 0.2, (2, 2): 0.8},
    "n": {(0, 0): 0.005, (1, 1): 0.98, (1, 2): 0.01, (1, 3): 0.01, (2, 1): 0.01, (2, 2): 0.99},
    "u": {(0, 0): 0.965, (1, 1): 0.01, (1, 2): 0.09, (1, 3): 0.9, (2, 1): 0.001, (2, 2): 0.999},
}


def scored(db: duckdb.DuckDBPyConnection, kinds: str, settings: Row) -> dict[str, Row]:
    """Every pattern of TWO, scored."""
    names = ["prior", "name", "email"]
    parameters(
        db,
        [
            parameter(names[place], place, number, **{k: CHANCES[k][place, number] for k in kinds})
            for place, number in CHANCES["m"]
        ],
    )
    patterns = ["".join(signs) for signs in product("0123", "012")]
    pairs = [
        {"plan": "p", "record_number": n, "linked_record_number": n + 100, "pattern": pattern}
        for n, pattern in enumerate(patterns)
    ]
    given_table(db, "pairs", pairs)
    given_table(db, "records", [{"record_number": n} for n in range(len(patterns))])
    made(db, "patterns", "match_patterns", "pairs", "parameters", {"p": settings})
    relations = ("records", "pairs", "patterns", "no terms")
    found = made(db, "scores", "match_scores", "p", settings, *relations)
    return {row["pattern"]: row for row in found}


def likelihood(kind: str, pattern: str) -> float:
    signs = [(place, int(sign)) for place, sign in enumerate(pattern, 1) if sign != "0"]
    return CHANCES[kind][0, 0] * math.prod(CHANCES[kind][one] for one in signs)


@pytest.mark.parametrize("kinds", ["mu", "mru", "mnu", "mrnu"])
def test_the_probability_is_that_of_bayes(db: duckdb.DuckDBPyConnection, kinds: str) -> None:
    for pattern, row in scored(db, kinds, TWO).items():
        total = math.fsum(likelihood(kind, pattern) for kind in kinds)
        assert row["match_probability"] == pytest.approx(likelihood("m", pattern) / total)
        related = likelihood("r", pattern) / total if "r" in kinds else 0
        assert row["related_probability"] == pytest.approx(related)
        bits = math.log2(likelihood("m", pattern) / likelihood("u", pattern))
        assert row["match_weight"] == pytest.approx(bits)


def test_classes(db: duckdb.DuckDBPyConnection) -> None:
    found = {pattern: row["match_class"] for pattern, row in scored(db, "mu", TWO).items()}
    assert found["11"] == "match"
    assert found["12"] == "different"
    assert found["10"] == "possible"
    related = {pattern: row["match_class"] for pattern, row in scored(db, "mru", TWO).items()}
    assert related["31"] == "related", "as colleagues agree, not as one person does"


def test_a_veto_forbids_a_match_unless_something_allows_it(db: duckdb.DuckDBPyConnection) -> None:
    lax = {**TWO, "match_above": 0.0}
    found = {pattern: row["match_class"] for pattern, row in scored(db, "mu", lax).items()}
    assert found["32"] == "related"
    assert found["30"] == "related", "nothing to compare allows nothing"
    assert found["31"] == found["22"] == found["12"] == found["02"] == "match"


def test_a_pattern_says_what_it_rests_on(db: duckdb.DuckDBPyConnection) -> None:
    scored(db, "mu", TWO)
    found = {row["pattern"]: row for row in rows(db, "select * from patterns")}
    assert found["11"]["reason"] == "email 1, name 1, prior 0", "the strongest first"
    assert yaml.safe_load(found["31"]["levels"]) == {"name": "l3", "email": "l1"}
    assert yaml.safe_load(found["31"]["weights"])["email"] == pytest.approx(9.81)


# What is done about links.


def links(db: duckdb.DuckDBPyConnection, lines: Sequence[tuple[int, int, float]]) -> None:
    names = ("record_number", "linked_record_number", "match_weight")
    given_table(db, "links", [dict(zip(names, line, strict=True)) for line in lines])


def guarded(
    db: duckdb.DuckDBPyConnection, density: float, contradictions: str = "no_facts"
) -> set[tuple[int, int]]:
    db.execute(NO_FACTS)
    made(db, "groups", "connected_components", "links", "record_number", "linked_record_number")
    db.execute(
        f"create or replace table grouped_links as select *, {density} as density "
        "from links inner join groups using (record_number)"
    )
    found = made(db, "kept", "match_guard", "grouped_links", contradictions, STEPS)
    return {both(row) for row in found}


CLIQUE = [(a, b, 20.0) for a, b in combinations([1, 2, 3, 4], 2)]
OTHER = [(a, b, 20.0) for a, b in combinations([5, 6, 7, 8], 2)]


def test_a_chain_is_cut_and_what_it_joined_stays(db: duckdb.DuckDBPyConnection) -> None:
    links(db, [*CLIQUE, (4, 5, 6.0), *OTHER])
    assert guarded(db, 0.5) == {line[:2] for line in CLIQUE + OTHER}


def test_a_sound_group_keeps_its_weakest_link(db: duckdb.DuckDBPyConnection) -> None:
    weak = [(a, b, 1.0) for a, b, _ in CLIQUE]
    links(db, weak)
    assert guarded(db, 1.0) == {line[:2] for line in weak}
    links(db, [*CLIQUE, (4, 5, 6.0), (5, 6, 1.0), (4, 6, 1.0)])
    assert guarded(db, 0.5) == {line[:2] for line in [*CLIQUE, (4, 5), (5, 6), (4, 6)]}


def test_records_that_contradict_each_other_are_parted(db: duckdb.DuckDBPyConnection) -> None:
    links(db, [(1, 2, 20.0), (2, 3, 6.0), (1, 3, 6.0), (3, 4, 20.0)])
    taxes = {1: "DE1", 2: None, 3: None, 4: "DE2"}
    known = [{"record_number": n, "kind": "tax", "fact": tax} for n, tax in taxes.items() if tax]
    given_table(db, "facts", known)
    assert guarded(db, 0.1, "facts") == {(1, 2), (3, 4)}
    given_table(db, "facts", [{**fact, "fact": "DE1"} for fact in known])
    assert len(guarded(db, 0.1, "facts")) == 4


def test_links_above_the_last_step_stay(db: duckdb.DuckDBPyConnection) -> None:
    links(db, [(1, 2, 19.0), (3, 4, 21.0)])
    facts = [{"record_number": n, "kind": "tax", "fact": str(n)} for n in (1, 2, 3, 4)]
    given_table(db, "facts", facts)
    assert guarded(db, 0.5, "facts") == {(3, 4)}


def test_two_kinds_do_not_contradict_each_other(db: duckdb.DuckDBPyConnection) -> None:
    links(db, [(1, 2, 1.0)])
    facts = [("tax", "1", 1), ("company number", "2", 2)]
    given_table(db, "facts", [{"record_number": n, "kind": k, "fact": v} for k, v, n in facts])
    assert guarded(db, 0.5, "facts") == {(1, 2)}


LINES = st.dictionaries(
    st.tuples(st.integers(1, 12), st.integers(1, 12)).filter(lambda pair: pair[0] < pair[1]),
    st.sampled_from([1.0, 7.0, 12.0, 22.0]),
    min_size=1,
    max_size=30,
).map(lambda found: [(*pair, weight) for pair, weight in found.items()])


@settings(max_examples=15, deadline=None)
@given(lines=LINES, seed=st.integers(0, 100))
def test_the_order_of_links_changes_nothing(lines: list[tuple[int, int, float]], seed: int) -> None:
    with duckdb.connect(config={"threads": 1}) as own:
        records(own, *({"shop": "abc"[n % 3]} for n in range(12)))
        links(own, lines)
        found = guarded(own, 0.6), best(own)
        links(own, random.Random(seed).sample(lines, len(lines)))
        assert (guarded(own, 0.6), best(own)) == found


def best(db: duckdb.DuckDBPyConnection) -> set[tuple[int, int]]:
    found = made(db, "best", "match_one_per", "links", "records", "shop")
    return {both(row) for row in found}


def test_of_links_to_a_clean_source_the_best_stays(db: duckdb.DuckDBPyConnection) -> None:
    records(db, *({"shop": shop} for shop in ["a", "a", "b", "b", "b"]))
    links(db, [(1, 3, 20.0), (1, 4, 15.0), (2, 3, 18.0), (2, 4, 9.0), (2, 5, 12.0)])
    assert best(db) == {(1, 3), (2, 5)}, "2 loses 3 to 1 and gets the best of what is left"


def test_records_of_other_sources_may_be_there_several_times(db: duckdb.DuckDBPyConnection) -> None:
    records(db, *({"shop": shop} for shop in [None, None, "b", "b"]))
    links(db, [(1, 2, 5.0), (1, 3, 20.0), (2, 3, 15.0), (1, 4, 10.0)])
    assert best(db) == {(1, 2), (1, 3), (2, 3)}


# Plans that cannot be executed as written.

WRONG: list[tuple[Row, str]] = [
    ({"max_record_per_key": 10}, "p: key 'max_record_per_key' is unknown"),
    ({"match_above": None}, "p: match_above is missing"),
    ({"match_above": 90}, "p: match_above is a number from 0 to 1. Got: 90"),
    ({"density": "half"}, "p: density is a number from 0 to 1. Got: half"),
    ({"max_records_per_key": 1}, "p: max_records_per_key is a whole number above 1"),
    ({"blocks": ["name"]}, r"p\.blocks\[0\]: is a list of columns"),
    ({"blocks": [{"word": "name"}]}, r"p\.blocks\[0\]: key 'word' is unknown"),
    ({"comparisons": [compared("name")]}, r"p\.name: levels is missing|1 to 8 levels"),
    ({"comparisons": [compared("name", {"sounds": "name"})]}, r"p\.name\.l1: .*by 'sounds'"),
    (
        {"comparisons": [compared("name", {"exact": "name", "contains": "name"})]},
        r"p\.name\.l1: a level has one way to agree, this has exact, contains",
    ),
    (
        {"comparisons": [compared("name", {"edits": {"of": "name", "most": 1}})]},
        r"p\.name\.l1\.edits: key 'most' is unknown",
    ),
    (
        {"comparisons": [compared("name", {"near": {"of": "name"}})]},
        r"p\.name\.l1\.near: at_least is missing",
    ),
    (
        {"comparisons": [compared("name", {"swapped": "name"})]},
        r"p\.name\.l1\.swapped: takes two columns. Got: name",
    ),
    (
        {"comparisons": [compared("name", {"any": [{"exact": "name"}, {"nere": "name"}]})]},
        r"p\.name\.l1\.any: records cannot agree by 'nere'",
    ),
    (
        {"comparisons": [compared("name", *[{"exact": "name"}] * 9)]},
        r"p\.name: a comparison has 1 to 8 levels. Got: 9",
    ),
    (
        {"comparisons": [compared("name", {"exact": "name", "name": "different"})]},
        r"p\.name: level 1 needs a name of its own. Got: different",
    ),
    (
        {"comparisons": [compared("name", {"initial": "name"}, frequency="name")]},
        r"p\.name: frequency name needs the first level to be exact",
    ),
    ({"comparisons": [compared("a", {"exact": "a"})] * 2}, "p: two comparisons are called a"),
    (
        {"vetoes": [{"levels": {"name": ["l9"]}}]},
        r"p\.vetoes\[0\]\.name: no level is called l9",
    ),
    (
        {"vetoes": [{"levels": {"phone": ["l1"]}}]},
        r"p\.vetoes\[0\]: no comparison is called phone",
    ),
    ({"vetoes": [{"level": {}}]}, r"p\.vetoes\[0\]: key 'level' is unknown"),
    ({"related": {"name": ["same"]}}, r"p\.related\.name: no level is called same"),
]


@pytest.mark.parametrize(("parts", "message"), WRONG, ids=[message for _, message in WRONG])
@pytest.mark.parametrize("macro", ["match_keys", "match_pairs"])
def test_a_wrong_plan_is_refused_by_name(parts: Row, message: str, macro: str) -> None:
    arguments = ["records", "keys", "hubs"][: 1 if macro == "match_keys" else 3]
    with pytest.raises(MacroError, match=message):
        MACROS.call(macro, "p", plan(**parts), *arguments)


@pytest.mark.parametrize("path", sorted((ROOT / "benchmarks/identity").glob("*.yml")), ids=str)
def test_the_plans_of_the_benchmarks_are_right(path: Path) -> None:
    MACROS.call("check_match_plan", path.stem, yaml.safe_load(path.read_text())["plan"])
