-- Fails if a line of placeholder_values has an unknown kind, no value, or a value listed before.
-- Then a value that should not link records does; the row names the line.
with numbered as (
    select
        {{ seed_line() }} as line_number,
        evidence,
        placeholder,
        kind,
        row_number() over (partition by evidence, placeholder order by note) as occurrence
    from {{ ref('placeholder_values') }}
),

judged as (
    select
        *,
        case
            when
                evidence is null
                or evidence not in (
                    'email', 'phone', 'tax_number', 'birth_date', 'domain', 'address', 'sku',
                    'barcode'
                )
                then 'unknown kind of evidence'
            when placeholder is null then 'no value'
            when kind is null or kind not in ('placeholder', 'shared')
                then 'kind is neither placeholder nor shared'
            when occurrence > 1 then 'listed twice'
        end as broken_rule
    from numbered
),

final as (
    select
        'placeholder_values.csv, line ' || cast(line_number as text) || ': ' || broken_rule
            as mistake,
        evidence,
        placeholder,
        kind
    from judged
    where broken_rule is not null
)

select * from final
