{{ match_patterns(
    ref('customers_compared'), ref('match_parameters'), match_plans('customers_pairs')
) }}
