{#
Why: one row per record: fields of the newest version alive, facts of the newest version.
Args: relation: the bronze table; reads_deletions: whether `deletion`, the payload that came with
a deletion, is carried too; known: relation of those that need not come again, or none. Where only a
tombstone is known, its fields are taken.
Usage: with {{ newest_versions(relation, plan.reads_deletions) }}, … gives versions and records
#}
{% macro newest_versions(relation, reads_deletions, known=none) -%}
{%- set system = relation.schema | replace('bronze_', '') -%}
{{ 'all_records' if known else 'versions' }} as (
    select
        connection,
        record_id,
        min(extracted_at) as first_seen_at,
        max(extracted_at) as newest_at,
        max(case when not is_deleted then extracted_at end) as alive_at,
        count(*) as version_count
    from {{ relation }}
    group by connection, record_id
),
{%- if known %}

versions as (
    select all_records.*
    from all_records
    left join {{ known }} as known
        on all_records.connection = known.connection and all_records.record_id = known.record_id
    where known.record_id is null
),
{%- endif %}

records as (
    select
        versions.connection || '/{{ relation.identifier }}/' || versions.record_id as record_key,
        versions.connection,
        '{{ system }}' as system,
        '{{ relation.identifier }}' as stream,
        versions.record_id,
        bronze.payload,
        {%- if reads_deletions %}
        tombstones.payload as deletion,
        {%- endif %}
        coalesce(versions.alive_at < versions.newest_at, true) as is_deleted,
        case when tombstones.record_id is null then bronze.changed_at else tombstones.changed_at end
            as changed_at,
        versions.first_seen_at,
        versions.newest_at as extracted_at,
        coalesce(tombstones.request_id, bronze.request_id) as request_id,
        coalesce(tombstones._dlt_load_id, bronze._dlt_load_id) as _dlt_load_id,
        versions.version_count
    from {{ relation }} as bronze
    inner join versions
        on
            bronze.connection = versions.connection
            and bronze.record_id = versions.record_id
            and bronze.extracted_at = coalesce(versions.alive_at, versions.newest_at)
    left join {{ relation }} as tombstones
        on
            bronze.connection = tombstones.connection
            and bronze.record_id = tombstones.record_id
            and versions.newest_at = tombstones.extracted_at
            and tombstones.is_deleted
)
{%- endmacro %}
