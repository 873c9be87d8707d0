{#
Why: the change time of a golden reference is that of the record id it was resolved from.
Args: entity: singular name; fields: golden fields.
Usage: {% set paths = version_paths('customer', fields) %} gives {field: JSONPath}
#}
{% macro version_paths(entity, fields) %}
    {% set references = entity_meta(entity).get('golden_references', {}) %}
    {% set paths = {} %}
    {% for name in fields %}
        {% set origin = references[name] ~ '_record_id' if name in references else name %}
        {% do paths.update({name: '$."' ~ origin ~ '"'}) %}
    {% endfor %}
    {{ return(paths) }}
{% endmacro %}
