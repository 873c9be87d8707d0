{#
Why: one false match can chain two things into one. A group of links is cut again, at a higher and
higher weight, while too few of its records' pairs are matches (sparse) or its records contradict
each other (two tax numbers, say). Groups that are sound are left as they are; links of at least the
last weight stay in any case.
Args: links: relation of record_number, linked_record_number (no pair twice) and match_weight;
contradictions: relation of record_number, kind, fact: two facts of a kind contradict each other,
or none; density: share of a group's pairs that must be links; weights: the steps. A whole select
statement of the links that stay.
Usage: {{ match_guard('links', 'contradictions', 0.5, [10, 12, 14, 16, 18, 20, 24, 28, 32]) }}
#}
{% macro match_guard(links, contradictions, density, weights) %}
with open_0 as (
    select
        record_number,
        linked_record_number,
        match_weight
    from {{ links }}
),

{% for weight in weights %}
{%- set open = 'open_' ~ loop.index0 -%}
{%- set n = loop.index -%}
grouped_{{ n }} as (
    {{- connected_components(open, 'record_number', 'linked_record_number') | indent }}),

linked_{{ n }} as (
    select
        links.*,
        grouped.founder_number
    from {{ open }} as links
    inner join grouped_{{ n }} as grouped on links.record_number = grouped.record_number
),

unsound_{{ n }} as (
    select links.founder_number
    from (
        select founder_number, count(*) as link_count
        from linked_{{ n }}
        group by founder_number
    ) as links
    inner join (
        select founder_number, count(*) as record_count
        from grouped_{{ n }}
        group by founder_number
    ) as groups on links.founder_number = groups.founder_number
    where
        links.link_count
        < {{ density }} * groups.record_count * (groups.record_count - 1) / 2
    {%- if contradictions %}
    union
    select grouped.founder_number
    from grouped_{{ n }} as grouped
    inner join {{ contradictions }} as facts on grouped.record_number = facts.record_number
    group by grouped.founder_number, facts.kind
    having count(distinct facts.fact) > 1
    {%- endif %}
),

sound_{{ n }} as (
    select links.record_number, links.linked_record_number
    from linked_{{ n }} as links
    left join unsound_{{ n }} as unsound on links.founder_number = unsound.founder_number
    where unsound.founder_number is null
),

open_{{ n }} as (
    select
        links.record_number,
        links.linked_record_number,
        links.match_weight
    from linked_{{ n }} as links
    inner join unsound_{{ n }} as unsound on links.founder_number = unsound.founder_number
    where links.match_weight >= {{ weight }}
),

{% endfor %}
final as (
    {%- for _ in weights %}
    select * from sound_{{ loop.index }}
    union all
    {%- endfor %}
    select record_number, linked_record_number from open_{{ weights | length }}
)

select * from final
{% endmacro %}
