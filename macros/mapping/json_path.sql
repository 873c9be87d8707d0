{#
Why: mappings name fields by dotted paths; engines want JSONPath. Names with odd characters are quoted.
Args: path: `a.b`, `phones[0].number`, `"Lineitem name"`, or `.` for the whole element; place: for errors.
Usage: {{ json_path('totalPriceSet.shopMoney.amount', 'stg_shopify__orders') }} gives $."totalPriceSet"…
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
    {% for quoted, plain, position in modules.re.findall('"([^"]+)"|([^."\\[\\]]+)|(\\[\\d+\\])', path) %}
        {% do steps.append(position or '."' ~ (quoted or plain) ~ '"') %}
    {% endfor %}
    {{ return('$' ~ steps | join) }}
{% endmacro %}
