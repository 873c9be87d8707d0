with versions as (
    {{ union_bronze({
        'connection': 'text', 'record_id': 'text', 'extracted_at': 'timestamp'
    }) | indent(4) }}
),

moments as (
    select
        system,
        connection,
        stream,
        record_id,
        extracted_at,
        count(*) as version_count
    from versions
    group by system, connection, stream, record_id, extracted_at
),

records as (
    select
        system,
        connection,
        stream,
        sum(version_count) as version_count,
        count(*) - 1 as superseded_count
    from moments
    group by system, connection, stream, record_id
),

final as (
    select
        system,
        connection,
        stream,
        cast(sum(version_count) as bigint) as version_count,
        count(*) as record_count,
        cast(sum(superseded_count) as bigint) as superseded_count
    from records
    group by system, connection, stream
)

select * from final
