"""Scenes: one system of a small sandbox with two warehouses over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from pipelines import api, systems
from pipelines.sandbox.handle import start
from tests.faults.harness import Scene

SEED, SCALE = 7, 200


@pytest.fixture(scope="module")
def scene_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Scene]]:
    """Makes a scene of a system, with some of its streams; its sandbox ends with the module."""
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        patch.setattr(api, "limiter", lambda limits: None)

        def make(system: str, streams: set[str] | None = None) -> Scene:
            patch.setattr(systems, "names", lambda: [system])
            folder = tmp_path_factory.mktemp(system)
            handle = start(folder / "sandbox", SCALE, SEED, systems=[system])
            made = Scene(system, folder, stack.enter_context(handle), streams)
            made.begin()
            return made

        yield make
