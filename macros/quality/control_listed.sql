{#
Why: a figure that names its records is compared with those of them that are in bronze; one that is
not is known by its key, though the warehouse may never have had it.
Args: plan: of control_plans; part: one of its parts with listed.
Usage: {{ control_listed(plan, part) }} a select of the columns of control_members
#}
{% macro control_listed(plan, part) -%}
    {%- set paths = ['$."key"', '$."amount"'] -%}
    select
        '{{ plan.system }}' as system,
        '{{ plan.stream }}' as report_stream,
        listed.connection,
        held.stream,
        listed.record_key,
        cast(null as date) as member_date,
        cast(null as text) as currency,
        listed.report_grouping as member_grouping,
        1 as member_count,
        listed.amount,
        case
            when held.record_key is null then 'gone from bronze'
            when held.is_deleted then 'deleted at the source'
        end as left_out_as,
        held.first_seen_at,
        cast(null as text) as load_id
    from (
        with totals as (
            select
                connection,
                report_grouping,
                {{ part.listed }} as elements
            from {{ part.relation }}
            where not is_deleted and {{ part.listed }} is not null
        ),

        elements as (
            {{ json_array_rows('totals', 'elements') | indent(12) }}
        ),

        fields as (
            select
                connection,
                report_grouping,
                {{ json_fields('element', paths) }} as fields
            from elements
        )

        select
            connection,
            report_grouping,
            connection || '/' || {{ json_field('fields', paths, 0) }} as record_key,
            cast({{ json_field('fields', paths, 1) }} as numeric(18, 4)) as amount
        from fields
    ) as listed
    left join (
        {%- for one in bronze_streams() if one.system == plan.system %}
        select
            '{{ one.stream }}' as stream,
            connection || '/{{ one.stream }}/' || record_id as record_key,
            min(extracted_at) as first_seen_at,
            coalesce(
                max(case when not is_deleted then extracted_at end) < max(extracted_at), true
            ) as is_deleted
        from {{ one.relation }}
        group by connection, record_id
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as held
        on listed.record_key = held.record_key
{%- endmacro %}
