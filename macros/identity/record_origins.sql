{#
Why: from a record of silver to the request that brought it. A select statement, one row per record.
Args: entity: singular name; records: the entity's records of all systems.
Usage: {{ record_origins('customer', ref('customers_records')) }}
#}
{% macro record_origins(entity, records) %}
    select
        '{{ entity }}' as entity,
        records.record_key,
        records.connection,
        records.system,
        records.stream,
        records.record_id,
        'bronze_' || records.system || '.' || records.stream as bronze_table,
        records.verdict,
        records.reasons,
        records.is_deleted,
        records.changed_at,
        records.first_seen_at,
        records.extracted_at,
        records._dlt_load_id as load_id,
        runs.run_id,
        runs.started_at as run_started_at,
        runs.records_read as run_records_read,
        records.request_id,
        requests.method as request_method,
        requests.url as request_url,
        requests.status as response_status,
        requests.requested_at,
        requests.attempt as request_attempt
    from {{ records }} as records
    left join {{ source('bronze_meta', 'requests') }} as requests
        on records.request_id = requests.request_id
    left join {{ source('bronze_meta', 'stream_runs') }} as runs
        on
            records._dlt_load_id = runs.load_id
            and records.connection = runs.connection
            and records.stream = runs.stream
{% endmacro %}
