{#
Why: the record_key that a reference of a record points at; null when it points nowhere.
Args: alias: of the referring relation; reference: its name, as in
customer_record_id/customer_stream.
Usage: {{ reference_key('orders', 'customer') }} = customers_xref.record_key
#}
{% macro reference_key(alias, reference) -%}
    {{ alias }}.connection || '/' || {{ alias }}.{{ reference }}_stream || '/'
    || {{ alias }}.{{ reference }}_record_id
{%- endmacro %}
