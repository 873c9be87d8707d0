{#
Why: the keys that are left out are reported in words, so that a person can say whether a value is a
placeholder.
Args: name, plan, records: see match_pairs; hubs: relation made by match_hubs. A whole select
statement: plan, block_number, key_text, record_count.
Usage: {{ match_dropped_keys('person', plan, ref('customers_numbered'), ref('customers_hubs')) }}
#}
{% macro match_dropped_keys(name, plan, records, hubs) %}
with hubs as (
    select * from {{ hubs }}
    where plan = '{{ name }}'
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
