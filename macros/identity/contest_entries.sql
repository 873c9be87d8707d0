{#
Why: one row for each record that holds a value where the records of a golden thing differ. The
fields of a group are numbered: key_1, text_1, former_1 …, null beyond its size.
Args: units: survival_units; fields: {name: data type}; compared_as: the entity's meta; paths:
version_paths; relation: CTE of competing members with <unit>__is_contested, filled_count,
change_times and former_lists. A select statement for a CTE.
Usage: entries as ({{ contest_entries(units, fields, compared_as, paths, 'flagged') }})
#}
{% macro contest_entries(units, fields, compared_as, paths, relation) -%}
    {%- set width = units.values() | map('length') | max -%}
    {%- set all_paths = paths.values() | list -%}
    {%- for unit, names in units.items() %}
    {%- set alone = names | length == 1 -%}
    {%- set kind = data_type_kind(fields[names[0]]) if alone else 'group' %}
    {%- set texts = [] -%}
    {%- for name in names -%}{%- do texts.append('cast(' ~ name ~ ' as text)') -%}{%- endfor %}
    select
        founder_number,
        golden_id,
        record_number,
        connection,
        system,
        '{{ unit }}' as field,
        {{ unit_text(names) }} as exact_text,
        {{ texts[0] if alone else join_texts(texts, ', ') }} as value_text,
        {%- for place in range(width) %}
        {%- if place < names | length %}
        {{ texts[place] }} as text_{{ place }},
        {{ comparable_field(names[place], fields[names[place]], compared_as) }} as key_{{ place }},
        {{ json_field('former_lists', all_paths, (paths.keys() | list).index(names[place])) }}
            as former_{{ place }},
        {%- else %}
        cast(null as text) as text_{{ place }},
        cast(null as text) as key_{{ place }},
        cast(null as text) as former_{{ place }},
        {%- endif %}
        {%- endfor %}
        {%- if kind == 'number' %}
        cast({{ names[0] }} as double precision) as value_number,
        {%- elif kind == 'date' %}
        cast({{ epoch_microseconds('cast(' ~ names[0] ~ ' as timestamp)') }} as double precision)
            as value_number,
        {%- else %}
        cast(null as double precision) as value_number,
        {%- endif %}
        {{ 'filled_count' if alone else filled_count(names) }} as filled_count,
        {{ field_times(names, paths) }} as field_changed_at,
        record_created_at,
        changed_at as record_changed_at
    from {{ relation }}
    where {{ unit }}__is_contested and coalesce({{ texts | join(', ') }}) is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
