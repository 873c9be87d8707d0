{#
Why: a day without records is a zero only when the vendor was read after it; the frame holds every
day from a stream's first record to the last complete one, and no day that nobody has read yet.
Args: as score_metrics. A list of CTEs, the last is calendar.
Usage: with {{ metric_calendar(metrics, coverage, rules, first_day, as_of_day) }}
#}
{% macro metric_calendar(metrics, coverage, rules, first_day, as_of_day) -%}
metrics as (
    select
        *,
        connection || '/' || entity || '/' || stream || '/' || metric || '/'
        || coalesce(field, '') || '/' || coalesce(code, '') as series_key
    from {{ metrics }}
),

days_counted as (
    select * from metrics
    where metric = 'row_count'
),

streams as (
    select
        connection,
        entity,
        stream,
        min(metric_date) as first_date,
        max(metric_date) as last_date
    from days_counted
    group by connection, entity, stream
),

connections_read as (
    select
        connection,
        min(complete_before_date) as complete_before_date
    from {{ coverage }}
    group by connection
),

covered as (
    select
        streams.connection,
        streams.entity,
        streams.stream,
        streams.first_date,
        coalesce(
            own.complete_before_date, parts.complete_before_date, streams.last_date
        ) as complete_before_date
    from streams
    left join {{ coverage }} as own
        on streams.connection = own.connection and streams.stream = own.stream
    left join connections_read as parts on streams.connection = parts.connection
),

series as (
    select distinct
        series_key,
        connection,
        system,
        entity,
        stream,
        metric,
        field,
        code
    from metrics
),

days as (
    {{ calendar_days(first_day, as_of_day) | indent(4) }}
),

calendar as (
    select
        series.series_key,
        series.connection,
        series.system,
        series.entity,
        series.stream,
        series.metric,
        series.field,
        series.code,
        rules.kind,
        rules.z_limit,
        rules.stretch_z_limit,
        rules.min_change,
        rules.min_records,
        days.calendar_date as metric_date,
        mod({{ days_between("date '2001-01-01'", 'days.calendar_date') }}, 7) as weekday,
        coalesce(metrics.sample_count, days_counted.sample_count, 0) as sample_count,
        coalesce(metrics.value_sum, 0) as value_sum,
        coalesce(metrics.value_square_sum, 0) as value_square_sum
    from series
    inner join {{ rules }} as rules on series.metric = rules.metric
    inner join covered
        on
            series.connection = covered.connection
            and series.entity = covered.entity
            and series.stream = covered.stream
    inner join days
        on
            days.calendar_date >= covered.first_date
            and days.calendar_date < covered.complete_before_date
    left join metrics
        on
            series.series_key = metrics.series_key
            and days.calendar_date = metrics.metric_date
    left join days_counted
        on
            series.connection = days_counted.connection
            and series.entity = days_counted.entity
            and series.stream = days_counted.stream
            and days.calendar_date = days_counted.metric_date
)
{%- endmacro %}
