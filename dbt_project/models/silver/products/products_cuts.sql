-- noqa: disable=PRS
-- The linter's DuckDB grammar (sqlfluff 4.5) has no `using key`.
{{ cut_clusters(
    'product', ref('products_links'), ref('products_numbered'), ref('never_match'), '-strength'
) }}
