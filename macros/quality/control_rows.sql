{#
Why: what no entity takes is counted as it lies in bronze, e.g. who is on which list.
Args: plan: of control_plans; part: one of its parts without an entity.
Usage: {{ control_rows(plan, part) }} a select of the columns of control_members
#}
{% macro control_rows(plan, part) -%}
    {%- set relations = {} -%}
    {%- for one in bronze_streams() if one.system == plan.system -%}
        {%- do relations.update({one.stream: one.relation}) -%}
    {%- endfor -%}
    {%- set others = [part.named, part.owner] | select | map(attribute='stream') | list -%}
    {%- for stream in [part.stream] + others -%}
        {%- if stream not in relations -%}
            {{ mapping_error(plan.name, "meta.compares.parts: no stream '" ~ stream
                ~ "' is declared in bronze_" ~ plan.system) }}
        {%- endif -%}
    {%- endfor -%}
    {%- set grouping = 'rows_read.parent_id' if part.grouping == '^' else
        (json_field('rows_read.fields', part.paths, part.grouping_index) if part.grouping
        else 'null') -%}
    {%- set owned = 'coalesce(owners.owner_id, ' ~ grouping ~ ')' if part.owner else grouping -%}
    {%- set amount = part.amount if part.amount is number else
        (json_field('rows_read.fields', part.paths, part.amount_index) if part.amount
        else 'null') -%}
    select
        '{{ plan.system }}' as system,
        '{{ plan.stream }}' as report_stream,
        rows_read.connection,
        '{{ part.stream }}' as stream,
        rows_read.connection || '/{{ part.stream }}/' || rows_read.record_id as record_key,
        cast(null as date) as member_date,
        cast(null as text) as currency,
        cast({{ owned }} as text) as member_grouping,
        {{ part.sign if part.is_counted else 0 }} as member_count,
        {{ '-' if part.sign < 0 }}cast({{ amount }} as numeric(18, 4)) as amount,
        case when rows_read.is_deleted then 'deleted at the source' end as left_out_as,
        rows_read.first_seen_at,
        rows_read._dlt_load_id as load_id
    from (
        select
            bronze.connection,
            bronze.record_id,
            {{ transform_before_colon('bronze.record_id') }} as parent_id,
            {{ json_fields('bronze.payload', part.paths) if part.paths else 'null' }} as fields,
            bronze.is_deleted,
            versions.first_seen_at,
            bronze._dlt_load_id
        from {{ relations[part.stream] }} as bronze
        inner join (
            select
                connection,
                record_id,
                min(extracted_at) as first_seen_at,
                max(extracted_at) as newest_at
            from {{ relations[part.stream] }}
            group by connection, record_id
        ) as versions
            on
                bronze.connection = versions.connection
                and bronze.record_id = versions.record_id
                and bronze.extracted_at = versions.newest_at
    ) as rows_read
    {%- if part.named %}
    inner join (
        select distinct
            connection,
            record_id
        from {{ relations[part.named.stream] }}
        where {{ json_field(json_fields('payload', part.named.paths), part.named.paths, 0) }}
            in ({{ part.named.texts }})
    ) as named
        on
            rows_read.connection = named.connection
            and {{ json_field('rows_read.fields', part.paths, part.named.index) }}
            = named.record_id
    {%- endif %}
    {%- if part.owner %}
    left join (
        select
            connection,
            record_id,
            max({{ json_field(json_fields('payload', part.owner.paths), part.owner.paths, 0) }})
                as owner_id
        from {{ relations[part.owner.stream] }}
        group by connection, record_id
    ) as owners
        on rows_read.connection = owners.connection and {{ grouping }} = owners.record_id
    {%- endif %}
{%- endmacro %}
