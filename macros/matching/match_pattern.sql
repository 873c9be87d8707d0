{#
Why: how two records l and r agree in all comparisons, as a text of one sign a comparison; pairs
with the same pattern have the same evidence.
Args: comparisons: list; place: for errors.
Usage: select {{ match_pattern(plan.comparisons, 'person') }} as pattern
#}
{% macro match_pattern(comparisons, place) -%}
    {%- for comparison in comparisons -%}
        {{ ' || ' if not loop.first }}{{ match_level(comparison, place) }}
    {%- endfor -%}
{%- endmacro %}
