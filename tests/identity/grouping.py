"""From evidence to golden ids with the project's own SQL, fast enough for thousands of builds.

The macros are rendered once; each build runs them on an in-memory DuckDB.

Example::

    grouping = Grouping()
    grouping.load({"a": {"email": "x"}, "b": {"email": "x"}})
    assert grouping.build() == {"a": "a", "b": "a"}
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import duckdb

from pipelines.connections import PROJECT
from pipelines.macros import Macros

TABLES = """
    create table records (record_key text, connection text, system text, stream text,
        record_id text, is_deleted boolean, is_quarantined boolean, first_seen_at timestamp,
        extracted_at timestamp, _dlt_load_id text);
    create table known_values (record_key text, evidence text, evidence_key text);
    create table rules (entity text, evidence text, strength bigint, max_records bigint,
        max_names bigint, reason text);
    insert into rules values ('customer', 'email', 5, null, null, 'same e-mail address'),
        ('customer', 'phone', 6, null, null, 'same phone number');
    create table must_match (entity text, record_key text, other_record_key text,
        decided_by text, decided_at text, why text);
    create table never_match as from must_match;
    create table accepted_clusters (entity text, golden_id text, record_key text,
        decided_by text, decided_at text, why text);
    create table history (record_key text, change text, former_customer_id text,
        customer_id text, reason text, cause text, load_id text, noticed_at timestamp,
        extracted_until timestamp);
    create table clock (noticed_at timestamp);
    create table arrived (record_key text, arrived_at timestamp, first_read_at timestamp);
"""
MODELS = {
    "arrivals": "{{ record_arrivals('records', 'arrived', '(select noticed_at from clock)') }}",
    "numbered": """
        select {{ number_records('arrived_at, first_read_at') }} as record_number, *,
            'person' as party
        from records inner join arrived using (record_key)
    """,
    "evidence": """
        select numbered.record_number, known_values.evidence, known_values.evidence_key,
            '' as name_key, cast(null as text) as drop_reason
        from numbered inner join known_values on numbered.record_key = known_values.record_key
    """,
    "shared_keys": "{{ shared_keys('customer', 'evidence', 'rules') }}",
    "links": """
        with key_links as ({{ key_links('evidence', 'shared_keys') }}),
        decided as ({{ decided_links('customer', 'numbered', 'must_match', 'accepted_clusters') }})
        select * from key_links union all select * from decided
    """,
    "cuts": """
        {{ cut_clusters('customer', 'links', 'numbered', 'never_match', '-strength', rounds=2) }}
    """,
    "grouped": """
        {{ connected_components(kept_links('links', 'cuts'), 'record_number',
            'linked_record_number') }}
    """,
    "xref": "{{ golden_xref('customer_id', 'numbered', 'grouped', 'links') }}",
    "changes": """
        {{ membership_changes('customer', 'customer_id', relations, 'history',
            '(select noticed_at from clock)') }}
    """,
    "ids": "{{ golden_ids('customer_id', 'numbered', 'grouped', 'history') }}",
    "members": "{{ golden_members('numbered', 'grouped') }}",
}
KEPT = {"arrivals": "arrived", "changes": "history"}  # what a build adds to
NAMES = ("records", "numbered", "links", "xref", "never_match")
RELATIONS = {name: name for name in NAMES} | {"groups": "grouped"}
GIVEN_LINKS = """
    select ones.record_number, others.record_number as linked_record_number, 'given' as evidence,
        strength, 'given' as reason
    from given_links
    inner join numbered as ones on one = ones.record_key
    inner join numbered as others on other = others.record_key
"""
LOAD = """
    update records set extracted_at = read.extracted_at, _dlt_load_id = '{load}'
        from read where records.record_key = read.record_key;
    insert into records
        select record_key, '', '', '', record_key, false, false, extracted_at, extracted_at,
            '{load}'
        from read anti join records using (record_key);
    delete from known_values where record_key in (select record_key from read);
    insert into known_values from held;
"""
MONDAY = dt.datetime(2026, 11, 2)


MACROS = Macros(PROJECT / "macros", relations=RELATIONS)
SQL = {name: MACROS.render(text) for name, text in MODELS.items()}
THOROUGH_CUTS = MACROS.render(MODELS["cuts"].replace("rounds=2", "rounds=15"))


class Grouping:
    """A warehouse of one entity: loads, corrections, deletions and decisions, then builds."""

    def __init__(self) -> None:
        self.db = duckdb.connect(config={"threads": 1})
        self.db.execute(TABLES)
        self.loads = 0

    def close(self) -> None:
        self.db.close()

    def load(self, values: Mapping[str, Mapping[str, str]], is_late: bool = False) -> None:
        """One load of records, new or corrected: {record key: {evidence: value}}.

        A late one was read before all others, as when its package was left by a killed run.
        """
        self.loads += 1
        at = MONDAY + dt.timedelta(hours=-self.loads if is_late else self.loads)
        rows = [[key, at + dt.timedelta(microseconds=n)] for n, key in enumerate(values)]
        held = [[key, *pair] for key, pairs in values.items() for pair in pairs.items()]
        if rows:
            self._insert("read", "record_key text, extracted_at timestamp", rows)
            self._insert("held", "record_key text, evidence text, evidence_key text", held)
            self.db.execute(LOAD.format(load=self.loads))

    def _insert(self, table: str, columns: str, rows: list[list[Any]]) -> None:
        self.db.execute(f"create or replace temp table {table} ({columns})")
        if rows:
            holders = ", ".join(["(" + ", ".join("?" * len(rows[0])) + ")"] * len(rows))
            values = [value for row in rows for value in row]
            self.db.execute(f"insert into {table} values {holders}", values)

    def mark(self, key: str, column: str, value: bool = True) -> None:
        """Set is_deleted or is_quarantined of a record."""
        self.db.execute(f"update records set {column} = ? where record_key = ?", [value, key])

    def erase(self, key: str) -> None:
        """Take a record out of the warehouse, as an erasure does."""
        for table in ("records", "known_values"):
            self.db.execute(f"delete from {table} where record_key = ?", [key])

    def decide(self, seed: str, pairs: Iterable[tuple[str, str]]) -> None:
        """Replace the lines of must_match or never_match."""
        self.db.execute(f"delete from {seed}")
        for one, other in pairs:
            row = ["customer", one, other, "Ada", "2026-11-20", f"{seed} by phone"]
            self.db.execute(f"insert into {seed} values (?, ?, ?, ?, ?, ?)", row)

    def build_from_links(self, links: Iterable[tuple[str, str, int]]) -> dict[str, str]:
        """As build, with links (record key, record key, strength) instead of evidence."""
        self.db.execute("create table given_links (one text, other text, strength bigint)")
        self.db.executemany("insert into given_links values (?, ?, ?)", list(links))
        return self.build({**SQL, "links": GIVEN_LINKS, "cuts": THOROUGH_CUTS})

    def build(self, models: Mapping[str, str] | None = None) -> dict[str, str]:
        """Every model once; the golden id of each record."""
        self.loads += 1
        self.db.execute("delete from clock")
        self.db.execute("insert into clock values (?)", [MONDAY + dt.timedelta(hours=self.loads)])
        for name, sql in (models or SQL).items():
            self.db.execute(f"create or replace temp table {name} as {sql}")
            if name in KEPT:
                self.db.execute(f"insert into {KEPT[name]} from {name}")
        return self.pairs("select record_key, golden_id from members")

    def pairs(self, sql: str) -> dict[str, Any]:
        """A query of two columns as a dict."""
        return dict(self.db.execute(sql).fetchall())

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.db.execute(sql).fetchall()
