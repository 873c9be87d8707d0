{%- set relations = {
    'records': ref('products_numbered'),
    'keys': ref('products_keys'),
    'hubs': ref('products_hubs'),
} %}
{{ match_entity_pairs(
    match_plans('products_pairs'), relations, none
) }}
