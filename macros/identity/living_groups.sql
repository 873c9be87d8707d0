{#
Why: how many records a golden thing has, and whether any of them is alive.
Args: members: relation. A select statement for a CTE named living.
Usage: living as ({{ living_groups(ref('products_members')) }})
#}
{% macro living_groups(members) %}
    select
        founder_number,
        count(*) as record_count,
        min(case when is_deleted then 1 else 0 end) = 1 as is_all_deleted
    from {{ members }}
    group by founder_number
{% endmacro %}
