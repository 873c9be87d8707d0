{#
Why: a list of YAML values as an SQL condition; a null is in no set, so it fails where one is asked for.
Args: column_name: SQL; value_set: list; quote_values: the values are texts.
Usage: {{ dbt_expectations.in_set('kind', ['a', 'b'], true) }}
#}
{% macro in_set(column_name, value_set, quote_values) -%}
    {%- set values = [] -%}
    {%- for value in value_set -%}
        {%- do values.append(
            "'" ~ (value | string | replace("'", "''")) ~ "'" if quote_values else value | string
        ) -%}
    {%- endfor -%}
    coalesce({{ column_name }} in ({{ values | join(', ') }}), false)
{%- endmacro %}
