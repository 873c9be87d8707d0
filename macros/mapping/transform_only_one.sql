{#
Why: a reference that is one field of an entity says nothing when the system gives several.
Args: texts: list of SQL: the one, then the next; nothing when the next holds anything.
Usage: - {target: invoice_record_id, source: ["Lines[0].Id", "Lines[1].Id"], transform: only_one}
#}
{% macro transform_only_one(texts) -%}
    case
        when
            {%- for text in texts[1:] %}
            {{ 'and ' if not loop.first }}nullif(trim({{ text }}), '') is null
            {%- endfor %}
            then {{ texts[0] }}
    end
{%- endmacro %}
