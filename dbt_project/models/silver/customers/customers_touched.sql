{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='sync_all_columns'
) }}

{{ match_entity_touched(
    match_plans('customers_pairs'),
    ref('customers_numbered'),
    ref('customers_keys'),
    ref('customers_hubs'),
    ref('customers_terms'),
    earlier_build(this, ['is_gone', 'touched_at']),
) }}
