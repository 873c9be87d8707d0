{{ config(materialized='view') }}

{{ match_worded_pairs(
    ref('customers_numbered'), ref('customers_scores'), ref('customers_patterns')
) }}
