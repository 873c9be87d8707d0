"""Decisions and membership changes through dbt itself: what fails, and what a rebuild leaves."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager

from pipelines import decisions
from tests.mapping.project import ROOT, Project

SILVER = "dbt_project/models/silver"
SEEDS = ("must_match", "never_match", "accepted_clusters")
TESTS = (
    "assert_every_decision_names_its_records_and_its_maker",
    "assert_what_people_decided_holds",
)
OPPOSED = "never_match keeps apart what must_match or accepted_clusters hold together"
PEOPLE = {"a": ("x", 1), "b": ("x", 2), "c": ("y", 3)}
RECORDS = """
    select
        cast(record_key as text) as record_key, cast(record_key as text) as connection,
        '' as system, '' as stream, '' as record_id, cast(email as text) as email,
        false as is_deleted, false as is_quarantined,
        cast('2026-11-01' as timestamp) + day * interval 1 day as first_seen_at,
        cast('2026-11-01' as timestamp) + load * interval 1 day as extracted_at,
        cast(load as text) as _dlt_load_id
    from (values {rows}) as people (record_key, email, day, load)
"""
LINKS = """
    select younger.record_number, older.record_number as linked_record_number, 'email' as evidence,
        cast(5 as bigint) as strength, 'same e-mail address' as reason
    from {{ ref('customers_numbered') }} as younger
    inner join {{ ref('customers_numbered') }} as older
        on younger.email = older.email and younger.record_number > older.record_number
    union all
    {{ decided_links(
        'customer', ref('customers_numbered'), ref('must_match'), ref('accepted_clusters')
    ) }}
"""
MODELS = {
    "customers_numbered": """
        select {{ number_records() }} as record_number, * from {{ ref('customers_records') }}
    """,
    "customers_links": LINKS,
    **{
        f"{plural}_{part}": f"select '' as record_key, '' as {plural[:-1]}_id limit 0"
        for plural in ("products", "employees")
        for part in ("records", "xref")
    },
}
REAL = (
    "customers_cuts",
    "customers_groups",
    "customers_xref",
    "customers_changes",
    "customers_ids",
)


class Company:
    """A dbt project of one entity with the real identity models from links to ids."""

    def __init__(self, folder: Path) -> None:
        self.project = Project(folder)
        for name in SEEDS:
            self.project.write(f"seeds/identity/{name}.csv", ",".join(decisions.FILES[name]) + "\n")
        shutil.copy(ROOT / "seeds/identity/_decisions__seeds.yml", folder / "seeds/identity")
        for name in TESTS:
            self.project.write(
                f"tests/business/{name}.sql", (ROOT / f"tests/business/{name}.sql").read_text()
            )
        for name, sql in MODELS.items():
            self.project.write(f"{SILVER}/{name}.sql", sql)
        for name in REAL:
            sql = (ROOT / SILVER / f"customers/{name}.sql").read_text()
            self.project.write(f"{SILVER}/{name}.sql", sql)

    def people(self, people: dict[str, tuple[str, int]], load: int = 1) -> None:
        rows = ", ".join(f"('{k}', '{email}', {day}, {load})" for k, (email, day) in people.items())
        self.project.write(f"{SILVER}/customers_records.sql", RECORDS.format(rows=rows))

    def decide(self, seed: str, *lines: str) -> None:
        text = "\n".join([",".join(decisions.FILES[seed]), *lines, ""])
        self.project.write(f"seeds/identity/{seed}.csv", text)

    def build(self, *options: str) -> list[str]:
        return self.project.run("build", "--exclude", "resource_type:unit_test", *options)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.project.warehouse)) as db:
            return db.execute(sql).fetchall()

    def failing(self, test: str, columns: str) -> list[tuple[Any, ...]]:
        compiled = self.project.folder / f"target/compiled/goldpan/tests/business/{test}.sql"
        return self.rows(f"select {columns} from ({compiled.read_text()}) order by all")


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    made = Company(tmp_path)
    made.people(PEOPLE)
    yield made
    DuckDBConnectionManager.close_all_connections()  # dbt keeps it, by its path as written


def test_changes_and_old_ids_survive_a_full_refresh(company: Company) -> None:
    assert company.build() == []
    company.people(PEOPLE | {"c": ("x", 3)}, load=2)
    assert company.build("--full-refresh") == []
    ids = company.rows("select known_id, customer_id, id_kind from silver.customers_ids order by 1")
    assert ids == [("a", "a", "golden id"), ("b", "a", "record"), ("c", "a", "former golden id")]
    company.people({"b": ("x", 2)}, load=2)
    assert company.build() == []
    assert company.rows(
        "select record_key, change, former_customer_id, customer_id, cause, load_id "
        "from silver.customers_changes order by noticed_at, record_key"
    ) == [
        ("a", "founded", None, "a", "load", "1"),
        ("b", "joined", None, "a", "load", "1"),
        ("c", "founded", None, "c", "load", "1"),
        ("c", "merged", "c", "a", "load", "2"),
        ("a", "removed", "a", None, "removal", None),
        ("b", "renamed", "a", "b", "removal", None),
        ("c", "removed", "a", None, "removal", None),
    ]
    ids = company.rows("select known_id, customer_id from silver.customers_ids order by 1")
    assert ids == [("a", "b"), ("b", "b"), ("c", None)]


def test_decisions_are_carried_out_or_fail_with_their_line(company: Company) -> None:
    accepted = [f"customer,a,{key},Ada,2026-11-20,one family business" for key in "ac"]
    company.decide("accepted_clusters", *accepted)
    company.decide("never_match", "customer,b,a,Ada,2026-11-20,two sisters")
    assert company.build() == []
    xref = "select record_key, customer_id from silver.customers_xref order by 1"
    assert company.rows(xref) == [("a", "a"), ("b", "b"), ("c", "a")]

    company.decide(
        "never_match",
        "customer,b,a,Ada,2026-11-20,two sisters",
        "customer,c,a,Ada,2026-11-20,strangers",
    )
    company.decide(
        "must_match",
        "customer,c,b,Ada,2026-11-20,and so is she",
        "customer,a,nobody,Ada,2026-11-20,gone",
        "customer,a,b,Ada,20.11.2026,again",
        "person,a,b,,2026-11-20,",
    )
    assert len(company.build()) == 2
    assert company.failing(TESTS[0], "mistake") == [
        ("must_match.csv, line 3: no record has the key nobody",),
        ("must_match.csv, line 4: decided_at is no date YYYY-MM-DD",),
        ("must_match.csv, line 5: entity is none of customer, product, employee",),
        (f"never_match.csv, line 2: {OPPOSED}",),
        (f"never_match.csv, line 3: {OPPOSED}",),
    ]
    assert company.failing(TESTS[1], "broken_rule") == [
        ("never_match.csv, line 2: the records are one customer",),
        ("never_match.csv, line 3: the records are one customer",),
    ]
