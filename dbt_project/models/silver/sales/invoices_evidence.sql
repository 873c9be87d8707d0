with counted as (
    select
        record_number,
        number_key,
        number_and_total_key,
        count(*) over (partition by number_and_total_key) as record_count,
        count(*) over (partition by number_and_total_key, connection, stream) as stream_count
    from {{ ref('invoices_numbered') }}
    where number_and_total_key is not null
),

final as (
    select
        record_number,
        'number_and_total' as evidence,
        number_and_total_key as evidence_key,
        number_key as name_key,
        case when stream_count > 1 then 'carried twice by records of one stream' end as drop_reason
    from counted
    where record_count > 1
)

select * from final
