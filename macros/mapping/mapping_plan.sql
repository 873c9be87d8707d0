{#
Why: what a staging model has to do, checked: its targets and the paths they read.
Args: node: the dbt model with config.meta; parent_columns: as check_mapping_entry.
Usage: {% set plan = mapping_plan(model, none) %}
Gives entity, columns, paths, targets [{target, column, data_type, variants}], arrays, keep, key,
is_part, keeps_change_times, reads_deletions.
#}
{% macro mapping_plan(node, parent_columns) %}
    {% set meta = node.config.get('meta', {}) %}
    {% set words = mapping_vocabulary() %}
    {% for key in meta if key not in words.meta_keys %}
        {{ mapping_error(node.name, "meta key '" ~ key ~ "' is unknown. Allowed: "
            ~ words.meta_keys | join(', ')) }}
    {% endfor %}
    {% if not meta.get('entity') %}
        {{ mapping_error(node.name, 'meta.entity is missing') }}
    {% endif %}
    {% set columns = entity_columns(meta.entity, node.name) %}
    {% set paths = [] %}
    {% set entries = meta.get('mapping', []) %}
    {% set targets = plan_targets(node.name, entries, columns, parent_columns, paths) %}
    {{ return({
        'entity': meta.entity, 'columns': columns, 'targets': targets, 'paths': paths,
        'arrays': plan_arrays(node.name, meta.get('arrays', {}), columns, paths),
        'keep': plan_keep_if(node.name, as_list(meta.get('keep_if')), paths),
        'key': plan_path(meta.get('parent', {}).get('key'), node.name, paths),
        'is_part': parent_columns is not none,
        'keeps_change_times': parent_columns is none
            and entity_meta(meta.entity).get('keeps_change_times', false),
        'reads_deletions': targets | map(attribute='variants') | sum(start=[])
            | selectattr('entry.from_deleted', 'defined') | list | length > 0,
    }) }}
{% endmacro %}
