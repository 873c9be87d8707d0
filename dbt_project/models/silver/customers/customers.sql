with members as (
    select
        founder_number,
        min(customer_id) as customer_id,
        {{ value_at_min('party', 'record_number') }} as customer_type,
        count(*) as record_count,
        count(distinct system) as system_count,
        min(first_seen_at) as first_seen_at,
        max(changed_at) as changed_at,
        min(case when is_deleted then 1 else 0 end) = 1 as is_deleted
    from {{ ref('customers_members') }}
    group by founder_number
),

survivors as (
    select * from {{ ref('customers_survivors') }}
),

final as (
    select
        members.customer_id,
        members.customer_type,
        case
            when members.customer_type = 'company'
                then coalesce(survivors.company_name, survivors.full_name)
            else coalesce(
                survivors.full_name,
                {{ join_texts(['survivors.first_name', 'survivors.last_name'], ' ') }},
                survivors.company_name
            )
        end as customer_name,
        {%- for field in golden_fields('customer', model.name) if field != 'customer_type' %}
        survivors.{{ field }},
        {%- endfor %}
        members.record_count,
        members.system_count,
        members.first_seen_at,
        members.changed_at,
        members.is_deleted
    from members
    inner join survivors on members.founder_number = survivors.founder_number
)

select * from final
