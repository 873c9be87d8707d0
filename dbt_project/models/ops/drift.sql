{%- set days = var('drift_days') | int -%}
{#- So many records are read before a field counts as new, and since before one counts as gone. -#}
{%- set enough_records = 20 -%}
{%- set enough_expected = 10 -%}
with fields as (
    select
        *,
        {{ replace_matches('path', '\\[\\]|"', '') }} as plain_path
    from {{ ref('stream_fields') }}
),

mapped as (
    {{ drift_mapped_fields() | indent(4) }}
),

mapped_paths as (
    select
        system,
        stream,
        {{ replace_matches('path', '\\[\\]|"', '') }} as plain_path,
        staging_model,
        max(case when is_required then 1 else 0 end) as is_required
    from mapped
    group by system, stream, {{ replace_matches('path', '\\[\\]|"', '') }}, staging_model
),

stagings as (
    select
        system,
        stream,
        coalesce(prefix, '') as part_prefix,
        min(staging_model) as staging_model
    from mapped
    group by system, stream, coalesce(prefix, '')
),

totals as (
    select
        system,
        stream,
        connection,
        record_count as total,
        max(last_seen_at) over () as newest_at
    from fields
    where path = '$' and kind = 'object'
),

distinct_fields as (
    select distinct
        system,
        stream,
        path,
        plain_path
    from fields
),

read_fields as (
    select distinct
        distinct_fields.system,
        distinct_fields.stream,
        distinct_fields.path,
        mapped_paths.staging_model,
        case
            when mapped_paths.plain_path = distinct_fields.plain_path then mapped_paths.is_required
            else 0
        end as is_required
    from distinct_fields
    inner join mapped_paths
        on
            distinct_fields.system = mapped_paths.system
            and distinct_fields.stream = mapped_paths.stream
            and (
                distinct_fields.plain_path = mapped_paths.plain_path
                or substr(distinct_fields.plain_path, 1, length(mapped_paths.plain_path) + 1)
                = mapped_paths.plain_path || '.'
            )
),

readers as (
    select
        system,
        stream,
        path,
        {{ texts_in_order('staging_model', 'staging_model', ', ') }} as staging_models,
        max(is_required) = 1 as is_required
    from read_fields
    group by system, stream, path
),

paths as (
    select
        system,
        connection,
        stream,
        path,
        sum(record_count) as record_count,
        min(first_total) as first_total,
        max(last_total) as last_total,
        max(example) as example,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at,
        max(case when kind not in ('object', 'array', 'null') then kind end) as leaf_kind
    from fields
    where path <> '$'
    group by system, connection, stream, path
),

known_paths as (
    select
        paths.*,
        totals.total,
        totals.newest_at,
        readers.staging_models,
        coalesce(readers.is_required, false) as is_required
    from paths
    inner join totals
        on
            paths.system = totals.system
            and paths.connection = totals.connection
            and paths.stream = totals.stream
    left join readers
        on
            paths.system = readers.system
            and paths.stream = readers.stream
            and paths.path = readers.path
),

kinds as (
    select
        *,
        min(first_total) over (partition by system, connection, stream, path) as path_first_total
    from fields
    where kind <> 'null'
),

new_fields as (
    select
        *,
        'new_field' as drift,
        'it was in none of the ' || cast(first_total as text) || ' records looked at before' as says
    from known_paths
    where
        first_total >= {{ enough_records }}
        and {{ days_between('first_seen_at', 'newest_at') }} <= {{ days }}
),

vanished_fields as (
    select
        *,
        'vanished_field' as drift,
        'it is in none of the last ' || cast(total - last_total as text)
        || ' records looked at; before, it was in ' || cast(record_count as text) || ' of '
        || cast(last_total as text) as says
    from known_paths
    where
        total - last_total >= {{ enough_records }}
        and (total - last_total) * record_count >= {{ enough_expected }} * last_total
        and (
            staging_models is not null
            or {{ days_between('last_seen_at', 'newest_at') }} <= {{ days }}
        )
),

changed_types as (
    select
        known_paths.*,
        'changed_type' as drift,
        'it holds ' || kinds.kind || ' in ' || cast(kinds.record_count as text)
        || ' records now; before, it never did' as says
    from kinds
    inner join known_paths
        on
            kinds.system = known_paths.system
            and kinds.connection = known_paths.connection
            and kinds.stream = known_paths.stream
            and kinds.path = known_paths.path
    where
        kinds.first_total > kinds.path_first_total
        and {{ days_between('kinds.first_seen_at', 'known_paths.newest_at') }} <= {{ days }}
),

unmapped_fields as (
    select
        known_paths.*,
        'unmapped_field' as drift,
        'no mapping reads it' as says
    from known_paths
    inner join stagings
        on
            known_paths.system = stagings.system
            and known_paths.stream = stagings.stream
            and stagings.part_prefix = ''
    where known_paths.staging_models is null and known_paths.leaf_kind is not null
),

drifts as (
    select * from new_fields
    union all
    select * from vanished_fields
    union all
    select * from changed_types
    union all
    select * from unmapped_fields
),

placed as (
    select
        drifts.*,
        stagings.staging_model as suggested_model,
        substr(drifts.path, length(coalesce(stagings.part_prefix, '')) + 1) as source_path,
        row_number() over (
            partition by
                drifts.drift, drifts.system, drifts.connection, drifts.stream, drifts.path,
                drifts.says
            order by length(stagings.part_prefix) desc
        ) as preference
    from drifts
    left join stagings
        on
            drifts.system = stagings.system
            and drifts.stream = stagings.stream
            and substr(drifts.path, 1, length(stagings.part_prefix)) = stagings.part_prefix
),

fields_told as (
    select
        drift,
        system,
        connection,
        stream,
        path,
        says,
        cast(null as text) as sent_code,
        cast(record_count as bigint) as record_count,
        {{ percent_of('record_count', 'last_total') }} as record_pct,
        example,
        is_required and drift in ('vanished_field', 'changed_type') as is_required,
        coalesce(staging_models, suggested_model) as staging_models,
        case
            when
                drift in ('new_field', 'unmapped_field')
                and staging_models is null
                and source_path not like '%*%'
                then {{ drift_suggestion('source_path', 'leaf_kind', 'example') }}
        end as suggestion,
        first_seen_at,
        last_seen_at
    from placed
    where preference = 1
),

unknown_codes as (
    select
        'unknown_code' as drift,
        unread.system,
        unread.connection,
        unread.stream,
        unread.field as code_field,
        'no code list knows what it holds' as says,
        substr(unread.sent_value, 1, 60) as sent_code,
        unread.record_count,
        cast(null as numeric(18, 2)) as record_pct,
        cast(null as text) as example,
        false as is_required,
        max(mapped.staging_model) as staging_models,
        max(mapped.codes) || ',' || substr(unread.sent_value, 1, 60) || ',<code>,<label>'
            as suggestion,
        unread.first_seen_at,
        unread.last_seen_at
    from {{ ref('unread_values') }} as unread
    left join mapped
        on
            unread.system = mapped.system
            and unread.stream = mapped.part
            and unread.entity = mapped.entity
            and unread.field = mapped.target
    where unread.kind = 'unknown_code'
    group by
        unread.system, unread.connection, unread.stream, unread.field, unread.sent_value,
        unread.record_count, unread.first_seen_at, unread.last_seen_at
),

final as (
    select * from fields_told
    union all
    select * from unknown_codes
)

select * from final
