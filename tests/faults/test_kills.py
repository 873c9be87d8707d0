"""A run that is killed (SIGKILL): the next one ends with what the vendor holds, each row once."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from tests.faults.harness import Scene, judge
from tests.faults.kills import STEPS, killed
from tests.faults.kinds import change

BOUNDED = [
    "token answered but not stored",
    "between two pages",
    "log half committed",
    "first table committed but not noted",
    "all loaded but package not noted",
]


@pytest.fixture(scope="module")
def scene(scene_of: Callable[..., Scene]) -> Scene:
    """The vendor has changes that the twin has read and the subject has not."""
    made = scene_of("quickbooks", {"customers", "vendors", "items", "invoices", "payments"})
    change(made, random.Random(1))
    assert not made.twin.problems()
    return made


@pytest.mark.parametrize("step", BOUNDED)
def test_a_killed_run_is_made_good_by_the_next(scene: Scene, step: str) -> None:
    subject = scene.subject.copy(scene.folder / step.replace(" ", "_"))
    if "token" in step:
        (subject.folder / "tokens.json").unlink()
    assert killed(subject, STEPS[step])
    assert not subject.problems()
    assert judge(subject.history(), scene.twin.history())
    assert subject.repeated() == []
    assert subject.cursors() == scene.twin.cursors()
