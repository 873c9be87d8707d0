{#
Why: the columns whose words a plan weighs by rarity, so that those and no others are prepared.
Args: levels: of a comparison, or the parts of one level. A text of names with blanks between them.
Usage: {% set columns = match_word_columns(comparison.levels).split() %}
#}
{% macro match_word_columns(levels) -%}
    {%- for level in levels -%}
        {{ level.weighed_words.of ~ ' ' if level.weighed_words is defined }}
        {{- match_word_columns(level.get('all', []) + level.get('any', [])) }}
    {%- endfor -%}
{%- endmacro %}
