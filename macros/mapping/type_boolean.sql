{#
Why: yes and no in the words of APIs and spreadsheets, or of a vendor (a code list of true, false).
Args: text: SQL; options: codes (list's name) and lookup (code_lookup alias) for a vendor's words.
Usage: - {target: is_taxable, source: taxable, type: boolean}
#}
{% macro type_boolean(text, options) -%}
    {%- if options.codes -%}
    {%- set text = options.lookup ~ '.code' -%}
    {%- endif -%}
    case
        when lower({{ text }}) in ('true', 't', 'yes', 'y', '1', '1.0', 'on') then true
        when lower({{ text }}) in ('false', 'f', 'no', 'n', '0', '0.0', 'off') then false
    end
{%- endmacro %}
