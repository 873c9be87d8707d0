{#
Why: "now" is the vendors' clock at the last load, so that a repeated build gives the same.
Args: none; var as_of_date (YYYY-MM-DD) sets it to the end of that day.
Usage: where due_at < {{ as_of_timestamp() }}
#}
{% macro as_of_timestamp() -%}
    {%- set clock = source('bronze_meta', 'requests') -%}
    {%- set day = var('as_of_date', '') | string -%}
    {%- if execute and day and not modules.re.fullmatch('[0-9]{4}-[0-9]{2}-[0-9]{2}', day) -%}
        {{ exceptions.raise_compiler_error('var as_of_date is written YYYY-MM-DD. Got: ' ~ day) }}
    {%- elif day -%}
    cast('{{ day }} 23:59:59' as timestamp)
    {%- else -%}
    (select coalesce(max(server_date), max(requested_at)) from {{ clock }})
    {%- endif -%}
{%- endmacro %}
