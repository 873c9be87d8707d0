with

unread as (
    {{ union_verdicts('unreadable_values is not null and not is_deleted') | indent(4) }}
),

members as (
    {{ json_object_rows('unread', 'unreadable_values') | indent(4) }}
),

final as (
    select
        entity,
        system,
        connection,
        stream,
        member_name as field,
        member_text as sent_value,
        max(
            case
                when reasons like '%' || member_name || ' holds %, which is not a known code%'
                    then 'unknown_code'
                else 'unreadable'
            end
        ) as kind,
        count(*) as record_count,
        min(record_key) as example_record_key,
        min(first_seen_at) as first_seen_at,
        max(extracted_at) as last_seen_at
    from members
    group by entity, system, connection, stream, member_name, member_text
)

select * from final
