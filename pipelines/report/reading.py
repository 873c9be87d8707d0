"""The warehouse as the report may see it: described columns that hold no personal data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import yaml

from pipelines.bronze import warehouse
from pipelines.connections import PROJECT
from pipelines.golden import LookupFailed

YAML = PROJECT / "dbt_project"
RELATION = re.compile(r"\b(?:from|join)\s+((?:bronze_meta|ops|gold|silver)\.\w+)")
Columns = dict[str, bool]  # a described column: whether it is tagged as personal data
Row = dict[str, Any]


class NotBuiltError(Exception):
    """Relations that a query reads are not in the warehouse; the message names them."""


class Reader:
    """Queries over the warehouse in which a column tagged as personal data does not exist.

    ``shown`` names the columns of each relation that may be seen, ``database`` the attached file.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, database: str, shown: dict[str, list[str]]
    ) -> None:
        self.connection = connection
        self.database = database
        self.shown = shown
        self.open: set[str] = set()

    def rows(self, sql: str) -> list[Row]:
        """Rows of a query. Raises NotBuiltError, and duckdb.BinderException for a hidden column."""
        needed = set(RELATION.findall(sql))
        if missing := sorted(needed - self.shown.keys()):
            raise NotBuiltError(" and ".join(missing))
        for name in sorted(needed - self.open):
            self._open(name)
        cursor = self.connection.execute(sql)
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def _open(self, name: str) -> None:
        schema, table = name.split(".")
        columns = ", ".join(f'"{column}"' for column in self.shown[name])
        self.connection.execute(f'create schema if not exists "{schema}"')
        try:
            self.connection.execute(
                f'create view {name} as select {columns} from "{self.database}".{schema}."{table}"'
            )
        except duckdb.BinderException as error:
            told = str(error).partition("\n")[0]
            raise LookupFailed(
                f"{name} cannot be read; does the file have the name it was built with? {told}"
            ) from None
        self.open.add(name)


@contextmanager
def reader(path: Path | None = None, folder: Path = YAML) -> Iterator[Reader]:
    """The warehouse behind views of what the YAML files in ``folder`` describe and do not tag.

    Raises LookupFailed when there is no warehouse or it is not free.
    """
    path = path or warehouse()
    if not path.exists():
        raise LookupFailed("there is no warehouse yet: run `make ingest build`")
    place = str(path).replace("'", "''")
    with duckdb.connect() as connection:
        try:
            connection.execute(f"attach '{place}' (read_only)")
        except duckdb.IOException as error:
            raise LookupFailed(f"the warehouse is open elsewhere: {error}") from None
        connection.execute("set timezone = 'UTC'")
        yield Reader(connection, path.stem, _shown(connection, described(folder)))


def described(folder: Path) -> dict[str, Columns]:
    """Columns of the models, snapshots and sources in the YAML files of a folder, by schema.table.

    Files of single systems are left out. A snapshot with a schema of its own has the columns of the
    model that it keeps; those of silver, histories of golden records, are left out.
    """
    files = [path for path in sorted(folder.rglob("*.yml")) if not path.match("staging/*/*")]
    texts = [(path, yaml.load(path.read_text(), yaml.CSafeLoader) or {}) for path in files]
    found: dict[str, Columns] = {}
    for path, text in texts:
        for model in text.get("models", ()):
            schema = path.relative_to(folder / "models").parts[0]
            found[f"{schema}.{model['name']}"] = _columns(model)
        for source in text.get("sources", ()):
            schema = source.get("schema", source["name"])
            found |= {f"{schema}.{table['name']}": _columns(table) for table in source["tables"]}
    by_model = {name.split(".")[1]: columns for name, columns in found.items()}
    for _, text in texts:
        for kept in text.get("snapshots", ()):
            if schema := kept["config"].get("schema"):
                model = kept["relation"].removeprefix("ref('").removesuffix("')")
                found[f"{schema}.{kept['name']}"] = by_model[model] | _columns(kept)
    return found


def _columns(node: Row) -> Columns:
    return {column["name"]: _is_personal(column) for column in node.get("columns", ())}


def _is_personal(column: Row) -> bool:
    metas = (column.get("meta"), column.get("config", {}).get("meta"))
    return any((meta or {}).get("contains_pii", False) for meta in metas)


def _shown(
    connection: duckdb.DuckDBPyConnection, described: dict[str, Columns]
) -> dict[str, list[str]]:
    """The columns that may be seen, of each relation of the attached file that has any."""
    sql = """
        select schema_name || '.' || table_name, column_name from duckdb_columns()
        where database_name <> current_database() and not internal
        order by table_oid, column_index
    """
    found: dict[str, list[str]] = {}
    for name, column in connection.execute(sql).fetchall():
        if described.get(name, {}).get(column) is False:
            found.setdefault(name, []).append(column)
    return found
