-- noqa: disable=PRS
-- The linter's DuckDB grammar (sqlfluff 4.5) has no `using key`.
{%- set relations = {
    'records': ref('customers_numbered'),
    'scores': ref('customers_scores'),
    'parameters': ref('match_parameters'),
    'touched': ref('customers_touched'),
} %}
{{ match_guarded(
    match_plans('customers_pairs'), relations, earlier_build(this, ['is_kept', 'made_at', 'made_by'])
) }}
