{#
Why: which staged records are not once in silver, and are left out under no name either.
Args: staging: of staging_models; link: of entity_links. A select statement: connection, load_id (null), record_id (the whole key), problem.
Usage: {{ ledger_link_keys(staging, entity_links().customer) }}
#}
{% macro ledger_link_keys(staging, link) -%}
    select
        coalesce(staged.connection, linked.connection) as connection,
        cast(null as text) as load_id,
        coalesce(staged.record_key, linked.record_key) as record_id,
        case
            when linked.record_key is null then 'it is in no golden record and left out by no rule'
            when staged.record_key is null then 'no staged record speaks for it'
            when linked.row_count > 1 then 'it is linked more than once'
            else 'it is staged more than once'
        end as problem
    from (
        select
            connection,
            record_key,
            count(*) as row_count
        from {{ staging.relation }}
        where verdict <> 'quarantined' and not is_deleted
        group by connection, record_key
    ) as staged
    full outer join (
        select
            connection,
            record_key,
            count(*) as row_count
        from (
            select
                connection,
                record_key
            from {{ link.relation }}
            where
                {{ link.condition }}
                and system = '{{ staging.system }}'
                and stream = '{{ staging.stream }}'
            union all
            select
                connection,
                record_key
            from {{ ref('ledger_exclusions') }}
            where
                entity = '{{ staging.entity }}'
                and system = '{{ staging.system }}'
                and stream = '{{ staging.stream }}'
        ) as placed
        group by connection, record_key
    ) as linked
        on staged.record_key = linked.record_key
    where coalesce(staged.row_count, 0) <> 1 or coalesce(linked.row_count, 0) <> 1
{%- endmacro %}
