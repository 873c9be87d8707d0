{#
Why: a staging table that is added to first loses the rows whose record has another version now, is
gone or waits for a decision: they come again with what is missing.
Args: relation: the staging table; origin: of staging_origin. A delete statement.
Usage: {{ forget_stale(this, staging_origin(model)) }}
#}
{% macro forget_stale(relation, origin) -%}
    delete from {{ relation }}
    where
        not exists (
            select 1
            from (
                {%- if origin.parent %}
                select
                    connection,
                    record_id,
                    extracted_at,
                    version_count
                from {{ origin.relation }}
                where verdict <> 'quarantined' and {{ origin.array }} is not null
                {%- else %}
                select
                    connection,
                    record_id,
                    max(extracted_at) as extracted_at,
                    count(*) as version_count
                from {{ origin.relation }}
                group by connection, record_id
                {%- endif %}
            ) as origins
            where
                origins.connection = {{ relation }}.connection
                and origins.record_id = {{ relation }}.{{ origin.key }}
                and origins.extracted_at = {{ relation }}.extracted_at
                and origins.version_count = {{ relation }}.version_count
        )
        or exists (
            select 1 from {{ relation }} as held
            where
                held.quarantined_payload is not null
                and held.connection = {{ relation }}.connection
                and held.{{ origin.key }} = {{ relation }}.{{ origin.key }}
        )
{%- endmacro %}
