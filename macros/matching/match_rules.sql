{#
Why: what was found of a pair holds as long as the plans, the SQL up to that step and the trained
parameters are the same.
Args: plans: {name: plan}; parameters: the seed match_parameters; step: keys, pairs, scores or guard.
SQL of a text.
Usage: {% set rules = match_rules(plans, ref('match_parameters'), 'scores') %}
#}
{% macro match_rules(plans, parameters, step) -%}
    {%- set code = [] -%}
    {%- for name, plan in plans.items() -%}
        {%- do code.append(match_keys(name, plan, 'records')) -%}
        {%- if step != 'keys' -%}
            {%- do code.append(match_pairs(name, plan, 'records', 'keys', 'hubs')) -%}
        {%- endif -%}
        {%- if step in ['scores', 'guard'] -%}
            {%- do code.append(match_terms(name, plan, 'records', 'parameters')) -%}
            {%- do code.append(
                match_scores(name, plan, 'records', 'pairs', 'patterns', 'terms')
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if step in ['scores', 'guard'] -%}
        {%- do code.append(match_patterns('pairs', 'parameters', plans)) -%}
    {%- endif -%}
    {%- if step == 'guard' -%}
        {%- do code.append(match_links(plans, 'scores')) -%}
        {%- do code.append(match_best_links(plans, 'links', 'records')) -%}
        {%- do code.append(match_contradictions(plans, 'records')) -%}
        {%- do code.append(match_guard('links', 'contradictions')) -%}
    {%- endif -%}
    {%- if step in ['scores', 'guard'] -%}
    (
        select '{{ local_md5(code | join) }}|' || cast(
            coalesce(sum({{ row_fingerprint('parameters') }}), 0) as text
        )
        from {{ parameters }} as parameters
    )
    {%- else -%}
    '{{ local_md5(code | join) }}'
    {%- endif -%}
{%- endmacro %}
