"""Cutting pages into records, keys, change times and hashes."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from pipelines.records import Extract, payload_hash, repaired, split, timestamp
from pipelines.stream import Stream

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("content", "path", "records", "body"),
    [
        (b'[{"a":1}, {"a":2}]', "", [b'{"a":1}', b'{"a":2}'], None),
        (b'{"data":[1.10],"n":{"x":2}}', "data", [b"1.10"], {"n": {"x": 2}}),
        (b'{"a":{"b":[{}],"c":1},"d":2}', "a.b", [b"{}"], {"a": {"c": 1}, "d": 2}),
        (b'{"e":{"7":{"id":7},"8":{"id":8}}}', "e.*", [b'{"id":7}', b'{"id":8}'], {}),
        (b'{"QueryResponse":{},"time":"t"}', "QueryResponse.Invoice", [], None),
        (b'{"id":1}', ".", [b'{"id":1}'], {}),
        (b'{"data":null}', "data", [], None),
    ],
)
def test_a_page_is_cut_where_its_records_are(
    content: bytes, path: str, records: list[bytes], body: Any
) -> None:
    found, rest = split(content, path)
    assert [bytes(record) for record in found] == records
    if body is not None:
        assert rest == body


@given(st.lists(st.dictionaries(st.text(max_size=5), JSON, max_size=4), max_size=6), JSON)
def test_cutting_loses_no_record_and_no_neighbour(rows: list[dict[str, Any]], other: Any) -> None:
    found, body = split(json.dumps({"rows": rows, "other": other}).encode(), "rows")
    assert [json.loads(bytes(record)) for record in found] == rows
    assert body == {"other": other}


@pytest.mark.parametrize(
    ("content", "path"),
    [(b'{"data":[{"id":1},{"id"', "data"), (b'{"id":1,"a', "."), (b'{"id":1}\n{"id', "\n")],
)
def test_half_an_answer_is_refused(content: bytes, path: str) -> None:
    with pytest.raises(msgspec.DecodeError):
        split(content, path)


def test_lone_surrogates_are_replaced_and_pairs_kept() -> None:
    sent = rb'{"a":"\ud83d\ude00 \ud800 \udc00x"}'
    assert repaired(sent) == rb'{"a":"\ud83d\ude00 \ufffd \ufffdx"}'


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=5))
def test_hash_ignores_key_order_and_white_space(record: dict[str, Any]) -> None:
    one = json.dumps(record).encode()
    other = json.dumps(dict(reversed(record.items())), indent=2).encode()
    assert payload_hash(Raw(one)) == payload_hash(Raw(other))


def test_hash_leaves_out_volatile_fields() -> None:
    one, other = Raw(b'{"a":1,"_links":[1]}'), Raw(b'{"_links":[2],"a":1}')
    assert payload_hash(one, ("_links",)) == payload_hash(other, ("_links",))
    assert payload_hash(one) != payload_hash(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b'{"a":1.10}', b'{"a":1.1}'),
        (b'{"a":1}', b'{"a":"1"}'),
        (b'{"a":9007199254740993}', b'{"a":9007199254740992}'),
        (
            b'{"a":123456789012345678901234567890.123456789}',
            b'{"a":123456789012345678901234567890.12345678}',
        ),
        (b'{"a":null}', b"{}"),
    ],
)
def test_hash_sees_every_digit(one: bytes, other: bytes) -> None:
    assert payload_hash(Raw(one)) != payload_hash(Raw(other))


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("2024-09-24T03:26:07.000+0000", datetime(2024, 9, 24, 3, 26, 7)),
        ("2024-09-24T03:26:07Z", datetime(2024, 9, 24, 3, 26, 7)),
        ("2024-09-23T20:26:07-07:00", datetime(2024, 9, 24, 3, 26, 7)),
        ("2026-06-23 00:15:23.918411+00:00", datetime(2026, 6, 23, 0, 15, 23, 918411)),
        ("2018-10-20T00:00:00", datetime(2018, 10, 20)),
        ("/Date(1539993600000+1300)/", datetime(2018, 10, 20)),
        (1539993600, datetime(2018, 10, 20)),
        ("1539993600000", datetime(2018, 10, 20)),
        ("0000-00-00", None),
        ("soon", None),
        ("", None),
        (None, None),
        (True, None),
    ],
)
def test_times_are_read_in_every_wire_form(sent: Any, expected: datetime | None) -> None:
    assert timestamp(sent) == expected


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2090, 1, 1)))
def test_a_time_with_an_offset_is_the_same_instant(moment: datetime) -> None:
    zone = timezone(timedelta(hours=-7))
    sent = moment.replace(tzinfo=timezone.utc).astimezone(zone).isoformat()  # noqa: UP017
    assert timestamp(sent) == moment


def test_key_cursor_and_flag_are_read_without_the_rest() -> None:
    stream = Stream(name="s", key=("^", "a.id"), changed="meta.at", is_deleted="meta.gone")
    extract = Extract(stream)
    record = Raw(b'{"a":{"id":9007199254740993},"meta":{"at":"2024-01-01","gone":true},"x":[1]}')
    assert extract(record, "p") == ("p:9007199254740993", datetime(2024, 1, 1), True)


@pytest.mark.parametrize("sent", [b"{}", b'{"id":null}', b'{"id":""}', b'{"id":[1]}'])
def test_a_record_without_a_key_has_none(sent: bytes) -> None:
    assert Extract(Stream(name="s"))(Raw(sent), None)[0] is None


def test_a_record_without_key_is_known_by_its_hash() -> None:
    extract = Extract(Stream(name="s", key=("^", "#")))
    first = extract(Raw(b'{"at": 1, "who": "x"}'), "form")[0]
    assert first == extract(Raw(b'{"who":"x","at":1}'), "form")[0]
    assert first != extract(Raw(b'{"who":"y","at":1}'), "form")[0]
    assert str(first).startswith("form:")
