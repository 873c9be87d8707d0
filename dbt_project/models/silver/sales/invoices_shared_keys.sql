{{ shared_keys('invoice', ref('invoices_evidence'), ref('identity_rules')) }}
