{#
Why: keys are looked for only where the ledger does not balance; in a good build that costs nothing.
Args: ledger: relation of record_ledger.
Usage: {% for one in ledger_imbalances(ref('record_ledger')) %} gives equation, system, stream,
entity and staging_model of equations with a difference; nothing while dbt parses
#}
{% macro ledger_imbalances(ledger) %}
    {% if not execute or load_relation(ledger) is none %}{{ return([]) }}{% endif %}
    {% set asked %}
        select distinct equation, system, stream, entity, staging_model from {{ ledger }}
        where difference <> 0
        order by equation, system, stream, entity, staging_model
    {% endset %}
    {% set found = [] %}
    {% for equation, system, stream, entity, staging_model in run_query(asked).rows %}
        {% do found.append({
            'equation': equation, 'system': system, 'stream': stream, 'entity': entity,
            'staging_model': staging_model,
        }) %}
    {% endfor %}
    {{ return(found) }}
{% endmacro %}
