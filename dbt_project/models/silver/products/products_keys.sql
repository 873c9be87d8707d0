{%- set records = ref('products_numbered') -%}
{%- for name, plan in match_plans('products_pairs').items() %}
select * from (
    {{- match_keys(name, plan, records) | indent }}) as {{ name }}_keys
{{ 'union all' if not loop.last }}
{%- endfor %}
