"""Runs of ingestion over streams that a test declares."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pipelines import ingest, systems
from pipelines.reading import Tally
from pipelines.stream import Stream, System
from tests.engine.shelf import CONNECTION, Shelf


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def run(
    scratch: Path, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., dict[str, Tally]]:
    """Run ingestion over declared streams that read from the shelf; the tallies by stream."""

    def go(*streams: Stream, **options: Any) -> dict[str, Tally]:
        module = SimpleNamespace(SYSTEM=System(name="demo"), STREAMS=list(streams))
        monkeypatch.setattr(systems, "load", lambda name: module)
        monkeypatch.setattr(systems, "names", lambda: ["demo"])
        (outcome,) = ingest.Run([CONNECTION], **options).start()
        assert outcome.error is None, outcome.error
        return outcome.tallies

    return go
