{#
Why: DuckDB multiplies two decimals of 18 digits within 18 digits and overflows; a factor of 38
digits gives the product room (https://duckdb.org/docs/stable/sql/data_types/numeric).
Args: number: SQL number.
Usage: round({{ wide('orders.total_amount') }} * rates.exchange_rate, 2)
#}
{% macro wide(number) -%}
    cast({{ number }} as numeric(38, 8))
{%- endmacro %}
