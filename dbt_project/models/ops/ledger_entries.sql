{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    full_refresh=false,
) }}

with versions as (
    {{ union_bronze({
        'connection': 'text', '_dlt_load_id': 'text', 'record_id': 'text',
        'extracted_at': 'timestamp',
    }) | indent(4) }}
),

booked as (
    {%- if is_incremental() %}
    select distinct
        system,
        load_id
    from {{ this }}
    {%- else %}
    {{ no_rows({'system': 'text', 'load_id': 'text'}) }}
    {%- endif %}
),

final as (
    select
        versions.system,
        versions.connection,
        versions.stream,
        versions._dlt_load_id as load_id,
        versions.record_id,
        versions.extracted_at
    from versions
    left join booked
        on versions.system = booked.system and versions._dlt_load_id = booked.load_id
    where booked.load_id is null
)

select * from final
