{#
Why: one kind of records that a vendor's figure counts, with its columns checked.
Args: place: name of the staging model; part: see control_plans.
Usage: {% set part = control_part(model.name, {'entity': 'order', 'stream': 'orders'}) %}
#}
{% macro control_part(place, part) %}
    {% set allowed = [
        'entity', 'stream', 'date', 'amount', 'less', 'grouping', 'sign', 'is_counted', 'where',
    ] %}
    {% for key in part if key not in allowed %}
        {{ mapping_error(place, "meta.compares.parts: key '" ~ key ~ "' is unknown. Allowed: "
            ~ allowed | join(', ')) }}
    {% endfor %}
    {% set columns = entity_columns(part.entity, place) %}
    {% set named = part.get('where', {}) | list %}
    {% for key in ['date', 'amount', 'less', 'grouping'] if key in part %}
        {% do named.append(part[key]) %}
    {% endfor %}
    {% for column in named if column not in columns %}
        {{ mapping_error(place, part.entity ~ " has no column '" ~ column ~ "'") }}
    {% endfor %}
    {{ return({
        'entity': part.entity, 'stream': part.stream, 'date': part.get('date'),
        'is_moment': columns.get(part.get('date')) == 'timestamp',
        'amount': part.get('amount'), 'less': part.get('less'), 'grouping': part.get('grouping'),
        'sign': part.get('sign', 1), 'is_counted': part.get('is_counted', true),
        'where': part.get('where', {}),
        'has_currency': 'currency' in columns,
    }) }}
{% endmacro %}
