{#
Why: the records behind a vendor's figure, one row each, so that a difference leads to its keys.
Args: plan: of control_plans; part: one of its parts; records: relation of the part's entity.
Usage: {{ control_members(plan, part, records) }} a select; needs a CTE zones
#}
{% macro control_members(plan, part, records) -%}
    {%- set amount = 'records.' ~ part.amount if part.amount else 'null' -%}
    {%- if part.less -%}
        {%- set amount = '(' ~ amount ~ ' - coalesce(records.' ~ part.less ~ ', 0))' -%}
    {%- endif -%}
    {%- set amount = '-' ~ amount if part.sign < 0 else amount -%}
    {%- set currency = 'records.currency' if part.has_currency else 'cast(null as text)' -%}
    {%- if part.rate -%}
        {%- set rate = 'records.' ~ part.rate -%}
        {%- set amount = amount ~ ' * coalesce(' ~ rate ~ ', 1)' -%}
        {%- set currency = 'case when ' ~ rate ~ ' is null then ' ~ currency ~ ' end' -%}
    {%- endif -%}
    select
        '{{ plan.system }}' as system,
        '{{ plan.stream }}' as report_stream,
        records.connection,
        records.stream,
        records.record_key,
        {%- if part.date and part.is_moment %}
        {{ local_date('records.' ~ part.date, 'zones.timezone') }} as member_date,
        {%- else %}
        cast({{ 'records.' ~ part.date if part.date else 'null' }} as date) as member_date,
        {%- endif %}
        {{ currency }} as currency,
        cast({{ 'records.' ~ part.grouping if part.grouping else 'null' }} as text)
            as member_grouping,
        {{ part.sign if part.is_counted else 0 }} as member_count,
        cast({{ amount }} as numeric(18, 4)) as amount,
        case
            when records.is_deleted then 'deleted at the source'
            when records.verdict = 'quarantined' then 'in quarantine'
        end as left_out_as,
        records.first_seen_at,
        records._dlt_load_id as load_id
    from {{ records }} as records
    left join zones
        on
            records.connection = zones.connection
            and zones.system = '{{ plan.system }}'
            and zones.stream = '{{ plan.stream }}'
    where
        records.system = '{{ plan.system }}'
        and records.stream = '{{ part.stream }}'
        {%- for column, values in part.where.items() %}
        {%- set texts = [] %}
        {%- for value in ([values | string | lower] if values is boolean else as_list(values)) %}
        {%- do texts.append(text_literal(value)) %}
        {%- endfor %}
        and cast(records.{{ column }} as text) in ({{ texts | join(', ') }})
        {%- endfor %}
{%- endmacro %}
