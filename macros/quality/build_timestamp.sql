{#
Why: what a build notices gets the time of that build, one for all models; reports use as_of_date.
Args: none. SQL of a timestamp, UTC.
Usage: {{ build_timestamp() }} as noticed_at
#}
{% macro build_timestamp() -%}
    cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S.%f") }}' as timestamp)
{%- endmacro %}
