{%- set records = ref('customers_numbered') -%}
{%- set keys = ref('customers_keys') -%}
{%- for name, plan in match_plans('customers_pairs').items() %}
select * from (
    {{- match_pairs(name, plan, records, keys) | indent }}) as {{ name }}_pairs
{{ 'union all' if not loop.last }}
{%- endfor %}
