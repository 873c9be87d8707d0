{#
Why: a source that keeps each thing once has one record of it at most, so of a record's links to
that source only the best can hold. A link stays when it is the best for both its ends; the other
links between its ends' sources go, and the rest compete again.
Args: links: relation of record_number, linked_record_number (no pair twice) and match_weight;
records: relation of record_number and the source's column; source: that column, null for records
that may be there several times; rounds: how often. A whole select statement of the links that stay.
Usage: {{ match_one_per('links', ref('products_numbered'), 'connection', 6) }}
#}
{% macro match_one_per(links, records, source, rounds=6) %}
with placed as (
    select
        links.record_number,
        links.linked_record_number,
        links.match_weight,
        one.{{ source }} as source,
        other.{{ source }} as linked_source
    from {{ links }} as links
    inner join {{ records }} as one on links.record_number = one.record_number
    inner join {{ records }} as other on links.linked_record_number = other.record_number
    where one.{{ source }} is null or other.{{ source }} is null
        or one.{{ source }} <> other.{{ source }}
),

open_0 as (
    select * from placed
    where source is not null or linked_source is not null
),

{% for n in range(1, rounds + 1) %}
{%- set open = 'open_' ~ (n - 1) -%}
ends_{{ n }} as (
    select
        record_number,
        linked_record_number,
        match_weight,
        record_number as end_number,
        linked_source as end_source
    from {{ open }}
    where linked_source is not null
    union all
    select
        record_number,
        linked_record_number,
        match_weight,
        linked_record_number as end_number,
        source as end_source
    from {{ open }}
    where source is not null
),

ranked_{{ n }} as (
    select
        *,
        row_number() over (
            partition by end_number, end_source
            order by match_weight desc, record_number, linked_record_number
        ) as place
    from ends_{{ n }}
),

beaten_{{ n }} as (
    select distinct
        record_number,
        linked_record_number
    from ranked_{{ n }}
    where place > 1
),

won_{{ n }} as (
    select links.*
    from {{ open }} as links
    left join beaten_{{ n }} as beaten
        on
            links.record_number = beaten.record_number
            and links.linked_record_number = beaten.linked_record_number
    where beaten.record_number is null
),

taken_{{ n }} as (
    select record_number as end_number, linked_source as end_source
    from won_{{ n }}
    union
    select linked_record_number as end_number, source as end_source
    from won_{{ n }}
),

open_{{ n }} as (
    select links.*
    from {{ open }} as links
    left join taken_{{ n }} as one
        on links.record_number = one.end_number and links.linked_source = one.end_source
    left join taken_{{ n }} as other
        on links.linked_record_number = other.end_number and links.source = other.end_source
    where one.end_number is null and other.end_number is null
),

{% endfor %}
final as (
    select
        record_number,
        linked_record_number,
        match_weight
    from placed
    where source is null and linked_source is null
    {%- for n in range(1, rounds + 1) %}
    union all
    select
        record_number,
        linked_record_number,
        match_weight
    from won_{{ n }}
    {%- endfor %}
)

select * from final
{% endmacro %}
