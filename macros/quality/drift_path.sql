{#
Why: a name that holds a date, a number of six digits or a UUID is data; as a path it would be new
every day. A path with an e-mail address is data as a whole, for the address has dots of its own.
Args: path: SQL of a path whose names are joined by dots.
Usage: {{ drift_path('path') }} turns dates.2026-09-21 into dates.*
#}
{% macro drift_path(path) -%}
    {%- set name = '[^.\\[\\]]*' -%}
    {%- set data = '([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{6}|[0-9a-f]{8}-[0-9a-f]{4})' -%}
    {%- set dated = replace_matches(path, '(^|[.])' ~ name ~ data ~ name, '\\1*') -%}
    {{ replace_matches(dated, '^.*[^."\\[\\]]@[A-Za-z0-9-]+[.].*$', '*') }}
{%- endmacro %}
