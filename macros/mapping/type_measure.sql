{#
Why: a number in the unit that another field (or a constant) names, brought to one unit.
Args: text: SQL; options: data_type, lookup and to_lookup (aliases of unit_lookup rows).
Usage: - {target: weight_grams, source: weight, type: measure, unit: weight_unit, to_unit: g}
#}
{% macro type_measure(text, options) -%}
    {%- set number = cast_or_null(number_text(text), 'decimal(24, 8)') -%}
    case
        when {{ options.lookup }}.dimension = {{ options.to_lookup }}.dimension
            then {{ cast_or_null(
                'round(cast(' ~ number ~ ' as double precision) * '
                ~ options.lookup ~ '.units_in_base / ' ~ options.to_lookup ~ '.units_in_base, 6)',
                options.data_type
            ) }}
    end
{%- endmacro %}
