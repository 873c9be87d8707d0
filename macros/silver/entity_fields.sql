{#
Why: silver passes an entity's own fields on as they are; references become golden ids instead.
Args: entity: singular name; alias: of the records, where others are joined; leave_out: fields that
the model works out itself.
Usage: select invoice_id, {{ entity_fields('invoice', leave_out=['status']) }} from invoices
#}
{% macro entity_fields(entity, alias=none, leave_out=[]) -%}
    {%- for field in golden_fields(entity, model.name) if field not in leave_out %}
        {{- alias ~ '.' if alias }}{{ field }},
        {% endfor -%}
{%- endmacro %}
