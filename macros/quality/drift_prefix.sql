{#
Why: the paths of a part count from an element of its array, those of the report from the record.
Args: staging: of staging_models.
Usage: {{ drift_prefix(staging) }} gives line_items[]. for a part, nothing for a stream
#}
{% macro drift_prefix(staging) %}
    {% if staging.bronze %}{{ return('') }}{% endif %}
    {% set arrays = staging.parent.config.meta.arrays %}
    {{ return(arrays[staging.node.config.meta.parent.array] ~ '[].') }}
{% endmacro %}
