{#
Why: which rules, seeds and versions each staging table was made of is known when it is made again.
Args: none. A relation: node_name (a staging model or a seed), inputs (of a seed: its rows_number; of
a staging model four words: rules, seeds, decisions on quarantined records, what it is made from).
Usage: select inputs from {{ staging_inputs() }} where node_name = 'stg_shopify__orders'
#}
{% macro staging_inputs() %}
    {{ return(api.Relation.create(
        database=target.database, schema='staging', identifier='staging_inputs', type='table'
    )) }}
{% endmacro %}
