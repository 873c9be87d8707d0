{#
Why: which fields of its stream a staging model reads, by what name in the payload.
Args: staging: of staging_models.
Usage: {% for one in drift_paths(staging) %} gives path (positions as []), target (none for what only
keep_if, a key or an option reads), codes and is_required (and read from nowhere else)
#}
{% macro drift_paths(staging) %}
    {% set meta = staging.node.config.meta %}
    {% set prefix = drift_prefix(staging) %}
    {% set entries = meta.get('mapping', []) | list %}
    {% for models in (var('mapping_overrides', {}) or {}).values() %}
        {% do entries.extend(models.get(staging.name, [])) %}
    {% endfor %}
    {% set found = [] %}
    {% for entry in entries %}
        {% set sources = as_list(entry.get('source')) %}
        {% for source in sources %}
            {% do found.append({
                'path': source, 'target': entry.target, 'codes': entry.get('codes'),
                'is_required': entry.get('required', false) and sources | length == 1,
            }) %}
        {% endfor %}
        {% for option in ['currency', 'country', 'unit'] if entry.get(option) %}
            {% set given = entry[option] %}
            {% do found.append({'path': given.get('path') if given is mapping else given}) %}
        {% endfor %}
    {% endfor %}
    {% for condition in as_list(meta.get('keep_if')) %}
        {% do found.append({'path': condition.source}) %}
    {% endfor %}
    {% do found.append({'path': meta.get('parent', {}).get('key')}) %}
    {% set paths = [] %}
    {% for one in found if one.path and one.path != '.' %}
        {% do paths.append({
            'path': prefix ~ modules.re.sub('\\[[0-9]+\\]', '[]', one.path), 'target': one.target,
            'codes': one.codes, 'is_required': one.is_required or false,
        }) %}
    {% endfor %}
    {{ return(paths) }}
{% endmacro %}
