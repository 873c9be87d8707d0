-- noqa: disable=PRS
-- The linter's DuckDB grammar (sqlfluff 4.5) has no `using key`.
{%- set relations = {
    'records': ref('products_numbered'),
    'scores': ref('products_scores'),
    'parameters': ref('match_parameters'),
} %}
{{ match_guarded(
    match_plans('products_pairs'), relations, none
) }}
