{#
Why: fields that only make sense together (an address, a price with its currency) survive together.
Args: fields: names; groups: {group: [fields]}.
Usage: {% set units = survival_units(fields, groups) %} gives {unit: [fields]}, a unit per lone
field.
#}
{% macro survival_units(fields, groups) %}
    {% set units = {} %}
    {% set grouped = [] %}
    {% for name, members in groups.items() %}
        {% do units.update({name: members}) %}
        {% do grouped.extend(members) %}
    {% endfor %}
    {% for field in fields if field not in grouped %}
        {% do units.update({field: [field]}) %}
    {% endfor %}
    {{ return(units) }}
{% endmacro %}
