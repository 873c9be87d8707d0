-- noqa: disable=PRS
-- The linter's DuckDB grammar (sqlfluff 4.5) has no `using key`.
{{ connected_components(ref('products_links'), 'record_number', 'linked_record_number') }}
