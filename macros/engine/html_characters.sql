{#
Why: &eacute; &#233; and &#xe9; each name one character; a name that is not known stays as it is.
Args: text: SQL; entities: {name: code point}.
Usage: {{ html_characters('title', {'eacute': 233}) }}
#}
{% macro html_characters(text, entities) -%}
    {{ adapter.dispatch('html_characters', 'goldpan')(text, entities) }}
{%- endmacro %}

{# Without lambdas: the names, and the numbers of ASCII and of the names' characters. #}
{% macro default__html_characters(text, entities) -%}
    {%- set state = namespace(sql=text) -%}
    {%- set spellings = [] -%}
    {%- for name, number in entities.items() -%}
        {%- do spellings.append([name, number]) -%}
    {%- endfor -%}
    {%- for number in (range(32, 127) | list + entities.values() | list) | unique -%}
        {%- do spellings.append(['#' ~ number, number]) -%}
    {%- endfor -%}
    {%- for spelling, number in spellings -%}
        {%- set character = "''" if number == 39 else '%c' | format(number) -%}
        {%- set arguments = ", '&" ~ spelling ~ ";', '" ~ character ~ "')" -%}
        {%- set state.sql = 'replace(' ~ state.sql ~ arguments -%}
    {%- endfor -%}
    {{ state.sql }}
{%- endmacro %}

{# https://duckdb.org/docs/stable/sql/functions/lambda: a piece after '&' begins with its entity. #}
{% macro duckdb__html_characters(text, entities) -%}
    list_reduce(
        string_split({{ text }}, '&'),
        lambda done, piece: done || case
            when regexp_matches(piece, '^#[0-9]{1,6};')
                then chr(cast(regexp_extract(piece, '^#([0-9]+);', 1) as integer))
                || substr(piece, instr(piece, ';') + 1)
            when regexp_matches(piece, '^#[xX][0-9a-fA-F]{1,5};')
                then chr(cast('0x' || regexp_extract(piece, '^#[xX]([0-9a-fA-F]+);', 1) as integer))
                || substr(piece, instr(piece, ';') + 1)
            else coalesce(
                chr(map {
                    {%- for name, number in entities.items() -%}
                        '{{ name }}': {{ number }}{{ ', ' if not loop.last }}
                    {%- endfor -%}
                }[nullif(regexp_extract(piece, '^([A-Za-z0-9]+);', 1), '')])
                || substr(piece, instr(piece, ';') + 1),
                '&' || piece
            )
        end
    )
{%- endmacro %}
