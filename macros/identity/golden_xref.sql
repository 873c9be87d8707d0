{#
Why: says for every record which golden thing it is and why; the golden id is the key of the group's
founding record, which keeps that place while it is quarantined; quarantined records are left out.
A whole select statement.
Args: id_name: name of the golden id; numbered, groups, links: the entity's relations.
Usage: {{ golden_xref('customer_id', numbered, groups, links) }}
#}
{% macro golden_xref(id_name, numbered, groups, links) %}
with sided as (
    select
        record_number,
        linked_record_number as other_number,
        strength,
        reason
    from {{ links }}
    union all
    select
        linked_record_number as record_number,
        record_number as other_number,
        strength,
        reason
    from {{ links }}
),

strongest as (
    select
        record_number,
        {{ value_at_min('other_number', 'strength * 1000000000000 + other_number') }}
            as other_number,
        {{ value_at_min('reason', 'strength * 1000000000000 + other_number') }} as reason
    from sided
    group by record_number
),

final as (
    select
        records.record_key,
        records.connection,
        records.record_id,
        records.system,
        records.stream,
        coalesce(founders.record_key, records.record_key) as {{ id_name }},
        coalesce(founders.record_number, records.record_number) = records.record_number
            as is_founder,
        case
            when coalesce(founders.record_number, records.record_number) = records.record_number
                then 'founding record'
            else strongest.reason || ' as ' || others.record_key
        end as match_reason,
        records.is_deleted,
        records.first_seen_at,
        records.extracted_at
    from {{ numbered }} as records
    left join {{ groups }} as grouped on records.record_number = grouped.record_number
    left join {{ numbered }} as founders on grouped.founder_number = founders.record_number
    left join strongest on records.record_number = strongest.record_number
    left join {{ numbered }} as others on strongest.other_number = others.record_number
    where not records.is_quarantined
)

select * from final
{% endmacro %}
