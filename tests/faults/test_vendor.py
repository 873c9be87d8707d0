"""A vendor that misbehaves: nothing is lost and nothing comes twice. `make soak` does more."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from tests.faults.harness import Scene
from tests.faults.kinds import ROUNDS

BOUNDED = ["transport", "paging", "while_paging", "odd_values"]
STREAMS = {"locations", "orders", "customers", "payments", "catalog"}


@pytest.fixture(scope="module")
def scene(scene_of: Callable[..., Scene]) -> Scene:
    return scene_of("square", STREAMS)


@pytest.mark.parametrize("name", BOUNDED)
def test_nothing_is_lost_and_nothing_comes_twice(scene: Scene, name: str) -> None:
    happened = ROUNDS[name](scene, random.Random(name))
    assert happened.verdict, (happened.verdict, happened.said)
    assert sum(happened.faults.values()) >= len(happened.faults) / 2, happened.faults
