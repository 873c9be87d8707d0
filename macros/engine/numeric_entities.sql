{#
Why: &#8217; and &#x2019; name any character by its number.
Args: text: SQL.
Usage: {{ numeric_entities('title') }}
#}
{% macro numeric_entities(text) -%}
    {{ adapter.dispatch('numeric_entities', 'goldpan')(text) }}
{%- endmacro %}

{# Without lambdas only the entities that browsers' forms write are known: ASCII and punctuation. #}
{% macro default__numeric_entities(text) -%}
    {%- set state = namespace(sql=text) -%}
    {%- set known = [160, 8211, 8212, 8216, 8217, 8220, 8221, 8230, 8364] -%}
    {%- for number in range(32, 127) | list + known -%}
        {%- set character = "''" if number == 39 else '%c' | format(number) -%}
        {%- set arguments = ", '&#" ~ number ~ ";', '" ~ character ~ "')" -%}
        {%- set state.sql = 'replace(' ~ state.sql ~ arguments -%}
    {%- endfor -%}
    {{ state.sql }}
{%- endmacro %}

{# https://duckdb.org/docs/stable/sql/functions/lambda: a piece after '&#' begins with it. #}
{% macro duckdb__numeric_entities(text) -%}
    list_reduce(
        string_split({{ text }}, '&#'),
        lambda done, piece: done || case
            when regexp_matches(piece, '^[0-9]{1,6};')
                then chr(cast(regexp_extract(piece, '^([0-9]+);', 1) as integer))
                || substr(piece, instr(piece, ';') + 1)
            when regexp_matches(piece, '^[xX][0-9a-fA-F]{1,5};')
                then chr(cast('0x' || regexp_extract(piece, '^[xX]([0-9a-fA-F]+);', 1) as integer))
                || substr(piece, instr(piece, ';') + 1)
            else '&#' || piece
        end
    )
{%- endmacro %}
