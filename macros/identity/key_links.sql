{#
Why: all records with one key are linked to the oldest of them, so a key of n records costs n - 1
links. A select statement for a CTE.
Args: evidence, keys: the relations of the entity's evidence and shared keys.
Usage: key_links as ({{ key_links(ref('customers_evidence'), ref('customers_shared_keys')) }})
#}
{% macro key_links(evidence, keys) %}
    select distinct
        evidence.record_number,
        shared.head_record_number as linked_record_number,
        shared.evidence,
        shared.strength,
        shared.reason
    from {{ evidence }} as evidence
    inner join {{ keys }} as shared
        on
            evidence.evidence = shared.evidence
            and evidence.evidence_key = shared.evidence_key
    where
        shared.drop_reason is null
        and evidence.record_number <> shared.head_record_number
{% endmacro %}
