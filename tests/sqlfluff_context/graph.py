"""dbt's `graph` for sqlfluff: empty, since nothing is executed while SQL is linted."""

nodes: dict[str, dict[str, object]] = {}
sources: dict[str, dict[str, object]] = {}
