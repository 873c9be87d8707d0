{#
Why: a table of the matching knows up to which build it has seen every change, and whether that was
by the same rules; of what was touched since, it makes its rows anew.
Args: touched: the entity's log of touched records; earlier: the table as last built, with made_at
and made_by; rules: SQL of the text that made_by holds now. A select statement for a CTE:
record_number, each once.
Usage: touched as ({{ match_touched(touched, earlier, rules) }})
#}
{% macro match_touched(touched, earlier, rules) %}
    select distinct record_number
    from {{ touched }}
    where touched_at > coalesce(
        (select max(made_at) from {{ earlier }} where made_by = {{ rules }}),
        cast('0001-01-01' as timestamp)
    )
{% endmacro %}
