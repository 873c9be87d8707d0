-- Fails if a stream's last good run is longer ago than its connection promises.
-- Then reports show the business as it was, not as it is.
{{ config(severity='warn') }}

with final as (
    select
        connection,
        stream,
        promise_minutes,
        lag_minutes,
        last_error,
        'read too long ago' as broken_rule
    from {{ ref('freshness') }}
    where not is_in_promise
)

select * from final
