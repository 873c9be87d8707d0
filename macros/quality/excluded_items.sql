{#
Why: a line counts with the document that is taken; the lines of other copies are told by name.
Args: document: singular entity name, whose items are <document>_items_records; documents: the golden
documents; records: the document's records of all systems.
Usage: {{ excluded_items('order', ref('orders'), ref('orders_records')) }}
#}
{% macro excluded_items(document, documents, records) -%}
    select
        '{{ document }}_item' as entity,
        items.record_key,
        items.system,
        items.connection,
        items.stream,
        case
            when records.record_key is null then 'its {{ document }} is not known'
            when records.verdict = 'quarantined' then 'its {{ document }} is in quarantine'
            when records.is_deleted then 'its {{ document }} is deleted'
            else 'its {{ document }} is taken from another record'
        end as exclusion_rule
    from {{ ref(document ~ '_items_records') }} as items
    left join {{ documents }} as documents
        on {{ reference_key('items', document) }} = documents.record_key
    left join {{ records }} as records
        on {{ reference_key('items', document) }} = records.record_key
    where
        items.verdict <> 'quarantined'
        and not items.is_deleted
        and documents.record_key is null
{%- endmacro %}
