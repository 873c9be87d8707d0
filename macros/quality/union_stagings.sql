{#
Why: what holds for every staging model is asked of all in one go; a new system needs no edit here.
Args: columns: {name: data type} of the staging contract that are needed. Empty while dbt parses.
Usage: staged as ({{ union_stagings({'verdict': 'text'}) }}) gives entity, staging_model and the columns
#}
{% macro union_stagings(columns) -%}
    {#- ref is seen only outside of conditions; entities wait for all of their stagings. -#}
    {%- set waits_for = entity_records() -%}
    {%- for staging in staging_models() -%}
    select
        '{{ staging.entity }}' as entity,
        '{{ staging.name }}' as staging_model
        {%- for column in columns %},
        {{ column }}
        {%- endfor %}
    from {{ staging.relation }}
    {{ 'union all' if not loop.last }}
    {% else -%}
    {%- set places = {'entity': 'text', 'staging_model': 'text'} -%}
    {%- do places.update(columns) -%}
    {{ no_rows(places) }}
    {%- endfor -%}
{%- endmacro %}
