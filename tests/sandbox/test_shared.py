"""What stand-ins share: tokens, limits, answers, ids."""

import time
from pathlib import Path

import jwt
import orjson
import pytest

from pipelines.sandbox.answers import json_answer, money, number, raw, reject, select
from pipelines.sandbox.limits import (
    Concurrency,
    FixedWindow,
    LeakyBucket,
    Limits,
    RollingWindow,
)
from pipelines.sandbox.store import Row
from pipelines.sandbox.tokens import (
    JWT_BEARER,
    OAuth,
    OAuthError,
    Tokens,
    basic,
    private_key,
)
from pipelines.sandbox.world.ids import record_id

CREDENTIALS = {"client_id": "us", "client_secret": "hush", "refresh_token": "r1"}


def refresh(token: str) -> dict[str, str]:
    return {"grant_type": "refresh_token", "refresh_token": token}


def test_a_fixed_refresh_token_stays(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path / "tokens.sqlite", "tea", CREDENTIALS)
    oauth = OAuth(grants=("refresh_token",), lifetime=1800)
    granted = tokens.grant(oauth, refresh("r1"))
    assert granted.refresh_token == "r1"
    assert granted.body()["expires_in"] == 1800
    assert tokens.verdict(granted.access_token) == "valid"
    assert tokens.verdict(None) == "missing"
    assert tokens.verdict("made up") == "unknown"


def test_a_rotating_token_lives_on_through_its_grace(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path / "tokens.sqlite", "tea", CREDENTIALS)
    oauth = OAuth(grants=("refresh_token",), lifetime=1800, rotates=True, grace=0.2)
    second = tokens.grant(oauth, refresh("r1")).refresh_token
    assert tokens.grant(oauth, refresh("r1")).refresh_token != second
    time.sleep(0.25)
    with pytest.raises(OAuthError, match="invalid, expired or revoked"):
        tokens.grant(oauth, refresh("r1"))
    assert second is not None
    assert tokens.grant(oauth, refresh(second))


def test_access_tokens_expire(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path / "tokens.sqlite", "tea", CREDENTIALS)
    granted = tokens.grant(OAuth(("client_credentials",), 0), {"grant_type": "client_credentials"})
    assert tokens.verdict(granted.access_token) == "expired"
    other = Tokens(tmp_path / "tokens.sqlite", "coffee", {})
    assert other.verdict(granted.access_token) == "unknown"


def test_clients_are_checked(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path / "tokens.sqlite", "tea", CREDENTIALS)
    tokens.check_client({"client_id": "us", "client_secret": "hush"}, None)
    tokens.check_client({}, "Basic dXM6aHVzaA==")
    with pytest.raises(OAuthError, match="unknown client"):
        tokens.check_client({"client_id": "us", "client_secret": "loud"}, None)
    with pytest.raises(OAuthError, match="'password' is not supported"):
        tokens.grant(OAuth(("client_credentials",), 60), {"grant_type": "password"})
    assert basic("Basic !!!") is None
    assert basic("Bearer abc") is None


def test_a_jwt_bearer_is_known_by_its_signature(tmp_path: Path) -> None:
    pem = private_key(tmp_path / "ours")
    assert (tmp_path / "ours" / "private_key.pem").stat().st_mode & 0o077 == 0
    known = {"client_id": "us", "username": "a@b.example", "private_key": pem}
    tokens = Tokens(tmp_path / "tokens.sqlite", "tea", known)
    oauth = OAuth((JWT_BEARER,), 7200, audience=("https://login.example",))
    claims = {
        "iss": "us", "sub": "a@b.example", "aud": "https://login.example",
        "exp": int(time.time()) + 180,
    }  # fmt: skip

    def ask(claims: dict[str, object], key: str) -> str:
        form = {"grant_type": JWT_BEARER, "assertion": jwt.encode(claims, key, "RS256")}
        return tokens.grant(oauth, form).access_token

    assert tokens.verdict(ask(claims, pem)) == "valid"
    for wrong in ({"sub": "c@d.example"}, {"aud": "https://else.example"}, {"exp": 1}):
        with pytest.raises(OAuthError):
            ask({**claims, **wrong}, pem)
    with pytest.raises(OAuthError, match="Signature verification failed"):
        ask(claims, private_key(tmp_path / "theirs"))


def test_a_leaky_bucket_refills() -> None:
    bucket = LeakyBucket(10, 100)
    assert [bucket.take(5).granted for _ in range(3)] == [True, True, False]
    assert 0 < bucket.take(5).wait <= 0.05
    time.sleep(0.06)
    assert bucket.take(5).granted
    assert bucket.give_back(50) == 10


def test_windows_count_calls() -> None:
    fixed, rolling = FixedWindow(2, 0.1), RollingWindow(2, 0.1)
    for limit in (fixed, rolling):
        assert [limit.take().granted for _ in range(3)] == [True, True, False]
        assert 0 < limit.take().wait <= 0.1
    assert 0 < fixed.resets_in <= 0.1
    time.sleep(0.11)
    assert fixed.take().remaining == 1
    assert rolling.take().granted


def test_limits_are_kept_by_name() -> None:
    limits = Limits()
    one = limits.of("a", lambda: Concurrency(1))
    assert one.enter()
    assert not limits.of("a", lambda: Concurrency(1)).enter()
    one.leave()
    assert one.enter()
    limits.reset()
    assert limits.of("a", lambda: Concurrency(1)).enter()


def test_pages_splice_stored_bytes() -> None:
    at = "2026-11-02T00:00:00.000Z"
    row = Row(1, "a", at, at, None, None, b'{"total":1.50,"big":12345678901234567890123}')
    answer = json_answer({"results": raw([row])})
    assert answer.body == b'{"results":[{"total":1.50,"big":12345678901234567890123}]}'


def test_select_and_reject_go_through_lists() -> None:
    document = {"a": [{"b": 1, "c": 2}, {"b": 3}], "d": {"e": 4, "f": 5}, "g": 6}
    assert select(document, ["a.b", "d", "none.x"]) == {
        "a": [{"b": 1}, {"b": 3}],
        "d": {"e": 4, "f": 5},
    }
    assert reject(document, ["a.b", "d.e", "none.x"]) == {
        "a": [{"c": 2}, {}],
        "d": {"f": 5},
        "g": 6,
    }


def test_money_keeps_its_digits() -> None:
    assert (money(1990, "EUR"), money(500, "JPY"), money(-5, "USD")) == ("19.90", "500", "-0.05")
    assert orjson.dumps({"x": number(1000, "GBP")}) == b'{"x":10.00}'


def test_salesforce_ids_carry_their_checksum() -> None:
    assert record_id("salesforce", "account", 1) == "001gP00000000010AM"[:15] + "QAA"
    ids = {record_id("salesforce", "contact", n) for n in range(5000)}
    assert len(ids) == 5000
    assert {len(one) for one in ids} == {18}


@pytest.mark.parametrize("system", ["shopify", "hubspot", "asana"])
def test_numeric_ids_sort_as_text(system: str) -> None:
    ids = [record_id(system, "thing", n) for n in (1, 9, 10, 99, 1000, 3_000_000)]
    assert ids == sorted(ids) == sorted(ids, key=int)
