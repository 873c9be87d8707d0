{#
Why: what a field held before, and since when it holds what it does, only older versions know.
Args: relation, reads_deletions: as newest_versions, whose CTEs versions and records it needs.
Usage: {{ all_versions(relation, plan.reads_deletions) }} gives the CTE all_versions: the rows of
records and, with is_newest false, those of their older versions
#}
{% macro all_versions(relation, reads_deletions) -%}
all_versions as (
    select
        records.*,
        true as is_newest
    from records
    union all
    select
        records.record_key,
        records.connection,
        records.system,
        records.stream,
        records.record_id,
        bronze.payload,
        {%- if reads_deletions %}
        null as deletion,
        {%- endif %}
        records.is_deleted,
        bronze.changed_at,
        records.first_seen_at,
        bronze.extracted_at,
        bronze.request_id,
        bronze._dlt_load_id,
        records.version_count,
        false as is_newest
    from records
    inner join versions
        on records.connection = versions.connection and records.record_id = versions.record_id
    inner join {{ relation }} as bronze
        on
            versions.connection = bronze.connection
            and versions.record_id = bronze.record_id
            and bronze.extracted_at < versions.alive_at
    where records.version_count > 1 and not bronze.is_deleted
)
{%- endmacro %}
