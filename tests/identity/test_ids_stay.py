"""Golden ids stay: properties of the grouping SQL over any order of loads, changes and decisions.

More examples than a run of all tests can afford: GOLDPAN_EXAMPLES=1000 pytest tests/identity
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.identity.grouping import Grouping

EXAMPLES = int(os.environ.get("GOLDPAN_EXAMPLES", "8"))
WORLDS = 10  # that are built at once; what happens in one must not touch another
thorough = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

Values = dict[str, str]
Golden = dict[str, str]
KEYS = "abcdefgh"
VALUES = st.fixed_dictionaries(
    {}, optional={"email": st.sampled_from("uvwx"), "phone": st.sampled_from("1234")}
)
WORLD = st.dictionaries(st.sampled_from(KEYS), VALUES, min_size=2)
PAIRS = st.lists(st.sampled_from(list(combinations(KEYS, 2))), max_size=3, unique=True)


@contextmanager
def grouping() -> Iterator[Grouping]:
    made = Grouping()
    try:
        yield made
    finally:
        made.close()


@st.composite
def loads(draw: st.DrawFn) -> list[dict[str, Values]]:
    """Records of WORLDS worlds in any order, each world split over any number of loads."""
    batches: list[dict[str, Values]] = [{} for _ in range(4)]
    for number in range(WORLDS):
        world = draw(WORLD)
        for key in draw(st.permutations(sorted(world))):
            values = {evidence: f"{number}{value}" for evidence, value in world[key].items()}
            batches[draw(st.integers(0, 3))][f"{number}{key}"] = values
    return [batch for batch in batches if batch]


@st.composite
def pairs(draw: st.DrawFn) -> list[tuple[str, str]]:
    """Pairs of records, a few in each world."""
    return [
        (f"{number}{one}", f"{number}{other}")
        for number in range(WORLDS)
        for one, other in draw(PAIRS)
    ]


@st.composite
def corrections(draw: st.DrawFn) -> dict[str, Values]:
    """Records, known ones or new, with other values, a few in each world."""
    return {
        f"{number}{key}": {evidence: f"{number}{value}" for evidence, value in values.items()}
        for number in range(WORLDS)
        for key, values in draw(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=2)).items()
    }


@st.composite
def some_keys(draw: st.DrawFn) -> list[str]:
    return [f"{number}{draw(st.sampled_from(KEYS))}" for number in range(WORLDS)]


def founder_of(golden: Golden, key: str, age: dict[str, int]) -> str:
    return min((k for k in golden if golden[k] == golden[key]), key=lambda k: age[k])


def partition(golden: Golden) -> set[frozenset[str]]:
    groups: dict[str, set[str]] = {}
    for key, golden_id in golden.items():
        groups.setdefault(golden_id, set()).add(key)
    return {frozenset(group) for group in groups.values()}


def state_of_history(g: Grouping) -> Golden:
    """What the membership changes alone say of every record that is there."""
    return g.pairs(
        """select record_key, arg_max(customer_id, noticed_at) from history
        group by 1 having arg_max(coalesce(customer_id, '-'), noticed_at) <> '-'"""
    )


@given(loads(), st.sets(st.integers(0, 3)))
@thorough
def test_new_records_change_no_id_unless_two_clusters_merge(
    batches: list[dict[str, Values]], late: set[int]
) -> None:
    with grouping() as g:
        before: Golden = {}
        for number, batch in enumerate(batches):
            g.load(batch, is_late=number in late)
            after = g.build()
            age = g.pairs("select record_key, record_number from numbered")
            resolved = g.pairs("select known_id, customer_id from ids")
            for cluster in partition(before):
                (old,) = {before[key] for key in cluster}
                (new,) = {after[key] for key in cluster}
                is_merged = new in before.values() and age[new] < age[old]
                assert new == old or is_merged
                assert resolved[old] == new
            assert state_of_history(g) == after
            before = after


@given(loads())
@thorough
def test_the_clusters_do_not_depend_on_how_records_arrive(batches: list[dict[str, Values]]) -> None:
    with grouping() as split, grouping() as whole:
        for batch in batches:
            split.load(batch)
            by_loads = split.build()
        whole.load({key: values for batch in batches for key, values in batch.items()})
        assert whole.build() == by_loads


CHANGE = st.one_of(
    st.tuples(st.just("load"), corrections()),
    st.tuples(st.sampled_from(["is_deleted", "is_quarantined"]), some_keys()),
    st.tuples(st.sampled_from(["must_match", "never_match"]), pairs()),
)


def make(g: Grouping, kind: str, what: Any) -> None:
    """Let one CHANGE happen."""
    if kind == "load":
        g.load(what)
    elif kind in ("must_match", "never_match"):
        g.decide(kind, what)
    else:
        for key in what:
            g.mark(key, kind)


@given(loads(), st.lists(CHANGE, min_size=1, max_size=4))
@thorough
def test_an_id_stays_with_its_founder(
    batches: list[dict[str, Values]], changes: list[tuple[str, Any]]
) -> None:
    with grouping() as g:
        for batch in batches:
            g.load(batch)
        before = g.build()
        for kind, what in changes:
            make(g, kind, what)
            after = g.build()
            age = g.pairs("select record_key, record_number from numbered")
            assert all(after[key] == founder_of(after, key, age) for key in after)
            resolved = g.pairs("select known_id, customer_id from ids")
            assert {key: resolved[key] for key in after} == after
            for old in set(before.values()):
                assert after[old] == old or age[after[old]] < age[old]
            if kind.startswith("is_"):
                assert after == before
            assert state_of_history(g) == after
            before = after


@given(loads(), pairs(), pairs())
@thorough
def test_a_full_refresh_gives_the_same_ids_and_no_change(
    batches: list[dict[str, Values]], musts: list[tuple[str, str]], nevers: list[tuple[str, str]]
) -> None:
    with grouping() as g:
        g.decide("must_match", musts)
        g.decide("never_match", nevers)
        for batch in batches:
            g.load(batch)
            before = g.build()
        changes = g.rows("select count(*) from history")
        assert g.build() == before
        assert g.rows("select count(*) from history") == changes


@given(loads(), st.lists(some_keys(), min_size=1, max_size=3))
@thorough
def test_an_id_whose_record_was_erased_leads_to_the_rest_of_its_cluster(
    batches: list[dict[str, Values]], erasures: list[list[str]]
) -> None:
    with grouping() as g:
        for batch in batches:
            g.load(batch)
            before = g.build()
        for erased in erasures:
            for key in erased:
                g.erase(key)
            after = g.build()
            resolved = g.pairs("select known_id, customer_id from ids")
            for old in set(before.values()):
                rest = {after[k] for k in before if before[k] == old and k in after}
                assert (resolved[old] in rest) if rest else (resolved[old] is None)
            assert state_of_history(g) == after
            before = after


Link = tuple[str, str, int]
NODES = "abcdef"


def strongest_first(links: list[Link], nevers: list[tuple[str, str]]) -> set[frozenset[str]]:
    """What cutting is to give: links laid strongest first, but none that joins a never pair."""
    cluster = {key: frozenset([key]) for key in NODES}
    for one, other, _ in sorted(links, key=lambda link: link[2]):
        joined = cluster[one] | cluster[other]
        if not any({a, b} <= joined for a, b in nevers):
            cluster.update(dict.fromkeys(joined, joined))
    return set(cluster.values())


@given(
    st.lists(st.sampled_from(list(combinations(NODES, 2))), unique=True, min_size=1),
    st.lists(st.sampled_from(list(combinations(NODES, 2))), unique=True, max_size=4),
    st.data(),
)
@settings(thorough, max_examples=3 * EXAMPLES)
def test_clusters_are_cut_at_their_weakest_links(
    linked: list[tuple[str, str]], nevers: list[tuple[str, str]], data: st.DataObject
) -> None:
    strengths = data.draw(st.permutations(range(1, len(linked) + 1)))
    links = [(*pair, strength) for pair, strength in zip(linked, strengths, strict=True)]
    with grouping() as g:
        g.load({key: {} for key in NODES})
        g.decide("never_match", nevers)
        got = partition(g.build_from_links(links))
    assert got == strongest_first(links, nevers)


@given(loads(), pairs())
@thorough
def test_never_match_records_are_never_one_however_they_are_linked(
    batches: list[dict[str, Values]], nevers: list[tuple[str, str]]
) -> None:
    with grouping() as g:
        g.decide("never_match", nevers)
        for batch in batches:
            g.load(batch)
            golden = g.build()
            assert [
                p for p in nevers if set(p) <= set(golden) and golden[p[0]] == golden[p[1]]
            ] == []


MUST = "decided by Ada on 2026-11-20: must_match by phone"


def test_decisions_win_and_say_who_decided() -> None:
    with grouping() as g:
        g.load({"a": {"email": "x"}, "b": {"email": "x"}, "c": {}})
        assert g.build() == {"a": "a", "b": "a", "c": "c"}
        g.decide("never_match", [("a", "b")])
        g.decide("must_match", [("c", "b")])
        assert g.build() == {"a": "a", "b": "b", "c": "b"}
        assert g.rows(
            "select record_key, change, cause, reason from changes order by record_key"
        ) == [
            ("b", "split", "decision", "decided by Ada on 2026-11-20: never_match by phone"),
            (
                "c",
                "merged",
                "decision",
                "decided by Ada on 2026-11-20: must_match by phone: c and b",
            ),
        ]
        assert g.rows("select match_reason from xref where record_key = 'c'") == [(f"{MUST} as b",)]


@pytest.mark.parametrize("kind", ["is_deleted", "is_quarantined"])
def test_a_founder_that_is_deleted_or_quarantined_keeps_its_place(kind: str) -> None:
    with grouping() as g:
        g.load({"a": {"email": "x"}, "b": {"email": "x"}})
        before = g.build()
        g.mark("a", kind)
        assert g.build() == before == {"a": "a", "b": "a"}
        assert g.rows("from changes") == []
        assert g.rows("select customer_id from xref where record_key = 'b'") == [("a",)]
        assert g.pairs("select known_id, customer_id from ids")["a"] == "a"


def test_a_correction_that_parts_a_cluster_leaves_the_id_where_the_founder_is() -> None:
    with grouping() as g:
        g.load({"a": {"email": "x"}, "b": {"email": "x", "phone": "1"}, "c": {"phone": "1"}})
        assert set(g.build().values()) == {"a"}
        g.load({"a": {"email": "y"}})
        assert g.build() == {"a": "a", "b": "b", "c": "b"}
        assert g.rows(
            "select record_key, change, cause, load_id, former_customer_id, reason from changes"
            " order by 1"
        ) == [
            ("b", "split", "load", "3", "a", "what held it is gone (same e-mail address as a)"),
            ("c", "split", "load", "3", "a", "what held it is gone (same phone number as b)"),
        ]
