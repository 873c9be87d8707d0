{#
Why: whether two records hold exactly the same in a field, or in all fields of a group.
Args: fields: names of the unit.
Usage: {{ unit_text(['street', 'city']) }}; null when none holds a value
#}
{% macro unit_text(fields) -%}
    {%- if fields | length == 1 -%}
    cast({{ fields[0] }} as text)
    {%- else -%}
    case
        when coalesce(
            {%- for name in fields %}cast({{ name }} as text){{ ', ' if not loop.last }}
            {%- endfor %}) is not null
            then {% for name in fields -%}
            coalesce(cast({{ name }} as text), '') || ' | '{{ ' || ' if not loop.last }}
            {%- endfor %}
    end
    {%- endif -%}
{%- endmacro %}
