{#
Why: lags and promises are compared in minutes.
Args: earlier, later: SQL timestamps.
Usage: {{ minutes_between('last_success_at', build_timestamp()) }} as lag_minutes
#}
{% macro minutes_between(earlier, later) -%}
    (({{ epoch_microseconds(later) }} - {{ epoch_microseconds(earlier) }}) / 60000000.0)
{%- endmacro %}
