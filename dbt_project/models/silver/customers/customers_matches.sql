-- noqa: disable=PRS
-- The linter's DuckDB grammar (sqlfluff 4.5) has no `using key`.
{{ config(
    materialized='incremental',
    incremental_strategy='renew',
    unique_key=['founder_number'],
    on_schema_change='sync_all_columns',
) }}

{%- set relations = {
    'records': ref('customers_numbered'),
    'scores': ref('customers_scores'),
    'parameters': ref('match_parameters'),
    'touched': ref('customers_touched'),
} %}
{{ match_guarded(
    match_plans('customers_pairs'), relations, earlier_build(this, ['is_kept', 'made_at', 'made_by'])
) }}
