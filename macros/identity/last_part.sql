{#
Why: systems keep ids of others bare or as a path: gid://shopify/Customer/123 and 123 are one id.
Args: text: SQL.
Usage: {{ last_part('external_id') }}
#}
{% macro last_part(text) -%}
    {{ replace_matches(text, '^.*/', '') }}
{%- endmacro %}
