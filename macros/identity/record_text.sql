{#
Why: a person compares two records field by field: what a record says, as one JSON object.
Args: entity: singular name; alias: of the records. References and kept ids are left out.
Usage: {{ record_text('customer', 'records') }} as record_fields
#}
{% macro record_text(entity, alias) -%}
    {%- set columns = entity_columns(entity, model.name) if execute else {'record_key': 'text'} -%}
    {%- set members = [] -%}
    {%- for name in columns if not (
        name.endswith('_record_id') or name.endswith('_stream') or name.startswith('external_')
    ) -%}
        {%- do members.append([name, 'cast(' ~ alias ~ '.' ~ name ~ ' as text)']) -%}
    {%- endfor -%}
    {{ json_object_of(members) }}
{%- endmacro %}
