{{ golden_versions('customer', ref('customers'), added=['customer_name']) }}
