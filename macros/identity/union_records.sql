{#
Why: one entity's records of all systems in one relation, with the staging contract's columns; with
no staging model yet it is empty but typed.
Args: relations: list of refs to the staging models that speak for the entity, one a line.
Usage: {{ union_records([ref('stg_shopify__orders'), ref('stg_square__orders')]) }}
#}
{% macro union_records(relations) %}
{%- set columns = record_columns(model.config.meta.entity, model.name) if execute else {} -%}
{%- for relation in relations %}
select
    {%- for name in columns %}
    {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ relation }}
{{ 'union all' if not loop.last }}
{%- else %}
select
    {%- for name, data_type in columns.items() %}
    cast(null as {{ data_type }}) as {{ name }}{{ ',' if not loop.last }}
    {%- else %}
    null as record_key
    {%- endfor %}
where false
{%- endfor %}
{% endmacro %}
