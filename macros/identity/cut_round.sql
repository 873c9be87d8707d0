{#
Why: one step of cutting clusters: pairs that must not be together are parted at the weakest link of
their best way, unless one side of it holds another such pair, which goes first.
Args: round: number from 1; reads ranked_<round - 1>, parted and ends of cut_clusters. CTEs ending
with cut_<round> (the links cut) and ranked_<round> (the links left).
Usage: {{ cut_round(1) }}
#}
{% macro cut_round(round) %}
{%- set ranked = 'ranked_' ~ (round - 1) -%}
{%- set reached = 'reached_' ~ round -%}
{{ reached }} as (
    {{- widest_paths(ranked, 'ends') | indent }}),

together_{{ round }} as (
    select
        parted.*,
        reached.worst_rank as cut_rank
    from parted
    inner join {{ reached }} as reached
        on
            parted.first_number = reached.source_number
            and parted.second_number = reached.record_number
    where reached.worst_rank > 0
),

waiting_{{ round }} as (
    select distinct
        together.first_number,
        together.second_number
    from together_{{ round }} as together
    inner join {{ reached }} as one_end
        on
            one_end.source_number in (together.first_number, together.second_number)
            and one_end.worst_rank < together.cut_rank
    inner join {{ reached }} as other_end
        on
            one_end.source_number = other_end.source_number
            and other_end.worst_rank < together.cut_rank
    inner join together_{{ round }} as inner_pair
        on
            one_end.record_number = inner_pair.first_number
            and other_end.record_number = inner_pair.second_number
),

cut_{{ round }} as (
    select
        ranked.first_number,
        ranked.second_number,
        min(together.first_number) as never_number,
        min(together.second_number) as never_other_number,
        min(together.reason) as reason
    from together_{{ round }} as together
    left join waiting_{{ round }} as waiting
        on
            together.first_number = waiting.first_number
            and together.second_number = waiting.second_number
    inner join {{ reached }} as one_side
        on
            together.first_number = one_side.source_number
            and one_side.worst_rank < together.cut_rank
    inner join {{ reached }} as other_side
        on
            together.second_number = other_side.source_number
            and other_side.worst_rank < together.cut_rank
    inner join {{ ranked }} as ranked
        on
            least(one_side.record_number, other_side.record_number) = ranked.first_number
            and greatest(one_side.record_number, other_side.record_number) = ranked.second_number
    where waiting.first_number is null
    group by ranked.first_number, ranked.second_number
),

ranked_{{ round }} as (
    select ranked.*
    from {{ ranked }} as ranked
    left join cut_{{ round }} as cut
        on ranked.first_number = cut.first_number and ranked.second_number = cut.second_number
    where cut.first_number is null
)
{%- endmacro %}
