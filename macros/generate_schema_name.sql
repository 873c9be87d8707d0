{#
Why: layers are schemas of their own name (staging, silver, gold, ops), not <target schema>_<name>.
Args: custom_schema_name: `+schema` of the node, or none; node: the node.
Usage: called by dbt for every node.
#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
