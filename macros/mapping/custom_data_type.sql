{#
Why: custom fields have no column that says how precise they are.
Args: type: the mapping type.
Usage: {{ custom_data_type('money') }} gives decimal(28, 6)
#}
{% macro custom_data_type(type) %}
    {% set own = {
        'integer': 'bigint', 'boolean': 'boolean', 'date': 'date', 'timestamp': 'timestamp',
    } %}
    {% set kind = mapping_vocabulary().types[type].kind %}
    {{ return(own.get(type, 'decimal(28, 6)' if kind == 'number' else 'text')) }}
{% endmacro %}
