{#
Why: groups whose links are what they were need not be joined again.
Args: links: relation of record_number, linked_record_number, no pair twice; earlier: relation of
record_number, founder_number, group_number as the last build left them, or none. A whole select
statement: record_number, founder_number (see connected_components), group_number (of the group's
links: another one when any of them changed).
Usage: {{ changed_components('links', ref('customers_groups')) }}
#}
{% macro changed_components(links, earlier) %}
with links as (
    select
        listed.record_number,
        listed.linked_record_number,
        {{ row_fingerprint('listed') }} as link_number
    from (
        select record_number, linked_record_number from {{ links }}
    ) as listed
),

{% if earlier -%}
placed as (
    select
        links.record_number,
        links.linked_record_number,
        links.link_number,
        one.founder_number,
        other.founder_number as linked_founder_number
    from links
    left join {{ earlier }} as one on links.record_number = one.record_number
    left join {{ earlier }} as other on links.linked_record_number = other.record_number
),

present as (
    select
        founder_number,
        cast(sum(link_number) as numeric(38, 0)) as group_number
    from placed
    where founder_number = linked_founder_number
    group by founder_number
),

joined as (
    select founder_number from placed
    where linked_founder_number is null or founder_number <> linked_founder_number
    union
    select linked_founder_number as founder_number from placed
    where founder_number is null or founder_number <> linked_founder_number
),

standing as (
    select
        earlier.record_number,
        earlier.founder_number,
        earlier.group_number
    from {{ earlier }} as earlier
    inner join present
        on
            earlier.founder_number = present.founder_number
            and earlier.group_number = present.group_number
    left join joined on earlier.founder_number = joined.founder_number
    where joined.founder_number is null
),

open_links as (
    select placed.*
    from placed
    left join standing on placed.record_number = standing.record_number
    where standing.record_number is null
),
{%- else -%}
open_links as (
    select * from links
),
{%- endif %}

regrouped as (
    {{- connected_components('open_links', 'record_number', 'linked_record_number') | indent }}),

numbered as (
    select
        regrouped.founder_number,
        cast(sum(open_links.link_number) as numeric(38, 0)) as group_number
    from open_links
    inner join regrouped on open_links.record_number = regrouped.record_number
    group by regrouped.founder_number
),

final as (
    select
        regrouped.record_number,
        regrouped.founder_number,
        numbered.group_number
    from regrouped
    inner join numbered on regrouped.founder_number = numbered.founder_number
    {%- if earlier %}
    union all
    select
        record_number,
        founder_number,
        group_number
    from standing
    {%- endif %}
)

select * from final
{% endmacro %}
