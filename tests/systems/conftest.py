"""A bench for each system's tests; the world behind the stand-ins is made once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines import systems
from pipelines.sandbox.handle import start
from pipelines.sandbox.state import State
from tests.systems.bench import Bench

SEED, SCALE = 7, 200


@pytest.fixture(scope="session")
def made_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sandbox folder with the world and no vendor yet, to be copied."""
    folder = tmp_path_factory.mktemp("world")
    State(folder, []).prepare(SEED, SCALE)
    return folder


@pytest.fixture(scope="module")
def bench(
    request: pytest.FixtureRequest, made_world: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bench]:
    """The bench of the system that the module is named after (``test_<system>.py``)."""
    system = request.module.__name__.rpartition("test_")[2]
    folder = tmp_path_factory.mktemp(system)
    shutil.copytree(made_world, folder / "sandbox")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOLDPAN_SANDBOX", str(folder / "sandbox"))
        patch.setenv("GOLDPAN_STATE", str(folder / "state"))
        patch.setenv("GOLDPAN_WAREHOUSE", str(folder / "warehouse.duckdb"))
        patch.setenv("GOLDPAN_TOKENS", str(folder / "state" / "tokens.json"))
        patch.setattr(systems, "names", lambda: [system])
        record = folder / "exchanges.jsonl"
        with start(folder / "sandbox", record=record, systems=[system]) as handle:
            yield Bench(system, folder, handle, record)


@pytest.fixture(autouse=True)
def calm(bench: Bench) -> None:
    """No faults or used-up limits are left from the test before."""
    bench.calm()
