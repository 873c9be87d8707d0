{#
Why: a model that keeps what has not changed reads itself as the last build left it.
Args: this: the model's relation; columns: those it reads of itself. That relation, or none when
everything is to be made: it is not there, lacks a column, or dbt was told --full-refresh.
Usage: {% set earlier = earlier_build(this, ['made_at']) %}
#}
{% macro earlier_build(this, columns) %}
    {% if not execute or model.resource_type != 'model' or should_full_refresh() %}
        {{ return(none) }}
    {% endif %}
    {% set found = load_cached_relation(this) %}
    {% if found is none %}{{ return(none) }}{% endif %}
    {% set present = adapter.get_columns_in_relation(found) | map(attribute='name') | list %}
    {{ return(found if columns | reject('in', present) | list | length == 0 else none) }}
{% endmacro %}
