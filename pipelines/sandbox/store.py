"""Documents of one vendor, as its API would send them, in one SQLite file."""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal, NamedTuple

import orjson

Order = Literal["updated", "created", "id", "seq"]
Deleted = Literal["exclude", "include", "only"]
ORDER_COLUMNS = {"updated": "updated_at", "created": "created_at", "id": "id", "seq": "seq"}
COLUMNS = "seq, id, created_at, updated_at, deleted_at, parent_id, body"


@dataclass(frozen=True, slots=True)
class Document:
    """One record of a stream: the vendor's whole document and what lists filter and sort by.

    Times are the sandbox's text form (clock.py). `body` is JSON bytes or a dict to encode.
    """

    stream: str
    id: str
    created_at: str
    updated_at: str
    body: bytes | dict[str, Any]
    deleted_at: str | None = None
    parent_id: str | None = None


class Row(NamedTuple):
    """A stored document; `seq` counts the documents of its stream in order of arrival."""

    seq: int
    id: str
    created_at: str
    updated_at: str
    deleted_at: str | None
    parent_id: str | None
    body: bytes

    def json(self) -> Any:
        """The body decoded."""
        return orjson.loads(self.body)


@dataclass(frozen=True, slots=True)
class Between:
    """Bounds of a time; None leaves that side open."""

    start: str | None = None
    end: str | None = None
    start_inclusive: bool = True
    end_inclusive: bool = True

    def clauses(self, column: str) -> Iterator[tuple[str, str]]:
        """SQL conditions with their argument."""
        if self.start is not None:
            yield f"{column} {'>=' if self.start_inclusive else '>'} ?", self.start
        if self.end is not None:
            yield f"{column} {'<=' if self.end_inclusive else '<'} ?", self.end


class Database:
    """An SQLite file with a connection per thread that reads while others write."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection, opened when first asked for."""
        if not hasattr(self._local, "connection"):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            opened = sqlite3.connect(self.path, timeout=60, check_same_thread=False)
            opened.execute("pragma journal_mode = wal")
            opened.execute("pragma synchronous = off")
            opened.execute("pragma journal_size_limit = 67108864")
            opened.execute("pragma cache_size = -65536")
            self._local.connection = opened
        connection: sqlite3.Connection = self._local.connection
        return connection

    def close(self) -> None:
        """Close this thread's connection."""
        if hasattr(self._local, "connection"):
            self._local.connection.close()
            del self._local.connection


class Store(Database):
    """The documents of one system. Safe to use from several threads and processes."""

    def put(self, documents: Iterable[Document]) -> int:
        """Insert or replace documents by (stream, id); returns how many were written.

        A call that broke off can be repeated.
        """
        written = 0
        fresh: set[str] = set()
        for batch in batched(documents, 5000):
            with self.connection as connection:  # a transaction a batch keeps the log small
                for stream, rows in _by_stream(batch).items():
                    if self._create(stream):
                        fresh.add(stream)
                    connection.executemany(_upsert(stream), rows)
                    written += len(rows)
        with self.connection:
            for stream in fresh:
                self._index(stream)
        return written

    def get(self, stream: str, id: str) -> Row | None:
        """The document, deleted or not, or None."""
        if stream not in self.streams():
            return None
        statement = f"select {COLUMNS} from {_table(stream)} where id = ?"
        found = self.connection.execute(statement, (id,)).fetchone()
        return None if found is None else Row(*found)

    def query(
        self,
        stream: str,
        *,
        ids: Sequence[str] | None = None,
        parent_id: str | None = None,
        updated: Between | None = None,
        created: Between | None = None,
        deleted: Deleted = "exclude",
        order: Order = "seq",
        descending: bool = False,
        after: tuple[Any, str] | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[Row]:
        """Documents of a stream, sorted by `order` and then id.

        `after` is the (order value, id) of the last document of the page before. An unknown
        stream is empty.
        """
        where = _conditions(ids, parent_id, updated, created, deleted)
        if after is not None:
            where.append(_after(ORDER_COLUMNS[order], descending, after))
        way = "desc" if descending else "asc"
        tail = f"order by {ORDER_COLUMNS[order]} {way}, id {way} limit ? offset ?"
        arguments = [-1 if limit is None else limit, offset]
        return [Row(*found) for found in self._select(COLUMNS, stream, where, tail, arguments)]

    def count(
        self,
        stream: str,
        *,
        ids: Sequence[str] | None = None,
        parent_id: str | None = None,
        updated: Between | None = None,
        created: Between | None = None,
        deleted: Deleted = "exclude",
        after_id: str | None = None,
    ) -> int:
        """How many documents `query` would give without a limit, or of them after an id."""
        where = _conditions(ids, parent_id, updated, created, deleted)
        if after_id is not None:
            where.append(("id > ?", [after_id]))
        found = list(self._select("count(*)", stream, where, "", []))
        return int(found[0][0]) if found else 0

    def patch(self, stream: str, id: str, patch: dict[str, Any], at: str) -> Row:
        """Merge a JSON merge patch (RFC 7396) into a document. Raises KeyError."""
        row = self._existing(stream, id)
        body = orjson.dumps(merge(row.json(), patch))
        changed = Document(stream, id, row.created_at, at, body, row.deleted_at, row.parent_id)
        self.put([changed])
        return self._existing(stream, id)

    def delete(self, stream: str, id: str, at: str) -> None:
        """Mark a document as deleted. Raises KeyError."""
        row = self._existing(stream, id)
        self.put([Document(stream, id, row.created_at, at, row.body, at, row.parent_id)])

    def streams(self) -> list[str]:
        """The streams that hold documents."""
        statement = "select name from sqlite_master where type = 'table' order by name"
        return [name for (name,) in self.connection.execute(statement)]

    def clear(self) -> None:
        """Forget every document."""
        with self.connection as connection:
            for stream in self.streams():
                connection.execute(f"drop table {_table(stream)}")

    def _existing(self, stream: str, id: str) -> Row:
        row = self.get(stream, id)
        if row is None:
            raise KeyError(f"{stream} holds no document {id}")
        return row

    def _select(
        self,
        what: str,
        stream: str,
        where: list[tuple[str, list[Any]]],
        tail: str,
        arguments: list[Any],
    ) -> sqlite3.Cursor | list[tuple[Any, ...]]:
        condition = " and ".join(clause for clause, _ in where) or "1"
        values = [value for _, values in where for value in values]
        statement = f"select {what} from {_table(stream)} where {condition} {tail}"
        try:
            return self.connection.execute(statement, values + arguments)
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):
                return []
            raise

    def _create(self, stream: str) -> bool:
        if stream in self.streams():
            return False
        self.connection.execute(
            f"create table {_table(stream)} (seq integer primary key, id text not null unique,"
            " created_at text not null, updated_at text not null, deleted_at text,"
            " parent_id text, body blob not null)"
        )
        return True

    def _index(self, stream: str) -> None:
        for name, columns in {
            "updated": "(updated_at, id)",
            "created": "(created_at, id)",
            "parent": "(parent_id, updated_at, id) where parent_id is not null",
            "deleted": "(deleted_at, id) where deleted_at is not null",
        }.items():
            index = f'"{stream}:{name}"'
            self.connection.execute(f"create index {index} on {_table(stream)} {columns}")


def merge(document: Any, patch: Any) -> Any:
    """The document with a JSON merge patch (RFC 7396) applied; null removes a key."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(document) if isinstance(document, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge(merged.get(key), value)
    return merged


def batched(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """The items in lists of at most `size`."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def _table(stream: str) -> str:
    return '"' + stream.replace('"', "") + '"'


def _upsert(stream: str) -> str:
    return (
        f"insert into {_table(stream)} (id, created_at, updated_at, deleted_at, parent_id, body)"
        " values (?, ?, ?, ?, ?, ?) on conflict (id) do update set"
        " created_at = excluded.created_at, updated_at = excluded.updated_at,"
        " deleted_at = excluded.deleted_at, parent_id = excluded.parent_id, body = excluded.body"
    )


def _by_stream(documents: Iterable[Document]) -> dict[str, list[tuple[Any, ...]]]:
    rows: dict[str, list[tuple[Any, ...]]] = {}
    for one in documents:
        body = one.body if isinstance(one.body, bytes) else orjson.dumps(one.body)
        values = (one.id, one.created_at, one.updated_at, one.deleted_at, one.parent_id, body)
        rows.setdefault(one.stream, []).append(values)
    return rows


def _conditions(
    ids: Sequence[str] | None,
    parent_id: str | None,
    updated: Between | None,
    created: Between | None,
    deleted: Deleted,
) -> list[tuple[str, list[Any]]]:
    where: list[tuple[str, list[Any]]] = []
    if ids is not None:
        where.append(("id in (select value from json_each(?))", [orjson.dumps(list(ids)).decode()]))
    if parent_id is not None:
        where.append(("parent_id = ?", [parent_id]))
    for column, bounds in (("updated_at", updated), ("created_at", created)):
        clauses = () if bounds is None else bounds.clauses(column)
        where.extend((clause, [value]) for clause, value in clauses)
    if deleted != "include":
        where.append((f"deleted_at is {'null' if deleted == 'exclude' else 'not null'}", []))
    return where


def _after(column: str, descending: bool, after: tuple[Any, str]) -> tuple[str, list[Any]]:
    sign = "<" if descending else ">"
    return f"({column}, id) {sign} (?, ?)", list(after)
