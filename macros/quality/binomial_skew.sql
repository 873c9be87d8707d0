{#
Why: the function g of Peizer and Pratt's normal deviate; near 1 its terms cancel, so its series.
Args: ratio: SQL number above 0, observed to expected.
Usage: {{ binomial_skew('hits / expected_hits') }}; see binomial_z
#}
{% macro binomial_skew(ratio) -%}
    case
        when abs({{ ratio }} - 1) < 0.001
            then (1 - {{ ratio }}) / 3 + ({{ ratio }} - 1) * ({{ ratio }} - 1) / 6
        else (1 - {{ ratio }} * {{ ratio }} + 2 * {{ ratio }} * ln({{ ratio }}))
            / ((1 - {{ ratio }}) * (1 - {{ ratio }}))
    end
{%- endmacro %}
