{#
Why: the keys under which records are compared, as numbers: a join on 8 bytes instead of long texts.
Args: name: of the plan; plan, records: see match_key_texts. A whole select statement: plan,
record_number, block_number, key_number, record_count (how many records share the key; those alone
with a key are left out).
Usage: {{ match_keys('person', plan, ref('customers_numbered')) }}
#}
{% macro match_keys(name, plan, records) %}
{%- do check_match_plan(name, plan) %}
with texts as ({{ match_key_texts(plan, records) }}),

numbers as (
    select distinct
        record_number,
        block_number,
        {{ text_number("'" ~ name ~ "|' || cast(block_number as text) || '|' || key_text") }} as key_number
    from texts
),

counted as (
    select
        key_number,
        count(*) as record_count
    from numbers
    group by key_number
    having count(*) > 1
),

final as (
    select
        '{{ name }}' as plan,
        numbers.record_number,
        numbers.block_number,
        numbers.key_number,
        counted.record_count
    from numbers
    inner join counted on numbers.key_number = counted.key_number
)

select * from final
{% endmacro %}
