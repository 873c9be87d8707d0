{{ shared_keys('employee', ref('employees_evidence'), ref('identity_rules')) }}
