{#
Why: a part of meta.compares whose figure names itself what it counts; checked here.
Args: staging: of staging_models; part: {listed}, the column of its meta.arrays that holds objects
{key: stream/record id, amount} or {key}.
Usage: {% set part = control_listed_part(staging, {'listed': 'rows'}) %}
#}
{% macro control_listed_part(staging, part) %}
    {% set arrays = staging.node.config.meta.get('arrays', {}) | list %}
    {% if part | list != ['listed'] or part.listed not in arrays %}
        {{ mapping_error(staging.name, "meta.compares.parts: listed stands alone and names one of"
            ~ " meta.arrays. Allowed: " ~ (arrays | join(', ') or 'none')) }}
    {% endif %}
    {{ return({
        'entity': none, 'stream': staging.stream, 'listed': part.listed,
        'relation': staging.relation, 'where': {},
    }) }}
{% endmacro %}
