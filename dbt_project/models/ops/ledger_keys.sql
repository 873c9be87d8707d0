{%- set imbalances = ledger_imbalances(ref('record_ledger')) -%}
{%- set waits_for = ledger_keys_of({}) -%}
with found as (
    {%- for imbalance in imbalances %}
    {%- set keys = ledger_keys_of(imbalance) %}
    {%- if keys.strip() %}
    select
        '{{ imbalance.equation }}' as equation,
        {%- for name in ['system', 'stream', 'entity', 'staging_model'] %}
        {{ text_literal(imbalance[name]) if imbalance[name] else 'cast(null as text)' }}
            as {{ name }},
        {%- endfor %}
        keys.connection,
        {{ 'keys.load_id' if imbalance.equation == 'appended' else 'cast(null as text)' }}
            as load_id,
        keys.record_id,
        keys.problem
    from ({{ keys | indent(4) }}) as keys
    union all
    {%- endif %}
    {%- endfor %}
    {{ no_rows({
        'equation': 'text', 'system': 'text', 'stream': 'text', 'entity': 'text',
        'staging_model': 'text', 'connection': 'text', 'load_id': 'text', 'record_id': 'text',
        'problem': 'text',
    }) }}
),

keyed as (
    select
        *,
        {{ ledger_key() }} as ledger_key
    from found
),

numbered as (
    select
        *,
        row_number() over (partition by ledger_key order by record_id, problem) as key_number
    from keyed
),

final as (
    select
        numbered.ledger_key,
        numbered.equation,
        numbered.system,
        numbered.connection,
        numbered.stream,
        numbered.entity,
        numbered.staging_model,
        numbered.load_id,
        numbered.record_id,
        numbered.problem
    from numbered
    inner join {{ ref('record_ledger') }} as ledger on numbered.ledger_key = ledger.ledger_key
    where ledger.difference <> 0 and numbered.key_number <= 1000
)

select * from final
