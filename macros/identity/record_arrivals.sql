{#
Why: a record may arrive with an old time of reading (a load package that was finished late, a stream
that is mapped only now) and must not found what others founded before. A whole select statement of
the records that no build has seen.
Args: records: the entity's records of all systems; history: this model as built before, or none;
noticed_at: SQL.
Usage: {{ record_arrivals(ref('customers_records'), history, build_timestamp()) }}
#}
{% macro record_arrivals(records, history, noticed_at) %}
with final as (
    select
        records.record_key,
        {{ noticed_at }} as arrived_at,
        records.first_seen_at as first_read_at
    from {{ records }} as records
    {%- if history is not none %}
    left join {{ history }} as known on records.record_key = known.record_key
    where known.record_key is null
    {%- endif %}
)

select * from final
{% endmacro %}
