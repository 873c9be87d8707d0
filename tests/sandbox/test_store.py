"""The store gives what a plain list would give."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.sandbox.store import Between, Document, Order, Row, Store, merge

TIMES = st.integers(0, 9).map(lambda second: f"2026-11-02T00:00:0{second}.000Z")
DOCUMENTS = st.dictionaries(
    st.text("abcde01", min_size=1, max_size=3),
    st.tuples(TIMES, TIMES, st.none() | TIMES, st.none() | st.sampled_from(["p", "q"])),
    max_size=25,
)
BOUNDS = st.builds(Between, st.none() | TIMES, st.none() | TIMES, st.booleans(), st.booleans())
KEYS = {"updated": "updated_at", "created": "created_at", "id": "id", "seq": "seq"}


def filled(folder: str, documents: dict[str, Any]) -> Store:
    store = Store(Path(folder) / "store.sqlite")
    store.put(
        Document("things", id, created, updated, {"id": id}, deleted, parent)
        for id, (created, updated, deleted, parent) in documents.items()
    )
    return store


def within(bounds: Between | None, value: str) -> bool:
    if bounds is None:
        return True
    low = bounds.start is None or bounds.start < value
    high = bounds.end is None or value < bounds.end
    low = low or (bounds.start_inclusive and bounds.start == value)
    return low and (high or (bounds.end_inclusive and bounds.end == value))


@settings(max_examples=60, deadline=None)
@given(
    documents=DOCUMENTS,
    updated=st.none() | BOUNDS,
    created=st.none() | BOUNDS,
    deleted=st.sampled_from(["exclude", "include", "only"]),
    parent_id=st.none() | st.sampled_from(["p", "r"]),
    order=st.sampled_from(["updated", "created", "id", "seq"]),
    descending=st.booleans(),
    size=st.integers(1, 5),
)
def test_queries_and_pages_agree_with_a_list(
    documents: dict[str, Any],
    updated: Between | None,
    created: Between | None,
    deleted: Any,
    parent_id: str | None,
    order: Order,
    descending: bool,
    size: int,
) -> None:
    filters: dict[str, Any] = {
        "updated": updated, "created": created, "deleted": deleted, "parent_id": parent_id,
    }  # fmt: skip
    with TemporaryDirectory() as folder:
        store = filled(folder, documents)
        rows = store.query("things", deleted="include")
        expected = [
            row
            for row in rows
            if within(updated, row.updated_at)
            and within(created, row.created_at)
            and (deleted == "include" or (row.deleted_at is None) == (deleted == "exclude"))
            and (parent_id is None or row.parent_id == parent_id)
        ]
        key = KEYS[order]
        expected.sort(key=lambda row: (getattr(row, key), row.id), reverse=descending)
        sorting: dict[str, Any] = {"order": order, "descending": descending}
        assert store.query("things", **filters, **sorting) == expected
        assert store.count("things", **filters) == len(expected)
        offsets = [
            row
            for start in range(0, len(expected) + 1, size)
            for row in store.query("things", **filters, **sorting, limit=size, offset=start)
        ]
        assert offsets == expected
        assert keyset(store, key, size, {**filters, **sorting}) == expected
        store.close()


def keyset(store: Store, key: str, size: int, options: dict[str, Any]) -> list[Row]:
    found: list[Row] = []
    while True:
        after = (getattr(found[-1], key), found[-1].id) if found else None
        page = store.query("things", **options, limit=size, after=after)
        found += page
        if len(page) < size:
            return found


def test_a_document_put_again_keeps_its_place(tmp_path: Path) -> None:
    at = "2026-11-02T00:00:00.000Z"
    store = Store(tmp_path / "store.sqlite")
    store.put(Document("things", id, at, at, {"v": 1}) for id in "abc")
    store.put([Document("things", "a", at, at, b'{"v":2.50}')])
    assert [row.id for row in store.query("things")] == ["a", "b", "c"]
    assert store.get("things", "a").body == b'{"v":2.50}'  # type: ignore[union-attr]


def test_ids_select_and_unknown_streams_are_empty(tmp_path: Path) -> None:
    at = "2026-11-02T00:00:00.000Z"
    store = Store(tmp_path / "store.sqlite")
    assert store.query("things") == []
    assert store.count("things") == 0
    assert store.get("things", "a") is None
    store.put(Document("things", str(n), at, at, {}) for n in range(2000))
    wanted = [str(n) for n in range(0, 2000, 2)]
    assert {row.id for row in store.query("things", ids=[*wanted, "none"])} == set(wanted)
    assert store.query("things", ids=[]) == []


def test_patch_and_delete(tmp_path: Path) -> None:
    at, later = "2026-11-02T00:00:00.000Z", "2026-11-02T00:00:09.000Z"
    store = Store(tmp_path / "store.sqlite")
    store.put([Document("things", "a", at, at, {"name": "x", "deep": {"b": 1, "c": 2}})])
    patched = store.patch("things", "a", {"deep": {"b": None, "d": 3}}, later)
    assert patched.json() == {"name": "x", "deep": {"c": 2, "d": 3}}
    assert (patched.created_at, patched.updated_at) == (at, later)
    store.delete("things", "a", later)
    assert store.query("things") == []
    assert store.query("things", deleted="only")[0].deleted_at == later
    with pytest.raises(KeyError, match="things holds no document z"):
        store.delete("things", "z", later)


def test_merge_follows_rfc_7396() -> None:
    assert merge({"a": "b"}, {"a": "c"}) == {"a": "c"}
    assert merge({"a": [1]}, {"a": None}) == {}
    assert merge({"a": "c"}, ["x"]) == ["x"]
    assert merge({}, {"a": {"bb": {"ccc": None}}}) == {"a": {"bb": {}}}
