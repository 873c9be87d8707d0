{#
Why: the id at the end of a path: gid://shopify/Order/123?x=y gives 123.
Args: text: SQL.
Usage: - {target: order_record_id, source: order.id, transform: last_path_part}
#}
{% macro transform_last_path_part(text) -%}
    {{ first_match(text, '([^/?#]+)(?:[?#].*)?$') }}
{%- endmacro %}
