{#
Why: an equation of the ledger and the keys behind its difference meet by one text.
Args: none; the relation has equation, connection, stream, entity, staging_model and load_id.
Usage: {{ ledger_key() }} as ledger_key
#}
{% macro ledger_key() -%}
    {{ join_texts(
        ['equation', 'connection', 'stream', 'entity', 'staging_model', 'load_id'], ' '
    ) }}
{%- endmacro %}
