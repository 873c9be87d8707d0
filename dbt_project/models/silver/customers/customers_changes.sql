{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    full_refresh=false,
) }}

{%- set relations = {
    'records': ref('customers_records'),
    'numbered': ref('customers_numbered'),
    'groups': ref('customers_groups'),
    'links': ref('customers_links'),
    'xref': ref('customers_xref'),
    'never_match': ref('never_match'),
} %}

{{ membership_changes(
    'customer', 'customer_id', relations, this if is_incremental() else none, build_timestamp()
) }}
