"""Records cut from an answer's bytes: only the key and the change time are decoded."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Raw, json

from pipelines.stream import Stream

_LONE_SURROGATE = re.compile(
    rb"(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)
_DOTNET = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")
_whole = json.Decoder(Raw)  # looks through all of it without decoding it
_object = json.Decoder(dict[str, Raw])
_array = json.Decoder(list[Raw])
_any = json.Decoder()
_exact = json.Decoder(float_hook=Decimal)
_canonical = json.Encoder(order="sorted", decimal_format="number")


def split(content: bytes, path: str) -> tuple[list[Raw], Any]:
    """Cut an answer into (records undecoded, the rest decoded).

    ``path`` leads to the records by dots: ``""`` is a bare array, ``data.orders.nodes`` a nested
    one, a last step ``*`` takes the values of an object, ``.`` the whole answer as one record,
    a line feed one record a line (JSON lines).
    A path that leads nowhere gives no records. Raises msgspec.DecodeError on bytes that are not
    JSON.
    """
    if path == ".":
        return [_whole.decode(content)], {}
    if path == "\n":
        return [_whole.decode(line) for line in content.split(b"\n") if line.strip()], {}
    return _descend(Raw(content), path.split(".") if path else [])


def _descend(raw: Raw, steps: list[str]) -> tuple[list[Raw], Any]:
    if not steps:
        return (_array.decode(raw), None) if _starts(raw, b"[") else ([], _any.decode(raw))
    if not _starts(raw, b"{"):
        return [], _any.decode(raw)
    members = _object.decode(raw)
    step, *rest = steps
    if step == "*":
        return list(members.values()), None
    records, inner = _descend(members[step], rest) if step in members else ([], None)
    body = {key: _any.decode(value) for key, value in members.items() if key != step}
    if inner is not None:
        body[step] = inner
    return records, body


def _starts(raw: Raw, char: bytes) -> bool:
    return bytes(raw).lstrip()[:1] == char


def repaired(content: bytes) -> bytes:
    """The bytes with every unpaired surrogate escape replaced by U+FFFD.

    RFC 8259 section 8.2 leaves them undefined; DuckDB refuses them.
    """
    if b"\\u" not in content or not (b"\\ud" in content or b"\\uD" in content):
        return content
    return _LONE_SURROGATE.sub(lambda match: match[1] or rb"\ufffd", content)


def payload_hash(record: Raw, volatile: tuple[str, ...] = ()) -> str:
    """128-bit hash of the canonical record: keys sorted, white space gone, digits as sent.

    ``volatile`` names top-level fields that do not count.
    """
    try:
        decoded = _exact.decode(record)
        for field in volatile:
            decoded.pop(field, None)
        canonical = _canonical.encode(decoded)
    except (msgspec.DecodeError, ArithmeticError, msgspec.ValidationError):
        canonical = bytes(record)
    return hashlib.blake2b(canonical, digest_size=16).hexdigest()


def timestamp(value: Any) -> datetime | None:
    """A vendor's time in any wire form as naive UTC, or None when it cannot be read.

    ISO 8601 (no zone counts as UTC), .NET ``/Date(ms+zone)/``, epoch seconds or milliseconds.
    """
    try:
        if isinstance(value, str) and value.startswith("/Date("):
            match = _DOTNET.fullmatch(value)
            value = int(match[1]) if match else None
        if isinstance(value, str) and value.isdigit():
            value = int(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            seconds = value / 1000 if abs(value) > 100_000_000_000 else value
            return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
        if not isinstance(value, str) or not value:
            return None
        parsed = datetime.fromisoformat(value)
    except (ValueError, OverflowError, OSError):
        return None
    return parsed.astimezone(UTC).replace(tzinfo=None) if parsed.tzinfo else parsed


def _nested(paths: list[str]) -> type[msgspec.Struct]:
    """A struct that decodes only the given dotted paths and skips everything else."""
    tree: dict[str, list[str]] = {}
    for path in paths:
        head, _, tail = path.partition(".")
        tree.setdefault(head, []).append(tail)
    fields: list[Any] = []
    rename: dict[str, str] = {}
    for number, (head, tails) in enumerate(tree.items()):
        deeper = [tail for tail in tails if tail]
        kind: Any = _nested(deeper) | None if deeper else Any
        fields.append((f"f{number}", kind, None))
        rename[f"f{number}"] = head
    return msgspec.defstruct("Fields", fields, rename=rename)


def _getter(paths: list[str], path: str) -> Callable[[Any], Any]:
    heads: list[str] = list(dict.fromkeys(other.partition(".")[0] for other in paths))
    head, _, tail = path.partition(".")
    attribute = f"f{heads.index(head)}"
    if not tail:
        return lambda node: getattr(node, attribute)
    inner = _getter(
        [other.partition(".")[2] for other in paths if other.partition(".")[0] == head], tail
    )

    def get(node: Any) -> Any:
        child = getattr(node, attribute)
        return None if child is None else inner(child)

    return get


class _Own:
    """A part of a key that is not a field of the record: ``^`` its parent, ``#`` its hash."""

    def __init__(self, key: str) -> None:
        self.is_parent = key == "^"

    def __call__(self, record: Raw, parent: str | None) -> str | None:
        return parent if self.is_parent else payload_hash(record)


class Extract:
    """Reads a record's key, change time and deletion flag without decoding the rest."""

    def __init__(self, stream: Stream) -> None:
        flag = stream.is_deleted if isinstance(stream.is_deleted, str) else None
        own = [key for key in stream.keys if key not in ("^", "#")]
        paths = list(dict.fromkeys([*own, *filter(None, [stream.changed, flag])]))
        self._decode = json.Decoder(_nested(paths)).decode
        self._keys = [_getter(paths, key) if key in own else _Own(key) for key in stream.keys]
        self._changed = _getter(paths, stream.changed) if stream.changed else None
        self._flag = _getter(paths, flag) if flag else None
        self._judge = stream.is_deleted if callable(stream.is_deleted) else None

    def __call__(self, record: Raw, parent: str | None) -> tuple[str | None, datetime | None, bool]:
        """(record id or None when a key is missing, change time, whether it is deleted)."""
        fields = self._decode(record)
        parts = [
            key(record, parent) if isinstance(key, _Own) else _text(key(fields))
            for key in self._keys
        ]
        record_id = None if None in parts or "" in parts else ":".join(map(str, parts))
        changed = timestamp(self._changed(fields)) if self._changed else None
        if self._judge:
            return record_id, changed, self._judge(_any.decode(record))
        return record_id, changed, _truth(self._flag(fields)) if self._flag else False


def _text(value: Any) -> str | None:
    return None if value is None or isinstance(value, dict | list | bool) else str(value)


def _truth(value: Any) -> bool:
    return value is True or (isinstance(value, str) and value.lower() == "true")
