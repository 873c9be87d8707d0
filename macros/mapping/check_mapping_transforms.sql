{#
Why: transforms are a closed list; several sources need one that joins them, as the first.
Args: entry: one item of meta.mapping; place: model and target.
Usage: {% do check_mapping_transforms(entry, place) %}
#}
{% macro check_mapping_transforms(entry, place) %}
    {% set words = mapping_vocabulary().transforms %}
    {% set names = as_list(entry.get('transform')) %}
    {% for name in names if name not in words.several + words.single %}
        {{ mapping_error(place, "transform '" ~ name ~ "' is unknown. Allowed: "
            ~ (words.several + words.single) | join(', ')) }}
    {% endfor %}
    {% set joins = (names | first | default('none')) in words.several %}
    {% if as_list(entry.get('source')) | length > 1 and not joins %}
        {{ mapping_error(place, 'several sources need one of these transforms first: '
            ~ words.several | join(', ')) }}
    {% endif %}
{% endmacro %}
