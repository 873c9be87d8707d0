{#
Why: an incremental table of records must not keep what the warehouse no longer has (an erasure).
Args: this: the model's relation; records: relation of those that are there; key: their column. A
statement for pre_hook, in quotes there, so that dbt renders it when it runs; empty when `this` is
made anew.
Usage: pre_hook="{{ forget_records(this, ref('customers_records'), 'record_key') }}"
#}
{% macro forget_records(this, records, key) %}
    {%- if earlier_build(this, [key]) %}
    delete from {{ this }}
    where not exists (select 1 from {{ records }} as records where records.{{ key }} = {{ this }}.{{ key }})
    {%- endif %}
{% endmacro %}
