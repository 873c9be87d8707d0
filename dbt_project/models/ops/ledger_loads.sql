with versions as (
    {{ union_bronze({'connection': 'text', '_dlt_load_id': 'text'}) | indent(4) }}
),

final as (
    select
        system,
        connection,
        stream,
        _dlt_load_id as load_id,
        count(*) as version_count
    from versions
    group by system, connection, stream, _dlt_load_id
)

select * from final
