{%- set records = entity_records() -%}
{%- do records.pop('control_total') -%}
{%- set plans = control_plans() -%}
{%- set dimensions = ['completeness', 'validity', 'consistency', 'accuracy', 'timeliness'] -%}
{%- set weights = [] -%}
{%- for dimension in dimensions -%}
    {%- do weights.append(
        "max(case when dimension = '" ~ dimension ~ "' then weight end) as " ~ dimension ~ '_weight'
    ) -%}
{%- endfor -%}
with

counted as (
    {%- for entity, relation in (records if execute else {}).items() %}
    {{ entity_quality(entity, relation) }}
    {{ 'union all' if not loop.last }}
    {%- else %}
    select 1 as not_compiled
    {%- endfor %}
),

known as (
    {%- for entity, relation in records.items() %}
    select
        record_key,
        connection,
        stream
    from {{ relation }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

known_streams as (
    select distinct
        connection,
        stream
    from known
),

references_made as (
    {%- set selects = [] %}
    {%- for entity, relation in (records if execute else {}).items() %}
    {%- do selects.extend(entity_references(entity, relation)) %}
    {%- endfor %}
    {{ selects | join('\n    union all\n    ') if selects else 'select 1 as not_compiled' }}
),

{# Only streams that are staged can be looked into; what names another stream is not judged. #}
references_kept as (
    select
        references_made.entity,
        references_made.connection,
        count(*) as reference_count,
        count(known.record_key) as known_count
    from references_made
    inner join known_streams
        on
            references_made.connection = known_streams.connection
            and references_made.stream = known_streams.stream
    left join known on references_made.referred_key = known.record_key
    group by references_made.entity, references_made.connection
),

agreements as (
    select
        entity,
        connection,
        100.0 * sum(shared_count - differing_count) / sum(shared_count) as agreement_pct
    from {{ ref('system_agreements') }}
    group by entity, connection
),

shifts as (
    select
        entity,
        connection,
        {{ texts_in_order('field', 'field', ', ') }} as shifted_fields
    from (
        select distinct
            entity,
            connection,
            field
        from {{ ref('distribution_shifts') }}
        where is_shifted
    ) as shifted
    group by entity, connection
),

totals as (
    {%- for plan in plans %}
    {%- for entity in plan.parts | map(attribute='entity') | select | unique %}
    select
        '{{ entity }}' as entity,
        connection,
        state
    from {{ ref('control_totals') }}
    where system = '{{ plan.system }}' and stream = '{{ plan.stream }}' and state in ('agrees', 'differs')
    union all
    {%- endfor %}
    {%- endfor %}
    select
        cast(null as text) as entity,
        connection,
        state
    from {{ ref('control_totals') }}
    where false
),

totals_kept as (
    select
        entity,
        connection,
        avg(case when state = 'agrees' then 100.0 else 0 end) as accuracy_score
    from totals
    group by entity, connection
),

punctuality as (
    select
        connection,
        avg(
            case
                when lag_minutes is null then 0
                when lag_minutes <= promise_minutes then 100.0
                else 100.0 * promise_minutes / lag_minutes
            end
        ) as timeliness_score
    from {{ ref('freshness') }}
    group by connection
),

errors as (
    select
        entity,
        connection,
        field || ' ' || replace(kind, '_', ' ') as error,
        sum(record_count) as record_count
    from {{ ref('unread_values') }}
    group by entity, connection, field || ' ' || replace(kind, '_', ' ')
),

ranked_errors as (
    select
        *,
        row_number() over (
            partition by entity, connection order by record_count desc, error asc
        ) as place
    from errors
),

common_errors as (
    select
        entity,
        connection,
        {{ join_texts([
            "max(case when place = 1 then error || ': ' || cast(record_count as text) end)",
            "max(case when place = 2 then error || ': ' || cast(record_count as text) end)",
            "max(case when place = 3 then error || ': ' || cast(record_count as text) end)",
        ], '; ') }} as most_common_errors
    from ranked_errors
    group by entity, connection
),

measured as (
    select
        counted.connection,
        counted.system,
        counted.entity,
        counted.record_count,
        counted.quarantined_count,
        common_errors.most_common_errors,
        100.0 * counted.filled_cells / nullif(counted.expected_cells, 0) as completeness_score,
        100.0 * counted.passing_count / counted.record_count as validity_score,
        100.0 * references_kept.known_count / nullif(references_kept.reference_count, 0)
            as reference_pct,
        100.0 * counted.kept_pair_count / nullif(counted.pair_count, 0) as in_order_pct,
        agreements.agreement_pct,
        shifts.shifted_fields,
        totals_kept.accuracy_score,
        punctuality.timeliness_score
    from counted
    left join references_kept
        on
            counted.entity = references_kept.entity
            and counted.connection = references_kept.connection
    left join agreements
        on counted.entity = agreements.entity and counted.connection = agreements.connection
    left join shifts
        on counted.entity = shifts.entity and counted.connection = shifts.connection
    left join totals_kept
        on counted.entity = totals_kept.entity and counted.connection = totals_kept.connection
    left join punctuality on counted.connection = punctuality.connection
    left join common_errors
        on counted.entity = common_errors.entity and counted.connection = common_errors.connection
),

{# Fields, references and other systems count alike, as far as they can be looked at. #}
scored as (
    select
        *,
        (coalesce(in_order_pct, 0) + coalesce(reference_pct, 0) + coalesce(agreement_pct, 0))
        / nullif(
            case when in_order_pct is null then 0 else 1 end
            + case when reference_pct is null then 0 else 1 end
            + case when agreement_pct is null then 0 else 1 end,
            0
        ) as consistency_score
    from measured
),

weights as (
    select
        {{ weights | join(',\n        ') }}
    from {{ ref('quality_weights') }}
),

final as (
    select
        scored.connection || '/' || scored.entity as score_key,
        scored.connection,
        scored.system,
        scored.entity,
        scored.most_common_errors,
        cast(scored.record_count as bigint) as record_count,
        cast(scored.quarantined_count as bigint) as quarantined_count,
        cast(
            (
                {%- for dimension in dimensions %}
                {{ '+ ' if not loop.first }}coalesce(
                    scored.{{ dimension }}_score * weights.{{ dimension }}_weight, 0
                )
                {%- endfor %}
            ) / nullif(
                {%- for dimension in dimensions %}
                {{ '+ ' if not loop.first }}case
                    when scored.{{ dimension }}_score is null then 0
                    else weights.{{ dimension }}_weight
                end
                {%- endfor %},
                0
            ) as numeric(18, 1)
        ) as quality_score,
        {%- for dimension in dimensions %}
        cast(scored.{{ dimension }}_score as numeric(18, 1)) as {{ dimension }}_score
        {{- ',' if not loop.last }}
        {%- endfor %},
        cast(scored.validity_score as numeric(18, 2)) as passing_pct,
        cast(scored.in_order_pct as numeric(18, 1)) as in_order_pct,
        cast(scored.reference_pct as numeric(18, 1)) as reference_pct,
        cast(scored.agreement_pct as numeric(18, 1)) as agreement_pct,
        scored.shifted_fields
    from scored
    cross join weights
)

select * from final
