"""Fixtures that every test folder shares."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for the warehouse, the working files and the tokens."""
    monkeypatch.setenv("GOLDPAN_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("GOLDPAN_WAREHOUSE", str(tmp_path / "warehouse.duckdb"))
    monkeypatch.setenv("GOLDPAN_TOKENS", str(tmp_path / "state" / "tokens.json"))
    return tmp_path


@pytest.fixture
def no_sleep(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Waits between two tries are noted instead of slept."""
    slept: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", slept.append)
    monkeypatch.setattr("pipelines.api.time.sleep", slept.append)
    return slept


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest story starts first, so that two workers end at about the same time."""
    items.sort(key=lambda item: "test_end_to_end" not in item.nodeid)
