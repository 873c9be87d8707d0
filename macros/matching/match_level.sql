{#
Why: how far two records l and r agree in one comparison, as one sign: 0 when either has nothing to
compare, 1 for the first level that holds, 2 for the second …, and one more when none does.
Args: comparison: {name, of: columns of which each record needs one, levels}; place: for errors.
Usage: {{ match_level(comparison, 'person') }}
#}
{% macro match_level(comparison, place) -%}
    {%- set columns = [comparison.of] if comparison.of is string else comparison.of -%}
    case
        {%- for side in ('l', 'r') %}
        when {% for column in columns -%}
            {{ ' and ' if not loop.first }}{{ side }}.{{ column }} is null
        {%- endfor %} then '0'
        {%- endfor %}
        {%- for level in comparison.levels %}
        when {{ match_condition(level, place ~ '.' ~ comparison.name) }} then '{{ loop.index }}'
        {%- endfor %}
        else '{{ comparison.levels | length + 1 }}'
    end
{%- endmacro %}
