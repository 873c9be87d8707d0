{#
Why: an entry with positions in the one list of paths; an unknown code never blocks by itself.
Args: entry: checked; connection: whose override it is, or none; paths: the list that grows.
Usage: {% set variant = plan_variant(entry, none, model.name, paths) %}
#}
{% macro plan_variant(entry, connection, place, paths) %}
    {% set place = place ~ '.' ~ entry.target %}
    {% set sources = [] %}
    {% for path in as_list(entry.get('source')) %}
        {% do sources.append(plan_path(path, place, paths)) %}
    {% endfor %}
    {% set options = {} %}
    {% for key in ['currency', 'country', 'unit'] if entry.get(key) %}
        {% if entry[key] is mapping %}
            {% set option = {} %}
            {% for name, given in entry[key].items() %}
                {% if name == 'path' %}
                    {% do option.update({'index': plan_path(given, place, paths)}) %}
                {% elif name == 'value' %}
                    {% do option.update({'value': given}) %}
                {% else %}
                    {{ mapping_error(place, key ~ ' is a path or {value: constant}, or both as '
                        ~ '{path, value}. Got: ' ~ entry[key]) }}
                {% endif %}
            {% endfor %}
            {% do options.update({key: option}) %}
        {% else %}
            {% do options.update({key: {'index': plan_path(entry[key], place, paths)}}) %}
        {% endif %}
    {% endfor %}
    {% set required = entry.get('required', false) %}
    {% set blocks = required and entry.get('type') != 'code' %}
    {{ return({
        'connection': connection, 'entry': entry, 'sources': sources, 'options': options,
        'type': entry.get('type', 'string'), 'transforms': as_list(entry.get('transform')),
        'required': required, 'field': as_list(entry.get('source')) | join(' + '),
        'on_unreadable': entry.get('on_unreadable', 'quarantine' if blocks else 'warn'),
    }) }}
{% endmacro %}
