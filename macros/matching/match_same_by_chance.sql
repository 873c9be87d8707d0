{#
Why: how often two records hold the same value of a column, counted over all pairs; a drawing of
pairs does not meet values that thousands of records share by twos and threes.
Args: plan, records: see match_pairs; column. A whole select statement of one number, 0 to 1.
Usage: {{ match_same_by_chance(plan, ref('customers_numbered'), 'email_key') }}
#}
{% macro match_same_by_chance(plan, records, column) %}
with counted as (
    select count(*) as record_count
    from {{ records }} as records
    where {{ match_only(plan) }} and {{ column }} is not null
    group by {{ column }}
)

select
    sum(cast(record_count as double precision) * (record_count - 1))
    / nullif(sum(cast(record_count as double precision)) * (sum(record_count) - 1), 0)
        as same_by_chance
from counted
{% endmacro %}
