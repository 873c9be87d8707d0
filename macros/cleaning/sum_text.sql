{#
Why: numbers that are still text, added or taken away; what is no number shows in the result.
Args: texts: list of SQL; operator: + or -, between the first and the others.
Usage: {{ sum_text(['gross', 'discount'], '-') }}
#}
{% macro sum_text(texts, operator) -%}
    {%- set terms, words, tests = [], [], [] -%}
    {%- for text in texts -%}
        {%- do terms.append('coalesce(' ~ cast_or_null(present_text(text, 'decimal'), 'decimal(28, 8)') ~ ', 0)') -%}
        {%- do words.append(present_text(text, 'decimal')) -%}
        {%- do tests.append(
            'coalesce(' ~ matches(present_text(text, 'decimal'), '^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)$') ~ ', true)'
        ) -%}
    {%- endfor -%}
    case
        when coalesce({{ words | join(', ') }}) is null then null
        when {{ tests | join(' and ') }}
            then cast({{ terms | join(' ' ~ operator ~ ' ') }} as text)
        else {{ join_texts(words, ' ' ~ operator ~ ' ') }}
    end
{%- endmacro %}
