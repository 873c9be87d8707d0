{#
Why: what a pattern of agreement says, in bits: log2 of how much more often records of one thing
agree so than strangers do; and the odds that it is rather one of relatives or colleagues, or of
namesakes, than of one thing. Worked out once a pattern.
Args: pairs: relation made by match_pairs; parameters: the seed match_parameters; plans: {name:
plan}. A whole select statement: plan, pattern, pair_count, match_bits, related_odds, namesake_odds,
is_vetoed,
levels and weights (JSON), reason (a sentence).
Usage: {{ match_patterns(ref('customers_compared'), ref('match_parameters'), plans) }}
#}
{% macro match_patterns(pairs, parameters, plans) %}
with patterns as (
    select
        plan,
        pattern,
        count(*) as pair_count
    from {{ pairs }}
    group by plan, pattern
),

evidence as (
    select
        patterns.plan,
        patterns.pattern,
        patterns.pair_count,
        parameters.position,
        parameters.comparison,
        parameters.level,
        parameters.says,
        ln(parameters.m / parameters.u) / ln(2) as match_bits,
        ln(parameters.r / parameters.m) / ln(2) as related_bits,
        ln(parameters.n / parameters.m) / ln(2) as namesake_bits
    from patterns
    inner join {{ parameters }} as parameters
        on
            patterns.plan = parameters.plan
            and (
                parameters.position = 0
                or substr(patterns.pattern, parameters.position, 1)
                = cast(parameters.level_number as text)
            )
),

final as (
    select
        plan,
        pattern,
        min(pair_count) as pair_count,
        sum(match_bits) as match_bits,
        coalesce(power(2, sum(related_bits)), 0) as related_odds,
        coalesce(power(2, sum(namesake_bits)), 0) as namesake_odds,
        {{ match_veto(plans) }} as is_vetoed,
        '{' || {{ texts_in_order(
            "case when position > 0 then '\"' || comparison || '\": \"' || level || '\"' end",
            'position', ', '
        ) }} || '}' as levels,
        '{' || {{ texts_in_order(
            "'\"' || comparison || '\": ' || cast(cast(match_bits as numeric(9, 2)) as text)",
            'position', ', '
        ) }} || '}' as weights,
        {{ texts_in_order("nullif(says, '')", 'match_bits desc, position', ', ') }} as reason
    from evidence
    group by plan, pattern
)

select * from final
{% endmacro %}
