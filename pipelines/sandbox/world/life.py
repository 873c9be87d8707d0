"""What happens on a day, in order."""

from pipelines.sandbox.world import (
    billing,
    catalog,
    groups,
    late,
    mail,
    people,
    selling,
    staff,
    trade,
    work,
)
from pipelines.sandbox.world.engine import Step

STEPS: tuple[Step, ...] = (
    staff.live,
    catalog.live,
    people.live,
    groups.live,
    trade.live,
    billing.live,
    selling.live,
    mail.live,
    work.live,
    late.live,
)
