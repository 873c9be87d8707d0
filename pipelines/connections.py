"""connections.yml: which systems are connected, and under which name."""

from __future__ import annotations

import os
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

from pipelines.errors import CredentialError, IngestError

PROJECT = Path(__file__).resolve().parent.parent
PROMISES = {"15 minutes": 15, "hourly": 60, "daily": 1440}
NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")


class Connection(msgspec.Struct, kw_only=True):
    """One connected shop, tenant, account or folder.

    ``streams``: the ones to read, None for all. ``start_date`` (YYYY-MM-DD): how far back a
    first run asks, where the vendor can filter by change time. ``promise``: how far behind the
    vendor the warehouse may be; ops.freshness and ops.slo hold the connection to it.
    ``quota``: connections of one system that name the same one share its daily limits.
    ``credentials_expire``: the day on which its credentials end, where the vendor's answers do
    not say it; `make alerts` tells it in time.
    ``settings`` are the plain values that the system's file asks for (store, realm_id …).
    """

    name: str = ""
    system: str
    sandbox: bool = False
    streams: list[str] | None = None
    start_date: str | None = None
    promise: Literal["15 minutes", "hourly", "daily"] = "daily"
    quota: str | None = None
    credentials_expire: date | None = None
    settings: dict[str, Any] = {}

    @property
    def promise_minutes(self) -> int:
        """Most minutes that the warehouse may lag behind."""
        return PROMISES[self.promise]

    def setting(self, key: str, default: Any = None) -> Any:
        """A plain value from connections.yml, or from the sandbox's own settings.

        Raises IngestError when it is missing and has no default.
        """
        value = self.settings.get(key)
        if value is None and self.sandbox:
            value = self._sandbox_value(key)
        if value is None and default is None:
            raise IngestError(
                f"connection '{self.name}' lacks the setting '{key}': add it under "
                f"connections.{self.name}.settings in connections.yml"
            )
        return default if value is None else value

    def secret(self, key: str, default: str | None = None) -> str:
        """A secret from dlt's providers (environment, .dlt/secrets.toml, a vault).

        A sandbox connection gets the stand-in's, and never a real one.

        Raises CredentialError, naming both places where it may be put.
        """
        value = self._sandbox_value(key) if self.sandbox else self._provided(key)
        if value is None and default is None:
            raise CredentialError(
                f"connection '{self.name}' lacks the secret '{key}': put it in .dlt/secrets.toml "
                f"under [connections.{self.name}], or in the environment as "
                f"CONNECTIONS__{self.name.upper()}__{key.upper()}"
            )
        return str(default if value is None else value)

    def _provided(self, key: str) -> Any:
        import dlt

        return dlt.secrets.get(f"connections.{self.name}.{key}")

    def _sandbox_value(self, key: str) -> Any:
        from pipelines.sandbox.place import default_folder

        return _sandbox_credentials(default_folder(), self.system).get(key)


@cache
def _sandbox_credentials(folder: Path, system: str) -> dict[str, Any]:
    from pipelines.sandbox import place

    return place.credentials(folder, system)


class _File(msgspec.Struct, forbid_unknown_fields=True):
    connections: dict[str, dict[str, Any]]


def load(path: Path | None = None) -> dict[str, Connection]:
    """The connections by name. Raises IngestError with the file and the place of each mistake."""
    path = path or Path(os.environ.get("GOLDPAN_CONNECTIONS", PROJECT / "connections.yml"))
    if not path.exists():
        raise IngestError(f"{path.name} is missing: copy it from the repository")
    import yaml

    try:
        parsed = msgspec.convert(yaml.safe_load(path.read_text()), _File)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise IngestError(f"{path.name}: {error}") from error
    return {name: _connection(path.name, name, entry) for name, entry in parsed.connections.items()}


def _connection(file: str, name: str, entry: dict[str, Any]) -> Connection:
    if not NAME.fullmatch(name):
        raise IngestError(f"{file}: connection '{name}': use lower-case letters, digits and _")
    known = {field.name for field in msgspec.structs.fields(Connection)} - {"name", "settings"}
    settings = {key: value for key, value in entry.items() if key not in known}
    fields = {key: value for key, value in entry.items() if key in known}
    if isinstance(fields.get("start_date"), date):
        fields["start_date"] = fields["start_date"].isoformat()
    settings |= settings.pop("settings", {}) or {}
    try:
        return msgspec.convert({**fields, "name": name, "settings": settings}, Connection)
    except msgspec.ValidationError as error:
        raise IngestError(f"{file}: connection '{name}': {error}") from error
