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
    "log on disk but package open",
    "log half committed",
    "first table committed but not noted",
    "all loaded but package not noted",
]


NEVER_COUNTED = {"token answered but not stored", "between two pages"}
STATUSES = "select distinct status from bronze_meta.stream_runs"
# Versions that a load which arrived counted and bronze lacks, or the other way round.
UNBOOKED = """
    with counted as (
        select load_id, sum(records_new + records_changed + records_deleted) as versions
        from bronze_meta.stream_runs
        where load_id in (select load_id from bronze_quickbooks._dlt_loads where status = 0)
        group by load_id having versions > 0
    ), stored as (
        select _dlt_load_id as load_id, count(*) as versions from (
            select _dlt_load_id from bronze_quickbooks.customers
            union all select _dlt_load_id from bronze_quickbooks.vendors
            union all select _dlt_load_id from bronze_quickbooks.items
            union all select _dlt_load_id from bronze_quickbooks.invoices
            union all select _dlt_load_id from bronze_quickbooks.payments
        ) group by load_id
    )
    select * from counted full join stored using (load_id)
    where counted.versions is distinct from stored.versions
"""


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
    assert subject.query(UNBOOKED) == []
    known = {status for (status,) in subject.query(STATUSES)}
    assert known == ({"done", "killed"} if step in NEVER_COUNTED else {"done"})
