{#
Why: records of any origin become the staging contract: parse, transform, type, judge.
Args: plan: mapping_plan; records: CTE; json_column: what paths read; seeds: mapping_seeds.
Usage: {{ mapped_records(plan, 'records', 'payload', seeds) }}
#}
{% macro mapped_records(plan, records, json_column, seeds) -%}
{{ lookup_tables(plan, seeds) }}
parsed as (
    select
        *,
        {{ json_fields(json_column, plan.paths) if plan.paths else 'null' }} as fields
        {%- if plan.reads_deletions %},
        {{ json_fields('deletion', plan.paths) }} as deletion_fields
        {%- endif %}
    from {{ records }}
),

texts as (
    select
        *
        {{- texts_columns(plan) }}
    from parsed
    {{- keep_condition(plan) }}
),

typed as (
    select
        texts.*
        {{- typed_columns(plan) }}
    from texts
    {%- for target in plan.targets %}
        {%- for variant in target.variants %}
    {{- variant_lookups(target, variant, loop.index0) }}
        {%- endfor %}
    {%- endfor %}
),

judged as (
    select
        *,
        case when not is_deleted then {{ issue_texts(plan, 'quarantine') | indent(8) }} end
            as quarantine_reasons,
        case when not is_deleted then {{ issue_texts(plan, 'warn') | indent(8) }} end
            as warning_reasons
    from typed
    {{- ' where is_newest' if plan.keeps_change_times }}
),

acceptances as (
    {{ quarantine_acceptances(seeds.quarantine_decisions) | indent(4) }}
),

ruled as (
    select
        judged.*,
        acceptances.acceptance
    from judged
    left join acceptances
        on
            case
                when judged.quarantine_reasons is not null
                    then {{ quarantine_id(
                        "'" ~ plan.entity ~ "'", 'judged.record_key',
                        'cast(judged.' ~ json_column ~ ' as text)'
                    ) }}
            end = acceptances.quarantine_id
),

{{ field_changes(plan) if plan.keeps_change_times }}
final as (
    select
        {{ contract_columns(plan, json_column) | indent(8) }}
    from ruled
    {%- if plan.keeps_change_times %}
    left join changes on ruled.record_key = changes.changed_record_key
    {%- endif %}
)

select * from final
{%- endmacro %}
