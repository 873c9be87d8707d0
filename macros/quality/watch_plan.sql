{#
Why: what of an entity is watched for anomalies stands in the meta of its records model, checked.
Args: node: the records model. Keys of meta.watch: at (column that says when a record happened),
amount, key (a number that no two records share), filled (columns that are nearly always filled),
codes (columns of few values). Only columns that do not change as a record ages suit.
Usage: {% set plan = watch_plan(node) %} gives at, amount, key, filled, codes, has_time
#}
{% macro watch_plan(node) %}
    {% set watch = node.config.meta.watch %}
    {% set columns = entity_columns(node.config.meta.entity, node.name) %}
    {% set allowed = ['at', 'amount', 'key', 'filled', 'codes'] %}
    {% for key, value in watch.items() %}
        {% if key not in allowed %}
            {{ mapping_error(node.name, "meta.watch: key '" ~ key ~ "' is unknown. Allowed: "
                ~ allowed | join(', ')) }}
        {% endif %}
        {% for column in as_list(value) if column not in columns %}
            {{ mapping_error(node.name, "meta.watch." ~ key ~ ": no column '" ~ column ~ "'") }}
        {% endfor %}
    {% endfor %}
    {% if data_type_kind(columns.get(watch.get('at'), '')) != 'date' %}
        {{ mapping_error(node.name, 'meta.watch.at names a date or timestamp column') }}
    {% endif %}
    {{ return({
        'at': watch.at, 'amount': watch.get('amount'), 'key': watch.get('key'),
        'filled': watch.get('filled', []), 'codes': watch.get('codes', []),
        'has_time': columns[watch.at] == 'timestamp',
    }) }}
{% endmacro %}
