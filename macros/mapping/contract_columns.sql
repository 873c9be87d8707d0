{#
Why: every staging model gives the same columns in the same order.
Args: plan: mapping_plan; json_column: what paths read, kept for rows with reasons for quarantine only.
Usage: select {{ contract_columns(plan, 'payload') }} from ruled
#}
{% macro contract_columns(plan, json_column) -%}
{%- set mapped = {} -%}
{%- for target in plan.targets -%}{%- do mapped.update({target.column: target}) -%}{%- endfor -%}
{%- set custom = plan.targets | selectattr('is_custom') | list -%}
{%- set unread = [] -%}
{%- for target in plan.targets if not is_ignored(target) -%}
    {%- set column = target.column -%}
    {%- do unread.append('raw__' ~ column ~ ' is not null and ' ~ column ~ ' is null') -%}
{%- endfor -%}
record_key,
connection,
system,
stream,
record_id,
{%- for column, data_type in plan.columns.items() %}
    {%- if column not in mapped %}
cast(null as {{ data_type }}) as {{ column }},
    {%- else %}
{{ final_value(mapped[column]) }} as {{ column }},
    {%- endif %}
{%- endfor %}
{{ custom_fields(custom) }} as custom_fields,
{%- for array in plan.arrays %}
{{ array.name }},
{%- endfor %}
is_deleted,
case
    when quarantine_reasons is not null and acceptance is null then 'quarantined'
    when coalesce(quarantine_reasons, warning_reasons) is not null then 'warned'
    else 'accepted'
end as verdict,
{{ join_texts(['quarantine_reasons', 'acceptance', 'warning_reasons'], '; ') }} as reasons,
{{ unreadable_values(plan, unread) }} as unreadable_values,
{{ 'field_changed_at' if plan.keeps_change_times else 'cast(null as text) as field_changed_at' }},
{{ 'former_values' if plan.keeps_change_times else 'cast(null as text) as former_values' }},
version_count,
case when quarantine_reasons is not null then cast({{ json_column }} as text) end
    as quarantined_payload,
changed_at,
first_seen_at,
extracted_at,
request_id,
_dlt_load_id
{%- if plan.is_part %},
parent_id as parent_record_id
{%- endif %}
{%- endmacro %}
