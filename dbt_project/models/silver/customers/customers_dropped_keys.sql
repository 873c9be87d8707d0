{%- set hubs = ref('customers_hubs') -%}
{%- set records = ref('customers_numbered') -%}
{%- for name, plan in match_plans('customers_pairs').items() %}
select * from (
    {{- match_dropped_keys(name, plan, records, hubs) | indent }}) as {{ name }}_hubs
{{ 'union all' if not loop.last }}
{%- endfor %}
