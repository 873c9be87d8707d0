{%- set relations = {
    'records': ref('customers_numbered'),
    'keys': ref('customers_keys'),
    'hubs': ref('customers_hubs'),
    'touched': ref('customers_touched'),
} %}
{{ match_entity_pairs(
    match_plans('customers_pairs'), relations, earlier_build(this, ['made_at', 'made_by'])
) }}
