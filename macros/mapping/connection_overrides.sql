{#
Why: what connections declare for one staging model; a model that does not exist is refused.
Args: model_name: the staging model.
Usage: {% set overrides = connection_overrides('stg_shopify__orders') %} gives {connection: entries}.
#}
{% macro connection_overrides(model_name) %}
    {% set found = {} %}
    {% set names = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model')
        | map(attribute='name') | list %}
    {% for connection, models in (var('mapping_overrides', {}) or {}).items() %}
        {% for name, entries in models.items() %}
            {% if name not in names %}
                {{ mapping_error(connection ~ ' > ' ~ name, 'mapping_overrides names no staging model'
                    ~ ' of that name. Known: ' ~ names | sort | join(', ')) }}
            {% endif %}
            {% if name == model_name %}{% do found.update({connection: entries}) %}{% endif %}
        {% endfor %}
    {% endfor %}
    {{ return(found) }}
{% endmacro %}
