{#
Why: how the values of an entity's watched columns are spread, lately and in the weeks before: its
codes by code, its amount by the tenths of what the weeks before held.
Args: relation, entity, plan, today: as metric_days. A select statement, one row per connection,
stream, field and category with past_count and recent_count.
Usage: {{ distribution_counts(ref('orders_records'), 'order', plan, as_of_date()) }}
#}
{% macro distribution_counts(relation, entity, plan, today) -%}
    {%- set days = var('distribution_days') | int -%}
    {%- set age = days_between(plan.at, today) -%}
    {%- set is_past = 'case when ' ~ age ~ ' < ' ~ days ~ ' then 0 else 1 end' -%}
    {%- set looked_at %}
    {{ watched_records(relation, plan.at, today) }}
        and {{ age }} < {{ days + var('distribution_past_days') | int }}
    {%- endset -%}
    {%- for field in plan.codes %}
    select
        connection,
        system,
        '{{ entity }}' as entity,
        stream,
        '{{ field }}' as field,
        coalesce({{ field }}, 'no value') as category,
        sum({{ is_past }}) as past_count,
        sum(1 - {{ is_past }}) as recent_count
    {{ looked_at }}
    group by connection, system, stream, coalesce({{ field }}, 'no value')
    {{ 'union all' if not loop.last or plan.amount }}
    {%- endfor %}
    {%- if plan.amount %}
    select
        connection,
        system,
        '{{ entity }}' as entity,
        stream,
        '{{ plan.amount }}' as field,
        case
            when amount is null then 'no value'
            else 'tenth ' || cast(
                cast(1 + least(floor(10.0 * below_count / nullif(all_count, 0)), 9) as integer)
                as text
            )
        end as category,
        sum(is_past) as past_count,
        sum(1 - is_past) as recent_count
    from (
        select
            *,
            sum(case when amount is not null then is_past end) over (
                partition by connection, stream order by amount
            ) as below_count,
            sum(case when amount is not null then is_past end) over (
                partition by connection, stream
            ) as all_count
        from (
            select
                connection,
                system,
                stream,
                {{ plan.amount }} as amount,
                {{ is_past }} as is_past
            {{ looked_at }}
        ) as amounts
    ) as ranked
    group by connection, system, stream, category
    {%- endif %}
{%- endmacro %}
