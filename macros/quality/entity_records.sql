{#
Why: ops looks at the records of all entities alike, built after every staging; a new system needs no
edit here.
Args: none.
Usage: {% set records = entity_records() %} gives {entity: relation}
#}
{% macro entity_records() %}
    {{ return({
        'customer': ref('customers_records'), 'product': ref('products_records'),
        'inventory_level': ref('inventory_levels_records'), 'order': ref('orders_records'),
        'order_item': ref('order_items_records'), 'invoice': ref('invoices_records'),
        'invoice_item': ref('invoice_items_records'), 'payment': ref('payments_records'),
        'refund': ref('refunds_records'), 'deal': ref('deals_records'),
        'activity': ref('activities_records'), 'subscriber': ref('subscribers_records'),
        'campaign': ref('campaigns_records'), 'project': ref('projects_records'),
        'task': ref('tasks_records'), 'employee': ref('employees_records'),
        'time_off': ref('time_off_records'), 'control_total': ref('control_totals_records'),
    }) }}
{% endmacro %}
