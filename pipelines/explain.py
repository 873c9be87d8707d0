"""`make explain`: from a golden value back to the API request that brought it.

Each step is a relation of silver that can be asked in SQL as well: <entity>s_ids, _provenance,
_paths, _pairs, _changes, and record_origins.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.table import Table

from pipelines.connections import PROJECT
from pipelines.golden import Entity, LookupFailed, Silver, entity_of, silver
from pipelines.macros import Macros

PATHS = "{{ match_paths(id_name, numbered, 'near_groups', 'near_links') }}"


def show(console: Console, entity_name: str, key: str, field: str = "") -> None:
    """Print how a golden record, or one field of it, came to be.

    Raises LookupFailed for an entity, id or field that is not there.
    """
    entity = entity_of(entity_name)
    with silver() as found:
        story = Story(found, entity, key)
        for part in story.of_field(field) if field else story.of_record():
            console.print(part, highlight=False, markup=False, soft_wrap=isinstance(part, str))


class Story:
    """What the warehouse knows about one golden record."""

    def __init__(self, silver: Silver, entity: Entity, key: str) -> None:
        self.silver = silver
        self.entity = entity
        self.asked = silver.resolve(entity, key)
        self.golden_id = self.asked[entity.id_name]
        if self.golden_id is None:
            raise LookupFailed(
                f"'{key}' was a {entity.name} until {self.asked['replaced_at']:%Y-%m-%d %H:%M}; "
                "none of its records is in the warehouse any more"
            )
        self.cells = self._cells()
        if not self.cells:
            raise LookupFailed(
                f"{entity.name} {self.golden_id} has no golden values: all of its records are in "
                "quarantine (ops.quarantine says why)"
            )
        self.paths = self._paths()

    def of_record(self) -> Iterator[str | Table]:
        """The whole golden record: its fields, its records, and how it changed."""
        yield from self._heading()
        yield self._fields()
        yield self._members()
        yield self._changes()
        yield f"One field, down to the payload: FIELD={self.cells[0]['field']}"

    def of_field(self, field: str) -> Iterator[str | Table]:
        """One golden cell: rule, losers, path to the founder, payload, load, request."""
        cell = self._cell(field)
        yield from self._heading()
        yield f"\n1. Value\n   {field} = {cell['golden_value']}"
        winner = cell["winning_record_key"]
        yield f"\n2. Record it came from\n   {winner} ({cell['winning_system']})"
        yield f"\n3. Rule\n   {cell['rule']}: {cell['rule_reason']}"
        yield "\n4. Values that lost"
        yield from self._losers(cell)
        yield "\n5. Why that record belongs here"
        yield from self._steps(winner)
        yield from self._source(winner)

    def _heading(self) -> Iterator[str]:
        yield f"{self.entity.name} {self.golden_id}"
        if self.asked["known_id"] != self.golden_id:
            since = self.asked["replaced_at"]
            when = f", until {since:%Y-%m-%d %H:%M}" if since else ""
            yield f"({self.asked['known_id']} is a {self.asked['id_kind']} of it{when})"

    def _cells(self) -> list[dict[str, Any]]:
        return self.silver.rows(
            f"select * from {self.entity.table('provenance')} where {self.entity.id_name} = ? "
            "order by field",
            self.golden_id,
        )

    def _cell(self, field: str) -> dict[str, Any]:
        for cell in self.cells:
            if cell["field"] == field:
                return cell
        filled = ", ".join(cell["field"] for cell in self.cells)
        raise LookupFailed(
            f"{self.entity.name} {self.golden_id} has no value in '{field}'; it has {filled}"
        )

    def _fields(self) -> Table:
        made = _table("Golden values", "field", "value", "from", "rule", "other values")
        for cell in self.cells:
            made.add_row(
                cell["field"],
                cell["golden_value"],
                cell["winning_record_key"],
                cell["rule_reason"],
                "; ".join(_value(loser) for loser in _losing(cell)),
            )
        return made

    def _members(self) -> Table:
        made = _table("Records it consists of", "record", "belongs because", "through")
        rows = self.silver.rows(
            f"select * from {self.entity.table('xref')} where {self.entity.id_name} = ? "
            "order by not is_founder, first_seen_at, record_key",
            self.golden_id,
        )
        for row in rows:
            step = self.paths.get(row["record_key"])
            gone = " (deleted at the source)" if row["is_deleted"] else ""
            reason = step["reason"] if step else row["match_reason"]
            through = step["previous_record_key"] if step else ""
            made.add_row(row["record_key"] + gone, reason, through)
        return made

    def _changes(self) -> Table:
        id_name = self.entity.id_name
        rows = self.silver.rows(
            f"select * from {self.entity.table('changes')} "
            f"where ? in ({id_name}, former_{id_name}) "
            "order by noticed_at desc, record_key limit 20",
            self.golden_id,
        )
        made = _table("Changes of membership, latest first", "noticed", "record", "what", "why")
        for row in rows:
            other = {row[id_name], row[f"former_{id_name}"]} - {self.golden_id, None}
            what = " ".join([row["change"], *(f"({key})" for key in sorted(other))])
            cause = f"load {row['load_id']}" if row["cause"] == "load" else row["cause"]
            made.add_row(
                f"{row['noticed_at']:%Y-%m-%d %H:%M}",
                row["record_key"],
                what,
                f"{row['reason']}; {cause}",
            )
        return made

    def _losers(self, cell: dict[str, Any]) -> Iterator[str]:
        losers = _losing(cell)
        if not losers:
            yield "   none: no record says otherwise"
        for loser in losers:
            yield f"   {_value(loser)}, from {loser['record_key']}{_since(loser)}"

    def _steps(self, record_key: str) -> Iterator[str]:
        if record_key == self.golden_id:
            yield "   it is the founding record: the one that the warehouse saw first"
            return
        while step := self.paths.get(record_key):
            previous = step["previous_record_key"]
            yield f"   {record_key}"
            yield f"     {step['reason']}: {previous}"
            yield from self._weights(record_key, previous)
            record_key = previous
        yield f"   {record_key}"
        yield "     the founding record"

    def _weights(self, record_key: str, other_key: str) -> Iterator[str]:
        """The comparison of two records in words, where they were compared field by field."""
        table = self.entity.table("pairs")
        if not self.silver.columns(table):
            return
        rows = self.silver.rows(
            f"select * from {table} where (record_key, linked_record_key) in ((?, ?), (?, ?)) "
            "order by match_weight desc limit 1",
            *(record_key, other_key, other_key, record_key),
        )
        for row in rows:
            levels, weights = json.loads(row["levels"]), json.loads(row["weights"])
            parts = [
                " ".join(
                    [name.replace("_", " "), *filter(None, [levels.get(name)]), f"{weight:+.1f}"]
                )
                for name, weight in weights.items()
            ]
            yield (
                f"     weight {row['match_weight']:+.1f} bits, probability "
                f"{row['match_probability']:.4f}: {', '.join(parts)}"
            )

    def _source(self, record_key: str) -> Iterator[str]:
        (origin,) = self.silver.rows(
            "select * from silver.record_origins where entity = ? and record_key = ?",
            self.entity.name,
            record_key,
        )
        payloads = self.silver.rows(
            f"select payload::text as payload from {origin['bronze_table']} "
            "where connection = ? and extracted_at = ? "
            "and (record_id = ? or starts_with(?, record_id || ':'))",
            origin["connection"],
            origin["extracted_at"],
            *(origin["record_id"],) * 2,
        )
        yield f"\n6. Payload\n   {origin['bronze_table']}, read {origin['extracted_at']:%F %T} UTC"
        for row in payloads:
            text = json.dumps(json.loads(row["payload"]), indent=2, ensure_ascii=False)
            yield "\n".join(f"   {line}" for line in text.splitlines())
        yield (
            f"\n7. Load\n   {origin['load_id']} of connection {origin['connection']}, stream "
            f"{origin['stream']}, run {origin['run_id']}"
        )
        yield (
            f"\n8. Request\n   {origin['request_method']} {origin['request_url']}\n"
            f"   answered {origin['response_status']}, sent {origin['requested_at']:%F %T} UTC, "
            f"id {origin['request_id']}"
        )

    def _paths(self) -> dict[str, dict[str, Any]]:
        """The row of <entity>s_paths of each member, worked out for this cluster alone."""
        entity, db = self.entity, self.silver.connection
        db.execute(
            f"""create or replace temp table near_groups as
            select grouped.* from {entity.table("groups")} as grouped
            inner join {entity.table("numbered")} as founders
                on grouped.founder_number = founders.record_number
            where founders.record_key = ?""",
            [self.golden_id],
        )
        macros = Macros(
            PROJECT / "macros", id_name=entity.id_name, numbered=entity.table("numbered")
        )
        kept = macros.call("kept_links", entity.table("links"), entity.table("cuts"))
        db.execute(
            f"""create or replace temp table near_links as select * from {kept}
            where record_number in (select record_number from near_groups)
            and linked_record_number in (select record_number from near_groups)"""
        )
        return {row["record_key"]: row for row in self.silver.rows(macros.render(PATHS))}


def _losing(cell: dict[str, Any]) -> list[dict[str, Any]]:
    return json.loads(cell["losing_values"] or "[]")


def _value(loser: dict[str, Any]) -> str:
    return f"{loser['value']} ({loser['system']})"


def _since(loser: dict[str, Any]) -> str:
    changed = loser.get("changed_at")
    return f", changed {str(changed)[:16]}" if changed else ""


def _table(title: str, *columns: str) -> Table:
    made = Table(title=f"\n{title}", title_justify="left", header_style="bold")
    for name in columns:
        made.add_column(name, overflow="fold")
    return made
