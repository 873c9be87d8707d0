{#
Why: which records of an entity are watched: those alive whose day is within the time that is looked
at, whatever their verdict, for a record in quarantine happened all the same.
Args: relation: the records model; at: its time column; today: SQL date. SQL of a from and a where
clause.
Usage: select count(*) {{ watched_records(ref('orders_records'), 'ordered_at', as_of_date()) }}
#}
{% macro watched_records(relation, at, today) -%}
    from {{ relation }}
    where
        not is_deleted
        and {{ at }} is not null
        and {{ days_between(at, today) }} between 0 and {{ var('anomaly_history_days') }}
{%- endmacro %}
