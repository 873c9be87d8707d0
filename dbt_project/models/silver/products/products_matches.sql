-- noqa: disable=PRS
-- The linter's DuckDB grammar (sqlfluff 4.5) has no `using key`.
{% set plans = match_plans('products_pairs').values() -%}
{% set density = (plans | map(attribute='density') | list + [0]) | max -%}
with matches as (
    select
        record_number,
        linked_record_number,
        match_weight
    from {{ ref('products_pairs') }}
    where match_class = 'match'
),

final as (
    {{- match_guard('matches', none, density, [8, 12, 16, 20, 24, 28, 32]) | indent }})

select * from final
