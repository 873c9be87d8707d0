{{ match_entity_hubs(
    match_plans('customers_pairs'),
    ref('customers_keys'),
    earlier_build(this, ['key_number', 'is_hub', 'flipped_at', 'counted_by']),
) }}
