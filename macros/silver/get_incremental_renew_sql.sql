{#
Why: of a table of pairs only the part that a change reached is made anew. dbt finds a strategy by
its macro's name (https://docs.getdbt.com/docs/build/incremental-strategy, custom strategies).
Args: arguments: dbt's; its unique_key lists columns. A row of the model without made_by says which
rows make way: those with the same value in any of these columns. The other rows are added.
Usage: config(incremental_strategy='renew', unique_key=['record_number', 'linked_record_number'])
#}
{% macro get_incremental_renew_sql(arguments) %}
    {%- set columns = arguments.dest_columns | map(attribute='quoted') | join(', ') %}
    delete from {{ arguments.target_relation }}
    where
        made_by is null
        {%- for column in arguments.unique_key %}
        or {{ column }} in (
            select {{ column }} from {{ arguments.temp_relation }}
            where made_by is null and {{ column }} is not null
        )
        {%- endfor %};

    insert into {{ arguments.target_relation }} ({{ columns }})
    select {{ columns }} from {{ arguments.temp_relation }}
    where made_by is not null
{% endmacro %}
