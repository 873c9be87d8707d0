{#
Why: "The Copper Kettle Ltd." and "Copper Kettle" are one name: the legal form and "the" say
nothing.
Args: text: SQL of a company's name.
Usage: {{ comparable_company('company_name') }}
#}
{% macro comparable_company(text) -%}
    {%- set forms = 'ltd|limited|plc|llp|llc|inc|incorporated|corp|corporation|co|company|gmbh|mbh'
        ~ '|ag|kg|ohg|ug|ev|se|sa|sas|sarl|srl|sl|spa|bv|nv|ab|oy|as|aps|pty|kk' -%}
    {%- set words = comparable_text("replace(replace(" ~ text ~ ", '&', ' and '), '.', '')") -%}
    nullif(trim({{ replace_matches(
        replace_matches(words, '( (' ~ forms ~ '))+$', ''), '^the ', ''
    ) }}), '')
{%- endmacro %}
