{#- What earlier builds saw stays in the table, also with --full-refresh; it reads itself. -#}
{%- set earlier = load_relation(this) if execute else none -%}
{%- set windows = drift_windows(earlier) -%}
with sampled as (
    {%- for one in windows %}
    select
        '{{ one.bronze.system }}' as system,
        '{{ one.bronze.stream }}' as stream,
        connection,
        extracted_at,
        payload
    from {{ one.bronze.relation }}
    where
        connection = {{ text_literal(one.connection) }}
        and extracted_at >= cast('{{ one.from_at }}' as timestamp)
        and not is_deleted
    {{ 'union all' if not loop.last }}
    {%- else %}
    {{ no_rows({
        'system': 'text', 'stream': 'text', 'connection': 'text', 'extracted_at': 'timestamp',
        'payload': 'json',
    }) }}
    {%- endfor %}
),

shapes as (
    {{ json_shapes(
        'sampled', ['system', 'stream', 'connection'], 'payload', 'extracted_at', 6
    ) | indent(4) }}
),

earlier as (
    {%- if earlier is not none %}
    select * from {{ earlier }}
    {%- else %}
    select
        system,
        stream,
        connection,
        path,
        kind,
        cast(0 as bigint) as record_count,
        cast(0 as bigint) as first_total,
        cast(0 as bigint) as last_total,
        example,
        first_at as first_seen_at,
        last_at as last_seen_at
    from shapes
    where false
    {%- endif %}
),

totals as (
    select
        system,
        stream,
        connection,
        sum(case when is_new then 0 else record_count end) as total_before,
        sum(record_count) as total_after
    from (
        select
            system,
            stream,
            connection,
            record_count,
            false as is_new
        from earlier
        where path = '$'
        union all
        select
            system,
            stream,
            connection,
            record_count,
            true as is_new
        from shapes
        where path = '$'
    ) as counted
    group by system, stream, connection
),

seen as (
    select * from earlier
    union all
    select
        shapes.system,
        shapes.stream,
        shapes.connection,
        shapes.path,
        shapes.kind,
        shapes.record_count,
        totals.total_before as first_total,
        totals.total_after as last_total,
        {{ drift_mask('shapes.example') }} as example,
        shapes.first_at as first_seen_at,
        shapes.last_at as last_seen_at
    from shapes
    inner join totals
        on
            shapes.system = totals.system
            and shapes.stream = totals.stream
            and shapes.connection = totals.connection
),

final as (
    select
        system,
        stream,
        connection,
        path,
        kind,
        cast(sum(record_count) as bigint) as record_count,
        cast(min(first_total) as bigint) as first_total,
        cast(max(last_total) as bigint) as last_total,
        max(example) as example,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at
    from seen
    group by system, stream, connection, path, kind
)

select * from final
