{#
Why: a decision is shown with its author, its day and its reason.
Args: none; over the columns decided_by, decided_at and why.
Usage: {{ decision_reason() }} as rule_reason
#}
{% macro decision_reason() -%}
    'decided by ' || decided_by || ' on ' || cast(cast(decided_at as date) as text) || ': ' || why
{%- endmacro %}
