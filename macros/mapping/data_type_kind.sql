{#
Why: a type may only fill columns of its own kind.
Args: data_type: as written in the entity's YAML.
Usage: {{ data_type_kind('decimal(18, 4)') }} gives number
#}
{% macro data_type_kind(data_type) %}
    {% set base = data_type.lower().split('(')[0].strip() %}
    {% if base in ['text', 'varchar', 'string', 'json', 'character varying'] %}{{ return('text') }}
    {% elif base in ['boolean', 'bool'] %}{{ return('boolean') }}
    {% elif base.startswith('timestamp') or base in ['date', 'datetime'] %}{{ return('date') }}
    {% else %}{{ return('number') }}
    {% endif %}
{% endmacro %}
