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


def test_what_is_deleted_before_a_time_can_stay_out(tmp_path: Path) -> None:
    at = "2026-11-02T00:00:0{}.000Z"
    store = Store(tmp_path / "store.sqlite")
    store.put(Document("things", str(n), at.format(n), at.format(n), {}) for n in range(4))
    store.delete("things", "1", at.format(5))
    store.delete("things", "2", at.format(7))
    kept = store.query("things", deleted="include", kept_since=at.format(6))
    assert [row.id for row in kept] == ["0", "2", "3"]
    assert store.count("things", deleted="include", kept_since=at.format(6)) == 3


def test_bodies_are_small_on_disk_and_read_by_other_processes(tmp_path: Path) -> None:
    at = "2026-11-02T00:00:00.000Z"
    bodies = {str(n): {"id": n, "text": "a teapot with a strainer, " * 20} for n in range(300)}
    store = Store(tmp_path / "store.sqlite")
    store.put(Document("things", id, at, at, body) for id, body in bodies.items())
    (stored,) = store.connection.execute('select sum(length(body)) from "things"').fetchone()
    assert stored < sum(len(row.body) for row in store.query("things")) / 8
    other = Store(tmp_path / "store.sqlite")
    other.put([Document("things", "new", at, at, {"text": "a kettle"})])
    assert {row.id: row.json() for row in store.query("things")} == bodies | {
        "new": {"text": "a kettle"}
    }


def test_a_put_that_breaks_off_can_be_repeated(tmp_path: Path) -> None:
    at = "2026-11-02T00:00:00.000Z"
    store = Store(tmp_path / "store.sqlite")
    with pytest.raises(TypeError):
        store.put([Document("a", "1", at, at, {"v": 1}), Document("b", "1", at, at, {"v": Store})])
    store.put([Document("a", "1", at, at, b'{"v":"another sample"}')])
    assert Store(tmp_path / "store.sqlite").query("a")[0].json() == {"v": "another sample"}


def test_totals_are_those_after_the_last_write_of_anybody(tmp_path: Path) -> None:
    at = "2026-11-02T00:00:00.000Z"
    store, other = Store(tmp_path / "store.sqlite"), Store(tmp_path / "store.sqlite")
    store.put([Document("things", "a", at, at, {})])
    assert store.count("things") == store.count("things") == 1
    other.put([Document("things", "b", at, at, {})])
    assert store.count("things") == other.count("things") == 2
    store.delete("things", "a", at)
    assert store.count("things") == other.count("things") == 1


@pytest.mark.parametrize("order", ["updated", "created", "id", "seq"])
@pytest.mark.parametrize("parent_id", [None, "p"])
@pytest.mark.parametrize("place", [None, "2026-11-02T00:00:00.000Z"])
def test_no_page_sorts_or_reads_a_whole_stream(
    order: Order, parent_id: str | None, place: str | None, tmp_path: Path
) -> None:
    at = "2026-11-02T00:00:00.000Z"
    store = Store(tmp_path / "store.sqlite")
    store.put([Document("things", "a", at, at, {}, parent_id="p")])
    told: list[str] = []
    store.connection.set_trace_callback(told.append)
    after = (place, "a") if place and order != "seq" else None
    store.query("things", parent_id=parent_id, order=order, after=after, limit=10)
    statement = next(one for one in told if one.startswith("select seq, id"))
    plan = " ".join(row[3] for row in store.connection.execute(f"explain query plan {statement}"))
    assert "TEMP B-TREE" not in plan
    assert plan.startswith("SEARCH" if parent_id or after else "SCAN"), plan


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
