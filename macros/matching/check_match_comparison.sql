{#
Why: a comparison is weighed by its levels in their order, and each is one sign of a pattern; a
value's rarity is known only where the first level is equality of that value.
Args: comparison: one of a plan; place: the plan.
Usage: {% do check_match_comparison(comparison, 'person') %}
#}
{% macro check_match_comparison(comparison, place) %}
    {% set words = match_vocabulary() %}
    {% set place = place ~ '.' ~ (comparison.name or 'comparisons') %}
    {% set needed = ['name', 'of', 'differs', 'levels'] %}
    {% do check_match_keys(comparison, words.comparison_keys, needed, place) %}
    {% if comparison.levels | length > words.most_levels or not comparison.levels %}
        {{ match_error(place, 'a comparison has 1 to ' ~ words.most_levels ~ ' levels. Got: '
            ~ comparison.levels | length) }}
    {% endif %}
    {% set names = ['different'] %}
    {% for level in comparison.levels %}
        {% if not level.name or level.name in names %}
            {{ match_error(place, 'level ' ~ loop.index ~ ' needs a name of its own. Got: '
                ~ (level.name or 'none')) }}
        {% endif %}
        {% do names.append(level.name) %}
        {% do check_match_way(level, place ~ '.' ~ level.name) %}
    {% endfor %}
    {% set first = comparison.levels[0].exact %}
    {% if comparison.frequency is defined and first is string and comparison.frequency != first
        or comparison.frequency is defined and first is not defined %}
        {{ match_error(place, 'frequency ' ~ comparison.frequency
            ~ ' needs the first level to be exact: ' ~ comparison.frequency) }}
    {% endif %}
{% endmacro %}
