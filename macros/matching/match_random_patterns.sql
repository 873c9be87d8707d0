{#
Why: how often two records agree by chance is seen in pairs drawn at random; the draw is the same
every time. When there are no more pairs than asked for, it is all of them.
Args: name, plan, records: see match_pairs; pairs: how many to draw; record_count: of the records. A
whole select statement: pattern, pair_count.
Usage: {{ match_random_patterns('person', plan, 'records', 1000000, 50000) }}
#}
{% macro match_random_patterns(name, plan, records, pairs, record_count) %}
{%- set draws = [pairs // ([record_count, 1] | max), 1] | max -%}
with places as (
    select
        records.record_number,
        row_number() over (order by records.record_number) as place
    from {{ records }} as records
    where {{ match_only(plan) }}
),

{% if record_count * (record_count - 1) <= 2 * pairs -%}
candidates as (
    select
        one.record_number,
        other.record_number as linked_record_number
    from places as one
    inner join places as other on one.record_number < other.record_number
),
{%- else -%}
draws as (
    {%- for draw in range(draws) %}
    select {{ draw }} as draw {{ 'union all' if not loop.last }}
    {%- endfor %}
),

drawn as (
    select
        places.record_number,
        1 + abs(mod(
            {{ text_number("cast(draws.draw as text) || '|' || cast(places.place as text)") }},
            {{ record_count }}
        )) as drawn_place
    from places
    cross join draws
    where places.place <= {{ pairs }}
),

candidates as (
    select distinct
        drawn.record_number,
        places.record_number as linked_record_number
    from drawn
    inner join places on drawn.drawn_place = places.place
    where drawn.record_number <> places.record_number
),
{%- endif %}

{{ match_compared(name, plan, records, 'candidates') }}

select
    pattern,
    count(*) as pair_count
from compared
group by pattern
{% endmacro %}
