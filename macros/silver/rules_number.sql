{#
Why: what cleaning made of a record holds as long as the cleaning is the same: its SQL, and the
seeds that it reads.
Args: cleaning: SQL as text; seeds: relations. A scalar as SQL.
Usage: {{ rules_number(cleaning, [ref('nicknames')]) }} as rules_number
#}
{% macro rules_number(cleaning, seeds) -%}
    {%- set parts = ["'" ~ local_md5(cleaning) ~ "'"] -%}
    {%- for seed in seeds -%}
        {%- do parts.append(
            "coalesce((select cast(sum(" ~ row_fingerprint('seed') ~ ") as text) from " ~ seed ~ " as seed), '')"
        ) -%}
    {%- endfor -%}
    {{ text_number(parts | join(" || '|' || ")) }}
{%- endmacro %}
