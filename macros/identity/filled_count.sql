{#
Why: how many of some fields of a record hold a value.
Args: fields: names.
Usage: {{ filled_count(['street', 'city']) }}
#}
{% macro filled_count(fields) -%}
    (
        {%- for name in fields %}
        {{ '+ ' if not loop.first }}case when {{ name }} is null then 0 else 1 end
        {%- endfor %}
    )
{%- endmacro %}
