-- noqa: disable=PRS
-- The linter's DuckDB grammar (sqlfluff 4.5) has no `using key`.
{{ match_paths(
    'product_id',
    ref('products_numbered'),
    ref('products_groups'),
    kept_links(ref('products_links'), ref('products_cuts')),
) }}
