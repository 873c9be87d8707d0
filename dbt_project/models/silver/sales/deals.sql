with records as (
    select * from {{ ref('deals_records') }}
    where verdict <> 'quarantined' and not is_deleted
),

linked as (
    select
        records.*,
        customers.customer_id,
        contacts.customer_id as contact_customer_id,
        owners.employee_id as owner_employee_id,
        coalesce(records.currency, '{{ var('reporting_currency') }}') as deal_currency,
        coalesce(
            cast(records.closed_at as date), records.expected_close_date, {{ as_of_date() }}
        ) as priced_date,
        case
            when records.is_won or records.status = 'won' then 'won'
            when records.is_closed or records.status = 'lost' then 'lost'
            else 'open'
        end as deal_status
    from records
    left join {{ ref('customers_xref') }} as customers
        on {{ reference_key('records', 'customer') }} = customers.record_key
    left join {{ ref('customers_xref') }} as contacts
        on {{ reference_key('records', 'contact') }} = contacts.record_key
    left join {{ ref('employees_xref') }} as owners
        on {{ reference_key('records', 'owner') }} = owners.record_key
),

final as (
    select
        linked.record_key as deal_id,
        linked.record_key,
        linked.connection,
        linked.system,
        linked.stream,
        coalesce(linked.customer_id, linked.contact_customer_id) as customer_id,
        linked.contact_customer_id,
        linked.owner_employee_id,
        {{ entity_fields(
            'deal', 'linked', leave_out=['status', 'currency', 'is_closed', 'is_won']
        ) -}}
        linked.deal_status as status,
        linked.deal_status = 'won' as is_won,
        linked.deal_status <> 'open' as is_closed,
        linked.deal_currency as currency,
        rates.exchange_rate,
        {{ in_reporting_currency('linked.amount') }} as reporting_amount,
        {{ in_reporting_currency(wide('linked.amount') ~ ' * linked.probability_pct / 100') }}
            as weighted_reporting_amount,
        linked.verdict,
        linked.reasons,
        linked.changed_at
    from linked
    {{ join_exchange_rates('linked.deal_currency', 'linked.priced_date') }}
)

select * from final
