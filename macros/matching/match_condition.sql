{#
Why: when two records l and r agree in the way that a comparison level names. The ways are:
exact: column or list · near: {of, at_least} · edits: {of, at_most} · begins: {of, letters} ·
initial: column · words: {of, at_least} · weighed_words: {of, at_least} · contains: column ·
unlike: column · swapped: [a, b] · crossed: [a, b] · within: {of, share} ·
apart: {of, at_most} · all: [levels] · any: [levels]
Args: level: a mapping with one of them; place: for errors.
Usage: {{ match_condition({'near': {'of': 'family_key', 'at_least': 0.92}}, 'person.family_name') }}
#}
{% macro match_condition(level, place) -%}
    {%- do check_match_way(level, place) -%}
    {%- set way = level | reject('in', ['name', 'says']) | first -%}
    {%- set given = level[way] -%}
    {%- if way == 'exact' -%}
        {%- for column in ([given] if given is string else given) -%}
            {{ ' and ' if not loop.first }}l.{{ column }} = r.{{ column }}
        {%- endfor -%}
    {%- elif way == 'near' -%}
        {{ text_similarity('l.' ~ given.of, 'r.' ~ given.of) }} >= {{ given.at_least }}
    {%- elif way == 'edits' -%}
        {{ text_edits('l.' ~ given.of, 'r.' ~ given.of, given.at_most) }}
    {%- elif way == 'begins' -%}
        substr(l.{{ given.of }}, 1, {{ given.letters }})
        = substr(r.{{ given.of }}, 1, {{ given.letters }})
    {%- elif way == 'initial' -%}
        (length(l.{{ given }}) = 1 or length(r.{{ given }}) = 1)
        and substr(l.{{ given }}, 1, 1) = substr(r.{{ given }}, 1, 1)
    {%- elif way == 'words' -%}
        {{ shared_words('l.' ~ given.of, 'r.' ~ given.of) }} >= {{ given.at_least }}
    {%- elif way == 'weighed_words' -%}
        coalesce({{ given.of }}_shares.word_share, 0) >= {{ given.at_least }}
    {%- elif way == 'contains' -%}
        (replace(l.{{ given }}, r.{{ given }}, '') <> l.{{ given }}
        or replace(r.{{ given }}, l.{{ given }}, '') <> r.{{ given }})
    {%- elif way == 'unlike' -%}
        l.{{ given }} <> r.{{ given }}
    {%- elif way == 'swapped' -%}
        (l.{{ given[0] }} = r.{{ given[1] }} and l.{{ given[1] }} = r.{{ given[0] }})
    {%- elif way == 'crossed' -%}
        (l.{{ given[0] }} = r.{{ given[1] }} or l.{{ given[1] }} = r.{{ given[0] }}
        or l.{{ given[1] }} = r.{{ given[1] }})
    {%- elif way == 'within' -%}
        abs(l.{{ given.of }} - r.{{ given.of }})
        <= {{ given.share }} * greatest(l.{{ given.of }}, r.{{ given.of }})
    {%- elif way == 'apart' -%}
        abs(l.{{ given.of }} - r.{{ given.of }}) <= {{ given.at_most }}
    {%- elif way in ('all', 'any') -%}
        (
        {%- for part in given -%}
            {{ (' and ' if way == 'all' else ' or ') if not loop.first }}
            {{- match_condition(part, place) }}
        {%- endfor -%}
        )
    {%- endif -%}
{%- endmacro %}
