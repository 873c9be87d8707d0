{%- set parts = [] -%}
{%- set records = entity_records() -%}
{%- for entity, relation in records.items() if entity_meta(entity).get('watch') -%}
    {%- set plan = watch_plan(graph.nodes['model.' ~ project_name ~ '.' ~ relation.identifier]) -%}
    {%- if plan.codes or plan.amount -%}
        {%- do parts.append(distribution_counts(relation, entity, plan, as_of_date())) -%}
    {%- endif -%}
{%- endfor -%}
with counts as (
    {{ (parts or [no_rows({
        'connection': 'text', 'system': 'text', 'entity': 'text', 'stream': 'text',
        'field': 'text', 'category': 'text', 'past_count': 'bigint', 'recent_count': 'bigint',
    })]) | join('\n    union all\n') }}
),

final as (
    select * from (
        {{ score_distributions('counts') | indent(8) }}
    ) as shifts
)

select * from final
