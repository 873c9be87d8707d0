{#
Why: how records are matched is declared; a declaration that could not be executed as written is
refused, with the place named.
Args: name: of the plan; plan: docs/MATCHING.md has the grammar.
Usage: {% do check_match_plan('person', plan) %}
#}
{% macro check_match_plan(name, plan) %}
    {% set words = match_vocabulary() %}
    {% do check_match_keys(plan, words.plan_keys, words.needed_keys, name) %}
    {% for key in words.shares if plan[key] is defined %}
        {% if plan[key] is not number or plan[key] < 0 or plan[key] > 1 %}
            {{ match_error(name, key ~ ' is a number from 0 to 1. Got: ' ~ plan[key]) }}
        {% endif %}
    {% endfor %}
    {% if plan.max_records_per_key is not integer or plan.max_records_per_key < 2 %}
        {{ match_error(name, 'max_records_per_key is a whole number above 1. Got: '
            ~ plan.max_records_per_key) }}
    {% endif %}
    {% for block in plan.blocks %}
        {% set place = name ~ '.blocks[' ~ loop.index0 ~ ']' %}
        {% if block is mapping %}
            {% do check_match_keys(block, ['words', 'with'], ['words'], place) %}
        {% elif block is string or not block or block | reject('string') | list %}
            {{ match_error(place, 'is a list of columns, or {words: column}. Got: ' ~ block) }}
        {% endif %}
    {% endfor %}
    {% set names = [] %}
    {% for comparison in plan.comparisons %}
        {% do check_match_comparison(comparison, name) %}
        {% if comparison.name in names %}
            {{ match_error(name, 'two comparisons are called ' ~ comparison.name) }}
        {% endif %}
        {% do names.append(comparison.name) %}
    {% endfor %}
    {% for key in ['related', 'namesakes'] %}
        {% for comparison, levels in plan.get(key, {}).items() %}
            {% do match_sign_in(plan, comparison, levels, name ~ '.' ~ key) %}
        {% endfor %}
    {% endfor %}
    {% for veto in plan.get('vetoes', []) %}
        {% set place = name ~ '.vetoes[' ~ loop.index0 ~ ']' %}
        {% do check_match_keys(veto, ['levels', 'unless'], ['levels'], place) %}
        {% for part in [veto.levels, veto.get('unless', {})] %}
            {% for comparison, levels in part.items() %}
                {% do match_sign_in(plan, comparison, levels, place) %}
            {% endfor %}
        {% endfor %}
    {% endfor %}
{% endmacro %}
