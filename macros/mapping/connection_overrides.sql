{#
Why: what connections declare for one staging model; a model that does not exist is refused.
Args: model_name: the staging model.
Usage: {% set overrides = connection_overrides(model.name) %} gives {connection: entries}.
#}
{% macro connection_overrides(model_name) %}
    {% set found = {} %}
    {% for connection, models in (var('mapping_overrides', {}) or {}).items() %}
        {% for name, entries in models.items() %}
            {% if 'model.' ~ project_name ~ '.' ~ name not in graph.nodes %}
                {% set names = [] %}
                {% for node in graph.nodes.values() if node.name.startswith('stg_') %}
                    {% do names.append(node.name) %}
                {% endfor %}
                {{ mapping_error(connection ~ ' > ' ~ name,
                    'there is no such staging model. Known: ' ~ names | sort | join(', ')) }}
            {% endif %}
            {% if name == model_name %}{% do found.update({connection: entries}) %}{% endif %}
        {% endfor %}
    {% endfor %}
    {{ return(found) }}
{% endmacro %}
