{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    full_refresh=false,
) }}

{# A figure that lists its records remembers them itself. #}
{%- set listed = ["''"] %}
{%- for plan in control_plans() if plan.parts | selectattr('listed', 'defined') | list %}
    {%- do listed.append("'" ~ plan.system ~ '/' ~ plan.stream ~ "'") %}
{%- endfor %}
with

members as (
    select
        system,
        report_stream,
        connection,
        stream,
        record_key,
        member_date,
        currency,
        member_grouping,
        amount,
        {{ build_timestamp() }} as noted_at
    from {{ ref('control_members') }}
    where
        left_out_as is null
        and system || '/' || report_stream not in ({{ listed | join(', ') }})
),

remembered as (
    select
        *,
        row_number() over (
            partition by system, report_stream, record_key order by noted_at desc
        ) as newest_first
    from {{ this if is_incremental() else 'members' }}
    {{ 'where false' if not is_incremental() }}
),

final as (
    select members.*
    from members
    left join remembered
        on
            members.system = remembered.system
            and members.report_stream = remembered.report_stream
            and members.record_key = remembered.record_key
            and remembered.newest_first = 1
    where
        remembered.record_key is null
        or members.member_date is distinct from remembered.member_date
        or members.currency is distinct from remembered.currency
        or members.member_grouping is distinct from remembered.member_grouping
        or members.amount is distinct from remembered.amount
)

select * from final
