{#
Why: which fields of an entity survive together is part of its definition (meta.field_groups).
Args: entity: singular name.
Usage: {% set groups = field_groups('customer') %} gives {group: [fields]}
#}
{% macro field_groups(entity) %}
    {{ return(entity_meta(entity).get('field_groups', {})) }}
{% endmacro %}
