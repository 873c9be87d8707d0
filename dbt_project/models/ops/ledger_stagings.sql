{%- set models = staging_models() -%}
{%- set counts = [
    'origin_count', 'excluded_count', 'staged_count', 'quarantined_count', 'dismissed_count',
    'deleted_count',
] -%}
with stagings as (
    {%- for one in models %}
    select
        '{{ one.system }}' as system,
        '{{ one.stream }}' as stream,
        '{{ one.entity }}' as entity,
        '{{ one.name }}' as staging_model,
        {{ 'true' if one.bronze else 'false' }} as is_of_stream,
        {{ 'true' if one.is_read else 'false' }} as is_read
    {{ 'union all' if not loop.last }}
    {%- else %}
    {{ no_rows({
        'system': 'text', 'stream': 'text', 'entity': 'text', 'staging_model': 'text',
        'is_of_stream': 'boolean', 'is_read': 'boolean',
    }) }}
    {%- endfor %}
),

rows_of_stagings as (
    {{ union_stagings({
        'connection': 'text', 'verdict': 'text', 'is_deleted': 'boolean'
    }) | indent(4) }}
),

staged as (
    select
        staging_model,
        connection,
        0 as origin_count,
        0 as excluded_count,
        sum(case when verdict <> 'quarantined' and not is_deleted then 1 else 0 end)
            as staged_count,
        sum(case when verdict = 'quarantined' then 1 else 0 end) as quarantined_count,
        0 as dismissed_count,
        sum(case when verdict <> 'quarantined' and is_deleted then 1 else 0 end) as deleted_count
    from rows_of_stagings
    group by staging_model, connection
),

dismissed as (
    select
        staging_model,
        connection,
        0 as origin_count,
        0 as excluded_count,
        0 as staged_count,
        -1 as quarantined_count,
        1 as dismissed_count,
        0 as deleted_count
    from {{ ref('quarantine') }}
    where state = 'dismissed' and staging_model is not null
),

streams as (
    select
        stagings.staging_model,
        held.connection,
        held.record_count as origin_count,
        0 as excluded_count,
        0 as staged_count,
        0 as quarantined_count,
        0 as dismissed_count,
        0 as deleted_count
    from stagings
    inner join {{ ref('ledger_streams') }} as held
        on stagings.system = held.system and stagings.stream = held.stream
    where stagings.is_of_stream
),

counted as (
    select * from staged
    union all
    select * from dismissed
    union all
    select * from streams
    {%- for one in models if not one.bronze %}
    {%- set array = one.node.config.meta.parent.array %}
    union all
    select
        '{{ one.name }}',
        connection,
        sum({{ json_array_count(array) }}),
        0, 0, 0, 0, 0
    from {{ node_relation(one.parent) }}
    where verdict <> 'quarantined' and {{ array }} is not null
    group by connection
    {%- endfor %}
    {%- for one in models if one.node.config.meta.get('keep_if') %}
    union all
    select
        '{{ one.name }}',
        connection,
        0,
        count(*),
        0, 0, 0, 0
    from (
        with {{ staging_origins(one) | indent(8) }}

        select * from parsed
    ) as origins
    where not is_kept
    group by connection
    {%- endfor %}
),

summed as (
    select
        staging_model,
        {%- for count in counts %}
        cast(sum({{ count }}) as bigint) as {{ count }},
        {%- endfor %}
        connection
    from counted
    group by staging_model, connection
),

final as (
    select
        stagings.system,
        summed.connection,
        stagings.stream,
        stagings.entity,
        stagings.staging_model,
        {%- for count in counts %}
        summed.{{ count }},
        {%- endfor %}
        stagings.is_of_stream,
        stagings.is_read
    from summed
    inner join stagings on summed.staging_model = stagings.staging_model
)

select * from final
