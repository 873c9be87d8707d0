{#
Why: what holds for every stream is asked of all in one go: one grouping over 224 streams took a fifth
of 224 groupings.
Args: columns: {name: data type} of the bronze shape that are needed. Empty while dbt parses.
Usage: versions as ({{ union_bronze({'record_id': 'text'}) }}) gives system, stream and the columns
#}
{% macro union_bronze(columns) -%}
    {%- for one in bronze_streams() -%}
    select
        '{{ one.system }}' as system,
        '{{ one.stream }}' as stream
        {%- for column in columns %},
        {{ column }}
        {%- endfor %}
    from {{ one.relation }}
    {{ 'union all' if not loop.last }}
    {% else -%}
    {%- set places = {'system': 'text', 'stream': 'text'} -%}
    {%- do places.update(columns) -%}
    {{ no_rows(places) }}
    {%- endfor -%}
{%- endmacro %}
