{{ match_entity_keys(match_plans('products_pairs'), ref('products_numbered'), none) }}
