"""A build that matches only what changed ends with what a build of everything would have made.

Records come, change, go and come back; keys become hubs and stop being ones; names become common;
a build may stop half-way. More examples than a run of all tests can afford:
GOLDPAN_EXAMPLES=1000 pytest tests/identity/test_incremental_matching.py
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.connections import PROJECT
from pipelines.macros import Macros

EXAMPLES = int(os.environ.get("GOLDPAN_EXAMPLES", "6"))
thorough = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

PLAN: dict[str, Any] = {
    "max_records_per_key": 3,
    "match_above": 0.9,
    "review_above": 0.2,
    "density": 0.7,
    "contradictions": ["tax"],
    "blocks": [["name"], ["email"], ["phone"]],
    "comparisons": [
        {
            "name": of,
            "of": of,
            "differs": f"{of}s differ",
            "levels": [{"name": "same", "exact": of, "says": f"same {of}"}],
            **more,
        }
        for of, more in [("name", {"frequency": "name"}), ("email", {}), ("phone", {})]
    ],
}
PARAMETERS = """
    create or replace table parameters as select 'p' as plan, *, null as r, null as n, '' as says
    from (values
        ('prior', 0, 0, 'prior', 0.05, 0.95),
        ('name', 1, 1, 'same', 0.9, 0.4), ('name', 1, 2, 'different', 0.1, 0.6),
        ('email', 2, 1, 'same', 0.8, 0.01), ('email', 2, 2, 'different', 0.2, 0.99),
        ('phone', 3, 1, 'same', 0.7, {phone}), ('phone', 3, 2, 'different', 0.3, 0.9)
    ) as lines (comparison, position, level_number, level, m, u)
"""
RELATIONS = {
    name: name
    for name in (
        "keys", "hubs", "touched", "compared", "patterns", "terms", "parameters", "scores", "links",
    )
} | {"records": "numbered"}  # fmt: skip
NUMBERED = """
    with listed as (
        select listed.*, {{ row_fingerprint('listed') }} as content_number, {{ rules_number(
            cleaning, []) }} as rules_number
        from records as listed
    ),
    changed as ({{ changed_records('listed', 'arrivals', earlier) }})
    select record_number, record_key, name, email, phone, tax, shop, content_number, rules_number,
        {{ build_timestamp() }} as changed_at
    from changed
"""
# Model: what it is made by, and whether its rows replace only those of the same records (dbt's
# delete+insert, with the records that are gone forgotten first), those that it names (the project's
# renew), are added (append) or are all there is (table).
MODELS = {
    "numbered": (NUMBERED, "replace"),
    "keys": ("{{ match_entity_keys(plans, 'numbered', earlier) }}", "replace"),
    "hubs": ("{{ match_entity_hubs(plans, 'keys', earlier) }}", "table"),
    "terms": ("{{ match_entity_terms(plans, 'numbered', 'parameters', earlier) }}", "table"),
    "touched": (
        "{{ match_entity_touched(plans, 'numbered', 'keys', 'hubs', 'terms', earlier) }}",
        "append",
    ),
    "compared": ("{{ match_entity_pairs(plans, relations, earlier) }}", "renew"),
    "patterns": ("{{ match_patterns('compared', 'parameters', plans) }}", "table"),
    "scores": ("{{ match_entity_scores(plans, relations, earlier) }}", "renew"),
    "matches": ("{{ match_guarded(plans, relations, earlier) }}", "renew"),
    "links": ("select * from matches where is_kept", "table"),
    "groups": ("{{ golden_groups('links', 'no_cuts', earlier) }}", "table"),
}
PAIRED = ["record_number", "linked_record_number"]
RENEWED_BY = {"compared": PAIRED, "scores": PAIRED, "matches": ["founder_number"]}
FORGOTTEN = {"numbered": ("records", "record_key"), "keys": ("numbered", "record_number")}
MONDAY = dt.datetime(2026, 11, 2)
Values = Mapping[str, str | None]


class Warehouse:
    """The matching models of one entity, built by their macros as dbt would."""

    def __init__(self) -> None:
        self.db = duckdb.connect(config={"threads": 1})
        self.builds = 0
        self.plan = PLAN
        self.cleaning = "as it is"
        self.db.execute(
            "create table records (record_key text, name text, email text, phone text, tax text,"
            " shop text, first_seen_at timestamp);"
            "create table arrivals (record_key text, arrived_at timestamp,"
            " first_read_at timestamp);"
            "create table no_cuts (record_number bigint, linked_record_number bigint)"
        )
        self.train(phone=0.1)

    def train(self, phone: float) -> None:
        """Other parameters: how often strangers share a phone."""
        self.db.execute(PARAMETERS.format(phone=phone))

    def put(self, key: str, values: Values) -> None:
        """A record, new or corrected."""
        self.erase(key)
        full = {"tax": None, "phone": None, "shop": None} | dict(values)
        columns = ", ".join(full)
        self.db.execute(
            f"insert into records (record_key, first_seen_at, {columns})"
            f" values (?, ?, {', '.join('?' * len(full))})",
            [key, MONDAY, *full.values()],
        )

    def erase(self, key: str) -> None:
        self.db.execute("delete from records where record_key = ?", [key])

    def build(self, *, anew: bool = False, stop_after: str | None = None) -> None:
        """Every model once; ``anew`` as with --full-refresh."""
        self.builds += 1
        now = MONDAY + dt.timedelta(hours=self.builds)
        self.db.execute("create or replace table clock as select ? as build_time", [now])
        self.db.execute(
            "insert into arrivals select record_key, ?, first_seen_at from records"
            " anti join arrivals using (record_key)",
            [now],
        )
        present = {name for (name,) in self.rows("select table_name from duckdb_tables()")}
        for model, (_, how) in MODELS.items():
            there = model in present and not anew
            self.db.execute(self._sql(model, there))
            self._keep(model, how if there else "table")
            if model == stop_after:
                return

    def _sql(self, model: str, there: bool) -> str:
        """The SQL of a model; whether it is there decides what it makes anew."""
        key = (model, there, json.dumps(self.plan), self.cleaning)
        if key not in RENDERED:
            earlier = f"main.{model}" if there else None
            macros = Macros(PROJECT / "macros")
            macros.given |= {
                "plans": {"p": self.plan},
                "relations": RELATIONS,
                "earlier": earlier,
                "earlier_build": lambda *_: earlier,
                "cleaning": self.cleaning,
                "build_timestamp": lambda: "(select build_time from clock)",
                "match_guard": lambda *relations: macros.call("match_guard", *relations, [4, 8]),
            }
            forgotten = FORGOTTEN.get(model)
            statements = [macros.call("forget_records", model, *forgotten)] if forgotten else []
            made = f"create or replace table made as {macros.render(MODELS[model][0])}"
            RENDERED[key] = ";".join([*filter(str.strip, statements), made])
        return RENDERED[key]

    def _keep(self, model: str, how: str) -> None:
        if how == "replace":
            self.db.execute(
                f"delete from {model} where record_number in (select record_number from made);"
                f"insert into {model} by name from made"
            )
        elif how == "renew":
            columns = self.rows(
                f"select column_name from duckdb_columns() where table_name='{model}'"
            )
            self.db.execute(
                Macros(PROJECT / "macros").call(
                    "get_incremental_renew_sql",
                    {
                        "target_relation": model,
                        "temp_relation": "made",
                        "unique_key": RENEWED_BY[model],
                        "dest_columns": [{"quoted": name} for (name,) in columns],
                    },
                )
            )
        elif how == "append":
            self.db.execute(f"insert into {model} by name from made")
        else:
            self.db.execute(f"create or replace table {model} as from made")

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        return self.db.execute(select).fetchall()

    def state(self) -> dict[str, list[tuple[Any, ...]]]:
        """What matching found, whatever the numbers of the records."""
        return {name: self.rows(select) for name, select in STATE.items()}


RENDERED: dict[tuple[str, bool, str, str], str] = {}
PAIR = """
    from {} as pairs
    inner join numbered as one on pairs.record_number = one.record_number
    inner join numbered as other on pairs.linked_record_number = other.record_number
"""
STATE = {
    "keys": """
        select record_key, block_number, key_number from keys inner join numbered
        using (record_number) order by all
    """,
    "hubs": "select key_number, record_count from hubs where is_hub order by all",
    "compared": f"""
        select one.record_key, other.record_key, pattern {PAIR.format("compared")} order by all
    """,
    "all compared": "select count(*) from compared",
    "scores": f"""
        select one.record_key, other.record_key, match_class, round(match_weight, 6)
        {PAIR.format("scores")} order by all
    """,
    "matches": f"""
        select one.record_key, other.record_key, is_kept {PAIR.format("matches")} order by all
    """,
    "groups": """
        select one.record_key, founders.record_key from groups
        inner join numbered as one using (record_number)
        inner join numbered as founders on founder_number = founders.record_number order by all
    """,
}


@contextmanager
def warehouse() -> Iterator[Warehouse]:
    made = Warehouse()
    try:
        yield made
    finally:
        made.db.close()


VALUES = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["ann", "bo", "cy", None]),
        "email": st.sampled_from(["u", "v", "w", "x", None]),
        "phone": st.sampled_from(["1", "2", "3", None]),
        "tax": st.sampled_from(["t1", "t2", None, None, None]),
        "shop": st.sampled_from(["s", None]),
    }
)
KEYS = "abcdefghijkl"
CHANGES = st.dictionaries(st.sampled_from(KEYS), st.one_of(VALUES, st.none()), max_size=5)
STOPS = st.one_of(st.none(), st.none(), st.sampled_from(list(MODELS)))


@given(
    st.dictionaries(st.sampled_from(KEYS), VALUES, min_size=3),
    st.lists(st.tuples(CHANGES, STOPS), min_size=1, max_size=4),
    st.sampled_from([PLAN, PLAN | {"one_per": "shop"}]),
)
@thorough
def test_matching_what_changed_finds_what_matching_everything_finds(
    first: dict[str, Values],
    rounds: list[tuple[dict[str, Values | None], str | None]],
    plan: dict[str, Any],
) -> None:
    with warehouse() as changed, warehouse() as whole:
        changed.plan = whole.plan = plan
        batches: list[tuple[Mapping[str, Values | None], str | None]]
        batches = [(first, None), *rounds, ({}, None)]
        for batch, stop in batches:
            for key, values in batch.items():
                for one in (changed, whole):
                    one.erase(key) if values is None else one.put(key, values)
            changed.build(stop_after=stop)
            whole.build(anew=True)
        assert changed.state() == whole.state()


def two_people(one: Warehouse) -> None:
    one.put("a", {"name": "ann", "email": "u", "phone": "1"})
    one.put("b", {"name": "ann", "email": "u", "phone": "1"})
    one.put("c", {"name": "bo", "email": "v", "phone": "1"})
    one.build()


def test_pairs_of_unchanged_records_are_not_compared_again() -> None:
    with warehouse() as one:
        two_people(one)
        one.put("d", {"name": "cy", "email": "v", "phone": None})
        one.build()
        pairs = PAIR.format("compared")
        assert one.rows(
            f"select one.record_key, other.record_key, made_at {pairs} order by all"
        ) == [
            ("a", "b", MONDAY + dt.timedelta(hours=1)),
            ("a", "c", MONDAY + dt.timedelta(hours=1)),
            ("b", "c", MONDAY + dt.timedelta(hours=1)),
            ("c", "d", MONDAY + dt.timedelta(hours=2)),
        ]


@pytest.mark.parametrize("model", ["compared", "scores", "matches"])
def test_other_rules_make_everything_anew(model: str) -> None:
    with warehouse() as one:
        two_people(one)
        one.plan = {**PLAN, "comparisons": PLAN["comparisons"][:2], "match_above": 0.3}
        one.build()
        stamps = one.rows(f"select distinct made_at from {model}")
        assert stamps == [(MONDAY + dt.timedelta(hours=2),)]


def test_trained_parameters_weigh_every_pair_anew() -> None:
    with warehouse() as one:
        two_people(one)
        before = one.state()["scores"]
        one.train(phone=0.3)
        one.build()
        assert one.state()["scores"] != before
        assert one.rows("select distinct made_at from scores") == [
            (MONDAY + dt.timedelta(hours=2),)
        ]


def test_another_cleaning_cleans_every_record_anew() -> None:
    with warehouse() as one:
        two_people(one)
        one.cleaning = "as somebody wrote it since"
        one.build()
        assert one.rows("select distinct changed_at from numbered") == [
            (MONDAY + dt.timedelta(hours=2),)
        ]


def test_of_a_source_that_keeps_each_thing_once_the_best_match_holds() -> None:
    with warehouse() as one:
        one.plan = PLAN | {"one_per": "shop", "match_above": 0.3, "density": 0.0}
        one.put("a", {"name": "ann", "email": "u", "phone": "1"})
        one.put("b", {"name": "ann", "email": "u", "phone": "1", "shop": "s"})
        one.put("c", {"name": "bo", "email": "u", "phone": "1", "shop": "s"})
        one.build()
        assert one.state()["matches"] == [("a", "b", True), ("a", "c", False)]
        one.erase("b")
        one.build()
        assert one.state()["matches"] == [("a", "c", True)], "nothing better is left"


def test_an_erased_record_takes_its_pairs_along() -> None:
    with warehouse() as one:
        steady = [{key: value for key, value in each.items() if key != "frequency"}
                  for each in PLAN["comparisons"]]  # fmt: skip
        one.plan = PLAN | {"comparisons": steady}
        two_people(one)
        one.erase("b")
        one.build()
        gone = "select count(*) from {} where linked_record_number = 2 or record_number = 2"
        assert [one.rows(gone.format(name)) for name in ("compared", "scores", "matches")] == (
            [[(0,)]] * 3
        )
        assert one.rows("select record_number from compared") == [(1,)], "the others' pair stays"


def test_another_limit_counts_every_key_anew() -> None:
    with warehouse() as one, warehouse() as whole:
        whole.plan = PLAN | {"max_records_per_key": 2}
        for each in (one, whole):
            for key in "defg":
                each.put(key, {"name": None, "email": "x"})
            two_people(each)
        assert (len(one.state()["hubs"]), len(whole.state()["hubs"])) == (1, 2)
        one.plan = whole.plan
        one.build()
        assert one.state()["hubs"] == whole.state()["hubs"]
