{#
Why: how unusual a count is, as a normal deviate; exact tails need sums or functions that not every
engine has. Peizer and Pratt (1968), JASA 63(324), 1416-1456; parameters need not be whole numbers.
Args: successes, trials, share: SQL column names; 0 <= successes <= trials - 0.6, 0 < share < 1.
Usage: {{ binomial_z('successes', 'trials', 'share') }} z with Phi(z) = P(X <= successes)
#}
{% macro binomial_z(successes, trials, share) -%}
    {%- set hits = '(' ~ successes ~ ' + 0.5)' -%}
    {%- set misses = '(' ~ trials ~ ' - ' ~ successes ~ ' - 0.5)' -%}
    {%- set other = '(1 - ' ~ share ~ ')' -%}
    (
        {{ hits }} + 1.0 / 6 - ({{ trials }} + 1.0 / 3) * {{ share }}
        + 0.02 * (
            {{ other }} / ({{ hits }} + 0.5)
            - {{ share }} / ({{ misses }} + 0.5)
            + ({{ other }} - 0.5) / ({{ trials }} + 1)
        )
    )
    * sqrt(
        (
            1
            + {{ other }} * {{ binomial_skew(hits ~ ' / (' ~ trials ~ ' * ' ~ share ~ ')') }}
            + {{ share }} * {{ binomial_skew(misses ~ ' / (' ~ trials ~ ' * ' ~ other ~ ')') }}
        )
        / (({{ trials }} + 1.0 / 6) * {{ share }} * {{ other }})
    )
{%- endmacro %}
