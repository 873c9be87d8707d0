{#
Why: a key that is misspelt would be left out in silence; a key that is missing would match wrongly.
Args: given: a mapping; allowed, needed: lists of keys; place: for errors.
Usage: {% do check_match_keys(plan, words.plan_keys, words.needed_keys, 'person') %}
#}
{% macro check_match_keys(given, allowed, needed, place) %}
    {% if given is not mapping %}
        {{ match_error(place, 'is a mapping of ' ~ allowed | join(', ') ~ '. Got: ' ~ given) }}
    {% endif %}
    {% for key in given if key not in allowed %}
        {{ match_error(place, "key '" ~ key ~ "' is unknown. Allowed: " ~ allowed | join(', ')) }}
    {% endfor %}
    {% for key in needed if given[key] is not defined or given[key] is none %}
        {{ match_error(place, key ~ ' is missing') }}
    {% endfor %}
{% endmacro %}
