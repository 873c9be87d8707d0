{#
Why: a stream's records as an entity, as the model's meta.mapping says; the whole staging contract.
Args: relation: the bronze source; codes: ref of the system's code-list seed, or none.
Usage: {{ stage_records(source('bronze_shopify', 'orders'), codes=ref('codes_shopify')) }}
#}
{% macro stage_records(relation, codes=none) %}
    {% set seeds = mapping_seeds(codes) %}
    {% if not execute %}{{ return('select 1 as not_compiled') }}{% endif %}
    {% set state = staging_state(model, seeds) %}
    {% if state.mode == 'nothing' %}
        {{ return(state.header ~ 'select 1 as nothing_changed') }}
    {% endif %}
    {% set plan = mapping_plan(model, none) %}
    {% set newest = state.header ~ 'with\n\n'
        ~ newest_versions(relation, plan.reads_deletions, state.known) ~ ',\n\n' %}
    {% if not plan.keeps_change_times %}
        {{ return(newest ~ mapped_records(plan, 'records', 'payload', seeds)) }}
    {% endif %}
    {{ return(
        newest ~ all_versions(relation, plan.reads_deletions) ~ ',\n\n'
        ~ mapped_records(plan, 'all_versions', 'payload', seeds)
    ) }}
{% endmacro %}
