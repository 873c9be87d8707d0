{%- set hubs = ref('products_hubs') -%}
{%- set records = ref('products_numbered') -%}
{%- for name, plan in match_plans('products_pairs').items() %}
select * from (
    {{- match_dropped_keys(name, plan, records, hubs) | indent }}) as {{ name }}_hubs
{{ 'union all' if not loop.last }}
{%- endfor %}
