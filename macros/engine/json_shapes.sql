{#
Why: which fields records have, of what kind, is found without naming any; arrays count as one step.
Args: relation: CTE; keys: list of its columns to group by; json_column: JSON; at: its time column;
depth: names below each other at most. A select statement for a CTE.
Usage: shapes as ({{ json_shapes('sampled', ['connection'], 'payload', 'extracted_at', 6) }})
Gives the keys, path (`$` is the record, `a.b[].c` a field, see drift_path), kind (text, number, boolean, null, object,
array or mixed), record_count, example (text of one value), first_at and last_at.
#}
{% macro json_shapes(relation, keys, json_column, at, depth) -%}
    {{ adapter.dispatch('json_shapes', 'goldpan')(relation, keys, json_column, at, depth) }}
{%- endmacro %}

{# https://www.postgresql.org/docs/current/functions-json.html: jsonb_each, jsonb_typeof. #}
{% macro default__json_shapes(relation, keys, json_column, at, depth) -%}
    with recursive nodes as (
        select
            {{ keys | join(', ') }},
            row_number() over () as record_number,
            {{ at }} as seen_at,
            cast('$' as text) as path,
            cast({{ json_column }} as jsonb) as node,
            0 as depth
        from {{ relation }}
        union all
        select
            {% for key in keys %}nodes.{{ key }}, {% endfor %}
            nodes.record_number,
            nodes.seen_at,
            case when nodes.path = '$' then '' else nodes.path end || coalesce(
                case when nodes.path = '$' then '' else '.' end || members.name, '[]'
            ) as path,
            members.node,
            nodes.depth + case when members.name is null then 0 else 1 end as depth
        from nodes
        cross join lateral (
            select
                case
                    when key ~ '^[A-Za-z0-9_-]+$' then key
                    else '"' || key || '"'
                end as name,
                value as node
            from jsonb_each(
                case when jsonb_typeof(nodes.node) = 'object' then nodes.node else '{}' end
            )
            union all
            select null as name, value as node
            from jsonb_array_elements(
                case when jsonb_typeof(nodes.node) = 'array' then nodes.node else '[]' end
            )
        ) as members
        where nodes.depth + case when members.name is null then 0 else 1 end <= {{ depth }}
    )

    select
        {{ keys | join(', ') }},
        {{ drift_path('path') }} as path,
        case jsonb_typeof(node) when 'string' then 'text' else jsonb_typeof(node) end as kind,
        count(distinct record_number) as record_count,
        min(
            case when jsonb_typeof(node) not in ('object', 'array') then node #>> '{}' end
        ) as example,
        min(seen_at) as first_at,
        max(seen_at) as last_at
    from nodes
    group by {{ keys | join(', ') }}, {{ drift_path('path') }}, kind
{%- endmacro %}

{# https://duckdb.org/docs/stable/data/json/json_functions: json_structure, then its few results. #}
{% macro duckdb__json_shapes(relation, keys, json_column, at, depth) -%}
    {%- set key_list = keys | join(', ') %}
    with shapes as (
        select
            {{ key_list }},
            cast(json_structure({{ json_column }}) as text) as shape,
            count(*) as record_count,
            any_value({{ json_column }}) as sample,
            min({{ at }}) as first_at,
            max({{ at }}) as last_at
        from {{ relation }}
        group by {{ key_list }}, shape
    ),

    nodes as (
        select
            shapes.* exclude (shape),
            node.fullkey,
            case
                when node.fullkey = '$' then '$'
                else {{ drift_path("replace(substr(node.fullkey, 3), '[0]', '[]')") }}
            end as path,
            case
                when node.type = 'OBJECT' then 'object'
                when node.type = 'ARRAY' then 'array'
                when node.atom = '"VARCHAR"' then 'text'
                when node.atom = '"BOOLEAN"' then 'boolean'
                when node.atom = '"NULL"' then 'null'
                when node.atom = '"JSON"' then 'mixed'
                else 'number'
            end as kind
        from shapes
        cross join json_tree(cast(shapes.shape as json)) as node
        where length(node.fullkey) - length(replace(node.fullkey, '.', '')) <= {{ depth }}
    ),

    fields as (
        select
            {{ key_list }},
            path,
            kind,
            sum(record_count) as record_count,
            arg_min({'sample': sample, 'fullkey': fullkey}, first_at) as example_of,
            min(first_at) as first_at,
            max(last_at) as last_at
        from nodes
        group by {{ key_list }}, path, kind
    )

    select
        {{ key_list }},
        path,
        kind,
        record_count,
        case
            when kind in ('text', 'number', 'boolean')
                then json_extract_string(example_of.sample, example_of.fullkey)
        end as example,
        first_at,
        last_at
    from fields
{%- endmacro %}
