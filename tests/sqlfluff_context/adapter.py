"""dbt's `adapter` for sqlfluff: a dispatched macro is its DuckDB branch, or the default one."""

from collections.abc import Callable
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context, Undefined


@pass_context
def dispatch(context: Context, name: str, package: str = "") -> Callable[..., str]:
    """The branch that dbt would call on DuckDB."""
    branch = context.resolve(f"duckdb__{name}")
    return context.resolve(f"default__{name}") if isinstance(branch, Undefined) else branch


def quote(name: str) -> str:
    """A quoted identifier."""
    return f'"{name}"'


def get_columns_in_relation(relation: Any) -> list[Any]:
    """No relation has columns while SQL is linted."""
    return []
