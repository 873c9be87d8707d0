{#
Why: what a staging table is made of, in texts that are others when it changed, and what they were
when it was made. One query for all.
Args: node, seeds: as staging_state; origin: of staging_origin.
Usage: {% set found = staging_numbers(model, seeds, origin) %} gives {name: inputs} of the node, its
parent and its seeds, as far as they are known, and origin: the number of what it is made from
#}
{% macro staging_numbers(node, seeds, origin) %}
    {% set names = [node.name] + seeds.values() | select | map(attribute='identifier') | list %}
    {% if origin.parent %}{% do names.append(origin.parent.name) %}{% endif %}
    {% set columns = ['connection', 'record_id', 'extracted_at', 'is_deleted']
        + (['version_count', 'verdict'] if origin.parent else []) %}
    {% set asked %}
        select
            node_name,
            inputs
        from {{ staging_inputs() }}
        where node_name in ('{{ names | join("', '") }}')
        union all
        select
            'origin' as node_name,
            {{ rows_number(origin.relation, columns) }} as inputs
    {% endset %}
    {% set found = {} %}
    {% for name, inputs in run_query(asked).rows %}{% do found.update({name: inputs}) %}{% endfor %}
    {{ return(found) }}
{% endmacro %}
