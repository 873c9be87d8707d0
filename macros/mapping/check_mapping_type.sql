{#
Why: the type is one of the closed list, has what it needs, and fits the column it fills.
Args: as check_mapping_entry; place: model and target.
Usage: {% do check_mapping_type(entry, columns, place) %}
#}
{% macro check_mapping_type(entry, columns, place) %}
    {% if 'source' not in entry %}{{ return('') }}{% endif %}
    {% set types = mapping_vocabulary().types %}
    {% set name = entry.get('type', 'string') %}
    {% if name not in types %}
        {{ mapping_error(place, "type '" ~ name ~ "' is unknown. Allowed: "
            ~ types.keys() | join(', ')) }}
    {% endif %}
    {% set type = types[name] %}
    {% for key in type.get('needs', []) if not entry.get(key) %}
        {{ mapping_error(place, 'type ' ~ name ~ ' needs ' ~ key) }}
    {% endfor %}
    {% set own = type.get('keys', []) + type.get('needs', []) %}
    {% for key in mapping_vocabulary().type_keys if key in entry and key not in own %}
        {{ mapping_error(place, 'type ' ~ name ~ ' has no use for ' ~ key) }}
    {% endfor %}
    {% if entry.get('format') and entry.format not in type.get('formats', []) %}
        {{ mapping_error(place, "format '" ~ entry.format ~ "' is unknown for type " ~ name
            ~ '. Allowed: ' ~ (type.get('formats', []) | join(', ') or 'none')) }}
    {% endif %}
    {% set data_type = columns.get(entry.target, 'text') %}
    {% if not entry.target.startswith('custom.') and data_type_kind(data_type) != type.kind %}
        {{ mapping_error(place, 'type ' ~ name ~ ' gives a ' ~ type.kind ~ ', the column is '
            ~ data_type) }}
    {% endif %}
{% endmacro %}
