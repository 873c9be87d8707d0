{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    full_refresh=false,
) }}

{{ record_arrivals(
    ref('products_records'), this if is_incremental() else none, build_timestamp()
) }}
