{#
Why: arrays travel as JSON text to the child models that read them.
Args: arrays: {column: path} of meta; columns: the entity's; paths: the list that grows.
Usage: {% set arrays = plan_arrays(model.name, meta.arrays, columns, paths) %}
#}
{% macro plan_arrays(place, arrays, columns, paths) %}
    {% set planned = [] %}
    {% for name, path in arrays.items() %}
        {% if name in columns or name in mapping_vocabulary().contract_columns %}
            {{ mapping_error(place, 'array ' ~ name ~ ' has the name of a column') }}
        {% endif %}
        {% do planned.append({'name': name, 'index': plan_path(path, place, paths)}) %}
    {% endfor %}
    {{ return(planned) }}
{% endmacro %}
