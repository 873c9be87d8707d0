{#
Why: only what the mapping and its overrides read of the parent's row is carried along.
Args: plan: mapping_plan of a child model.
Usage: {{ parents_taken(plan) }} gives the parent columns that variants read
#}
{% macro parents_taken(plan) %}
    {% set names = [] %}
    {% for target in plan.targets %}
        {% for variant in target.variants if 'parent' in variant.entry %}
            {% do names.append(variant.entry.parent) %}
        {% endfor %}
    {% endfor %}
    {{ return(names) }}
{% endmacro %}
