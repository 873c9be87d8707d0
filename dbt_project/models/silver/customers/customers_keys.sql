{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='record_number',
    on_schema_change='sync_all_columns',
    pre_hook="{{ forget_records(this, ref('customers_numbered'), 'record_number') }}",
) }}

{{ match_entity_keys(
    match_plans('customers_pairs'),
    ref('customers_numbered'),
    earlier_build(this, ['made_at', 'made_by']),
) }}
