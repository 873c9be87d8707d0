"""Ways in: static tokens, basic, client credentials, JWT bearer, rotating refresh tokens.

Each is a ``requests`` authenticator; ``expire()``, where there is one, forgets the access token
so that the next request gets a new one.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests
from dlt.sources.helpers.rest_client.auth import (
    APIKeyAuth,
    BearerTokenAuth,
    HttpBasicAuth,
    OAuth2ClientCredentials,
    OAuthJWTAuth,
)
from filelock import FileLock
from requests.auth import AuthBase

from pipelines.connections import PROJECT
from pipelines.errors import CredentialError, TransientError

__all__ = [
    "APIKeyAuth",
    "BearerTokenAuth",
    "ClientCredentials",
    "HttpBasicAuth",
    "JwtBearer",
    "RotatingRefreshToken",
    "TokenStore",
]

EARLY = 60  # seconds before its end that a token is no longer used
# How token answers name the seconds that a refresh token lives; no standard does (RFC 6749).
REFRESH_LIVES = ("refresh_token_expires_in", "x_refresh_token_expires_in")
TIMEOUT = (10, 60)  # seconds to connect, and between two bytes of the answer


class ClientCredentials(OAuth2ClientCredentials):
    """OAuth 2 client credentials (RFC 6749 section 4.4), one request for a token at a time.

    ``basic`` sends client id and secret in the Authorization header instead of the form.
    """

    basic: bool = False

    def __init__(self, *, basic: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.basic = basic
        self._lock = threading.Lock()

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        with self._lock:
            if self.access_token is None or self.is_token_expired():
                self.obtain_token()
        request.headers["Authorization"] = f"Bearer {self.access_token}"
        return request

    def build_access_token_request(self) -> dict[str, Any]:
        built = super().build_access_token_request()
        if self.basic:
            form = built["data"]
            built["auth"] = (form.pop("client_id"), form.pop("client_secret"))
        return built

    def obtain_token(self) -> None:
        form = self.build_access_token_request()
        body = ask_for_token(self.session, self.access_token_url, **form)
        self.access_token = self.parse_access_token(body)
        lifetime = self.parse_expiration_in_seconds(body)
        self.token_expiry = self.token_expiry.now(self.token_expiry.tz).add(
            seconds=max(lifetime - EARLY, 1)
        )

    def expire(self) -> None:
        self.access_token = None


class JwtBearer(OAuthJWTAuth):
    """OAuth 2 JWT bearer grant (RFC 7523); ``subject`` is the user on whose behalf.

    The whole token answer is kept in ``answer`` (Salesforce's holds ``instance_url``).
    """

    def __init__(self, *, subject: str, audience: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.subject = subject
        self.audience = audience
        self.answer: dict[str, Any] = {}
        self._lock = threading.Lock()

    def create_jwt_payload(self) -> dict[str, str | int]:
        payload = super().create_jwt_payload()
        # Salesforce refuses assertions that live longer than three minutes.
        return payload | {
            "sub": self.subject,
            "aud": self.audience,
            "exp": int(time.time()) + 180,
        }

    def sign_in(self) -> dict[str, Any]:
        """The token answer, asked for when there is no token."""
        with self._lock:
            if self.token is None:
                self.obtain_token()
            return self.answer

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        self.sign_in()
        r.headers["Authorization"] = f"Bearer {self.token}"
        return r

    def obtain_token(self) -> None:
        import jwt

        assertion = jwt.encode(self.create_jwt_payload(), self.private_key, "RS256")
        form = {
            "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "assertion": assertion,
        }
        self.answer = ask_for_token(self.session, self.auth_endpoint, data=form)
        self.token = self.answer["access_token"]

    def expire(self) -> None:
        self.token = None  # type: ignore[assignment]


def ask_for_token(session: requests.Session, url: str, **request: Any) -> dict[str, Any]:
    """The body of a token endpoint's answer to a POST.

    Raises CredentialError when the endpoint refuses, TransientError when it is out of order.
    """
    try:
        answer = session.post(url, timeout=TIMEOUT, **request)
    except requests.RequestException as problem:
        raise TransientError(f"{url}: no answer ({type(problem).__name__})") from None
    if answer.status_code == 429 or answer.status_code >= 500:
        raise TransientError(f"{url} answered {answer.status_code}", retry_after(answer))
    try:
        body = answer.json()
    except requests.JSONDecodeError:
        if answer.ok:
            raise TransientError(f"{url}: the answer is not JSON") from None
        body = {}
    if answer.ok and isinstance(body, dict) and body.get("access_token"):
        return body
    error = body.get("error", "no access token") if isinstance(body, dict) else "no access token"
    detail = body.get("error_description", "") if isinstance(body, dict) else ""
    raise CredentialError(
        f"{url} answered {answer.status_code} {error} {detail}".rstrip()
        + ": the credentials are wrong, revoked or expired; renew them in .dlt/secrets.toml"
    )


def retry_after(answer: requests.Response) -> float | None:
    """Seconds from a Retry-After header (seconds, decimal seconds or an HTTP date)."""
    from email.utils import mktime_tz, parsedate_tz

    header = answer.headers.get("Retry-After", "").strip()
    if not header:
        return None
    try:
        return max(float(header), 0.0)
    except ValueError:
        parsed = parsedate_tz(header)
        return max(mktime_tz(parsed) - time.time(), 0.0) if parsed else None


class TokenStore:
    """Rotated tokens of all connections in one file that only its owner can read.

    Writing is atomic (a new file takes the old one's place after it is on disk), and one
    process at a time holds ``lock``.
    """

    def __init__(self, path: Path | None = None) -> None:
        default = os.environ.get("GOLDPAN_TOKENS", PROJECT / ".dlt" / "tokens.json")
        self.path = Path(path or default)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.lock = FileLock(f"{self.path}.lock", mode=0o600)

    def read(self, connection: str) -> dict[str, Any]:
        """What is stored for a connection; empty when nothing is."""
        if not self.path.exists():
            return {}
        stored = json.loads(self.path.read_text())
        entry = stored.get(connection, {})
        return dict(entry)

    def write(self, connection: str, entry: Mapping[str, Any]) -> None:
        """Store a connection's tokens; they are on disk when this returns."""
        stored = json.loads(self.path.read_text()) if self.path.exists() else {}
        stored[connection] = dict(entry)
        temporary = self.path.with_suffix(".new")
        temporary.unlink(missing_ok=True)
        temporary.touch(mode=0o600)
        with temporary.open("w") as file:
            json.dump(stored, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.path)


class RotatingRefreshToken(AuthBase):
    """OAuth 2 refresh token whose every use may hand out the next one (RFC 6749 section 6).

    The new refresh token is on disk before the access token that came with it is used. A token
    put into the secrets later than the stored one (its fingerprint differs) starts a new chain.
    ``in_form`` sends client id and secret in the form instead of the Authorization header.
    """

    def __init__(
        self,
        *,
        connection: str,
        token_url: str,
        client_id: str,
        client_secret: str,
        refresh_token: str,
        session: requests.Session,
        store: TokenStore | None = None,
        in_form: bool = False,
    ) -> None:
        self.connection = connection
        self.in_form = in_form
        self.token_url = token_url
        self.client = (client_id, client_secret)
        self.seed = refresh_token
        self.origin = hashlib.blake2b(refresh_token.encode(), digest_size=8).hexdigest()
        self.session = session
        self.store = store or TokenStore()
        self.current: dict[str, Any] = {}
        self.refused: str | None = None
        self._lock = threading.Lock()

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        with self._lock:
            if not self._usable(self.current):
                with self.store.lock:
                    self._renew()
        request.headers["Authorization"] = f"Bearer {self.current['access_token']}"
        return request

    def expire(self) -> None:
        """Forget the access token; another process's newer one in the store is taken first."""
        self.refused = self.current.get("access_token")
        self.current = {}

    @property
    def expires_at(self) -> datetime | None:
        """When the refresh token ends (UTC) unless it is used before; None when nobody said."""
        end = self.current.get("refresh_expires_at")
        return datetime.fromtimestamp(end, UTC).replace(tzinfo=None) if end else None

    def _usable(self, entry: Mapping[str, Any]) -> bool:
        return (
            bool(entry)
            and entry.get("access_token") != self.refused
            and entry.get("expires_at", 0) - EARLY > time.time()
        )

    def _renew(self) -> None:
        stored = self.store.read(self.connection)
        chain = stored if stored.get("origin") == self.origin else {}
        if not self._usable(chain):
            chain = self._refreshed(chain.get("refresh_token", self.seed))
            self.store.write(self.connection, chain)
        self.current = chain

    def _refreshed(self, token: str) -> dict[str, Any]:
        try:
            return self._refresh(token)
        except CredentialError:
            # A stored token may be dead while the one in the secrets still lives.
            if token == self.seed:
                raise
            return self._refresh(self.seed)

    def _refresh(self, token: str) -> dict[str, Any]:
        form = {"grant_type": "refresh_token", "refresh_token": token}
        if self.in_form:
            form |= {"client_id": self.client[0], "client_secret": self.client[1]}
        basic = None if self.in_form else self.client
        headers = {"Accept": "application/json"}
        body = ask_for_token(self.session, self.token_url, data=form, auth=basic, headers=headers)
        now = int(time.time())
        entry = {
            "origin": self.origin,
            "refresh_token": body.get("refresh_token", token),
            "access_token": body["access_token"],
            "expires_at": now + int(body.get("expires_in", 1800)),
        }
        lives = [int(body[key]) for key in REFRESH_LIVES if key in body]
        return entry | ({"refresh_expires_at": now + min(lives)} if lives else {})
