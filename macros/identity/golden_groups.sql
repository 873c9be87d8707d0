{#
Why: who is one golden record: records joined by links that no decision cut, directly or through
others. Only groups in which a link changed are joined anew.
Args: links, cuts: the entity's relations; earlier: the groups as last built, or none. A whole select
statement: record_number, founder_number, group_number (of the links it is made of).
Usage: {{ golden_groups(ref('customers_links'), ref('customers_cuts'), earlier) }}
#}
{% macro golden_groups(links, cuts, earlier) %}
with links as (
    select distinct
        record_number,
        linked_record_number
    from {{ kept_links(links, cuts) }}
),

final as (
    {{- changed_components('links', earlier) | indent }})

select * from final
{% endmacro %}
