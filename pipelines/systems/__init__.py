"""The connectors, one file a system; a new file here is a new system, nothing lists them."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType

from pipelines.errors import IngestError


def names() -> list[str]:
    """Names of all systems, sorted."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


@cache
def load(name: str) -> ModuleType:
    """The module of one system, with ``SYSTEM`` and ``STREAMS``. Raises IngestError."""
    if name not in names():
        raise IngestError(f"no system '{name}'; known: {', '.join(names())}")
    return importlib.import_module(f"{__name__}.{name}")


def discover() -> dict[str, ModuleType]:
    """Every system's module by name."""
    return {name: load(name) for name in names()}
