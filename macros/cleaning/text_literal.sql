{#
Why: a constant of a mapping becomes an SQL literal whose quotes cannot end it.
Args: value: anything YAML holds.
Usage: {{ text_literal("D'Arcy") }}
#}
{% macro text_literal(value) -%}
    '{{ value | string | replace("'", "''") }}'
{%- endmacro %}
