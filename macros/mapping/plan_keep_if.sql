{#
Why: a stream that mixes kinds of records speaks for an entity with some of them only.
Args: conditions: list of {source, in | not_in | is}; is: present or missing; paths: the list that grows.
Usage: {% set keep = plan_keep_if(model.name, [{'source': 'Type', 'in': ['ACCREC']}], paths) %}
#}
{% macro plan_keep_if(place, conditions, paths) %}
    {% set planned = [] %}
    {% for condition in conditions %}
        {% set lists = ['in', 'not_in', 'is'] | select('in', condition) | list %}
        {% set is_known = condition.get('is', 'present') in ['present', 'missing'] %}
        {% if 'source' not in condition or lists | length != 1 or condition | length != 2
            or not is_known %}
            {{ mapping_error(place, 'keep_if needs source and one of in, not_in,'
                ~ ' is (present or missing). Got: ' ~ condition) }}
        {% endif %}
        {% do planned.append({
            'index': plan_path(condition.source, place, paths), 'operator': lists[0],
            'values': as_list(condition[lists[0]]),
        }) %}
    {% endfor %}
    {{ return(planned) }}
{% endmacro %}
