{#
Why: web addresses people type without https:// get it; what has no host is unreadable.
Args: text: SQL; options: none used.
Usage: - {target: website_url, source: website, type: url}
#}
{% macro type_url(text, options) -%}
    case
        when {{ matches(text, '^[Hh][Tt][Tt][Pp][Ss]?://[^\\s/?#]+[^\\s]*$') }} then {{ text }}
        when {{ matches(text, '^(//)?' ~ host_pattern() ~ '([:/?#][^\\s]*)?$') }}
            then 'https://' || {{ replace_matches(text, '^//', '') }}
    end
{%- endmacro %}
