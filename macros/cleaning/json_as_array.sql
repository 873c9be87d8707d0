{#
Why: systems that come from XML send a single element without its array.
Args: text: JSON text of an array or of one object; anything else becomes an empty array.
Usage: {{ json_as_array('line_items') }}
#}
{% macro json_as_array(text) -%}
    case
        when substr({{ text }}, 1, 1) = '[' then {{ text }}
        when substr({{ text }}, 1, 1) = '{' then '[' || {{ text }} || ']'
        else '[]'
    end
{%- endmacro %}
