{#
Why: ops looks at the records of all entities alike; a new system needs no edit here.
Args: condition: SQL over the staging contract's columns.
Usage: quarantined as ({{ union_verdicts("verdict = 'quarantined'") }})
#}
{% macro union_verdicts(condition) -%}
    {%- set records = {
        'customer': ref('customers_records'), 'product': ref('products_records'),
        'inventory_level': ref('inventory_levels_records'), 'order': ref('orders_records'),
        'order_item': ref('order_items_records'), 'invoice': ref('invoices_records'),
        'invoice_item': ref('invoice_items_records'), 'payment': ref('payments_records'),
        'refund': ref('refunds_records'), 'deal': ref('deals_records'),
        'activity': ref('activities_records'), 'subscriber': ref('subscribers_records'),
        'campaign': ref('campaigns_records'), 'project': ref('projects_records'),
        'task': ref('tasks_records'), 'employee': ref('employees_records'),
        'time_off': ref('time_off_records'),
    } -%}
    {%- for entity, relation in records.items() -%}
    select
        '{{ entity }}' as entity,
        record_key,
        connection,
        system,
        stream,
        record_id,
        is_deleted,
        verdict,
        reasons,
        unreadable_values,
        version_count,
        quarantined_payload,
        first_seen_at,
        extracted_at,
        request_id
    from {{ relation }}
    where {{ condition }}
    {{ 'union all' if not loop.last }}
    {% endfor -%}
{%- endmacro %}
