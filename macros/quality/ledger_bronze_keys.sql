{#
Why: which versions are not once in bronze, though they were booked once.
Args: bronze: of bronze_streams. A select statement: connection, load_id, record_id, problem.
Usage: {{ ledger_bronze_keys(bronze) }}
#}
{% macro ledger_bronze_keys(bronze) -%}
    select
        coalesce(booked.connection, held.connection) as connection,
        coalesce(booked.load_id, held.load_id) as load_id,
        coalesce(booked.record_id, held.record_id) as record_id,
        case
            when held.record_id is null then 'its version is gone from bronze'
            when held.version_count > 1 then 'its version is more than once in bronze'
            else 'no run says that it was stored'
        end as problem
    from (
        select * from {{ ref('ledger_entries') }}
        where system = '{{ bronze.system }}' and stream = '{{ bronze.stream }}'
    ) as booked
    full outer join (
        select
            connection,
            record_id,
            extracted_at,
            max(_dlt_load_id) as load_id,
            count(*) as version_count
        from {{ bronze.relation }}
        group by connection, record_id, extracted_at
    ) as held
        on
            booked.connection = held.connection
            and booked.record_id = held.record_id
            and booked.extracted_at = held.extracted_at
    left join (
        select distinct
            connection,
            load_id
        from {{ source('bronze_meta', 'stream_runs') }}
        where stream = '{{ bronze.stream }}'
    ) as runs
        on held.connection = runs.connection and held.load_id = runs.load_id
    where held.record_id is null or held.version_count > 1 or runs.load_id is null
{%- endmacro %}
