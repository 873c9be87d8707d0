{#
Why: an override speaks for its connection only.
Args: pairs: list of [connection or none, SQL]; none is everybody else and comes first if at all.
Usage: {{ by_connection([[none, 'a'], ['shop_eu', 'b']]) }}
#}
{% macro by_connection(pairs) -%}
    {%- set common = pairs | selectattr(0, 'none') | map(attribute=1) | list -%}
    {%- set own = pairs | rejectattr(0, 'none') | list -%}
    {%- if not own -%}
    {{ common[0] }}
    {%- elif own | map(attribute=1) | unique | list == common -%}
    {{ common[0] }}
    {%- else -%}
    case connection
        {%- for connection, expression in own %}
        when {{ text_literal(connection) }} then {{ expression }}
        {%- endfor %}
        {%- if common %}
        else {{ common[0] }}
        {%- endif %}
    end
    {%- endif -%}
{%- endmacro %}
