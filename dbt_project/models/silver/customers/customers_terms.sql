{{ match_entity_terms(
    match_plans('customers_pairs'),
    ref('customers_numbered'),
    ref('match_parameters'),
    earlier_build(this, ['term', 'bits', 'changed_at']),
) }}
