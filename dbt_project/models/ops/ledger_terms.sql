{#- dlt writes bronze_<system>._dlt_loads when a load package has arrived as a whole. -#}
{%- set schemas = {} -%}
{%- for one in bronze_streams() -%}
    {%- do schemas.update({one.system: one.relation.incorporate(path={'identifier': '_dlt_loads'})}) -%}
{%- endfor -%}
with loads as (
    {%- for system, relation in schemas.items() %}
    select
        '{{ system }}' as system,
        load_id
    from {{ relation }}
    where status = 0
    {{ 'union all' if not loop.last }}
    {%- else %}
    {{ no_rows({'system': 'text', 'load_id': 'text'}) }}
    {%- endfor %}
),

runs as (
    select
        runs.system,
        runs.connection,
        runs.stream,
        cast(null as text) as entity,
        cast(null as text) as staging_model,
        coalesce(runs.load_id, runs.run_id) as load_id,
        runs.status,
        runs.records_read,
        runs.records_vanished,
        runs.records_new,
        runs.records_changed,
        runs.records_deleted,
        runs.records_unchanged,
        runs.records_rejected,
        runs.requests,
        case
            when loads.load_id is null
                then runs.records_new + runs.records_changed + runs.records_deleted
            else 0
        end as records_lost
    from {{ source('bronze_meta', 'stream_runs') }} as runs
    left join loads on runs.system = loads.system and runs.load_id = loads.load_id
),

{# A run that breaks off within a page has counted what it did not sort; its cursor stays. #}
sorted_runs as (
    select
        *,
        case
            when status = 'failed'
                then
                    greatest(
                        records_read + records_vanished - records_new - records_changed
                        - records_deleted - records_unchanged - records_rejected,
                        0
                    )
            else 0
        end as records_left
    from runs
    where records_vanished is not null
),

run_ends as (
    select
        system,
        connection,
        stream,
        entity,
        staging_model,
        cast(null as text) as load_id,
        status
    from runs
),

asked as (
    select
        system,
        connection,
        stream,
        cast(null as text) as entity,
        cast(null as text) as staging_model,
        cast(null as text) as load_id,
        requests as counted_count,
        0 as logged_count
    from runs
    union all
    select
        system,
        connection,
        stream,
        cast(null as text) as entity,
        cast(null as text) as staging_model,
        cast(null as text) as load_id,
        0 as counted_count,
        1 as logged_count
    from {{ source('bronze_meta', 'requests') }}
    where stream <> ''
),

arrived as (
    select
        system,
        connection,
        stream,
        cast(null as text) as entity,
        cast(null as text) as staging_model,
        load_id,
        version_count
    from {{ ref('ledger_loads') }}
),

mapped as (
    select distinct
        system,
        stream
    from {{ ref('ledger_stagings') }}
    where is_of_stream
),

streams as (
    select
        held.system,
        held.connection,
        held.stream,
        cast(null as text) as entity,
        cast(null as text) as staging_model,
        cast(null as text) as load_id,
        held.version_count,
        held.record_count,
        held.superseded_count,
        case when mapped.stream is null then held.record_count else 0 end as unmapped_count
    from {{ ref('ledger_streams') }} as held
    left join mapped on held.system = mapped.system and held.stream = mapped.stream
),

unmapped_streams as (
    select * from streams
    where unmapped_count > 0
),

stagings as (
    select
        *,
        cast(null as text) as load_id
    from {{ ref('ledger_stagings') }}
),

stream_stagings as (
    select * from stagings
    where is_of_stream
),

part_stagings as (
    select * from stagings
    where not is_of_stream
),

entity_stagings as (
    select
        system,
        connection,
        stream,
        entity,
        cast(null as text) as staging_model,
        cast(null as text) as load_id,
        staged_count,
        case when is_read then 0 else staged_count end as parted_count
    from stagings
),

linked as (
    {%- for entity, link in entity_links().items() %}
    select
        system,
        connection,
        stream,
        '{{ entity }}' as entity,
        cast(null as text) as staging_model,
        cast(null as text) as load_id,
        1 as linked_count
    from {{ link.relation }}
    where {{ link.condition }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

excluded as (
    select
        'linked' as equation,
        system,
        connection,
        stream,
        entity,
        cast(null as text) as staging_model,
        cast(null as text) as load_id,
        'right' as side,
        exclusion_rule as term,
        1 as amount
    from {{ ref('ledger_exclusions') }}
),

{%- set went = {
    'staged': 'staged_count', 'in quarantine': 'quarantined_count',
    'dismissed from quarantine': 'dismissed_count', 'deleted at source': 'deleted_count',
    'left out by keep_if': 'excluded_count',
} %}

terms as (
    {{ ledger_terms(
        'runs', 'run_ends',
        {'begun': '1'},
        {
            'ended well': "case when status = 'done' then 1 else 0 end",
            'failed': "case when status = 'failed' then 1 else 0 end",
            'killed before its counts were on disk': "case when status = 'killed' then 1 else 0 end",
        },
    ) | indent(4) }}
    union all
    {{ ledger_terms(
        'returned', 'sorted_runs',
        {'returned': 'records_read', 'no longer listed': 'records_vanished'},
        {
            'new': 'records_new', 'changed': 'records_changed', 'deleted': 'records_deleted',
            'unchanged': 'records_unchanged', 'rejected': 'records_rejected',
            'left when its run broke off': 'records_left',
        },
    ) | indent(4) }}
    union all
    {{ ledger_terms(
        'requests', 'asked', {'counted': 'counted_count'}, {'logged': 'logged_count'}
    ) | indent(4) }}
    union all
    {{ ledger_terms(
        'appended', 'runs',
        {'new': 'records_new', 'changed': 'records_changed', 'deleted': 'records_deleted'},
        {'lost with a run that was killed': 'records_lost'},
    ) | indent(4) }}
    union all
    {{ ledger_terms('appended', 'arrived', {}, {'in bronze': 'version_count'}) | indent(4) }}
    union all
    {{ ledger_terms(
        'versions', 'streams', {'versions': 'version_count'},
        {'newest': 'record_count', 'superseded': 'superseded_count'},
    ) | indent(4) }}
    union all
    {{ ledger_terms(
        'newest', 'unmapped_streams', {'newest': 'record_count'},
        {'no mapping reads the stream': 'unmapped_count'},
    ) | indent(4) }}
    union all
    {{ ledger_terms(
        'newest', 'stream_stagings', {'newest': 'origin_count'}, went
    ) | indent(4) }}
    union all
    {{ ledger_terms(
        'elements', 'part_stagings', {'elements': 'origin_count'}, went
    ) | indent(4) }}
    union all
    {{ ledger_terms(
        'linked', 'entity_stagings', {'staged': 'staged_count'},
        {'speaks through its parts': 'parted_count'},
    ) | indent(4) }}
    union all
    {{ ledger_terms('linked', 'linked', {}, {'linked': 'linked_count'}) | indent(4) }}
    union all
    select * from excluded
),

final as (
    select
        equation,
        system,
        connection,
        stream,
        entity,
        staging_model,
        load_id,
        side,
        term,
        cast(sum(amount) as bigint) as amount
    from terms
    group by equation, system, connection, stream, entity, staging_model, load_id, side, term
)

select * from final
