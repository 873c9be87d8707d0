{#
Why: systems that keep a phone number in parts: country code, area code, number.
Args: texts: list of SQL: country code (with or without +), then the other parts.
Usage: - {target: phone, source: [country, area, number], transform: join_phone}
#}
{% macro transform_join_phone(texts) -%}
    {%- set country = "nullif(" ~ replace_matches(texts[0], '[^0-9]', '') ~ ", '')" -%}
    {%- set number = transform_join_words(texts[1:]) -%}
    case
        when nullif(trim({{ texts[-1] }}), '') is null then null
        when {{ country }} is null or {{ number }} like '+%' then {{ number }}
        else '+' || {{ country }} || ' ' || {{ replace_matches(number, '^[(]?0+', '') }}
    end
{%- endmacro %}
