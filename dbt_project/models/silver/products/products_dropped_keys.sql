{%- set records = ref('products_numbered') -%}
{%- set keys = ref('products_keys') -%}
{%- for name, plan in match_plans('products_pairs').items() %}
select * from (
    {{- match_dropped_keys(name, plan, records, keys) | indent }}) as {{ name }}_hubs
{{ 'union all' if not loop.last }}
{%- endfor %}
