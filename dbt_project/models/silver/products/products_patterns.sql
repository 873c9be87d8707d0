{{ match_patterns(
    ref('products_compared'), ref('match_parameters'), match_plans('products_pairs')
) }}
