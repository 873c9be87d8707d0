{#
Why: a mapping entry that could not be executed as written is refused by name.
Args: entry: one item of meta.mapping; columns: the entity's {column: data type};
parent_columns: what may be taken from the parent row, none outside child models; place: model.
Usage: {% do check_mapping_entry(entry, columns, none, model.name) %}
#}
{% macro check_mapping_entry(entry, columns, parent_columns, place) %}
    {% set words = mapping_vocabulary() %}
    {% if entry is not mapping or not entry.get('target') %}
        {{ mapping_error(place, 'an entry has no target: ' ~ entry) }}
    {% endif %}
    {% set place = place ~ '.' ~ entry.target %}
    {% for key in entry if key not in words.entry_keys %}
        {{ mapping_error(place, "key '" ~ key ~ "' is unknown. Allowed: "
            ~ words.entry_keys | join(', ')) }}
    {% endfor %}
    {% do check_mapping_target(entry, columns, place) %}
    {% do check_mapping_origin(entry, parent_columns, place) %}
    {% do check_mapping_member(entry, place) %}
    {% do check_mapping_type(entry, columns, place) %}
    {% do check_mapping_transforms(entry, place) %}
{% endmacro %}
