{#
Why: records that do not speak for the entity are left out.
Args: plan: as keep_test.
Usage: from parsed {{ keep_condition(plan) }}
#}
{% macro keep_condition(plan) -%}
    {%- if plan.keep %}
    where {{ keep_test(plan) }}
    {%- endif -%}
{%- endmacro %}
