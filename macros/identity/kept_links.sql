{#
Why: clusters are made from the links that no decision cut.
Args: links: relation of record_number and linked_record_number; cuts: relation of the cut pairs, the
smaller number first. A subquery to select from.
Usage: {{ connected_components(kept_links(ref('customers_links'), ref('customers_cuts')), … ) }}
#}
{% macro kept_links(links, cuts) -%}
    (
        select links.*
        from {{ links }} as links
        left join {{ cuts }} as cuts
            on
                least(links.record_number, links.linked_record_number) = cuts.record_number
                and greatest(links.record_number, links.linked_record_number)
                = cuts.linked_record_number
        where cuts.record_number is null
    ) as kept_links
{%- endmacro %}
