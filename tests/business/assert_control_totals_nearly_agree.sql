-- Fails if a system's own report and our records differ beyond the tolerance (severity warn).
-- Then records are missing, doubled or changed; ops.control_total_keys names those that are known.
{{ config(severity='warn') }}

with final as (
    select
        totals.record_key,
        totals.period_start_date,
        totals.report_grouping,
        totals.count_difference,
        totals.amount_difference,
        min(suspects.record_key) as example_record_key,
        min(suspects.cause) as example_cause,
        'report and records differ' as broken_rule
    from {{ ref('control_totals') }} as totals
    left join {{ ref('control_total_keys') }} as suspects
        on totals.record_key = suspects.total_key
    where totals.state = 'differs' and totals.severity = 'warn'
    group by
        totals.record_key,
        totals.period_start_date,
        totals.report_grouping,
        totals.count_difference,
        totals.amount_difference
)

select * from final
