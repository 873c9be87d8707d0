{#
Why: what staging made of a record holds as long as the mapping, its overrides, the entity's columns
and the macros that carry them out are the same.
The order in which dbt read the files does not matter.
Args: node: the staging model; parent: node of the parent staging model, or none.
Usage: {% set rules = staging_rules(model, none) %} gives a text of 32 characters
#}
{% macro staging_rules(node, parent) %}
    {% set texts = [] %}
    {% for one in [node, parent] | reject('none') %}
        {% set entity = one.config.get('meta', {}).get('entity') %}
        {% do texts.extend([
            tojson(one.config.get('meta', {})),
            tojson(connection_overrides(one.name)),
            tojson(entity_columns(entity, one.name)),
            tojson(entity_meta(entity).get('keeps_change_times', false)),
        ]) %}
    {% endfor %}
    {% for macro in context[project_name].values() %}
        {% if macro.macro.original_file_path.split('/')[1] in ['mapping', 'cleaning', 'engine'] %}
            {% do texts.append(macro.macro.macro_sql) %}
        {% endif %}
    {% endfor %}
    {{ return(local_md5(texts | sort | join('\n'))) }}
{% endmacro %}
