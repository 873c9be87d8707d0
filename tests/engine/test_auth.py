"""Tokens: stored before use, one writer at a time, readable by their owner only."""

from __future__ import annotations

import base64
import json
import stat
import threading
from pathlib import Path
from urllib.parse import parse_qs

import jwt
import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from pipelines.api import SandboxAdapter
from pipelines.auth import ClientCredentials, JwtBearer, RotatingRefreshToken, TokenStore
from pipelines.errors import CredentialError, TransientError
from tests.engine.vendor import Answer, Vendor, vendor

URL = "https://identity.vendor.test/token"


def session(script: Vendor) -> requests.Session:
    made = requests.Session()
    made.mount("https://", SandboxAdapter(script.url))
    return made


def rotating(script: Vendor, path: Path, seed: str = "seed") -> RotatingRefreshToken:
    return RotatingRefreshToken(
        connection="books",
        token_url=URL,
        client_id="me",
        client_secret="mine",
        refresh_token=seed,
        session=session(script),
        store=TokenStore(path),
    )


def sign(auth: requests.auth.AuthBase) -> str:
    request = requests.Request("GET", "https://api.vendor.test/", auth=auth).prepare()
    return request.headers["Authorization"]


def token(number: int, lifetime: int = 1800) -> Answer:
    body = {"access_token": f"a{number}", "refresh_token": f"r{number}", "expires_in": lifetime}
    return Answer(body)


def refreshed_with(script: Vendor) -> list[str]:
    return [parse_qs(asked[3].decode())["refresh_token"][0] for asked in script.asked]


def test_a_rotated_token_is_stored_and_used_next_time(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    with vendor(token(1, lifetime=10), token(2)) as script:
        assert sign(rotating(script, path)) == "Bearer a1"
        assert sign(rotating(script, path)) == "Bearer a2"
    assert refreshed_with(script) == ["seed", "r1"]
    assert json.loads(path.read_text())["books"]["refresh_token"] == "r2"


def test_the_token_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    with vendor(token(1)) as script:
        sign(rotating(script, path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_living_access_token_is_shared_by_the_next_run(tmp_path: Path) -> None:
    with vendor(token(1)) as script:
        assert sign(rotating(script, tmp_path / "t.json")) == "Bearer a1"
        assert sign(rotating(script, tmp_path / "t.json")) == "Bearer a1"
        assert len(script.asked) == 1


def test_a_token_that_cannot_be_stored_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    with vendor(token(1), token(2)) as script:
        auth = rotating(script, tmp_path / "t.json")
        monkeypatch.setattr(TokenStore, "write", full)
        with pytest.raises(OSError, match="No space"):
            sign(auth)
        assert auth.current == {}


def test_a_new_token_in_the_secrets_starts_a_new_chain(tmp_path: Path) -> None:
    with vendor(token(1, lifetime=10), token(2)) as script:
        sign(rotating(script, tmp_path / "t.json"))
        sign(rotating(script, tmp_path / "t.json", seed="renewed by a person"))
    assert refreshed_with(script) == ["seed", "renewed by a person"]


def test_threads_that_meet_an_expired_token_renew_it_once(tmp_path: Path) -> None:
    with vendor(token(1)) as script:
        auth = rotating(script, tmp_path / "t.json")
        threads = [threading.Thread(target=sign, args=(auth,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(script.asked) == 1


def test_after_a_refused_access_token_another_runs_newer_one_is_taken(tmp_path: Path) -> None:
    with vendor(token(1), token(2)) as script:
        one, other = rotating(script, tmp_path / "t.json"), rotating(script, tmp_path / "t.json")
        sign(one)
        sign(other)
        one.expire()
        assert sign(one) == "Bearer a2"
        other.expire()
        assert sign(other) == "Bearer a2"


def test_a_dead_refresh_token_needs_a_person(tmp_path: Path) -> None:
    with (
        vendor(Answer({"error": "invalid_grant"}, 400)) as script,
        pytest.raises(CredentialError, match=r"invalid_grant.*renew them"),
    ):
        sign(rotating(script, tmp_path / "t.json"))


def test_when_the_stored_token_is_dead_the_one_in_the_secrets_is_tried(tmp_path: Path) -> None:
    dead = Answer({"error": "invalid_grant"}, 400)
    with vendor(token(1, lifetime=10), dead, token(3)) as script:
        sign(rotating(script, tmp_path / "t.json"))
        assert sign(rotating(script, tmp_path / "t.json")) == "Bearer a3"
    assert refreshed_with(script) == ["seed", "r1", "seed"]


def test_a_token_endpoint_that_is_down_is_passing_trouble(tmp_path: Path) -> None:
    with vendor(Answer({}, 503)) as script, pytest.raises(TransientError):
        sign(rotating(script, tmp_path / "t.json"))


@pytest.mark.parametrize("basic", [True, False])
def test_client_credentials_ask_once_until_expired(basic: bool) -> None:
    with vendor(token(1), token(2)) as script:
        auth = ClientCredentials(
            access_token_url=URL,
            client_id="me",
            client_secret="mine",
            access_token_request_data={"scope": "read"},
            session=session(script),
            basic=basic,
        )
        assert [sign(auth), sign(auth)] == ["Bearer a1"] * 2
        auth.expire()
        assert sign(auth) == "Bearer a2"
    form = parse_qs(script.asked[0][3].decode())
    assert form["scope"] == ["read"]
    assert ("client_secret" in form) is not basic
    if basic:
        sent = script.asked[0][2]["Authorization"].removeprefix("Basic ")
        assert base64.b64decode(sent) == b"me:mine"


def test_a_jwt_assertion_is_signed_and_short_lived() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    with vendor(Answer({"access_token": "a1", "instance_url": "https://x.test"})) as script:
        auth = JwtBearer(
            client_id="app",
            private_key=pem.decode(),
            auth_endpoint=URL,
            subject="user@example.com",
            audience="https://login.vendor.test",
            session=session(script),
        )
        assert sign(auth) == "Bearer a1"
    assertion = parse_qs(script.asked[0][3].decode())["assertion"][0]
    claims = jwt.decode(
        assertion, key.public_key(), ["RS256"], audience="https://login.vendor.test"
    )
    assert (claims["iss"], claims["sub"]) == ("app", "user@example.com")
    assert claims["exp"] - claims["iat"] <= 180
    assert auth.answer["instance_url"] == "https://x.test"
