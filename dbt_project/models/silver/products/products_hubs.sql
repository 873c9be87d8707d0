{{ match_entity_hubs(match_plans('products_pairs'), ref('products_keys'), none) }}
