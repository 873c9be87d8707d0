{{ golden_versions('product', ref('products')) }}
