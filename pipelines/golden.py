"""Golden things as the warehouse holds them: their names, their ids, and what was looked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb

from pipelines.bronze import warehouse
from pipelines.errors import IngestError


class LookupFailed(IngestError):  # noqa: N818 - what happened, as the others of its family say it
    """What was asked for is not in the warehouse; the message names what is nearest."""


@dataclass(frozen=True)
class Entity:
    """What is matched: its name, and how the warehouse names what belongs to it."""

    name: str

    @property
    def plural(self) -> str:
        return f"{self.name}s"

    @property
    def id_name(self) -> str:
        return f"{self.name}_id"

    def table(self, part: str = "") -> str:
        """A relation of silver, e.g. table("xref") of customer is silver.customers_xref."""
        return f"silver.{self.plural}{'_' if part else ''}{part}"


ENTITIES = {name: Entity(name) for name in ("customer", "product", "employee")}
ALIASES = {"supplier": "customer", "company": "customer", "person": "customer"}


def entity_of(name: str) -> Entity:
    """The entity of a name or a word for it. Raises LookupFailed with the names there are."""
    singular = name.strip().lower().removesuffix("s")
    found = ENTITIES.get(ALIASES.get(singular, singular))
    if found is None:
        raise LookupFailed(f"no entity '{name}'; there are {', '.join([*ENTITIES, *ALIASES])}")
    return found


class Silver:
    """The built warehouse, open for reading."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def rows(self, sql: str, *args: Any) -> list[dict[str, Any]]:
        """Rows of a query as dicts."""
        cursor = self.connection.execute(sql, list(args))
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def columns(self, table: str) -> list[str]:
        """Columns of schema.table; none when it is not there."""
        schema, name = table.split(".")
        sql = """
            select column_name from information_schema.columns
            where table_schema = ? and table_name = ? order by ordinal_position
        """
        return [row["column_name"] for row in self.rows(sql, schema, name)]

    def resolve(self, entity: Entity, key: str) -> dict[str, Any]:
        """The row of <entity>s_ids for any id ever given out or any record key.

        Raises LookupFailed that says what is nearest.
        """
        found = self.rows(f"select * from {entity.table('ids')} where known_id = ?", key)
        if not found:
            near = self._nearest(entity, key)
            hint = f"; nearest: {', '.join(near)}" if near else ""
            raise LookupFailed(
                f"no {entity.name} with the id or record key '{key}' "
                f"(looked in {entity.table('ids')}){hint}"
            )
        return found[0]

    def _nearest(self, entity: Entity, key: str) -> list[str]:
        """Golden ids whose golden cells hold the text; else keys that are spelt alike."""
        sql = f"""
            select distinct {entity.id_name} as id from {entity.table("provenance")}
            where lower(golden_value) = lower(?) limit 3
        """
        holders = self.rows(sql, key) if self.columns(entity.table("provenance")) else []
        if holders:
            return [f"{row['id']} (holds that value)" for row in holders]
        sql = f"""
            select known_id as id from {entity.table("ids")}
            order by jaro_winkler_similarity(known_id, ?) desc, known_id limit 3
        """
        return [row["id"] for row in self.rows(sql, key)]


@contextmanager
def silver(needed: str = "silver.customers_ids") -> Iterator[Silver]:
    """The warehouse of this project. Raises LookupFailed when it is not free or lacks a table."""
    path = warehouse()
    if not path.exists():
        raise LookupFailed("there is no warehouse yet: run `make ingest build`")
    try:
        connection = duckdb.connect(str(path), read_only=True)
    except duckdb.IOException as error:
        raise LookupFailed(f"the warehouse is open elsewhere: {error}") from None
    try:
        found = Silver(connection)
        if not found.columns(needed):
            raise LookupFailed(f"the warehouse holds no {needed} yet: run `make build`")
        yield found
    finally:
        connection.close()
