{{ match_weighed_pairs(
    match_plans('customers_pairs'),
    ref('customers_numbered'),
    ref('customers_compared'),
    ref('customers_patterns'),
    ref('match_parameters'),
) }}
