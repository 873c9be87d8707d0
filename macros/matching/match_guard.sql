{#
Why: one false match can chain two things into one. A group of links is cut again, at a higher and
higher weight, while too few of its records' pairs are matches (sparse) or its records contradict
each other (two tax numbers, say). Groups that are sound are left as they are; links of at least the
last weight stay in any case.
Args: links: relation of record_number, linked_record_number (no pair twice), match_weight, density
(the share of a group's pairs that must be links) and founder_number of its group; contradictions:
relation of record_number, kind, fact: two facts of a kind contradict each other; weights: the
steps in bits, from odds of 256 to 1 on, each four times the last. A whole select statement of the
links that stay.
Usage: {{ match_guard('links', 'contradictions') }}
#}
{% macro match_guard(
    links, contradictions, weights=[8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30]
) %}
with linked_1 as (
    select
        record_number,
        linked_record_number,
        match_weight,
        density,
        founder_number
    from {{ links }}
),

{% for weight in weights %}
{%- set n = loop.index -%}
grouped_{{ n }} as (
    select record_number, founder_number from linked_{{ n }}
    union
    select linked_record_number as record_number, founder_number from linked_{{ n }}
),

unsound_{{ n }} as (
    select links.founder_number
    from (
        select founder_number, count(*) as link_count, max(density) as density
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
        < links.density * groups.record_count * (groups.record_count - 1) / 2
    union
    select grouped.founder_number
    from grouped_{{ n }} as grouped
    inner join {{ contradictions }} as facts on grouped.record_number = facts.record_number
    group by grouped.founder_number, facts.kind
    having count(distinct facts.fact) > 1
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
        links.match_weight,
        links.density
    from linked_{{ n }} as links
    inner join unsound_{{ n }} as unsound on links.founder_number = unsound.founder_number
    where links.match_weight >= {{ weight }}
),

{% if not loop.last -%}
regrouped_{{ n }} as (
    {{- connected_components('open_' ~ n, 'record_number', 'linked_record_number') | indent }}),

linked_{{ n + 1 }} as (
    select
        links.*,
        grouped.founder_number
    from open_{{ n }} as links
    inner join regrouped_{{ n }} as grouped on links.record_number = grouped.record_number
),

{% else -%}
final as (
    {%- for _ in weights %}
    select * from sound_{{ loop.index }}
    union all
    {%- endfor %}
    select record_number, linked_record_number from open_{{ n }}
)

{% endif -%}
{% endfor %}
select * from final
{% endmacro %}
