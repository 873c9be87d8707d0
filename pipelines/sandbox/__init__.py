"""A local stand-in for the vendors' APIs, with one invented company behind all of them."""

import importlib
import pkgutil
from functools import cache
from types import ModuleType

CORE = frozenset(
    {
        "answers",
        "clock",
        "control",
        "faults",
        "handle",
        "limits",
        "place",
        "server",
        "state",
        "store",
        "tokens",
        "world",
    }
)


def names() -> list[str]:
    """The systems that have a stand-in: the modules of this folder beside the core's own."""
    found = (one.name for one in pkgutil.iter_modules(__path__))
    return sorted(name for name in found if name not in CORE and not name.startswith("_"))


@cache
def load(name: str) -> ModuleType:
    """The stand-in of one system. Raises ValueError."""
    if name not in names():
        raise ValueError(f"system must be one of {', '.join(names())}. Got: {name}")
    return importlib.import_module(f"{__name__}.{name}")


def discover() -> dict[str, ModuleType]:
    """Every stand-in by its system's name."""
    return {name: load(name) for name in names()}
