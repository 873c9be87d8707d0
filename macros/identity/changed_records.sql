{#
Why: only records that are new or read as something else since the last build are cleaned again. A
record's number is its place among all that ever arrived, so it is the same in every build.
Args: records: relation with record_key, content_number, rules_number; arrivals: the entity's
arrivals; earlier: the numbered records as last built, or none. A whole select statement: the
records' columns and record_number.
Usage: changed as ({{ changed_records('records', ref('customers_arrivals'), earlier) }})
#}
{% macro changed_records(records, arrivals, earlier) %}
with changed as (
    select
        records.*,
        {{ 'earlier.record_number' if earlier else 'cast(null as bigint)' }} as known_number
    from {{ records }} as records
    {%- if earlier %}
    left join {{ earlier }} as earlier on records.record_key = earlier.record_key
    where
        earlier.record_key is null
        or earlier.content_number <> records.content_number
        or earlier.rules_number <> records.rules_number
    {%- endif %}
),

first_arrival as (
    select min(arrivals.arrived_at) as arrived_at
    from changed
    inner join {{ arrivals }} as arrivals on changed.record_key = arrivals.record_key
    where changed.known_number is null
),

places as (
    select
        record_key,
        (
            select count(*) from {{ arrivals }}
            where arrived_at < (select arrived_at from first_arrival)
        ) + row_number() over (order by arrived_at, first_read_at, record_key) as place
    from {{ arrivals }}
    where arrived_at >= (select arrived_at from first_arrival)
),

final as (
    select
        changed.*,
        coalesce(changed.known_number, places.place) as record_number
    from changed
    left join places on changed.record_key = places.record_key
)

select * from final
{% endmacro %}
