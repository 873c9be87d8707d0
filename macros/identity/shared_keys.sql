{#
Why: a key that several records carry is evidence, unless too many carry it or it is a placeholder.
Args: entity: name in the rules; evidence: relation of record_number, evidence, evidence_key,
name_key and drop_reason; rules: the seed identity_rules. A whole select statement.
Usage: {{ shared_keys('customer', ref('customers_evidence'), ref('identity_rules')) }}
#}
{% macro shared_keys(entity, evidence, rules) %}
with rules as (
    select
        evidence,
        strength,
        max_records,
        max_names,
        reason
    from {{ rules }}
    where entity = '{{ entity }}'
),

counted as (
    select
        evidence,
        evidence_key,
        count(distinct record_number) as record_count,
        count(distinct name_key) as name_count,
        min(record_number) as head_record_number,
        min(drop_reason) as drop_reason
    from {{ evidence }}
    group by evidence, evidence_key
    having count(distinct record_number) > 1
),

final as (
    select
        counted.evidence,
        counted.evidence_key,
        counted.record_count,
        counted.name_count,
        counted.head_record_number,
        rules.strength,
        rules.reason,
        case
            when counted.drop_reason is not null then counted.drop_reason
            when counted.record_count > rules.max_records
                then
                    'shared by ' || cast(counted.record_count as text) || ' records, more than '
                    || cast(rules.max_records as text)
            when counted.name_count > rules.max_names
                then
                    'shared by ' || cast(counted.name_count as text) || ' names, more than '
                    || cast(rules.max_names as text)
        end as drop_reason
    from counted
    inner join rules on counted.evidence = rules.evidence
)

select * from final
{% endmacro %}
