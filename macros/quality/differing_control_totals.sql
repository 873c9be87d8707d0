{#
Why: totals that differ fail a build or warn, as declared; a test has one severity, so there are two.
Args: severity: error or warn. A whole select statement, one row per total that differs beyond its
tolerance, with a key that explains it.
Usage: {{ differing_control_totals('warn') }}
#}
{% macro differing_control_totals(severity) %}
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
    where totals.state = 'differs' and totals.severity = '{{ severity }}'
    group by
        totals.record_key,
        totals.period_start_date,
        totals.report_grouping,
        totals.count_difference,
        totals.amount_difference
)

select * from final
{% endmacro %}
