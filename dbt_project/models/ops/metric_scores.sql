{%- set first_day = days_before(as_of_date(), var('anomaly_history_days')) -%}
{%- set tested_from = days_before(as_of_date(), var('anomaly_tested_days')) -%}
{{ score_metrics(
    ref('daily_metrics'), ref('freshness'), ref('anomaly_rules'),
    first_day, as_of_date(), tested_from,
) }}
