{#
Why: identity works on small numbers; the founding record of any group is the one numbered lowest.
Args: none; the relation must have first_seen_at, connection, stream and record_id.
Usage: select {{ number_records() }} as record_number, * from {{ ref('products_records') }}
#}
{% macro number_records() -%}
    row_number() over (order by first_seen_at, connection, stream, record_id)
{%- endmacro %}
