{#
Why: only the lookups that a mapping uses appear in its SQL.
Args: plan: mapping_plan; seeds: mapping_seeds.
Usage: {{ lookup_tables(plan, seeds) }} gives CTEs, each followed by a comma
#}
{% macro lookup_tables(plan, seeds) -%}
{%- set used = [] -%}
{%- for target in plan.targets -%}
    {%- for variant in target.variants -%}
        {%- do used.append('code' if variant.entry.codes else variant.type) -%}
        {%- if variant.entry.codes and not seeds.codes -%}
            {{ mapping_error(model.name ~ '.' ~ target.target,
                "codes need the model's SQL to pass codes=ref('codes_<system>')") }}
        {%- endif -%}
    {%- endfor -%}
{%- endfor -%}
{%- if 'code' in used %}
code_lookup as (
    select
        code_list,
        lower(source_code) as source_code,
        min(code) as code
    from {{ seeds.codes }}
    group by code_list, lower(source_code)
),
{% endif -%}
{%- if 'country' in used or 'phone' in used %}
country_lookup as (
    select
        country_names.spelling,
        countries.country_code,
        countries.calling_code,
        countries.trunk_prefix,
        calling_codes.min_digits,
        calling_codes.max_digits
    from {{ seeds.country_names }} as country_names
    inner join {{ seeds.countries }} as countries
        on country_names.country_code = countries.country_code
    left join {{ seeds.calling_codes }} as calling_codes
        on countries.calling_code = calling_codes.calling_code
),
{% endif -%}
{%- if 'phone' in used %}
calling_code_lookup as (
    select * from {{ seeds.calling_codes }}
),
{% endif -%}
{%- if 'currency' in used or 'money_minor' in used %}
currency_lookup as (
    select
        currency_names.spelling,
        currencies.currency_code,
        currencies.minor_unit_value
    from {{ seeds.currency_names }} as currency_names
    inner join {{ seeds.currencies }} as currencies
        on currency_names.currency_code = currencies.currency_code
),
{% endif -%}
{%- if 'measure' in used %}
unit_lookup as (
    select * from {{ seeds.units }}
),
{% endif -%}
{%- endmacro %}
