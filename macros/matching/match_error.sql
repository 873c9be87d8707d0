{#
Why: every refusal of a matching plan reads alike: where, and what is wrong.
Args: place: plan, comparison, level; problem: a sentence without its full stop.
Usage: {{ match_error('person.given_name', 'a comparison has at most 8 levels') }}
#}
{% macro match_error(place, problem) %}
    {{ exceptions.raise_compiler_error('Matching plan ' ~ place ~ ': ' ~ problem ~ '.') }}
{% endmacro %}
