{{ config(materialized='view') }}

{{ match_worded_pairs(
    ref('products_numbered'), ref('products_scores'), ref('products_patterns')
) }}
