{{ config(
    materialized='incremental',
    incremental_strategy='renew',
    unique_key=['record_number', 'linked_record_number'],
    on_schema_change='sync_all_columns',
) }}

{%- set relations = {
    'records': ref('customers_numbered'),
    'keys': ref('customers_keys'),
    'hubs': ref('customers_hubs'),
    'touched': ref('customers_touched'),
} %}
{{ match_entity_pairs(
    match_plans('customers_pairs'), relations, earlier_build(this, ['made_at', 'made_by'])
) }}
