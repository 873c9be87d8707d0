{#
Why: one field of a record; with from_deleted, the one that came with its deletion goes first.
Args: entry: of the mapping; paths: the plan's; index: position in them.
Usage: - {target: merged_into_record_id, source: MasterRecordId, from_deleted: true}
#}
{% macro field_text(entry, paths, index) -%}
    {%- set text = json_field('fields', paths, index) -%}
    {%- if entry.from_deleted -%}
        coalesce({{ json_field('deletion_fields', paths, index) }}, {{ text }})
    {%- else -%}
        {{ text }}
    {%- endif -%}
{%- endmacro %}
