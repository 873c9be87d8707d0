{#
Why: one row per array element of parents that are not quarantined, with an id that stays.
Args: relation, parent: of the parent staging model; plan: mapping_plan of the child; child: its node,
the model that is being made when left out; known: relation of elements that need not come again.
Usage: with {{ array_elements(relation, parent, plan) }}, … gives records, with JSON `element`
#}
{% macro array_elements(relation, parent, plan, child=none, known=none) -%}
{%- set child = child or model -%}
{%- set meta = child.config.meta.get('parent') or {} -%}
{%- set arrays = (parent.config.meta.get('arrays') or {}).keys() | list -%}
{%- if meta.get('array') not in arrays -%}
    {{ mapping_error(child.name, "meta.parent.array '" ~ meta.get('array') ~ "' is not an array of "
        ~ parent.name ~ '. Allowed: ' ~ (arrays | join(', ') or 'none')) }}
{%- endif -%}
{%- for key in meta if key not in ['array', 'key'] -%}
    {{ mapping_error(child.name, "meta.parent key '" ~ key ~ "' is unknown. Allowed: array, key") }}
{%- endfor -%}
{%- set keys = [json_path(meta.key, child.name)] if meta.key else [] -%}
{%- set key = json_field(json_fields('element', keys), keys, 0) if keys else none -%}
{%- set stream = child.name.split('__')[-1] -%}
parents as (
    select
        connection,
        system,
        record_id as parent_id,
        {{ meta.array }} as elements,
        is_deleted,
        changed_at,
        first_seen_at,
        extracted_at,
        request_id,
        _dlt_load_id,
        version_count
        {%- for column in parents_taken(plan) | unique %},
        {{ column }} as parent__{{ column }}
        {%- endfor %}
    from {{ relation }} as parents
    where
        verdict <> 'quarantined'
        and {{ meta.array }} is not null
        {%- if known %}
        and not exists (
            select 1 from {{ known }} as known
            where
                known.connection = parents.connection
                and known.parent_record_id = parents.record_id
        )
        {%- endif %}
),

elements as (
    {{ json_array_rows('parents', 'elements') | indent(4) }}
),

keyed as (
    select
        elements.*,
        coalesce(
            {{ "nullif(trim(" ~ key ~ "), '')" if key else 'null' }},
            cast(position as text)
        ) as element_key
    from elements
),

repeated as (
    select
        connection,
        parent_id,
        element_key,
        min(position) as first_position
    from keyed
    group by connection, parent_id, element_key
    having count(*) > 1
),

records as (
    select
        keyed.connection || '/{{ stream }}/' || keyed.parent_id || ':' || keyed.element_key
        || case
            when keyed.position > repeated.first_position then ':' || cast(keyed.position as text)
            else ''
        end as record_key,
        '{{ stream }}' as stream,
        keyed.parent_id || ':' || keyed.element_key
        || case
            when keyed.position > repeated.first_position then ':' || cast(keyed.position as text)
            else ''
        end as record_id,
        keyed.*
    from keyed
    left join repeated
        on
            keyed.connection = repeated.connection
            and keyed.parent_id = repeated.parent_id
            and keyed.element_key = repeated.element_key
)
{%- endmacro %}
