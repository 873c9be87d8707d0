{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='record_number',
    on_schema_change='sync_all_columns',
    pre_hook="{{ forget_records(this, ref('customers_records'), 'record_key') }}",
) }}

{%- set seeds = [
    ref('role_addresses'), ref('public_email_domains'), ref('placeholder_values'), ref('nicknames'),
] %}
{%- set cleaning -%}
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
        {{ comparable_text("street || ' ' || postal_code") }} as address_key,
        {{ comparable_text('street') }} as street_key,
        {{ comparable_text('city') }} as city_key,
        nullif({{ replace_matches(comparable_code('postal_code'), '^0+$', '') }}, '') as postal_key
    from changed
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
                    coalesce(last_key || ' ' || first_key, '')
                )
                then 'person'
            when full_key in (company_text_key, company_key) then 'company'
            when
                coalesce(first_key, last_key, {{ first_match('full_key', '^([^ ]+) ', 1) }})
                is not null
                then 'person'
            else 'company'
        end as party
    from named
),

final as (
    select
        split.record_number,
        split.record_key,
        split.connection,
        split.system,
        split.stream,
        split.record_id,
        {{ kept_once('split', var('customers_kept_once')) }} as kept_once_stream,
        split.party,
        split.given_key,
        case
            when split.family_key is null then null
            when {{ matches("split.family_key || coalesce(split.given_key, '')", '[^ -~]') }}
                then 'other'
            else 'latin'
        end as name_script,
        coalesce(nicknames.given_name, split.given_key) as given_root_key,
        split.family_key,
        split.company_key,
        split.email_key,
        split.email_local_part,
        split.email_domain,
        case
            when
                false_emails.placeholder is null
                and (role_names.local_part is null or split.party = 'company')
                then split.email_key
        end as own_email_key,
        role_names.local_part is not null as has_role_address,
        case when public_domains.domain is null then split.email_domain end as company_email_domain,
        case when false_phones.placeholder is null then split.phone end as phone,
        split.mobile_phone,
        case when false_tax_numbers.placeholder is null then split.tax_key end as tax_key,
        split.company_number_key,
        split.address_key,
        split.street_key,
        split.city_key,
        split.postal_key,
        split.country,
        split.website_domain,
        coalesce(
            split.website_domain,
            case when public_domains.domain is null then split.email_domain end
        ) as web_key,
        split.birth_date,
        cast(split.birth_date as text) as birth_text,
        split.merged_into_record_id,
        split.merged_into_stream,
        split.external_system,
        split.external_stream,
        split.external_id,
        split.is_deleted,
        split.verdict = 'quarantined' as is_quarantined,
        split.first_seen_at,
        split.extracted_at,
        split.content_number,
        split.rules_number
    from split
    left join {{ ref('role_addresses') }} as role_names
        on split.email_local_part = role_names.local_part
    left join {{ ref('placeholder_values') }} as false_emails
        on false_emails.evidence = 'email' and split.email_key = false_emails.placeholder
    left join {{ ref('placeholder_values') }} as false_phones
        on false_phones.evidence = 'phone' and split.phone = false_phones.placeholder
    left join {{ ref('placeholder_values') }} as false_tax_numbers
        on
            false_tax_numbers.evidence = 'tax_number'
            and split.tax_key = false_tax_numbers.placeholder
    left join {{ ref('nicknames') }} as nicknames on split.given_key = nicknames.nickname
    left join {{ ref('public_email_domains') }} as public_domains
        on split.email_domain = public_domains.domain
)
{%- endset %}
{%- set earlier = earlier_build(this, ['record_number', 'content_number', 'rules_number']) %}
with listed as (
    select
        record_key,
        connection,
        system,
        stream,
        record_id,
        customer_type,
        first_name,
        last_name,
        full_name,
        company_name,
        email,
        phone,
        mobile_phone,
        tax_number,
        company_number,
        website_domain,
        birth_date,
        street,
        city,
        postal_code,
        country,
        merged_into_record_id,
        merged_into_stream,
        external_system,
        external_stream,
        external_id,
        is_deleted,
        verdict,
        first_seen_at,
        extracted_at
    from {{ ref('customers_records') }}
),

records as (
    select
        listed.*,
        {{ row_fingerprint('listed') }} as content_number,
        {{ rules_number(cleaning, seeds) }} as rules_number
    from listed
),

changed as (
    {{- changed_records('records', ref('customers_arrivals'), earlier) | indent }}),

{{ cleaning }}

select
    final.*,
    {{ build_timestamp() }} as changed_at
from final
