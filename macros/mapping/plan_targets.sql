{#
Why: one target has one variant for everybody and one more for each connection that overrides it.
Args: place: model name; entries: meta.mapping; columns, parent_columns: as check_mapping_entry;
paths: the list that grows.
Usage: {% set targets = plan_targets(model.name, meta.mapping, columns, none, paths) %}
#}
{% macro plan_targets(place, entries, columns, parent_columns, paths) %}
    {% set planned = {} %}
    {% for entry in entries %}
        {% do check_mapping_entry(entry, columns, parent_columns, place) %}
        {% if entry.target in planned %}
            {{ mapping_error(place ~ '.' ~ entry.target, 'the target is mapped twice') }}
        {% endif %}
        {% do planned.update({entry.target: [plan_variant(entry, none, place, paths)]}) %}
    {% endfor %}
    {% for connection, overrides in connection_overrides(place).items() %}
        {% set seen = [] %}
        {% for entry in overrides %}
            {% set at = connection ~ ' > ' ~ place %}
            {% do check_mapping_entry(entry, columns, parent_columns, at) %}
            {% if entry.target in seen %}
                {{ mapping_error(at ~ '.' ~ entry.target, 'the target is overridden twice') }}
            {% endif %}
            {% do seen.append(entry.target) %}
            {% do planned.setdefault(entry.target, []).append(
                plan_variant(entry, connection, at, paths)
            ) %}
        {% endfor %}
    {% endfor %}
    {% set targets = [] %}
    {% for target, variants in planned.items() %}
        {% set is_custom = target.startswith('custom.') %}
        {% do targets.append({
            'target': target, 'column': target.replace('custom.', 'custom__'),
            'is_custom': is_custom, 'variants': variants,
            'data_type': 'text' if is_custom else columns[target],
        }) %}
    {% endfor %}
    {{ return(targets) }}
{% endmacro %}
