{#
Why: numbers that are still text, added or taken away; what is no number shows in the result.
Args: texts: list of SQL; operator: + or -, between the first and the others.
Usage: {{ sum_text(['gross', 'discount'], '-') }}
#}
{% macro sum_text(texts, operator) -%}
    {%- set number = '^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)$' -%}
    {%- set terms, words, tests = [], [], [] -%}
    {%- for text in texts -%}
        {%- set word = present_text(text, 'decimal') -%}
        {%- do words.append(word) -%}
        {%- do terms.append('coalesce(' ~ cast_or_null(word, 'decimal(28, 8)') ~ ', 0)') -%}
        {%- do tests.append('coalesce(' ~ matches(word, number) ~ ', true)') -%}
    {%- endfor -%}
    case
        when coalesce({{ words | join(', ') }}) is null then null
        when {{ tests | join(' and ') }}
            then cast({{ terms | join(' ' ~ operator ~ ' ') }} as text)
        else {{ join_texts(words, ' ' ~ operator ~ ' ') }}
    end
{%- endmacro %}
