{#
Why: the weights, in bits, at which an unsound group is cut again, one after the other: from odds of
256 to 1 on, each four times the last.
Args: none. A list.
Usage: {% set weights = match_guard_weights() %}
#}
{% macro match_guard_weights() %}
    {{ return([8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30]) }}
{% endmacro %}
