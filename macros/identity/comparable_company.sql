{#
Why: "The Copper Kettle Ltd." and "Copper Kettle" are one name: the legal form and "the" say
nothing.
Args: text: SQL of a company's name.
Usage: {{ comparable_company('company_name') }}
#}
{% macro comparable_company(text) -%}
    {%- set forms = 'ltd|limited|plc|llp|llc|inc|incorporated|corp|corporation|co|company|gmbh|mbh'
        ~ '|ag|kg|ohg|ug|ek|ev|se|sa|sas|sarl|srl|sl|spa|bv|nv|vof|ab|oy|as|aps|pty|kk|llp|lda|sro|doo'
        ~ '|zoo|sp z oo|sp zoo|αε|επε|οε|ооо|оао|ип|пп|тов|фоп|有限公司|株式会社|ltda|and' -%}
    {%- set words = comparable_text("replace(replace(" ~ text ~ ", '&', ' and '), '.', '')") -%}
    nullif(trim({{ replace_matches(
        replace_matches(words, '( (' ~ forms ~ '))+$', ''), '^the ', ''
    ) }}), '')
{%- endmacro %}
