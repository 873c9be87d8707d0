{#
Why: all records with one key are linked to the oldest of them, so a key of n records costs n - 1
links. A select statement for a CTE.
Args: evidence, keys: the relations of the entity's evidence and shared keys.
Usage: key_links as ({{ key_links(ref('customers_evidence'), ref('customers_shared_keys')) }})
#}
{% macro key_links(evidence, keys) %}
    select distinct
        evidence.record_number,
        keys.head_record_number as linked_record_number,
        keys.evidence,
        keys.strength,
        keys.reason
    from {{ evidence }} as evidence
    inner join {{ keys }} as keys
        on
            evidence.evidence = keys.evidence
            and evidence.evidence_key = keys.evidence_key
    where
        keys.drop_reason is null
        and evidence.record_number <> keys.head_record_number
{% endmacro %}
