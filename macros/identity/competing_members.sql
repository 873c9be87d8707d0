{#
Why: a deleted record speaks for a golden thing only when no record of it is alive.
Args: members: relation; condition: SQL over record_count, the records of the golden thing.
Usage: with living as ({{ living_groups(members) }}) select … from {{ competing_members(members) }}
gives a from clause: members, those that compete, joined to the CTE living
#}
{% macro competing_members(members, condition='record_count > 0') -%}
{{ members }} as members
    inner join living
        on
            members.founder_number = living.founder_number
            and (living.is_all_deleted or not members.is_deleted)
            and living.{{ condition }}
{%- endmacro %}
