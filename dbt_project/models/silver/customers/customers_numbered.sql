with records as (
    select * from {{ ref('customers_records') }}
    where verdict <> 'quarantined'
),

named as (
    select
        *,
        {{ comparable_text('first_name') }} as first_key,
        {{ comparable_text('last_name') }} as last_key,
        {{ comparable_text('full_name') }} as full_key,
        {{ comparable_text('company_name') }} as company_text_key,
        {{ comparable_company('company_name') }} as company_key,
        {{ comparable_email('email') }} as email_key,
        {{ comparable_code('tax_number') }} as tax_key,
        {{ comparable_code('company_number') }} as company_number_key,
        {{ comparable_text("street || ' ' || postal_code") }} as address_key
    from records
),

split as (
    select
        *,
        coalesce(first_key, {{ first_match('full_key', '^([^ ]+) ', 1) }}) as given_key,
        coalesce(last_key, {{ first_match('full_key', ' ([^ ]+)$', 1) }}) as family_key,
        {{ first_match('email_key', '^([^@]+)@', 1) }} as email_local_part,
        {{ first_match('email_key', '@(.+)$', 1) }} as email_domain,
        case
            when customer_type in ('person', 'company') then customer_type
            when company_text_key is null then 'person'
            when
                company_text_key in (
                    coalesce(first_key || ' ' || last_key, ''),
                    coalesce(last_key || ' ' || first_key, ''),
                    coalesce(full_key, '')
                )
                then 'person'
            else 'company'
        end as party
    from named
),

final as (
    select
        {{ number_records() }} as record_number,
        split.record_key,
        split.connection,
        split.system,
        split.stream,
        split.record_id,
        split.party,
        split.given_key,
        split.family_key,
        split.company_key,
        split.email_key,
        split.email_domain,
        role_names.local_part is not null as has_role_address,
        case when public_domains.domain is null then split.email_domain end as company_email_domain,
        split.phone,
        split.mobile_phone,
        split.tax_key,
        split.company_number_key,
        split.address_key,
        split.website_domain,
        split.birth_date,
        split.merged_into_record_id,
        split.merged_into_stream,
        split.external_system,
        split.external_stream,
        split.external_id,
        split.is_deleted,
        split.first_seen_at,
        split.extracted_at
    from split
    left join {{ ref('role_addresses') }} as role_names
        on split.email_local_part = role_names.local_part
    left join {{ ref('public_email_domains') }} as public_domains
        on split.email_domain = public_domains.domain
)

select * from final
