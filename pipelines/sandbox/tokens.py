"""OAuth tokens as vendors issue them; kept on disk, so that they survive a restart."""

import base64
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl

import jwt
import orjson
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pipelines.sandbox.store import Database

Verdict = Literal["valid", "missing", "unknown", "expired"]
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SCHEMA = """
create table if not exists tokens (
    system text not null, token text not null, kind text not null, expires_at real,
    replaced_at real, primary key (system, kind, token)
)
"""


class OAuthError(Exception):
    """A token request that RFC 6749 section 5.2 refuses: its error code and a description."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error, self.description, self.status = error, description, status


@dataclass(frozen=True, slots=True)
class Grant:
    """Tokens just issued; `expires_in` in seconds, None when the access token does not expire."""

    access_token: str
    expires_in: int | None
    refresh_token: str | None = None

    def body(self) -> dict[str, Any]:
        """The answer of RFC 6749 section 5.1."""
        answer = {
            "access_token": self.access_token,
            "token_type": "Bearer",
            "expires_in": self.expires_in,
            "refresh_token": self.refresh_token,
        }
        return {name: value for name, value in answer.items() if value is not None}


@dataclass(frozen=True, slots=True)
class OAuth:
    """How one vendor issues tokens.

    `lifetime`: seconds an access token lives. `rotates`: a refresh gives a new refresh token and
    the old one dies after `grace` seconds. `audience`: what a JWT's `aud` must be.
    """

    grants: tuple[str, ...]
    lifetime: int | None
    rotates: bool = False
    grace: float = 0
    prefix: str = ""
    audience: tuple[str, ...] = field(default=())


class Tokens:
    """The tokens of one system, and the check of what its clients send."""

    def __init__(self, path: Path, system: str, credentials: Mapping[str, Any]) -> None:
        self.system, self.credentials = system, credentials
        self._database = Database(path)
        with self._database.connection as connection:
            connection.execute(SCHEMA)
        if "refresh_token" in credentials:
            self._keep("refresh", str(credentials["refresh_token"]), None)

    def grant(self, oauth: OAuth, form: Mapping[str, str]) -> Grant:
        """Answer a token request whose client is already checked. Raises OAuthError."""
        kind = form.get("grant_type", "")
        if kind not in oauth.grants:
            raise OAuthError("unsupported_grant_type", f"grant type {kind!r} is not supported")
        if kind == "refresh_token":
            return self._refresh(oauth, form.get("refresh_token", ""))
        if kind == JWT_BEARER:
            self._check_assertion(oauth, form.get("assertion", ""))
        return self._issue(oauth, None)

    def check_client(self, form: Mapping[str, str], authorization: str | None) -> None:
        """Compare client id and secret (form or Basic) with the credentials. Raises OAuthError."""
        user, password = basic(authorization) or (
            form.get("client_id", ""),
            form.get("client_secret", ""),
        )
        known = self.credentials
        if user != known.get("client_id") or password != known.get("client_secret"):
            raise OAuthError("invalid_client", "unknown client or wrong secret", status=401)

    def verdict(self, token: str | None) -> Verdict:
        """What an access token is worth now."""
        if not token:
            return "missing"
        found = self._find("access", token)
        if found is None:
            return "unknown"
        expires_at = found[0]
        return "expired" if expires_at is not None and expires_at <= time.time() else "valid"

    def expire(self) -> int:
        """Make every access token of the system expire now; returns how many."""
        now = time.time()
        with self._database.connection as connection:
            statement = (
                "update tokens set expires_at = ? where system = ? and kind = 'access'"
                " and (expires_at is null or expires_at > ?)"
            )
            return connection.execute(statement, (now, self.system, now)).rowcount

    def _issue(self, oauth: OAuth, refresh_token: str | None) -> Grant:
        access_token = oauth.prefix + secrets.token_hex(24)
        expires_at = None if oauth.lifetime is None else time.time() + oauth.lifetime
        self._keep("access", access_token, expires_at)
        return Grant(access_token, oauth.lifetime, refresh_token)

    def _refresh(self, oauth: OAuth, token: str) -> Grant:
        found = self._find("refresh", token)
        if found is None or (found[1] is not None and found[1] + oauth.grace <= time.time()):
            raise OAuthError("invalid_grant", "the refresh token is invalid, expired or revoked")
        if not oauth.rotates:
            return self._issue(oauth, token)
        successor = secrets.token_hex(32)
        with self._database.connection as connection:
            connection.execute(
                "update tokens set replaced_at = coalesce(replaced_at, ?)"
                " where system = ? and kind = 'refresh' and token = ?",
                (time.time(), self.system, token),
            )
        self._keep("refresh", successor, None)
        return self._issue(oauth, successor)

    def _check_assertion(self, oauth: OAuth, assertion: str) -> None:
        try:
            claims = jwt.decode(
                assertion,
                public_key(str(self.credentials["private_key"])),
                algorithms=["RS256"],
                audience=list(oauth.audience) or None,
                options={"require": ["iss", "sub", "exp"]},
            )
        except jwt.PyJWTError as error:
            raise OAuthError("invalid_grant", f"invalid assertion: {error}") from error
        expected = (self.credentials.get("client_id"), self.credentials.get("username"))
        if (claims["iss"], claims["sub"]) != expected:
            raise OAuthError("invalid_grant", "user hasn't approved this consumer")

    def _keep(self, kind: str, token: str, expires_at: float | None) -> None:
        with self._database.connection as connection:
            connection.execute(
                "insert or ignore into tokens values (?, ?, ?, ?, null)",
                (self.system, token, kind, expires_at),
            )

    def _find(self, kind: str, token: str) -> tuple[float | None, float | None] | None:
        with self._database.connection as connection:
            statement = (
                "select expires_at, replaced_at from tokens"
                " where system = ? and kind = ? and token = ?"
            )
            found: tuple[float | None, float | None] | None = connection.execute(
                statement, (self.system, kind, token)
            ).fetchone()
        return found


async def token_endpoint(request: Request, tokens: Tokens, oauth: OAuth) -> Grant:
    """Answer a token request (form or JSON body): client check, then the grant.

    Raises OAuthError; a client of the JWT bearer grant proves itself by its signature.
    """
    form = await token_form(request)
    if form.get("grant_type") != JWT_BEARER:
        tokens.check_client(form, request.headers.get("authorization"))
    return tokens.grant(oauth, form)


async def token_form(request: Request) -> dict[str, str]:
    """The fields of a token request, from a form or from JSON."""
    body = await request.body()
    if "json" in request.headers.get("content-type", ""):
        fields = orjson.loads(body or b"{}")
        return {str(name): str(value) for name, value in fields.items()}
    return dict(parse_qsl(body.decode()))


def refusal(error: OAuthError) -> Response:
    """The error answer of RFC 6749 section 5.2."""
    body = {"error": error.error, "error_description": error.description}
    return JSONResponse(body, status_code=error.status)


def bearer(request: Request, scheme: str = "Bearer") -> str | None:
    """The token of the Authorization header when it has this scheme."""
    found, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if found.lower() == scheme.lower() else None


def basic(authorization: str | None) -> tuple[str, str] | None:
    """User and password of a Basic Authorization header, or None."""
    scheme, _, encoded = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, separator, password = base64.b64decode(encoded).decode().partition(":")
    except ValueError:
        return None
    return (user, password) if separator else None


def private_key(folder: Path) -> str:
    """The sandbox's RSA key (PEM), made on first use and readable by its owner only."""
    path = folder / "private_key.pem"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        path.touch(mode=0o600)
        path.write_bytes(pem)
    return path.read_text()


def public_key(pem: str) -> str:
    """The public half (PEM) of a private key."""
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )
