with numbered as (
    select
        *,
        {{ first_match('email_key', '^([^@]+)@', 1) }} as email_local_part
    from {{ ref('employees_numbered') }}
),

evidence_keys as (
    select
        record_number,
        'email' as evidence,
        email_key as evidence_key,
        name_key,
        email_local_part
    from numbered
    where email_key is not null
    union all
    select
        record_number,
        'employee_number_and_name' as evidence,
        employee_number_key || ': ' || name_key as evidence_key,
        name_key,
        null as email_local_part
    from numbered
    where employee_number_key is not null and name_key is not null
),

final as (
    select
        evidence_keys.record_number,
        evidence_keys.evidence,
        evidence_keys.evidence_key,
        evidence_keys.name_key,
        case
            when placeholders.placeholder is not null then 'placeholder: ' || placeholders.note
            when role_names.local_part is not null then 'role address that several people read'
        end as drop_reason
    from evidence_keys
    left join {{ ref('placeholder_values') }} as placeholders
        on
            evidence_keys.evidence = placeholders.evidence
            and evidence_keys.evidence_key = placeholders.placeholder
    left join {{ ref('role_addresses') }} as role_names
        on evidence_keys.email_local_part = role_names.local_part
)

select * from final
