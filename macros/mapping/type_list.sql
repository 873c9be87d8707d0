{#
Why: tags and choices as one text joined by ', ', from a JSON array or from separated text.
Args: text: SQL; options: item_path (inside an array's objects), separator (of text, else comma).
Usage: - {target: tags, source: tags, type: list, item: name}
#}
{% macro type_list(text, options) -%}
    {%- set separator = options.separator or ',' -%}
    {%- set between = ' *[' ~ separator ~ ']( *[' ~ separator ~ '])* *' -%}
    nullif(case
        when {{ text }} like '[%' then {{ json_array_text(text, options.item_path) }}
        else {{ replace_matches(replace_matches(text, between, ', '), '^, |, $', '') }}
    end, '')
{%- endmacro %}
