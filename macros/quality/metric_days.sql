{#
Why: one pass over an entity's records counts all that is watched but its codes.
Args: relation, today: see watched_records; entity: names the CTE <entity>_days; plan: of watch_plan.
Usage: with {{ metric_days(ref('orders_records'), 'order', plan, as_of_date()) }}
#}
{% macro metric_days(relation, entity, plan, today) -%}
{{ entity }}_days as (
    select
        connection,
        system,
        stream,
        cast({{ plan.at }} as date) as metric_date,
        count(*) as record_count
        {%- if plan.has_time %},
        sum(case when extract(hour from {{ plan.at }}) < 12 then 1 else 0 end) as first_half_count
        {%- endif %}
        {%- for field in plan.filled %},
        sum(case when {{ field }} is null then 1 else 0 end) as {{ field }}_null_count
        {%- endfor %}
        {%- if plan.key %},
        count({{ plan.key }}) as key_count,
        count(distinct {{ plan.key }}) as distinct_key_count
        {%- endif %}
        {%- if plan.amount %},
        {%- set logarithm = 'case when ' ~ plan.amount ~ ' > 0 then ln(' ~ plan.amount ~ ') end' %}
        count({{ logarithm }}) as amount_count,
        sum({{ logarithm }}) as log_sum,
        sum(power({{ logarithm }}, 2)) as log_square_sum
        {%- endif %}
    {{ watched_records(relation, plan.at, today) | indent(4) }}
    group by connection, system, stream, cast({{ plan.at }} as date)
)
{%- endmacro %}
