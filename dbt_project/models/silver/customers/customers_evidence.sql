with numbered as (
    select
        *,
        case
            when party = 'company' then company_key
            when given_key <= family_key then given_key || ' ' || family_key
            else coalesce(family_key || ' ' || given_key, family_key, given_key)
        end as name_key
    from {{ ref('customers_numbered') }}
),

phones as (
    select
        record_number,
        party,
        phone,
        given_key,
        family_key,
        name_key
    from numbered
    where phone is not null
    union all
    select
        record_number,
        party,
        mobile_phone as phone,
        given_key,
        family_key,
        name_key
    from numbered
    where mobile_phone is not null and mobile_phone <> coalesce(phone, '')
),

domains as (
    select
        record_number,
        company_key,
        website_domain as web_domain
    from numbered
    where party = 'company' and website_domain is not null
    union all
    select
        record_number,
        company_key,
        company_email_domain as web_domain
    from numbered
    where
        party = 'company'
        and company_email_domain is not null
        and company_email_domain <> coalesce(website_domain, '')
),

evidence_keys as (
    select
        record_number,
        'email' as evidence,
        party || ': ' || email_key as evidence_key,
        name_key,
        'email' as placeholder_kind,
        email_key as checked_value,
        has_role_address and party = 'person' as is_shared_address
    from numbered
    where email_key is not null
    union all
    select
        record_number,
        'tax_number' as evidence,
        party || ': ' || tax_key as evidence_key,
        name_key,
        'tax_number' as placeholder_kind,
        tax_key as checked_value,
        false as is_shared_address
    from numbered
    where length(tax_key) > 5
    union all
    select
        record_number,
        'company_number' as evidence,
        company_number_key as evidence_key,
        name_key,
        'tax_number' as placeholder_kind,
        company_number_key as checked_value,
        false as is_shared_address
    from numbered
    where party = 'company' and length(company_number_key) > 4
    union all
    select
        record_number,
        'phone_and_name' as evidence,
        phone || ': ' || family_key || ' ' || substr(given_key, 1, 3) as evidence_key,
        name_key,
        'phone' as placeholder_kind,
        phone as checked_value,
        false as is_shared_address
    from phones
    where party = 'person' and given_key is not null and family_key is not null
    union all
    select
        record_number,
        'phone_and_name' as evidence,
        phone || ': ' || given_key || ' ' || substr(family_key, 1, 3) as evidence_key,
        name_key,
        'phone' as placeholder_kind,
        phone as checked_value,
        false as is_shared_address
    from phones
    where party = 'person' and given_key is not null and family_key is not null
    union all
    select
        record_number,
        'phone_and_name' as evidence,
        phone || ': company ' || name_key as evidence_key,
        name_key,
        'phone' as placeholder_kind,
        phone as checked_value,
        false as is_shared_address
    from phones
    where party = 'company' and name_key is not null
    union all
    select
        record_number,
        'domain_and_name' as evidence,
        web_domain || ': ' || company_key as evidence_key,
        company_key as name_key,
        'domain' as placeholder_kind,
        web_domain as checked_value,
        false as is_shared_address
    from domains
    where company_key is not null
    union all
    select
        record_number,
        'name_and_birth_date' as evidence,
        name_key || ': ' || cast(birth_date as text) as evidence_key,
        name_key,
        'birth_date' as placeholder_kind,
        cast(birth_date as text) as checked_value,
        false as is_shared_address
    from numbered
    where
        party = 'person'
        and birth_date is not null
        and given_key is not null
        and family_key is not null
    union all
    select
        record_number,
        'name_and_address' as evidence,
        party || ' ' || name_key || ': ' || address_key as evidence_key,
        name_key,
        'address' as placeholder_kind,
        address_key as checked_value,
        false as is_shared_address
    from numbered
    where
        name_key is not null
        and address_key is not null
        and (party = 'company' or (given_key is not null and family_key is not null))
),

final as (
    select
        evidence_keys.record_number,
        evidence_keys.evidence,
        evidence_keys.evidence_key,
        evidence_keys.name_key,
        case
            when placeholders.placeholder is not null then 'placeholder: ' || placeholders.note
            when evidence_keys.is_shared_address then 'role address that several people read'
        end as drop_reason
    from evidence_keys
    left join {{ ref('placeholder_values') }} as placeholders
        on
            evidence_keys.placeholder_kind = placeholders.evidence
            and evidence_keys.checked_value = placeholders.placeholder
)

select * from final
