with numbered as (
    select
        employees_numbered.*,
        {{ first_match('email_key', '^([^@]+)@', 1) }} as email_local_part
    from {{ ref('employees_numbered') }} as employees_numbered
),

keys as (
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
        keys.record_number,
        keys.evidence,
        keys.evidence_key,
        keys.name_key,
        case
            when placeholders.placeholder is not null then 'placeholder: ' || placeholders.note
            when roles.local_part is not null then 'role address that several people read'
        end as drop_reason
    from keys
    left join {{ ref('placeholder_values') }} as placeholders
        on
            keys.evidence = placeholders.evidence
            and keys.evidence_key = placeholders.placeholder
    left join {{ ref('role_addresses') }} as roles on keys.email_local_part = roles.local_part
)

select * from final
