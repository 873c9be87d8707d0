"""What a decision about identity would change, tried before it is written.

The project's own macros, the same that `dbt build` runs, are run over the built warehouse with the
decision added; they say which golden ids would merge or part.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pipelines import decisions
from pipelines.connections import PROJECT
from pipelines.golden import Entity, Silver
from pipelines.macros import Macros

SEEDS = {"match": "must_match", "never": "never_match"}
LINKS = "record_number, linked_record_number, evidence, strength, reason"
REACHED = """
    select distinct record_number from ({{ widest_paths('pairs', 'ends') }}) as reached
"""
GROUPED = """
    {{ connected_components(kept_links('links', 'cuts'), 'record_number', 'linked_record_number') }}
"""
CUTS = "{{ cut_clusters(entity, 'links', numbered, 'never_match', weight) }}"
DECIDED = "{{ decided_links(entity, numbered, 'must_match', 'accepted_clusters') }}"


@dataclass
class Move:
    """What would follow a record from one golden id to another."""

    record_key: str
    old_id: str
    new_id: str


@dataclass
class Change:
    """What a decision would do: moves of records, and the documents that go with them."""

    moves: list[Move] = field(default_factory=list)
    documents: list[tuple[str, int, float | None]] = field(default_factory=list)

    def sentences(self) -> list[str]:
        """The change in words, a line each."""
        if not self.moves:
            return ["No golden id changes: what it says is so already."]
        said = []
        for old, new in sorted({(move.old_id, move.new_id) for move in self.moves}):
            count = sum((move.old_id, move.new_id) == (old, new) for move in self.moves)
            is_whole = any(move.record_key == old for move in self.moves)
            how = "merges into" if is_whole else f"loses {_counted(count, 'record')} to"
            said.append(f"{old} {how} {new}" + (f" ({_counted(count, 'record')})" * is_whole))
        for table, count, amount in self.documents:
            worth = f", {amount:,.2f} in the reporting currency" if amount is not None else ""
            said.append(f"{table}: {count:,} would move{worth}")
        return said if self.documents else [*said, "No document moves."]


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def effect(silver: Silver, entity: Entity, keys: tuple[str, str], verdict: str) -> Change:
    """What `match` or `never` on two records would change, decisions on disk included."""
    numbered = entity.table("numbered")
    macros = Macros(PROJECT / "macros", entity=entity.name, numbered=numbered, weight="-strength")
    db = silver.connection
    for seed in decisions.FILES:
        _stage_decisions(silver, entity, seed, keys if SEEDS[verdict] == seed else None)
    ends = " union all ".join(
        f"select record_number as source_number from {numbered} where record_key = ?" for _ in keys
    )
    db.execute(f"create or replace temp table ends as {ends}", list(keys))
    db.execute(
        f"""create or replace temp table all_links as
        select {LINKS} from {entity.table("links")} where evidence <> 'decided'
        union all {macros.render(DECIDED)}"""
    )
    db.execute(
        """create or replace temp view pairs as select record_number as first_number,
        linked_record_number as second_number, 1::bigint as link_rank from all_links"""
    )
    db.execute(f"create or replace temp table touched as {macros.render(REACHED)}")
    db.execute(
        """create or replace temp table links as select all_links.* from all_links
        semi join touched using (record_number)"""
    )
    db.execute(f"create or replace temp table cuts as {macros.render(CUTS)}")
    db.execute(f"create or replace temp table grouped as {macros.render(GROUPED)}")
    return _change(silver, entity)


def _stage_decisions(
    silver: Silver, entity: Entity, seed: str, keys: tuple[str, str] | None
) -> None:
    """The seed as it stands on disk, with a new pair, as a table that hides the built one."""
    rows = [tuple(row.values()) for _, row in decisions.lines(seed)]
    if keys:
        rows.append((entity.name, *keys, "you", "today", "asked"))
    columns = ", ".join(f"{name} text" for name in decisions.FILES[seed])
    silver.connection.execute(f"create or replace temp table {seed} ({columns})")
    if rows:
        silver.connection.executemany(f"insert into {seed} values (?, ?, ?, ?, ?, ?)", rows)


def _change(silver: Silver, entity: Entity) -> Change:
    id_name = entity.id_name
    silver.connection.execute(
        f"""create or replace temp table moved as
        select xref.record_key, xref.{id_name} as old_id,
            coalesce(founders.record_key, xref.record_key) as new_id
        from touched
        inner join {entity.table("numbered")} as numbered using (record_number)
        inner join {entity.table("xref")} as xref on numbered.record_key = xref.record_key
        left join grouped on touched.record_number = grouped.record_number
        left join {entity.table("numbered")} as founders
            on grouped.founder_number = founders.record_number
        where xref.{id_name} <> coalesce(founders.record_key, xref.record_key)"""
    )
    rows = silver.rows("select * from moved order by record_key")
    change = Change([Move(**row) for row in rows])
    if change.moves:
        change.documents = list(_documents(silver, entity))
    return change


def _documents(silver: Silver, entity: Entity) -> list[tuple[str, int, float | None]]:
    """Documents whose record names a moved record, or that hang on an id that merges away."""
    sql = "select table_name from information_schema.columns where column_name = ?"
    sql += " and table_schema = 'silver' order by 1"
    found = []
    for name in [row["table_name"] for row in silver.rows(sql, entity.id_name)]:
        held = silver.columns(f"silver.{name}")
        reference = f"{entity.name}_record_id"
        if name.startswith(entity.plural) or "record_key" not in held:
            continue
        if reference not in silver.columns(f"silver.{name}_records"):
            continue
        amounts = ("total_reporting_amount", "reporting_amount", "revenue_reporting_amount")
        amount = next((column for column in amounts if column in held), None)
        total = f"sum(documents.{amount})" if amount else "null"
        (row,) = silver.rows(
            f"""
            select count(*) as count, {total} as amount
            from silver.{name} as documents
            inner join silver.{name}_records as records using (record_key)
            left join moved on moved.record_key = records.connection || '/'
                || records.{entity.name}_stream || '/' || records.{reference}
            where moved.record_key is not null or (
                records.{reference} is null and documents.{entity.id_name} in (
                    select old_id from moved where record_key = old_id
                )
            )"""
        )
        if row["count"]:
            found.append((name, row["count"], row["amount"]))
    return found
