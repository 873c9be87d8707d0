{{ shared_keys('product', ref('products_evidence'), ref('identity_rules')) }}
