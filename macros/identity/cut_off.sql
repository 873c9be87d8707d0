{#
Why: the last step of cutting clusters: where parting step by step did not end, the younger record
of a pair, with what a person called the same, loses its links.
Args: round: number of this step; reads ranked_<round - 1>, parted and ends of cut_clusters. CTEs
ending with cut_<round>, the links cut.
Usage: {{ cut_off(9) }}
#}
{% macro cut_off(round) %}
{%- set ranked = 'ranked_' ~ (round - 1) -%}
{%- set reached = 'reached_' ~ round -%}
{{ reached }} as (
    {{- widest_paths(ranked, 'ends') | indent }}),

cut_{{ round }} as (
    select
        ranked.first_number,
        ranked.second_number,
        min(parted.first_number) as never_number,
        min(parted.second_number) as never_other_number,
        min(parted.reason) as reason
    from parted
    inner join {{ reached }} as reached
        on
            parted.first_number = reached.source_number
            and parted.second_number = reached.record_number
            and reached.worst_rank > 0
    inner join {{ reached }} as one_side
        on parted.second_number = one_side.source_number and one_side.worst_rank = 0
    inner join {{ ranked }} as ranked
        on
            one_side.record_number in (ranked.first_number, ranked.second_number)
            and ranked.link_rank > 0
    group by ranked.first_number, ranked.second_number
)
{%- endmacro %}
