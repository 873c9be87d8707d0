{#
Why: a target is a column of the entity, or custom.<name>, which may not be required.
Args: as check_mapping_entry; place: model and target.
Usage: {% do check_mapping_target(entry, columns, place) %}
#}
{% macro check_mapping_target(entry, columns, place) %}
    {% if entry.target.startswith('custom.') %}
        {% if not modules.re.fullmatch('custom\\.[a-z][a-z0-9_]*', entry.target) %}
            {{ mapping_error(place, 'a custom target is custom.<lower_case_name>') }}
        {% endif %}
        {% if entry.get('required') %}
            {{ mapping_error(place, 'a custom target cannot be required') }}
        {% endif %}
    {% elif entry.target not in columns %}
        {{ mapping_error(place, 'the entity has no such column. Allowed: '
            ~ columns.keys() | join(', ') ~ ', custom.<name>') }}
    {% endif %}
    {% if entry.get('required', false) is not boolean %}
        {{ mapping_error(place, 'required is true or false') }}
    {% endif %}
    {% if entry.get('on_unreadable', 'warn') not in ['quarantine', 'warn', 'ignore'] %}
        {{ mapping_error(place, 'on_unreadable is quarantine, warn or ignore. Got: '
            ~ entry.on_unreadable) }}
    {% endif %}
{% endmacro %}
