{#
Why: which records are not once in a staging model, though what it is made from has them once.
Args: staging: of staging_models. A select statement: connection, load_id (null), record_id, problem.
Usage: {{ ledger_staging_keys(staging) }}
#}
{% macro ledger_staging_keys(staging) -%}
    select
        coalesce(origins.connection, staged.connection) as connection,
        cast(null as text) as load_id,
        coalesce(origins.record_id, staged.record_id) as record_id,
        case
            when staged.record_id is null then 'it is not staged'
            when origins.record_id is null then 'nothing in bronze speaks for it'
            when staged.row_count > 1 then 'it is staged more than once'
            else 'what it is made of is there more than once'
        end as problem
    from (
        with {{ staging_origins(staging) | indent(8) }}

        select
            connection,
            record_id,
            count(*) as row_count
        from parsed
        where is_kept
        group by connection, record_id
    ) as origins
    full outer join (
        select
            connection,
            record_id,
            count(*) as row_count
        from {{ staging.relation }}
        group by connection, record_id
    ) as staged
        on origins.connection = staged.connection and origins.record_id = staged.record_id
    where coalesce(staged.row_count, 0) <> 1 or coalesce(origins.row_count, 0) <> 1
{%- endmacro %}
