{#
Why: thousands separators and decimal commas go; what is no number becomes null.
Args: text: SQL; format: point (1,234.50) or comma (1.234,50; 1 234,50; 1'234,50).
Usage: {{ number_text('raw_total', 'comma') }}
#}
{% macro number_text(text, format='point') -%}
    {%- if format == 'comma' -%}
    case
        when {{ matches(text, "^[+-]?([0-9]+|[0-9]{1,3}([. '\u00a0\u202f][0-9]{3})+)(,[0-9]+)?$") }}
            then replace({{ replace_matches(text, "[. '\u00a0\u202f]", '') }}, ',', '.')
    end
    {%- else -%}
    case
        when {{ matches(text, '^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$') }}
            then {{ text }}
        when {{ matches(text, '^[+-]?[0-9]{1,3}(,[0-9]{3})+([.][0-9]+)?$') }}
            then replace({{ text }}, ',', '')
    end
    {%- endif -%}
{%- endmacro %}
