{#
Why: dbt learns what a model reads before its mapping can be seen: all are named here.
Args: codes: ref of the system's code-list seed, or none.
Usage: {% set seeds = mapping_seeds(ref('codes_shopify')) %}
#}
{% macro mapping_seeds(codes) %}
    {{ return({
        'codes': codes, 'countries': ref('countries'), 'country_names': ref('country_names'),
        'calling_codes': ref('calling_codes'), 'currencies': ref('currencies'),
        'currency_names': ref('currency_names'), 'units': ref('units'),
        'quarantine_decisions': ref('quarantine_decisions'),
    }) }}
{% endmacro %}
