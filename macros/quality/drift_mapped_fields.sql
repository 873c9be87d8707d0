{#
Why: the drift report knows from the mappings which fields of a stream are read, and by whom.
Args: none. SQL of a select; empty while dbt parses.
Usage: mapped as ({{ drift_mapped_fields() }}) gives system, stream, part (the staging's own stream),
staging_model, entity, prefix, path, target, codes and is_required
#}
{% macro drift_mapped_fields() -%}
    {%- set columns = [
        'system', 'stream', 'part', 'staging_model', 'entity', 'prefix', 'path', 'target', 'codes',
    ] -%}
    {%- set stagings = staging_models() -%}
    {%- set streams = {} -%}
    {%- for one in stagings -%}{%- do streams.update({one.name: one.stream}) -%}{%- endfor -%}
    {%- set lines = [] -%}
    {%- for one in stagings -%}
        {%- set stream = one.stream if one.bronze else streams[one.parent.name] -%}
        {%- for field in drift_paths(one) -%}
            {%- set texts = [] -%}
            {%- for value in [
                one.system, stream, one.stream, one.name, one.entity, drift_prefix(one), field.path,
                field.target, field.codes,
            ] -%}
                {%- do texts.append(text_literal(value) if value else 'null') -%}
            {%- endfor -%}
            {%- do lines.append('(' ~ texts | join(', ') ~ ', ' ~ field.is_required ~ ')') -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if lines %}
    select * from (
        values
        {{ lines | unique | join(',\n        ') }}
    ) as fields ({{ columns | join(', ') }}, is_required)
    {%- else %}
    {%- set places = {} -%}
    {%- for column in columns -%}{%- do places.update({column: 'text'}) -%}{%- endfor -%}
    {%- do places.update({'is_required': 'boolean'}) -%}
    {{ no_rows(places) }}
    {%- endif %}
{%- endmacro %}
