{#
Why: which golden thing each record was at the last build; none at the first. A select statement for
a CTE.
Args: id_name: golden id; history: relation of membership changes, or none.
Usage: known as ({{ known_memberships('customer_id', this if is_incremental() else none) }})
#}
{% macro known_memberships(id_name, history) %}
    {%- if history is none %}
    select
        cast(null as text) as record_key,
        cast(null as text) as golden_id,
        cast(null as text) as reason
    where false
    {%- else %}
    select
        record_key,
        {{ id_name }} as golden_id,
        reason
    from (
        select
            *,
            row_number() over (partition by record_key order by noticed_at desc) as recency
        from {{ history }}
    ) as changes
    where recency = 1 and {{ id_name }} is not null
    {%- endif %}
{% endmacro %}
