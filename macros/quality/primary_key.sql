{#
Why: a key that names one row is neither missing nor there twice: one test, one pass over the table.
Args: model, column_name: given by dbt.
Usage: data_tests: [primary_key]
#}
{% test primary_key(model, column_name) %}
select
    {{ column_name }},
    count(*) as row_count
from {{ model }}
group by {{ column_name }}
having count(*) > 1 or {{ column_name }} is null
{% endtest %}
