{%- set relations = {
    'records': ref('products_numbered'),
    'compared': ref('products_compared'),
    'patterns': ref('products_patterns'),
    'terms': ref('products_terms'),
    'parameters': ref('match_parameters'),
} %}
{{ match_entity_scores(
    match_plans('products_pairs'), relations, none
) }}
