{#
Why: YAML lets one name stand for a list of one.
Args: value: none, a value or a list.
Usage: {{ as_list(entry.transform) }}
#}
{% macro as_list(value) %}
    {% if value is none %}{{ return([]) }}{% endif %}
    {{ return([value] if value is string or value is mapping else value | list) }}
{% endmacro %}
