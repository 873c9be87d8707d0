{#
Why: the materialization of staging models, which keeps what no new version, rule, seed or decision
can have changed. The first line of a model's SQL says what is to be done (staging_state).
Args: default: for every engine.
Usage: +materialized: staging
#}
{% materialization staging, default %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type='table') -%}
    {%- set words = compiled_code.split('\n')[0].split(' ') -%}
    {%- set mode = words[2] if words[:2] == ['--', 'staged:'] else 'whole' -%}
    {{ run_hooks(pre_hooks) }}
    {% if existing is not none and not existing.is_table %}
        {% do adapter.drop_relation(existing) %}
    {% endif %}
    {% if mode == 'missing' %}
        {% call statement('forget_stale') -%}
            {{ forget_stale(target, staging_origin(model)) }}
        {%- endcall %}
    {% endif %}
    {% call statement('main') -%}
        {%- if mode == 'whole' %}{{ replace_table(target, compiled_code) }}
        {%- elif mode == 'missing' %}insert into {{ target }} {{ compiled_code }}
        {%- else %}select 1 as nothing_changed
        {%- endif %}
    {%- endcall %}
    {% if mode != 'nothing' %}
        {% call statement('note_inputs') -%}
            {{ note_inputs(model.name, "'" ~ words[3:] | join(' ') ~ "'") }}
        {%- endcall %}
        {% do create_indexes(target) if mode == 'whole' %}
        {% do persist_docs(target, model) %}
    {% endif %}
    {{ run_hooks(post_hooks) }}
    {% do adapter.commit() %}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}
