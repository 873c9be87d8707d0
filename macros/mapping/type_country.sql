{#
Why: ISO 3166-1 alpha-2 from a code or a name in any of two dozen languages (seed country_names).
Args: text: SQL; options: lookup (country_lookup alias).
Usage: - {target: country, source: address.country, type: country}
#}
{% macro type_country(text, options) -%}
    {{ options.lookup }}.country_code
{%- endmacro %}
