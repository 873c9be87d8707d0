{#
Why: every path is read once, however often mappings use it.
Args: path: as json_path, or none; place: for errors; paths: the list that grows.
Usage: {% set index = plan_path('id', model.name, paths) %}
#}
{% macro plan_path(path, place, paths) %}
    {% if not path %}{{ return(none) }}{% endif %}
    {% set text = json_path(path | string, place) %}
    {% if text not in paths %}{% do paths.append(text) %}{% endif %}
    {{ return(paths.index(text)) }}
{% endmacro %}
