{#
Why: two values that differ only in spelling, case or spaces do not contradict each other.
Args: name, data_type: of the field; compared_as: the entity's meta.compared_as, {comparison:
[fields]}; texts are compared as text and all else exactly where it says nothing.
Usage: {{ comparable_field('tax_number', 'text', {'code': ['tax_number']}) }}
#}
{% macro comparable_field(name, data_type, compared_as) -%}
    {%- set chosen = [] -%}
    {%- for comparison, fields in compared_as.items() if name in fields -%}
        {%- do chosen.append(comparison) -%}
    {%- endfor -%}
    {%- set usual = 'text' if data_type_kind(data_type) == 'text' else 'exact' -%}
    {%- set comparison = (chosen + [usual]) | first -%}
    {%- set plain = 'cast(' ~ name ~ ' as text)' -%}
    {%- if comparison == 'nothing' -%}
    cast(null as text)
    {%- elif comparison == 'exact' -%}
    {{ plain }}
    {%- elif comparison == 'code' -%}
    coalesce({{ comparable_code(plain) }}, {{ plain }})
    {%- elif comparison == 'email' -%}
    {{ comparable_email(plain) }}
    {%- elif comparison == 'text' -%}
    coalesce({{ comparable_text(plain) }}, {{ plain }})
    {%- else -%}
    {{ mapping_error(name, 'compared_as is one of '
        ~ survivorship_vocabulary().comparisons | join(', ') ~ '. Got: ' ~ comparison) }}
    {%- endif -%}
{%- endmacro %}
