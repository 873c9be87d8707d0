"""The project's dbt macros without dbt, so that mappings can be checked in a second.

Example: Macros(Path("macros")).call("json_path", "customer.id", "stg_shopify__orders")
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment

MACRO = re.compile(r"{%-?\s*macro\s+(\w+)\(")


class MacroError(Exception):
    """A macro refused its arguments (dbt's raise_compiler_error)."""


class _Returned(Exception):  # noqa: N818 - carries a value out of a macro; no error
    def __init__(self, value: Any) -> None:
        self.value = value


def _return(value: Any) -> None:
    raise _Returned(value)


def _refuse(message: str) -> None:
    raise MacroError(message)


class Macros:
    """Every macro below a folder, with what dbt's context gives them; DuckDB's branches are called.

    ``given`` adds to that context or replaces parts of it (model, graph, var …).
    """

    def __init__(self, folder: Path, **given: Any) -> None:
        self._texts: dict[str, str] = {}
        self._compiled: dict[str, Callable[..., Any]] = {}
        self._environment = Environment(extensions=["jinja2.ext.do"])
        self.given: dict[str, Any] = self._environment.globals
        self.given.update(
            {
                "return": _return,
                "exceptions": SimpleNamespace(raise_compiler_error=_refuse),
                "modules": SimpleNamespace(re=re),
                "adapter": SimpleNamespace(dispatch=self._dispatch),
                "project_name": "goldpan",
                "ref": lambda name: name,
                "execute": True,
                "flags": SimpleNamespace(WHICH="compile"),
                "local_md5": lambda text: hashlib.md5(text.encode()).hexdigest(),
                "context": self.given,
                **given,
            }
        )
        self._load(folder)

    def _load(self, folder: Path) -> None:
        for path in sorted(folder.rglob("*.sql")):
            text = path.read_text()
            for name in MACRO.findall(text):
                self._texts[name] = text
                self.given[name] = self._late(name)

    def _macro(self, name: str) -> Callable[..., Any]:
        """A macro, compiled with its file when it is first called."""
        if name not in self._compiled:
            module = self._environment.from_string(self._texts[name]).module
            for defined in MACRO.findall(self._texts[name]):
                self._compiled[defined] = getattr(module, defined)
        return self._compiled[name]

    def _late(self, name: str) -> Callable[..., Any]:
        return lambda *arguments, **named: self.call(name, *arguments, **named)

    def _dispatch(self, name: str, package: str = "") -> Callable[..., Any]:
        branch = f"duckdb__{name}"
        return self._late(branch if branch in self._texts else f"default__{name}")

    def call(self, name: str, *arguments: Any, **named: Any) -> Any:
        """What a macro returns or, without a return, writes.

        Raises MacroError with the message of the macro that refused.
        """
        try:
            return self._macro(name)(*arguments, **named)
        except _Returned as returned:
            return returned.value

    def render(self, text: str) -> str:
        """A model's SQL out of its template. Raises MacroError."""
        return self._environment.from_string(text).render()
