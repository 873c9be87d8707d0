"""dbt's `run_started_at` for sqlfluff: any moment."""

from datetime import UTC, datetime


def strftime(form: str) -> str:
    """That moment as text."""
    return datetime(2026, 11, 20, tzinfo=UTC).strftime(form)
