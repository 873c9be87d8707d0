{#
Why: a table that no select fills gets its rows in statements of a bounded size.
Args: relation; rows: lists of SQL expressions, in the order of its columns.
Usage: {% do append_rows(relation, [["'a'", 1], ["'b'", 2]]) %}
#}
{% macro append_rows(relation, rows) %}
    {% for part in rows | batch(500) %}
        {% set lines = [] %}
        {% for row in part %}{% do lines.append('(' ~ row | join(', ') ~ ')') %}{% endfor %}
        {% call statement('append_rows', auto_begin=true) %}
            insert into {{ relation }} values {{ lines | join(', ') }}
        {% endcall %}
    {% endfor %}
    {% do adapter.commit() %}
{% endmacro %}
