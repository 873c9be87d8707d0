{{ shared_keys('customer', ref('customers_evidence'), ref('identity_rules')) }}
