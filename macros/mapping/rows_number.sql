{#
Why: whether any of a table's rows came, went or changed is seen by one number.
Args: relation: SQL of a relation; columns: those that count, all of them when left out. A scalar.
Usage: select {{ rows_number(ref('currencies')) }} as seeds_number
#}
{% macro rows_number(relation, columns=none) -%}
    (
        select coalesce(cast(sum({{ row_fingerprint('counted') }}) as text), '0')
        from (select {{ columns | join(', ') if columns else '*' }} from {{ relation }}) as counted
    )
{%- endmacro %}
