{#
Why: which matches hold. Only groups of links in which a record was touched are looked at again; the
others are as the last build left them.
Args: plans: {name: plan}, empty while dbt parses; relations: {records, scores, parameters, touched}
of the entity; earlier: the guarded links as last built, or none. A whole select statement, one row
per link: record_number, linked_record_number, founder_number (of all that links join, cut or not),
is_kept, made_at, made_by; after an earlier build of the groups looked at only, for the strategy
renew.
Usage: {{ match_guarded(match_plans('customers_pairs'), relations, earlier) }}
#}
{% macro match_guarded(plans, relations, earlier) %}
{%- if plans %}
{%- set rules = match_rules(plans, relations.parameters, 'guard') %}
with links as ({{ match_links(plans, relations.scores) }}),

contradictions as ({{ match_contradictions(plans, relations.records) }}),

{% if earlier -%}
touched as ({{ match_touched(relations.touched, earlier, rules) }}),

reached as (
    select record_number from touched
    union
    select links.record_number
    from links
    inner join touched on links.linked_record_number = touched.record_number
    union
    select links.linked_record_number as record_number
    from links
    inner join touched on links.record_number = touched.record_number
),

unsettled as (
    select earlier.founder_number
    from {{ earlier }} as earlier
    inner join reached on earlier.record_number = reached.record_number
    union
    select earlier.founder_number
    from {{ earlier }} as earlier
    inner join reached on earlier.linked_record_number = reached.record_number
),

open_records as (
    select record_number from reached
    union
    select earlier.record_number
    from {{ earlier }} as earlier
    inner join unsettled on earlier.founder_number = unsettled.founder_number
    union
    select earlier.linked_record_number as record_number
    from {{ earlier }} as earlier
    inner join unsettled on earlier.founder_number = unsettled.founder_number
),

{% endif -%}
open_links as (
    select links.*
    from links
    {%- if earlier %}
    inner join open_records on links.record_number = open_records.record_number
    {%- endif %}
),

best_links as ({{ match_best_links(plans, 'open_links', relations.records) }}),

grouped as (
    {{- connected_components('open_links', 'record_number', 'linked_record_number') | indent }}),

{% if plans.values() | selectattr('one_per', 'defined') | list -%}
best_grouped as (
    {{- connected_components('best_links', 'record_number', 'linked_record_number') | indent }}),

{% endif -%}
founded_links as (
    select
        best_links.*,
        founders.founder_number
    from best_links
    inner join {{
        'best_grouped' if plans.values() | selectattr('one_per', 'defined') | list else 'grouped'
    }} as founders on best_links.record_number = founders.record_number
),

kept as (
    {{- match_guard('founded_links', 'contradictions') | indent }}),

final as (
    select distinct
        links.record_number,
        links.linked_record_number,
        grouped.founder_number,
        kept.record_number is not null as is_kept,
        {{ build_timestamp() }} as made_at,
        {{ rules }} as made_by
    from open_links as links
    inner join grouped on links.record_number = grouped.record_number
    left join kept
        on
            links.record_number = kept.record_number
            and links.linked_record_number = kept.linked_record_number
    {%- if earlier %}
    union all
    select
        null as record_number,
        null as linked_record_number,
        founder_number,
        null as is_kept,
        null as made_at,
        null as made_by
    from unsettled
    {%- endif %}
)

select * from final
{%- endif %}
{% endmacro %}
