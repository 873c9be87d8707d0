{#
Why: opt-out flags only know who refused: true is a no, false says nothing about consent.
Args: text: SQL.
Usage: - {target: is_email_opted_in, source: HasOptedOutOfEmail, transform: refusal, type: boolean}
#}
{% macro transform_refusal(text) -%}
    case when lower({{ text }}) in ('true', '1') then 'false' end
{%- endmacro %}
