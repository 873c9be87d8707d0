"""What the server does for every stand-in, on the example of the README."""

import threading
import time
from pathlib import Path

import orjson
import pytest
import requests

from pipelines.sandbox import clock
from pipelines.sandbox.handle import start
from pipelines.sandbox.state import State
from tests.sandbox.conftest import Client


def read_all(client: Client, **query: str) -> list[dict[str, object]]:
    found, after = [], None
    while True:
        page = client.call(
            "/v1/orders", params={**query, "limit": "100"} | ({"after": after} if after else {})
        ).json()
        found += page["orders"]
        after = page["after"]
        if after is None:
            return found


def test_pages_give_every_order_once_in_order_of_change(client: Client) -> None:
    client.log_in()
    orders = read_all(client)
    stored = client.state.vendor("example").store
    assert len(orders) == stored.count("orders") > 250
    assert len({order["id"] for order in orders}) == len(orders)
    times = [str(order["updated_at"]) for order in orders]
    assert times == sorted(times)


def test_an_unknown_host_has_no_stand_in(client: Client) -> None:
    answer = client.call("/v1/orders", host="api.elsewhere.com")
    assert answer.status_code == 421
    assert "api.elsewhere.com" in answer.json()["error"]


def test_the_date_header_is_the_sandboxs_clock(client: Client) -> None:
    assert client.call("/v1/orders").headers["Date"] == "Mon, 02 Nov 2026 00:00:00 GMT"
    client.control("advance", days=2)
    assert client.call("/v1/orders").headers["Date"] == "Wed, 04 Nov 2026 00:00:00 GMT"


def test_advancing_brings_new_changed_and_deleted_orders(client: Client) -> None:
    client.log_in()
    before = {order["id"]: order for order in read_all(client)}
    client.control("advance", days=1)
    after = {order["id"]: order for order in read_all(client)}
    assert after.keys() - before.keys()
    assert before.keys() - after.keys()
    assert any(after[id] != before[id] for id in after.keys() & before.keys())
    recent = read_all(client, since=clock.iso(clock.BASE))
    assert {order["id"] for order in recent} == {
        id for id, order in after.items() if order != before.get(id)
    }


def test_a_rotated_refresh_token_dies_with_its_first_use(client: Client) -> None:
    second = client.log_in("first")["refresh_token"]
    with pytest.raises(requests.HTTPError, match="400"):
        client.log_in("first")
    assert client.log_in(second)["refresh_token"] != second


def test_refresh_tokens_survive_a_restart(client: Client) -> None:
    second = client.log_in("first")["refresh_token"]
    again = State(client.state.folder).vendor("example").tokens
    assert again.verdict(client.token) == "valid"
    client.state._vendors.clear()
    assert client.log_in(second)["access_token"]


def test_tokens_expire_on_demand(client: Client) -> None:
    client.log_in()
    assert client.call("/v1/orders").status_code == 200
    assert client.control("expire-tokens", system="example") == {"expired": 1}
    assert client.call("/v1/orders").status_code == 401


def test_the_limit_answers_in_the_vendors_way(client: Client) -> None:
    client.log_in()
    answers = [client.call("/v1/orders?limit=1") for _ in range(61)]
    assert [one.status_code for one in answers] == [200] * 60 + [429]
    assert answers[0].headers["X-Remaining"] == "59"
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    client.control("calm")
    assert client.call("/v1/orders?limit=1").status_code == 200


def test_refused_becomes_the_answer(client: Client) -> None:
    client.log_in()
    answer = client.call("/v1/orders?limit=101")
    assert (answer.status_code, answer.json()) == (400, {"error": "limit is at most 100"})


def test_faults_happen_as_often_as_asked(client: Client) -> None:
    client.log_in()
    client.control(
        "fault", system="example", path="/v1/*", times=2, status=503,
        headers={"Retry-After": "1"}, body={"error": "down"},
    )  # fmt: skip
    statuses = [client.call("/v1/orders?limit=1").status_code for _ in range(3)]
    assert statuses == [503, 503, 200]


def test_a_fault_can_delay_or_cut_an_answer(client: Client) -> None:
    client.log_in()
    client.control("fault", system="example", delay=0.3)
    begun = time.monotonic()
    assert client.call("/v1/orders?limit=1").status_code == 200
    assert time.monotonic() - begun >= 0.3
    client.control("fault", system="example", cut=20)
    with pytest.raises(requests.exceptions.RequestException):
        client.call("/v1/orders?limit=5")


def test_a_fault_for_an_unknown_system_is_refused(client: Client) -> None:
    with pytest.raises(requests.HTTPError, match="400"):
        client.control("fault", system="nobody")


def test_mutations_move_the_clock_and_show(client: Client) -> None:
    client.log_in()
    first, second = read_all(client)[:2]
    at = client.control(
        "mutate", system="example", stream="orders", id=first["id"],
        patch={"total": "1.00", "updated_at": "$now"},
    )["at"]  # fmt: skip
    assert at == clock.shift(clock.iso(clock.BASE), seconds=1)
    client.control("mutate", system="example", stream="orders", id=second["id"], delete=True)
    changed = read_all(client, since=clock.iso(clock.BASE))
    assert changed == [{**first, "total": "1.00", "updated_at": at}]


def test_recording_keeps_exchanges_without_secrets(client: Client) -> None:
    token = client.log_in()["access_token"]
    client.call("/v1/orders?limit=2")
    lines = [orjson.loads(line) for line in client.record.read_bytes().splitlines()]
    kept = lines[-1]
    assert kept["url"] == f"https://{'tea.example-vendor.com'}/v1/orders?limit=2"
    assert (kept["system"], kept["method"], kept["status"]) == ("example", "GET", 200)
    assert len(orjson.loads(kept["response_body"])["orders"]) == 2
    assert "authorization" not in kept["request_headers"]
    assert token not in orjson.dumps(kept).decode()


def test_truth_is_not_reachable(client: Client) -> None:
    client.log_in()
    for path in ("/truth", "/truth.sqlite", "/../truth.sqlite", "/v1/truth"):
        for host in ("tea.example-vendor.com", "sandbox.control"):
            assert client.call(path, host=host).status_code == 404
    bodies = orjson.dumps(read_all(client)).decode()
    assert "person-" not in bodies
    assert "company-" not in bodies


def test_two_calls_at_once(client: Client) -> None:
    client.log_in()
    statuses: list[int] = []

    def call() -> None:
        statuses.append(client.call("/v1/orders?limit=100").status_code)

    threads = [threading.Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 8


def test_a_sandbox_in_a_process_of_its_own(tmp_path: Path) -> None:
    with start(tmp_path / "state", scale=200, seed=3, systems=[]) as sandbox:
        shown = sandbox.control("state")
        assert (shown["seed"], shown["scale"], shown["day"]) == (3, 200, 0)
        assert sandbox.control("advance", days=1)["now"] == "2026-11-03T00:00:00.000Z"
        process = sandbox.process
    assert process.poll() is not None


def test_another_seed_needs_a_reset(tmp_path: Path) -> None:
    start(tmp_path / "state", scale=200, seed=3, systems=[]).stop()
    with pytest.raises(RuntimeError):
        start(tmp_path / "state", seed=4, systems=[])
