with key_links as ({{ key_links(ref('employees_evidence'), ref('employees_shared_keys')) }}),

decided_links as (
    {{ decided_links(
        'employee', ref('employees_numbered'), ref('must_match'), ref('accepted_clusters')
    ) }}
),

external_links as (
    {{ external_id_links('employee', ref('employees_numbered'), ref('identity_rules')) }}
),

final as (
    select * from key_links
    union all
    select * from decided_links
    union all
    select * from external_links
)

select * from final
