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
        "handle",
        "limits",
        "server",
        "state",
        "store",
        "tokens",
        "world",
    }
)


@cache
def discover() -> dict[str, ModuleType]:
    """Every stand-in by its system's name: the modules of this folder beside the core's own."""
    found = (one.name for one in pkgutil.iter_modules(__path__))
    names = sorted(name for name in found if name not in CORE and not name.startswith("_"))
    return {name: importlib.import_module(f"{__name__}.{name}") for name in names}
