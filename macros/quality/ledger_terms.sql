{#
Why: an equation is written as its terms: what stands left, what stands right, by name.
Args: equation: its name; relation: CTE or relation with one column per term, system, connection,
stream, entity, staging_model and load_id; left, right: {name of the term: SQL of its amount}.
Usage: {{ ledger_terms('versions', 'streams', {'versions': 'version_count'}, {…}) }}
#}
{% macro ledger_terms(equation, relation, left, right) -%}
    {%- for side, terms in [['left', left], ['right', right]] -%}
    {%- set is_last_side = loop.last -%}
    {%- for term, amount in terms.items() %}
    select
        '{{ equation }}' as equation,
        system,
        connection,
        stream,
        entity,
        staging_model,
        load_id,
        '{{ side }}' as side,
        '{{ term }}' as term,
        {{ amount }} as amount
    from {{ relation }}
    {{ 'union all' if not (is_last_side and loop.last) }}
    {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}
