"""dbt's `target` for sqlfluff."""

type = "duckdb"
name = "duckdb"
schema = "main"
