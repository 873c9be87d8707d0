{#
Why: dbt dates the rows of snapshots by this macro; here by the vendors' clock, as all reports, and
always later than what the snapshot holds, as a version's id is made of its key and its time.
Args: none; called by dbt while a snapshot runs.
Usage: called by dbt
#}
{% macro snapshot_get_time() -%}
    {%- if not execute -%}{{ return('cast(null as timestamp)') }}{%- endif -%}
    {%- set held = adapter.get_relation(this.database, this.schema, this.identifier) -%}
    {%- set query -%}
    select
        {{ as_of_timestamp() }} as clock
        {%- if held %},
        (select max(valid_from) from {{ held }}) as opened_at,
        (select max(valid_to) from {{ held }} where valid_to < {{ end_of_time() }}) as closed_at
        {%- endif %}
    {%- endset -%}
    {%- set times = run_query(query).rows[0].values() | select | list -%}
    {%- set clock = times[0] if times else run_started_at.replace(tzinfo=none) -%}
    {%- set before = times[1:] | max -%}
    {%- if before and before >= clock -%}
        {%- set clock = before + modules.datetime.timedelta(microseconds=1) -%}
    {%- endif -%}
    {{- return("cast('" ~ clock ~ "' as timestamp)") -}}
{%- endmacro %}
