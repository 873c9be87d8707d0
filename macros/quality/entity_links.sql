{#
Why: where silver says which thing in the world a record is: the crosswalk of an entity that is
matched, else the entity itself, whose rows carry the key of their record.
Args: none.
Usage: {% set links = entity_links() %} gives {entity: {relation, condition}}; condition leaves out
records that are deleted at the source.
#}
{% macro entity_links() %}
    {% set crosswalks = {
        'customer': ref('customers_xref'), 'product': ref('products_xref'),
        'employee': ref('employees_xref'), 'order': ref('orders_xref'),
        'invoice': ref('invoices_xref'),
    } %}
    {% set entities = {
        'inventory_level': ref('inventory_levels'), 'order_item': ref('order_items'),
        'invoice_item': ref('invoice_items'), 'payment': ref('payments'),
        'refund': ref('refunds'), 'deal': ref('deals'), 'activity': ref('activities'),
        'subscriber': ref('subscribers'), 'campaign': ref('campaigns'),
        'project': ref('projects'), 'task': ref('tasks'), 'time_off': ref('time_off'),
        'control_total': ref('control_totals'),
    } %}
    {% set links = {} %}
    {% for entity, relation in crosswalks.items() %}
        {% do links.update({entity: {'relation': relation, 'condition': 'not is_deleted'}}) %}
    {% endfor %}
    {% for entity, relation in entities.items() %}
        {% do links.update({entity: {'relation': relation, 'condition': 'true'}}) %}
    {% endfor %}
    {{ return(links) }}
{% endmacro %}
