{#
Why: records that links join, directly or through others, are one group; repeated until nothing
changes. A whole select statement.
Args: links: relation; first, second: its two columns of whole numbers.
Usage: {{ connected_components(ref('customers_links'), 'record_number', 'linked_record_number') }}
Gives record_number and founder_number, the group's smallest; only records that have a link.
#}
{% macro connected_components(links, first, second) -%}
    {{ adapter.dispatch('connected_components', 'goldpan')(links, first, second) }}
{%- endmacro %}

{# SQL:1999, 7.14 recursive queries: a number travels only over larger ones, so it ends. #}
{% macro default__connected_components(links, first, second) %}
with recursive neighbours as (
    select {{ first }} as record_number, {{ second }} as neighbour_number from {{ links }}
    union
    select {{ second }} as record_number, {{ first }} as neighbour_number from {{ links }}
),

reached as (
    select
        record_number,
        record_number as founder_number
    from neighbours
    union
    select
        neighbours.neighbour_number as record_number,
        reached.founder_number
    from reached
    inner join neighbours on reached.record_number = neighbours.record_number
    where reached.founder_number < neighbours.neighbour_number
)

select
    record_number,
    min(founder_number) as founder_number
from reached
group by record_number
{% endmacro %}

{# https://duckdb.org/docs/stable/sql/query_syntax/with: using key keeps one row a record; `groups`
   holds what changed last, `recurring.groups` everything. #}
{% macro duckdb__connected_components(links, first, second) %}
with recursive neighbours as materialized (
    select {{ first }} as record_number, {{ second }} as neighbour_number from {{ links }}
    union
    select {{ second }} as record_number, {{ first }} as neighbour_number from {{ links }}
),

groups (record_number, founder_number) using key (record_number) as (
    select
        record_number,
        least(record_number, min(neighbour_number)) as founder_number
    from neighbours
    group by record_number
    union
    (
        with offered as (
            select
                neighbours.record_number,
                min(groups.founder_number) as founder_number
            from groups
            inner join neighbours on groups.record_number = neighbours.neighbour_number
            group by neighbours.record_number
        )

        select
            offered.record_number,
            offered.founder_number
        from offered
        inner join recurring.groups as known on offered.record_number = known.record_number
        where offered.founder_number < known.founder_number
    )
)

select
    record_number,
    founder_number
from groups
{% endmacro %}
