{{ match_weighed_pairs(
    match_plans('products_pairs'),
    ref('products_numbered'),
    ref('products_compared'),
    ref('products_patterns'),
    ref('match_parameters'),
) }}
