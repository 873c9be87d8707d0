{#
Why: "today" is a fact of the load, not of the machine that builds.
Args: none; var as_of_date (YYYY-MM-DD) sets it.
Usage: where due_date < {{ as_of_date() }}
#}
{% macro as_of_date() -%}
    cast({{ as_of_timestamp() }} as date)
{%- endmacro %}
