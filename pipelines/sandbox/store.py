"""Documents of one vendor, as its API would send them, in one SQLite file.

Bodies are kept compressed against a sample of their own stream: an order of 9 kB takes 0.8 kB.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Literal, NamedTuple

import orjson
import zstandard

Order = Literal["updated", "created", "id", "seq"]
Deleted = Literal["exclude", "include", "only"]
ORDER_COLUMNS = {"updated": "updated_at", "created": "created_at", "id": "id", "seq": "seq"}
COLUMNS = "seq, id, created_at, updated_at, deleted_at, parent_id, body"
SAMPLES = "compression samples"
SAMPLE_BYTES = 16_384
LEVEL = 1


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

    def beyond(self, place: str, descending: bool) -> "Between":
        """What is left of the bounds behind a place in their order: where an index may start."""
        if descending and (self.end is None or self.end > place):
            return replace(self, end=place, end_inclusive=True)
        if not descending and (self.start is None or self.start < place):
            return replace(self, start=place, start_inclusive=True)
        return self

    def clauses(self, column: str) -> Iterator[tuple[str, str]]:
        """SQL conditions with their argument."""
        if self.start is not None:
            yield f"{column} {'>=' if self.start_inclusive else '>'} ?", self.start
        if self.end is not None:
            yield f"{column} {'<=' if self.end_inclusive else '<'} ?", self.end


class Codec:
    """Compresses the texts of one kind against a sample of them. For one thread at a time."""

    def __init__(self, sample: bytes) -> None:
        known = zstandard.ZstdCompressionDict(sample, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
        known.precompute_compress(level=LEVEL)
        self.compress = zstandard.ZstdCompressor(level=LEVEL, dict_data=known).compress
        self.decompress = zstandard.ZstdDecompressor(dict_data=known).decompress

    @staticmethod
    def sample(texts: Sequence[bytes]) -> bytes:
        """Some of the texts, evenly spaced: what a codec for all of them is made of."""
        step = max(1, sum(map(len, texts)) // SAMPLE_BYTES)
        return b"".join(texts[::step])[:SAMPLE_BYTES]


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

    def codec(self, kind: str, texts: Sequence[bytes] = ()) -> Codec:
        """This thread's codec of a kind; the first texts of a kind are its sample for good."""
        codecs = self._codecs
        if kind not in codecs:
            found = self._sample(kind)
            if found is None:
                found = Codec.sample(texts)
                self.connection.execute(f'insert into "{SAMPLES}" values (?, ?)', (kind, found))
            codecs[kind] = Codec(found)
        return codecs[kind]

    @property
    def _codecs(self) -> dict[str, Codec]:
        if not hasattr(self._local, "codecs"):
            self.connection.execute(
                f'create table if not exists "{SAMPLES}" (kind text primary key, sample blob)'
            )
            self._local.codecs = {}
        codecs: dict[str, Codec] = self._local.codecs
        return codecs

    def _sample(self, kind: str) -> bytes | None:
        statement = f'select sample from "{SAMPLES}" where kind = ?'
        found = self.connection.execute(statement, (kind,)).fetchone()
        return None if found is None else bytes(found[0])

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
            with self._transaction():  # a transaction a batch keeps the log small
                for stream, found in _by_stream(batch).items():
                    if self._create(stream):
                        fresh.add(stream)
                    self.connection.executemany(_upsert(stream), self._packed(stream, found))
                    written += len(found)
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
        return None if found is None else next(self._rows(stream, [found]))

    def query(
        self,
        stream: str,
        *,
        ids: Sequence[str] | None = None,
        parent_id: str | None = None,
        updated: Between | None = None,
        created: Between | None = None,
        deleted: Deleted = "exclude",
        kept_since: str | None = None,
        order: Order = "seq",
        descending: bool = False,
        after: tuple[Any, str] | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[Row]:
        """Documents of a stream, sorted by `order` and then id.

        `after` is the (order value, id) of the last document of the page before. Documents
        deleted before `kept_since` stay out. An unknown stream is empty.
        """
        if after is not None and order == "updated":
            updated = updated and updated.beyond(after[0], descending)
        if after is not None and order == "created":
            created = created and created.beyond(after[0], descending)
        where = _conditions(ids, parent_id, updated, created, deleted, kept_since)
        if after is not None:
            where.append(_after(ORDER_COLUMNS[order], descending, after))
        way = "desc" if descending else "asc"
        ties = "" if order == "id" else f", id {way}"
        tail = f"order by {ORDER_COLUMNS[order]} {way}{ties} limit ? offset ?"
        arguments = [-1 if limit is None else limit, offset]
        return list(self._rows(stream, self._select(COLUMNS, stream, where, tail, arguments)))

    def count(
        self,
        stream: str,
        *,
        ids: Sequence[str] | None = None,
        parent_id: str | None = None,
        updated: Between | None = None,
        created: Between | None = None,
        deleted: Deleted = "exclude",
        kept_since: str | None = None,
        after_id: str | None = None,
    ) -> int:
        """How many documents `query` would give without a limit, or of them after an id."""
        where = _conditions(ids, parent_id, updated, created, deleted, kept_since)
        if after_id is not None:
            where.append(("id > ?", [after_id]))
        asked, counts = orjson.dumps([stream, where]), self._counts()
        if asked not in counts:
            found = list(self._select("count(*)", stream, where, "", []))
            counts[asked] = int(found[0][0]) if found else 0
        return counts[asked]

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
        return [name for (name,) in self.connection.execute(statement) if name != SAMPLES]

    def clear(self) -> None:
        """Forget every document."""
        with self.connection as connection:
            for stream in self.streams():
                connection.execute(f"drop table {_table(stream)}")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            with self.connection:
                yield
        except BaseException:
            vars(self._local).pop("codecs", None)  # their samples are gone with the transaction
            raise

    def _packed(self, stream: str, documents: list[Document]) -> Iterator[tuple[Any, ...]]:
        bodies = [_encoded(one.body) for one in documents]
        compress = self.codec(stream, bodies).compress
        for one, body in zip(documents, bodies, strict=True):
            yield (
                one.id,
                one.created_at,
                one.updated_at,
                one.deleted_at,
                one.parent_id,
                compress(body),
            )

    def _rows(self, stream: str, found: Iterable[tuple[Any, ...]]) -> Iterator[Row]:
        decompress = None
        for *fields, body in found:
            decompress = decompress or self.codec(stream).decompress
            yield Row._make((*fields, decompress(body)))

    def _counts(self) -> dict[bytes, int]:
        """What this thread counted since anybody last wrote: each page of a list has its total."""
        (others,) = self.connection.execute("pragma data_version").fetchone()
        version = (others, self.connection.total_changes)
        if getattr(self._local, "counted", None) != version:
            self._local.counted, self._local.counts = version, {}
        counts: dict[bytes, int] = self._local.counts
        return counts

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
            "updated": "(updated_at, id, deleted_at)",
            "created": "(created_at, id, deleted_at)",
            "parent updated": "(parent_id, updated_at, id, deleted_at) where parent_id is not null",
            "parent created": "(parent_id, created_at, id, deleted_at) where parent_id is not null",
            "parent id": "(parent_id, id, deleted_at) where parent_id is not null",
            "parent seq": "(parent_id, deleted_at) where parent_id is not null",
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


def _by_stream(documents: Iterable[Document]) -> dict[str, list[Document]]:
    found: dict[str, list[Document]] = {}
    for one in documents:
        found.setdefault(one.stream, []).append(one)
    return found


def _encoded(body: bytes | dict[str, Any]) -> bytes:
    return body if isinstance(body, bytes) else orjson.dumps(body)


def _conditions(
    ids: Sequence[str] | None,
    parent_id: str | None,
    updated: Between | None,
    created: Between | None,
    deleted: Deleted,
    kept_since: str | None,
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
    if kept_since is not None:
        where.append(("(deleted_at is null or deleted_at >= ?)", [kept_since]))
    return where


def _after(column: str, descending: bool, after: tuple[Any, str]) -> tuple[str, list[Any]]:
    sign = "<" if descending else ">"
    return f"({column}, id) {sign} (?, ?)", list(after)
