"""dbt's `exceptions` for sqlfluff."""


def raise_compiler_error(message: str) -> None:
    """Stop rendering. Raises ValueError with the macro's own message."""
    raise ValueError(message)
