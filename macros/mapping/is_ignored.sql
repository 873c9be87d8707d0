{#
Why: some fields are read only for the few values that mean something; the rest is no fault.
Args: target: of the plan.
Usage: {% if not is_ignored(target) %}
#}
{% macro is_ignored(target) %}
    {% set others = target.variants | rejectattr('on_unreadable', 'equalto', 'ignore') | list %}
    {{ return(others | length == 0) }}
{% endmacro %}
