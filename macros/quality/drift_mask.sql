{#
Why: an example shows the form of a value and never the value: letters become a, digits 9.
Args: text: SQL.
Usage: {{ drift_mask('example') }} turns Ada@x.org, +1 555 into aaa@a.aaa, +9 999
#}
{% macro drift_mask(text) -%}
    {%- set without_letters = replace_matches(text, '[^ -@\\[-`{-~]', 'a') -%}
    substr({{ replace_matches(without_letters, '[0-9]', '9') }}, 1, 40)
{%- endmacro %}
