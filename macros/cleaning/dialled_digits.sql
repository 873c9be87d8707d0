{#
Why: what one would dial: digits, after a + where the country is named; no extension.
Args: text: SQL.
Usage: {{ dialled_digits("'+44 (0)20 7946-0958 ext. 12'") }} gives +442079460958
#}
{% macro dialled_digits(text) -%}
    {%- set without_extension = replace_matches(
        'lower(' ~ text ~ ')', '[ ,;]*(ext[.]?|extension|x|#)[ .:]*[0-9]{1,6} *$', ''
    ) -%}
    {%- set without_trunk = replace_matches(
        without_extension, '^( *(?:[+]|00)[0-9 ]{1,4})[(]0[)]', '\\1'
    ) -%}
    {%- set digits = replace_matches(
        replace_matches(without_trunk, '^[^0-9+]*', ''), '([0-9+])[^0-9]+', '\\1'
    ) -%}
    {{ replace_matches(replace_matches(digits, '[^0-9+]', ''), '^00', '+') }}
{%- endmacro %}
