{#
Why: the ledger asks what a staging model is made from once more, without the model's own result.
Args: staging: of staging_models.
Usage: with {{ staging_origins(staging) }}, … gives parsed: connection, record_id, record_key and
is_kept (by keep_if), one row per record or array element that it should look at.
#}
{% macro staging_origins(staging) -%}
    {%- set meta = staging.node.config.meta -%}
    {%- set paths = [] -%}
    {%- set keep = plan_keep_if(staging.name, as_list(meta.get('keep_if')), paths) -%}
    {%- set kept = keep_test({'keep': keep, 'paths': paths}) -%}
    {%- if staging.bronze -%}
    {{ newest_versions(staging.bronze.relation, false) }},
    {%- else -%}
    {{ array_elements(
        node_relation(staging.parent), staging.parent, {'targets': []}, staging.node
    ) }},
    {%- endif %}

extracted as (
    select
        connection,
        record_id,
        record_key,
        {{ json_fields('payload' if staging.bronze else 'element', paths) if paths else 'null' }}
            as fields
    from records
),

parsed as (
    select
        connection,
        record_id,
        record_key,
        {{ 'coalesce(' ~ kept ~ ', false)' if kept else 'true' }} as is_kept
    from extracted
)
{%- endmacro %}
