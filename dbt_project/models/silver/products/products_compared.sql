{%- set records = ref('products_numbered') -%}
{%- set keys = ref('products_keys') -%}
{%- for name, plan in match_plans('products_pairs').items() %}
select * from (
    {{- match_pairs(name, plan, records, keys) | indent }}) as {{ name }}_pairs
{{ 'union all' if not loop.last }}
{%- endfor %}
