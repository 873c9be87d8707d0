{#
Why: a key that too many records share is no key; it is left out and reported, with one record that
carries it, so that a person can say whether the value is a placeholder.
Args: name, plan, records: see match_pairs; keys: relation made by match_keys. A whole select
statement: plan, block, key_text, record_count.
Usage: {{ match_dropped_keys('person', plan, ref('customers_numbered'), ref('customers_keys')) }}
#}
{% macro match_dropped_keys(name, plan, records, keys) %}
with hubs as (
    select
        block_number,
        key_number,
        max(record_count) as record_count,
        min(record_number) as record_number
    from {{ keys }}
    where plan = '{{ name }}' and record_count > {{ plan.max_records_per_key }}
    group by block_number, key_number
),

carriers as (
    select records.*
    from {{ records }} as records
    inner join (select distinct record_number from hubs) as named
        on records.record_number = named.record_number
),

texts as ({{ match_key_texts(plan, 'carriers') }}),

final as (
    select
        '{{ name }}' as plan,
        hubs.block_number,
        texts.key_text,
        hubs.record_count
    from hubs
    inner join texts
        on
            hubs.record_number = texts.record_number
            and hubs.block_number = texts.block_number
            and hubs.key_number
            = {{ text_number(
                "'" ~ name ~ "|' || cast(texts.block_number as text) || '|' || texts.key_text"
            ) }}
)

select * from final
{% endmacro %}
