{#
Why: a record that changed yesterday does not make its old values new: each field has a change time
of its own where versions show it, else the record's.
Args: fields: names of the unit; paths: JSONPaths of all golden fields, {field: path}.
Usage: {{ field_times(['email'], paths) }} as field_changed_at
#}
{% macro field_times(fields, paths) -%}
    {%- set times = [] -%}
    {%- for name in fields -%}
        {%- set text = json_field('change_times', paths.values() | list,
            (paths.keys() | list).index(name)) -%}
        {%- do times.append('coalesce(' ~ cast_or_null(text, 'timestamp') ~ ', changed_at)') -%}
    {%- endfor -%}
    {{ times[0] if times | length == 1 else 'greatest(' ~ times | join(', ') ~ ')' }}
{%- endmacro %}
