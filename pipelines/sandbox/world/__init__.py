"""The demo company: what happens in it, kept apart from how a vendor shows it."""

from pipelines.sandbox.world.engine import DEFAULT_SCALE, Row, Simulation
from pipelines.sandbox.world.life import STEPS

__all__ = ["DEFAULT_SCALE", "Row", "World"]


class World(Simulation):
    """The company on disk: a pure function of (seed, scale, days). Open it with `World.open`."""

    steps = STEPS
