"""How requests are signed, limited, tried again and written down."""

from __future__ import annotations

import time
from email.utils import formatdate
from typing import Any

import pytest
import requests
from dlt.sources.helpers.rest_client.paginators import JSONLinkPaginator, OffsetPaginator

from pipelines.api import BREAKS_AFTER, BREAKS_FOR, Api
from pipelines.auth import BearerTokenAuth
from pipelines.connections import Connection
from pipelines.errors import (
    CredentialError,
    ExpiredPageError,
    LeftAloneError,
    PermanentError,
    ThrottledError,
    TransientError,
)
from pipelines.stream import Limit, System
from tests.engine.vendor import Answer, Vendor, vendor

ROWS = {"data": [{"id": 1}]}


class Renewable(BearerTokenAuth):
    """A token that can be renewed once."""

    def expire(self) -> None:
        self.token = "second-token"


def api(script: Vendor, **options: Any) -> Api:
    system = System(
        name="demo",
        base_url=lambda connection, auth: "https://api.vendor.test/v1",
        auth=lambda connection, session: Renewable(token="first-token"),
        **options,
    )
    return Api(Connection(name="c", system="demo"), system, sandbox_url=script.url)


@pytest.mark.parametrize(
    "trouble",
    [
        Answer({}, 429, {"Retry-After": "2"}),
        Answer({}, 429, {"Retry-After": "2.0"}),
        Answer({}, 429, {"Retry-After": formatdate(time.time() + 30, usegmt=True)}),
        Answer({}, 429),
        Answer({}, 503, {"Retry-After": "1"}),
        Answer({}, 500),
        Answer({}, 502),
        Answer(ROWS, cut=True),
        Answer(b'{"data":[{"id":1},{"i'),
        Answer(b"<html>maintenance</html>"),
    ],
)
def test_passing_trouble_is_tried_again(trouble: Answer, no_sleep: list[float]) -> None:
    with vendor(trouble, trouble, Answer(ROWS)) as script:
        page = api(script).get("things", records="data")
    assert [bytes(record) for record in page.records] == [b'{"id": 1}']
    assert len(script.asked) == 3
    assert no_sleep


def test_retry_after_is_honoured(no_sleep: list[float]) -> None:
    with vendor(Answer({}, 429, {"Retry-After": "17"}), Answer(ROWS)) as script:
        api(script).get("things", records="data")
    assert 17 <= no_sleep[0] < 18


def test_a_vendor_that_asks_for_an_hour_is_left_until_the_next_run() -> None:
    with (
        vendor(Answer({}, 429, {"Retry-After": "3600"})) as script,
        pytest.raises(PermanentError, match="next run goes on"),
    ):
        api(script).get("things")


def test_trouble_that_stays_is_an_error_with_its_place(no_sleep: list[float]) -> None:
    with (
        vendor(*[Answer({}, 500)] * 6) as script,
        pytest.raises(TransientError, match=r"api\.vendor\.test/v1/things answered 500"),
    ):
        api(script).get("things")
    assert len(script.asked) == 6


def test_an_expired_token_is_renewed_once() -> None:
    with vendor(Answer({}, 401), Answer(ROWS)) as script:
        api(script).get("things", records="data")
    assert [asked[2]["Authorization"] for asked in script.asked] == [
        "Bearer first-token",
        "Bearer second-token",
    ]


def test_a_refused_token_is_not_tried_for_ever() -> None:
    with vendor(Answer({}, 401), Answer({}, 401)) as script, pytest.raises(CredentialError):
        api(script).get("things")
    assert len(script.asked) == 2


@pytest.mark.parametrize("status", [400, 403, 404, 410, 302])
def test_a_refusal_is_not_tried_again(status: int) -> None:
    with vendor(Answer({"why": "no"}, status)) as script, pytest.raises(PermanentError):
        api(script).get("things")
    assert len(script.asked) == 1


def test_an_error_inside_a_good_status_is_seen(no_sleep: list[float]) -> None:
    def explain(answer: requests.Response) -> Exception | None:
        return ThrottledError("too fast", wait=3) if b"THROTTLED" in answer.content else None

    with vendor(Answer({"errors": ["THROTTLED"]}), Answer(ROWS)) as script:
        page = api(script, explain=explain).get("things", records="data")
    assert len(page.records) == 1
    assert 3 <= no_sleep[0] < 4


def test_every_request_is_written_down_and_none_holds_a_secret(
    monkeypatch: pytest.MonkeyPatch, no_sleep: list[float]
) -> None:
    monkeypatch.setenv("CONNECTIONS__C__TOKEN", "s3cr3t-token")
    with vendor(Answer({"m": "s3cr3t-token"}, 500), Answer(ROWS)) as script:
        one = api(script, secrets=("token",))
        one.get("things?key=s3cr3t-token", records="data")
    assert [(row["status"], row["attempt"], row.get("records")) for row in one.requests] == [
        (500, 1, None),
        (200, 2, 1),
    ]
    assert "s3cr3t" not in repr(one.requests)


def test_pages_are_followed_to_their_end() -> None:
    first = {"data": [{"id": 0}], "next": "https://api.vendor.test/v1/things?page=2"}
    with vendor(Answer(first), Answer(ROWS)) as script:
        one = api(script)
        ask = requests.Request("GET", one.url("things"))
        pages = list(one.pages(ask, "data", JSONLinkPaginator("next")))
    assert [len(page.records) for page in pages] == [1, 1]
    assert [asked[1] for asked in script.asked] == ["/v1/things", "/v1/things?page=2"]
    assert script.asked[0][2]["Host"] == "api.vendor.test"


def test_a_page_shorter_than_asked_does_not_end_the_list() -> None:
    answers = [{"data": [{"id": n}], "total": 3} for n in range(3)]
    with vendor(*map(Answer, answers)) as script:
        one = api(script)
        paginator = OffsetPaginator(limit=1, total_path="total")
        pages = one.pages(requests.Request("GET", one.url("things"), params={}), "data", paginator)
        assert len(list(pages)) == 3


def test_a_vendor_that_leads_in_a_circle_is_refused() -> None:
    second = "https://api.vendor.test/v1/things?page=2"
    circle = [Answer({"data": [{"id": n}], "next": second}) for n in range(3)]
    with vendor(*circle) as script:
        one = api(script)
        ask = requests.Request("GET", one.url("things"))
        with pytest.raises(PermanentError, match="same page"):
            list(one.pages(ask, "data", JSONLinkPaginator("next")))


def test_a_later_page_that_is_refused_is_an_expired_one() -> None:
    first = Answer({"data": [{"id": 0}], "next": "https://api.vendor.test/v1/things?page=2"})
    with vendor(first, Answer({"why": "bad cursor"}, 400)) as script:
        one = api(script)
        pages = one.pages(
            requests.Request("GET", one.url("things")), "data", JSONLinkPaginator("next")
        )
        next(pages)
        with pytest.raises(ExpiredPageError, match="bad cursor"):
            next(pages)


def test_the_same_page_twice_is_asked_for_again(no_sleep: list[float]) -> None:
    first = Answer({"data": [{"id": 0}], "next": "https://api.vendor.test/v1/things?page=2"})
    with vendor(first, first, Answer(ROWS)) as script:
        one = api(script)
        ask = requests.Request("GET", one.url("things"))
        pages = list(one.pages(ask, "data", JSONLinkPaginator("next")))
    assert [bytes(record) for page in pages for record in page.records] == [
        b'{"id": 0}',
        b'{"id": 1}',
    ]


@pytest.mark.parametrize(
    "body",
    [{"errors": [{"message": "later"}]}, {"Fault": {"type": "SYSTEM"}}, {"error": "try again"}],
)
def test_an_error_in_the_place_of_records_is_passing_trouble(
    body: dict[str, Any], no_sleep: list[float]
) -> None:
    with vendor(Answer(body), Answer(ROWS)) as script:
        assert len(api(script).get("things", records="data").records) == 1


def test_a_dead_vendor_is_left_alone_and_tried_again_later(
    monkeypatch: pytest.MonkeyPatch, no_sleep: list[float]
) -> None:
    down = [Answer({}, 500)] * BREAKS_AFTER
    with vendor(*down, Answer(ROWS)) as script:
        one = api(script)
        for _ in range(8):
            with pytest.raises(TransientError):
                one.get("things")
        assert len(script.asked) == BREAKS_AFTER  # eight pages with six tries each would be 48
        with pytest.raises(LeftAloneError, match=r"c is left alone .* 10 requests in a row"):
            one.get("things")
        assert max(no_sleep) >= BREAKS_FOR - 1  # the tries wait for the circuit to close
        one._breaker._opened -= BREAKS_FOR
        assert len(one.get("things", records="data").records) == 1
    assert [row["status"] for row in one.requests] == [500] * BREAKS_AFTER + [200]


def test_a_documented_limit_is_kept_at_four_fifths() -> None:
    limits = {"": (Limit(calls=5, seconds=0.5, quote="5 in half a second"),)}
    with vendor(*[Answer(ROWS)] * 9) as script:
        one = api(script, limits=limits)
        started = time.monotonic()
        for _ in range(9):
            one.get("things", records="data")
        elapsed = time.monotonic() - started
    assert elapsed >= 1.0  # 4 + 4 + 1 requests are three windows
    assert sum(row["waited_seconds"] for row in one.requests) > 0.8
