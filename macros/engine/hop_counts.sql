{#
Why: how many links lie between a group's founding record and each of its records, at least.
A whole select statement.
Args: links: relation of record_number and linked_record_number; groups: relation of record_number
and founder_number.
Usage: {{ hop_counts(ref('customers_links'), ref('customers_groups')) }}
Gives record_number and hop_count, 0 for the founding record.
#}
{% macro hop_counts(links, groups) -%}
    {{ adapter.dispatch('hop_counts', 'goldpan')(links, groups) }}
{%- endmacro %}

{# SQL:1999, 7.14 recursive queries; the bound ends the walk in circles. #}
{% macro default__hop_counts(links, groups) %}
with recursive neighbours as (
    select record_number, linked_record_number as neighbour_number from {{ links }}
    union
    select linked_record_number as record_number, record_number as neighbour_number from {{ links }}
),

reached as (
    select
        founder_number as record_number,
        cast(0 as bigint) as hop_count
    from {{ groups }}
    union
    select
        neighbours.neighbour_number as record_number,
        reached.hop_count + 1 as hop_count
    from reached
    inner join neighbours on reached.record_number = neighbours.record_number
    where reached.hop_count < 100
)

select
    record_number,
    min(hop_count) as hop_count
from reached
group by record_number
{% endmacro %}

{# https://duckdb.org/docs/stable/sql/query_syntax/with: using key keeps one row a record. #}
{% macro duckdb__hop_counts(links, groups) %}
with recursive neighbours as materialized (
    select record_number, linked_record_number as neighbour_number from {{ links }}
    union
    select linked_record_number as record_number, record_number as neighbour_number from {{ links }}
),

reached (record_number, hop_count) using key (record_number) as (
    select distinct
        founder_number as record_number,
        cast(0 as bigint) as hop_count
    from {{ groups }}
    union
    (
        with offered as (
            select
                neighbours.neighbour_number as record_number,
                min(reached.hop_count) + 1 as hop_count
            from reached
            inner join neighbours on reached.record_number = neighbours.record_number
            group by neighbours.neighbour_number
        )

        select
            offered.record_number,
            offered.hop_count
        from offered
        left join recurring.reached as known on offered.record_number = known.record_number
        where known.record_number is null
    )
)

select
    record_number,
    hop_count
from reached
{% endmacro %}
