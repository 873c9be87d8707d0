{#
Why: the watched figures of an entity as rows, one per metric, field, code and day.
Args: as metric_days, whose CTE it reads. An amount's values are natural logarithms.
Usage: {{ metric_rows(ref('orders_records'), 'order', plan, as_of_date()) }}
#}
{% macro metric_rows(relation, entity, plan, today) -%}
    {%- set figures = [('row_count', none, 'record_count', 'record_count', none)] -%}
    {%- if plan.has_time -%}
        {%- do figures.append(
            ('first_half_count', none, 'record_count', 'first_half_count', none)) -%}
        {%- do figures.append(
            ('second_half_count', none, 'record_count', 'record_count - first_half_count', none)
        ) -%}
    {%- endif -%}
    {%- for field in plan.filled -%}
        {%- do figures.append(
            ('null_rate', field, 'record_count', field ~ '_null_count', none)) -%}
    {%- endfor -%}
    {%- if plan.key -%}
        {%- do figures.append(
            ('distinct_rate', plan.key, 'key_count', 'distinct_key_count', none)) -%}
    {%- endif -%}
    {%- if plan.amount -%}
        {%- do figures.append(
            ('amount_mean', plan.amount, 'amount_count', 'log_sum', 'log_square_sum')) -%}
    {%- endif -%}
    {%- for metric, field, trials, total, squares in figures %}
    select
        connection,
        system,
        '{{ entity }}' as entity,
        stream,
        '{{ metric }}' as metric,
        {{ "'" ~ field ~ "'" if field else 'cast(null as text)' }} as field,
        cast(null as text) as code,
        metric_date,
        cast({{ trials }} as double precision) as sample_count,
        cast({{ total }} as double precision) as value_sum,
        cast({{ squares or 'null' }} as double precision) as value_square_sum
    from {{ entity }}_days
    {{ 'union all' if not loop.last or plan.codes }}
    {%- endfor -%}
    {%- for field in plan.codes %}
    select
        connection,
        system,
        '{{ entity }}' as entity,
        stream,
        'code_share' as metric,
        '{{ field }}' as field,
        {{ field }} as code,
        cast({{ plan.at }} as date) as metric_date,
        cast(null as double precision) as sample_count,
        cast(count(*) as double precision) as value_sum,
        cast(null as double precision) as value_square_sum
    {{ watched_records(relation, plan.at, today) | indent(4) }}
        and {{ field }} is not null
    group by connection, system, stream, {{ field }}, cast({{ plan.at }} as date)
    {{ 'union all' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
