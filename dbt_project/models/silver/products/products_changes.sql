{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    full_refresh=false,
) }}

{%- set relations = {
    'records': ref('products_records'),
    'numbered': ref('products_numbered'),
    'groups': ref('products_groups'),
    'links': ref('products_links'),
    'xref': ref('products_xref'),
    'never_match': ref('never_match'),
} %}

{{ membership_changes(
    'product', 'product_id', relations, this if is_incremental() else none, build_timestamp()
) }}
