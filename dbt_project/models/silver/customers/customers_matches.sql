-- noqa: disable=PRS
-- The linter's DuckDB grammar (sqlfluff 4.5) has no `using key`.
{% set plans = match_plans('customers_pairs').values() -%}
{% set density = (plans | map(attribute='density') | list + [0]) | max -%}
with matches as (
    select
        record_number,
        linked_record_number,
        match_weight
    from {{ ref('customers_pairs') }}
    where match_class = 'match'
),

contradictions as (
    select
        record_number,
        'tax_number' as kind,
        tax_key as fact
    from {{ ref('customers_numbered') }}
    where length(tax_key) > 5
    union all
    select
        record_number,
        'company_number' as kind,
        company_number_key as fact
    from {{ ref('customers_numbered') }}
    where company_number_key is not null
),

final as (
    {{- match_guard('matches', 'contradictions', density, [8, 12, 16, 20, 24, 28, 32]) | indent }})

select * from final
