{{ match_entity_terms(
    match_plans('products_pairs'),
    ref('products_numbered'),
    ref('match_parameters'),
    none,
) }}
