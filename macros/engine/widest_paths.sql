{#
Why: how well two records hold together is how well the weakest link of the best way between them
holds; a cluster is cut there. A whole select statement.
Args: links: relation of first_number, second_number and link_rank (1 holds best); sources: relation
whose source_number are the records to start from.
Usage: {{ widest_paths('ranked_links', 'never_ends') }}
Gives source_number, record_number and worst_rank, the smallest of the worst ranks of all ways.
#}
{% macro widest_paths(links, sources) -%}
    {{ adapter.dispatch('widest_paths', 'goldpan')(links, sources) }}
{%- endmacro %}

{# SQL:1999, 7.14 recursive queries: records and ranks are finite, so it ends. #}
{% macro default__widest_paths(links, sources) %}
with recursive neighbours as (
    select first_number as record_number, second_number as neighbour_number, link_rank
    from {{ links }}
    union all
    select second_number as record_number, first_number as neighbour_number, link_rank
    from {{ links }}
),

reached as (
    select
        source_number,
        source_number as record_number,
        cast(0 as bigint) as worst_rank
    from {{ sources }}
    union
    select
        reached.source_number,
        neighbours.neighbour_number as record_number,
        greatest(reached.worst_rank, neighbours.link_rank) as worst_rank
    from reached
    inner join neighbours on reached.record_number = neighbours.record_number
)

select
    source_number,
    record_number,
    min(worst_rank) as worst_rank
from reached
group by source_number, record_number
{% endmacro %}

{# https://duckdb.org/docs/stable/sql/query_syntax/with: using key keeps the best way so far. #}
{% macro duckdb__widest_paths(links, sources) %}
with recursive neighbours as materialized (
    select first_number as record_number, second_number as neighbour_number, link_rank
    from {{ links }}
    union all
    select second_number as record_number, first_number as neighbour_number, link_rank
    from {{ links }}
),

reached (source_number, record_number, worst_rank) using key (source_number, record_number) as (
    select distinct
        source_number,
        source_number as record_number,
        cast(0 as bigint) as worst_rank
    from {{ sources }}
    union
    (
        with offered as (
            select
                reached.source_number,
                neighbours.neighbour_number as record_number,
                min(greatest(reached.worst_rank, neighbours.link_rank)) as worst_rank
            from reached
            inner join neighbours on reached.record_number = neighbours.record_number
            group by reached.source_number, neighbours.neighbour_number
        )

        select
            offered.source_number,
            offered.record_number,
            offered.worst_rank
        from offered
        left join recurring.reached as known
            on
                offered.source_number = known.source_number
                and offered.record_number = known.record_number
        where known.worst_rank is null or offered.worst_rank < known.worst_rank
    )
)

select
    source_number,
    record_number,
    worst_rank
from reached
{% endmacro %}
