{#
Why: one kind of records that a vendor's figure counts, with its columns checked.
Args: place: name of the staging model; part: see control_plans; one without an entity is rows of
bronze (control_row_part).
Usage: {% set part = control_part(model.name, {'entity': 'order', 'stream': 'orders'}) %}
#}
{% macro control_part(place, part) %}
    {% if 'entity' not in part %}{{ return(control_row_part(place, part)) }}{% endif %}
    {% set allowed = [
        'entity', 'stream', 'date', 'amount', 'less', 'rate', 'grouping', 'sign', 'is_counted',
        'where',
    ] %}
    {% for key in part if key not in allowed %}
        {{ mapping_error(place, "meta.compares.parts: key '" ~ key ~ "' is unknown. Allowed: "
            ~ allowed | join(', ')) }}
    {% endfor %}
    {% set columns = entity_columns(part.entity, place) %}
    {% set named = part.get('where', {}) | list %}
    {% for key in ['date', 'amount', 'less', 'rate', 'grouping']
        if key in part and part[key] != 'record_id' %}
        {% do named.append(part[key]) %}
    {% endfor %}
    {% for column in named if column not in columns %}
        {{ mapping_error(place, part.entity ~ " has no column '" ~ column ~ "'") }}
    {% endfor %}
    {{ return({
        'entity': part.entity, 'stream': part.stream, 'date': part.get('date'),
        'is_moment': columns.get(part.get('date')) == 'timestamp',
        'amount': part.get('amount'), 'less': part.get('less'), 'rate': part.get('rate'),
        'grouping': part.get('grouping'),
        'sign': part.get('sign', 1), 'is_counted': part.get('is_counted', true),
        'where': part.get('where', {}),
        'has_currency': 'currency' in columns,
    }) }}
{% endmacro %}
