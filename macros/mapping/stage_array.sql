{#
Why: the elements of an array that a parent staging model keeps, as an entity of their own.
Args: relation: ref of the parent staging model; codes: ref of the system's code-list seed, or none.
Usage: {{ stage_array(ref('stg_shopify__orders'), codes=ref('codes_shopify')) }}
#}
{% macro stage_array(relation, codes=none) %}
    {% set seeds = mapping_seeds(codes) %}
    {% if not execute %}{{ return('select 1 as not_compiled') }}{% endif %}
    {% set state = staging_state(model, seeds) %}
    {% if state.mode == 'nothing' %}
        {{ return(state.header ~ 'select 1 as nothing_changed') }}
    {% endif %}
    {% set parent = parent_node(relation) %}
    {% set available = parent_columns(parent) %}
    {% set plan = mapping_plan(model, available) %}
    {{ return(
        state.header ~ 'with\n\n'
        ~ array_elements(relation, parent, plan, known=state.known) ~ ',\n\n'
        ~ mapped_records(plan, 'records', 'element', seeds)
    ) }}
{% endmacro %}
