{{ daily_metrics([
    ref('activities_records'),
    ref('customers_records'),
    ref('deals_records'),
    ref('invoices_records'),
    ref('orders_records'),
    ref('payments_records'),
    ref('refunds_records'),
    ref('subscribers_records'),
    ref('tasks_records'),
]) }}
