{#
Why: a field that nobody reads is mapped by pasting one line; its type is a guess from the example.
Args: path, kind, example: SQL; as json_shapes gives them, the path from where the mapping reads; null
without a kind.
Usage: {{ drift_suggestion('source_path', 'leaf_kind', 'example') }}
#}
{% macro drift_suggestion(path, kind, example) -%}
    '- {target: custom.' || {{ drift_snake_case(path) }} || ', source: '''
    || replace({{ path }}, '[]', '[0]') || ''', type: '
    || case
        when {{ kind }} = 'number' then 'decimal'
        when {{ kind }} = 'boolean' then 'boolean'
        when {{ example }} like '9999-99-99a99:99%' then 'timestamp'
        when {{ example }} = '9999-99-99' then 'date'
        when {{ example }} like '%_@_%._%' then 'email'
        when {{ kind }} is not null then 'string'
    end || '}'
{%- endmacro %}
