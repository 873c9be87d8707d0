{#
Why: codes, countries, currencies, units and calling codes are looked up by joins, one row each.
Args: target, variant, number: as variant_typed.
Usage: from texts {{ variant_lookups(target, variant, 0) }}
#}
{% macro variant_lookups(target, variant, number) -%}
    {%- set stem = target.column ~ '__' ~ number -%}
    {%- set lookup = 'lookup__' ~ stem -%}
    {%- set raw = 'texts.raw__' ~ target.column -%}
    {%- if variant.entry.codes %}
    left join code_lookup as {{ lookup }}
        on {{ lookup }}.code_list = {{ text_literal(variant.entry.codes) }}
        and {{ lookup }}.source_code = lower({{ raw }})
    {%- elif variant.type in ['country', 'currency'] %}
    left join {{ variant.type }}_lookup as {{ lookup }}
        on {{ lookup }}.spelling = {{ name_key(raw) }}
    {%- elif variant.type == 'money_minor' %}
    left join currency_lookup as {{ lookup }}
        on {{ lookup }}.spelling = {{ name_key('texts.' ~ stem ~ '__currency') }}
    {%- elif variant.type == 'measure' %}
    left join unit_lookup as {{ lookup }}
        on {{ lookup }}.spelling = lower(trim(texts.{{ stem }}__unit))
    left join unit_lookup as {{ lookup }}__to
        on {{ lookup }}__to.spelling = {{ text_literal(variant.entry.to_unit | lower) }}
    {%- elif variant.type == 'phone' %}
        {%- set home = lookup ~ '__home' if variant.options.country else none %}
        {%- set international = international_digits('texts.' ~ stem ~ '__dialled', home) %}
        {%- if home %}
    left join country_lookup as {{ home }}
        on {{ home }}.spelling = {{ name_key('texts.' ~ stem ~ '__country') }}
        {%- endif %}
    left join calling_code_lookup as {{ lookup }}
        on {{ lookup }}.calling_code
        = {{ calling_code_of(international) | indent(8) }}
    {%- endif -%}
{%- endmacro %}
