{#
Why: a value comes from exactly one place: a field, the parent row, or a constant.
Args: as check_mapping_entry; place: model and target.
Usage: {% do check_mapping_origin(entry, parent_columns, place) %}
#}
{% macro check_mapping_origin(entry, parent_columns, place) %}
    {% set origins = ['source', 'parent', 'value'] | select('in', entry) | list %}
    {% if origins | length != 1 %}
        {{ mapping_error(place, 'needs exactly one of source, parent, value. Got: '
            ~ (origins | join(', ') or 'none')) }}
    {% endif %}
    {% if origins[0] != 'source' %}
        {% for key in entry if key not in ['target', 'parent', 'value', 'required'] %}
            {{ mapping_error(place, 'key ' ~ key ~ ' needs a source. Got: ' ~ origins[0]) }}
        {% endfor %}
    {% endif %}
    {% set is_own = parent_columns is none and entry.get('from_deleted', true) is true %}
    {% if 'from_deleted' in entry and not is_own %}
        {{ mapping_error(place, 'from_deleted is true, in a model without meta.parent') }}
    {% endif %}
    {% if origins[0] == 'parent' %}
        {% if parent_columns is none %}
            {{ mapping_error(place, 'parent is only for models with meta.parent') }}
        {% elif entry.parent not in parent_columns %}
            {{ mapping_error(place, "the parent has no column '" ~ entry.parent ~ "'. Allowed: "
                ~ parent_columns | join(', ')) }}
        {% endif %}
    {% endif %}
{% endmacro %}
