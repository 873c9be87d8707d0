{%- set records = entity_records() %}
with

zones as (
    select
        system,
        connection,
        stream,
        max(timezone) as timezone
    from {{ ref('control_totals_records') }}
    group by system, connection, stream
),

final as (
    {%- for plan in control_plans() %}
    {%- set is_last = loop.last %}
    {%- for part in plan.parts %}
    {%- if part.entity %}
    {{ control_members(plan, part, records[part.entity]) }}
    {%- elif part.listed %}
    {{ control_listed(plan, part) }}
    {%- else %}
    {{ control_rows(plan, part) }}
    {%- endif %}
    {{ 'union all' if not (is_last and loop.last) }}
    {%- endfor %}
    {%- else %}
    select
        system,
        stream as report_stream,
        connection,
        stream,
        cast(null as text) as record_key,
        cast(null as date) as member_date,
        cast(null as text) as currency,
        cast(null as text) as member_grouping,
        0 as member_count,
        cast(null as numeric(18, 4)) as amount,
        cast(null as text) as left_out_as,
        cast(null as timestamp) as first_seen_at,
        cast(null as text) as load_id
    from zones
    where false
    {%- endfor %}
)

select * from final
