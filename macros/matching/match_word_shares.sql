{#
Why: sharing "EZXS88W" says more than sharing "switch": for compared pairs the cosine of their
words, each weighed by its rarity among the plan's records (TF-IDF; Salton and Buckley, 1988).
Args: plan, records: see match_key_texts; column: of words with one blank between them; candidates:
relation of record_number, linked_record_number. A select statement for a CTE: those two and
word_share, 0 to 1; pairs without a common word are left out.
Usage: title_shares as ({{ match_word_shares(plan, records, 'title', 'candidates') }})
#}
{% macro match_word_shares(plan, records, column, candidates) %}
    with words as (
        select distinct
            words.record_number,
            words.word
        from ({{ word_rows(records, 'record_number', column) }}) as words
        inner join {{ records }} as records on words.record_number = records.record_number
        where {{ match_only(plan) }}
    ),

    rarities as (
        select
            word,
            ln((select count(distinct record_number) from words)) - ln(count(*)) as rarity
        from words
        group by word
    ),

    lengths as (
        select
            words.record_number,
            sqrt(sum(rarities.rarity * rarities.rarity)) as word_length
        from words
        inner join rarities on words.word = rarities.word
        group by words.record_number
    ),

    shared as (
        select
            candidates.record_number,
            candidates.linked_record_number,
            sum(rarities.rarity * rarities.rarity) as word_product
        from {{ candidates }} as candidates
        inner join words as one on candidates.record_number = one.record_number
        inner join words as other
            on candidates.linked_record_number = other.record_number and one.word = other.word
        inner join rarities on one.word = rarities.word
        group by candidates.record_number, candidates.linked_record_number
    )

    select
        shared.record_number,
        shared.linked_record_number,
        shared.word_product
        / nullif(one.word_length * other.word_length, 0) as word_share
    from shared
    inner join lengths as one on shared.record_number = one.record_number
    inner join lengths as other on shared.linked_record_number = other.record_number
{% endmacro %}
