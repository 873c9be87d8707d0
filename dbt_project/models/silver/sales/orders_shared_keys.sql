{{ shared_keys('order', ref('orders_evidence'), ref('identity_rules')) }}
