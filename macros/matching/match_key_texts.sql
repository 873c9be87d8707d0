{#
Why: records are compared only when they share a key: all values of a list of columns (or their
first letters), or any word of a text.
Args: plan: see docs of `matching`; records: relation with record_number and the columns. A select
statement for a CTE: record_number, block_number, key_text.
Usage: keys as ({{ match_key_texts(plan, ref('customers_numbered')) }})
#}
{% macro match_key_texts(plan, records) %}
    {%- for block in plan.blocks %}
    {%- set terms = block.get('with', []) if block is mapping else block %}
    {%- set parts = [] %}
    {%- for term in terms %}{% do parts.append(match_term(term)) %}{% endfor %}
    {%- if block is mapping %}{% do parts.append('words.word') %}{% endif %}
    select
        records.record_number,
        {{ loop.index }} as block_number,
        {{ parts | join(" || '|' || ") }} as key_text
    from {{ records }} as records
    {%- if block is mapping %}
    inner join ({{ word_rows(records, 'record_number', block.words) }}) as words
        on records.record_number = words.record_number
    {%- endif %}
    where
        {{ match_only(plan) }}
        {%- for part in parts %}
        and {{ part }} is not null
        {%- endfor %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}
