{#
Why: each equation of the ledger has its own way to name the keys behind a difference.
Args: imbalance: of ledger_imbalances. SQL of a select, or empty where only counts are known.
Usage: {{ ledger_keys_of(imbalance) }}
#}
{% macro ledger_keys_of(imbalance) -%}
    {%- set links = entity_links() -%}
    {%- set waits_for = [ref('ledger_entries'), ref('ledger_exclusions')] -%}
    {%- if imbalance.equation in ['appended', 'versions'] -%}
        {%- for one in bronze_streams()
            if one.system == imbalance.system and one.stream == imbalance.stream -%}
        {{ ledger_bronze_keys(one) }}
        {%- endfor -%}
    {%- else -%}
        {%- for one in staging_models()
            if one.system == imbalance.system and one.stream == imbalance.stream
            and one.entity == imbalance.entity -%}
        {{ ledger_link_keys(one, links[one.entity]) if imbalance.equation == 'linked'
            else ledger_staging_keys(one) }}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
