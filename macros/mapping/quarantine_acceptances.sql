{#
Why: a record that a person accepts as it is passes, marked with who said so and why.
Args: decisions: relation of the seed quarantine_decisions. A select statement for a CTE.
Usage: acceptances as ({{ quarantine_acceptances(seeds.quarantine_decisions) }})
Gives quarantine_id and acceptance, a sentence.
#}
{% macro quarantine_acceptances(decisions) -%}
    select
        quarantine_id,
        max('accepted as it is by ' || decided_by || ' on ' || decided_at || ': ' || why)
            as acceptance
    from {{ decisions }}
    where decision = 'accept'
    group by quarantine_id
{%- endmacro %}
