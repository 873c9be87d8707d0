{#
Why: a suggested target is written as targets are.
Args: path: SQL of a path as json_shapes gives it.
Usage: {{ drift_snake_case('path') }} turns customer.firstName into customer_first_name
#}
{% macro drift_snake_case(path) -%}
    {%- set parted = replace_matches(path, '([a-z0-9])([A-Z])', '\\1_\\2') -%}
    {%- set joined = replace_matches(parted, '[^A-Za-z0-9]+', '_') -%}
    lower({{ replace_matches(joined, '^_|_$', '') }})
{%- endmacro %}
