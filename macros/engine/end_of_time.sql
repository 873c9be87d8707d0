{#
Why: the version that is true now ends at a time that any comparison can be made with.
Args: none.
Usage: where valid_to = {{ end_of_time() }}
#}
{% macro end_of_time() -%}
    cast('9999-12-31 00:00:00' as timestamp)
{%- endmacro %}
