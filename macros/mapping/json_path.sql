{#
Why: mappings name fields by dotted paths; engines want JSONPath, every name quoted.
Args: path: `a.b`, `phones[0].number`, `"Lineitem name"`, `.` (the whole); place: for errors.
Usage: {{ json_path('customer.id', 'stg_shopify__orders') }} gives $."customer"."id"
#}
{% macro json_path(path, place) %}
    {% if path == '.' %}{{ return('$') }}{% endif %}
    {% set step = '(?:"[^"]+"|[^."\\[\\]*]+)(?:\\[\\d+\\])*' %}
    {% if not modules.re.fullmatch(step ~ '(?:\\.' ~ step ~ ')*', path) %}
        {{ mapping_error(place, "source '" ~ path ~ "' is not a path. Write steps joined by dots,"
            ~ ' positions as [0], and names with other characters in double quotes; arrays as a'
            ~ ' whole belong under meta.arrays') }}
    {% endif %}
    {% set steps = [] %}
    {% set parts = modules.re.findall('"([^"]+)"|([^."\\[\\]]+)|(\\[\\d+\\])', path) %}
    {% for quoted, plain, position in parts %}
        {% do steps.append(position or '."' ~ (quoted or plain) ~ '"') %}
    {% endfor %}
    {{ return('$' ~ steps | join) }}
{% endmacro %}
