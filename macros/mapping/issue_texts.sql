{#
Why: all issues of one severity in one text; most rows have none.
Args: plan: mapping_plan; severity: quarantine or warn.
Usage: {{ issue_texts(plan, 'quarantine') }} as quarantine_reasons
#}
{% macro issue_texts(plan, severity) -%}
    {%- set issues = [] -%}
    {%- for target in plan.targets -%}
        {%- set pairs = [] -%}
        {%- for variant in target.variants -%}
            {%- do pairs.append([variant.connection, variant_issue(target, variant, severity)]) -%}
        {%- endfor -%}
        {%- set issue = by_connection(pairs) -%}
        {%- if issue != 'null' %}{% do issues.append(issue) %}{% endif -%}
    {%- endfor -%}
    {{ join_texts(issues, '; ') if issues else 'cast(null as text)' }}
{%- endmacro %}
