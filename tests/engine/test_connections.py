"""connections.yml is read with clear mistakes; secrets come from dlt's providers."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines import connections
from pipelines.connections import Connection
from pipelines.errors import CredentialError, IngestError


def load(folder: Path, text: str) -> dict[str, Connection]:
    path = folder / "connections.yml"
    path.write_text(text)
    return connections.load(path)


def test_settings_stand_beside_the_fields_or_under_settings(tmp_path: Path) -> None:
    text = """
connections:
  shop: {system: shopify, store: tea, start_date: 2026-01-31, settings: {region: EU}}
"""
    (shop,) = load(tmp_path, text).values()
    assert (shop.name, shop.system, shop.start_date) == ("shop", "shopify", "2026-01-31")
    assert shop.settings == {"store": "tea", "region": "EU"}
    assert shop.promise_minutes == 1440


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("connections: {Shop!: {system: shopify}}", "'Shop!': use lower-case"),
        ("connections: {shop: {store: x}}", "'shop': .*missing required field `system`"),
        ("connections: {shop: {system: shopify, streams: orders}}", "'shop': Expected `array"),
        ("connections: {shop: {system: shopify, promise: weekly}}", "'shop': Invalid enum value"),
        ("conections: {}", "missing required field `connections`|unknown field"),
        ("connections: [", "connections.yml"),
    ],
)
def test_mistakes_are_named_with_their_place(tmp_path: Path, text: str, mistake: str) -> None:
    with pytest.raises(IngestError, match=mistake):
        load(tmp_path, text)


def test_a_secret_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONNECTIONS__SHOP__ACCESS_TOKEN", "shpat_1")
    assert Connection(name="shop", system="shopify").secret("access_token") == "shpat_1"


def test_a_missing_secret_says_both_places(monkeypatch: pytest.MonkeyPatch) -> None:
    message = r"\[connections\.shop\].*CONNECTIONS__SHOP__API_KEY"
    with pytest.raises(CredentialError, match=message):
        Connection(name="shop", system="klaviyo").secret("api_key")


def test_a_missing_setting_says_where_it_goes() -> None:
    with pytest.raises(IngestError, match=r"add it under connections\.shop"):
        Connection(name="shop", system="shopify").setting("store")
