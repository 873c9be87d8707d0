{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    full_refresh=false,
) }}

{%- set relations = {
    'records': ref('employees_records'),
    'numbered': ref('employees_numbered'),
    'groups': ref('employees_groups'),
    'links': ref('employees_links'),
    'xref': ref('employees_xref'),
    'never_match': ref('never_match'),
} %}

{{ membership_changes(
    'employee', 'employee_id', relations, this if is_incremental() else none, build_timestamp()
) }}
