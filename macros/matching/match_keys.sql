{#
Why: the keys under which records are compared, as numbers: a join on 8 bytes instead of long texts.
Args: name: of the plan; plan, records: see match_key_texts. A whole select statement: plan,
record_number, block_number, key_number.
Usage: {{ match_keys('person', plan, ref('customers_numbered')) }}
#}
{% macro match_keys(name, plan, records) %}
{%- do check_match_plan(name, plan) %}
with texts as ({{ match_key_texts(plan, records) }}),

final as (
    select distinct
        '{{ name }}' as plan,
        record_number,
        block_number,
        {{ text_number("'" ~ name ~ "|' || cast(block_number as text) || '|' || key_text") }} as key_number
    from texts
)

select * from final
{% endmacro %}
