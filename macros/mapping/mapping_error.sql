{#
Why: every refusal of a mapping reads alike: which model, what is wrong, what is allowed.
Args: place: model (and target); problem: a sentence without its full stop.
Usage: {{ mapping_error('stg_shopify__orders.status', "type 'kode' is unknown. Got: …") }}
#}
{% macro mapping_error(place, problem) %}
    {{ exceptions.raise_compiler_error('Mapping of ' ~ place ~ ': ' ~ problem ~ '.') }}
{% endmacro %}
