with

alarms as (
    select
        *,
        row_number() over (
            partition by connection, entity, stream, metric, field, code, metric_date
            order by day_count
        ) as shortest_first
    from {{ ref('metric_scores') }}
    where is_anomaly
),

found as (
    select
        *,
        case
            when metric = 'row_count' then 'records'
            when metric = 'first_half_count' then 'records before noon (UTC)'
            when metric = 'second_half_count' then 'records from noon on (UTC)'
            when metric = 'null_rate' then 'share of records without ' || field
            when metric = 'distinct_rate' then 'share of different values of ' || field
            when metric = 'amount_mean' then 'typical ' || field
            when metric = 'code_share' then 'share of ' || field || ' ' || code
        end as what,
        case
            when metric in ('null_rate', 'distinct_rate', 'code_share')
                then cast(round(cast(100 * observed_value as numeric(18, 4)), 1) as text) || ' %'
            else cast(round(cast(observed_value as numeric(18, 4)), 1) as text)
        end as observed_text,
        case
            when metric in ('null_rate', 'distinct_rate', 'code_share')
                then cast(round(cast(100 * expected_value as numeric(18, 4)), 1) as text) || ' %'
            else cast(round(cast(expected_value as numeric(18, 4)), 1) as text)
        end as expected_text
    from alarms
    where shortest_first = 1
),

final as (
    select
        connection || '/' || entity || '/' || stream || '/' || metric || '/'
        || coalesce(field || '/', '') || coalesce(code || '/', '') || cast(metric_date as text)
            as anomaly_key,
        connection,
        system,
        entity,
        stream,
        metric,
        field,
        code,
        connection || ', ' || stream || ': ' || what || ' ' || observed_text || ', expected '
        || expected_text
        || case
            when day_count > 1 then ' over ' || cast(day_count as text) || ' days'
            when silent_days > 1
                then ' over ' || cast(silent_days as text) || ' days without any'
            else ''
        end as reason,
        case when observed_value < expected_value then 'below' else 'above' end as direction,
        sample_count,
        observed_value,
        expected_value,
        z_score,
        silent_days,
        day_count,
        metric_date
    from found
)

select * from final
