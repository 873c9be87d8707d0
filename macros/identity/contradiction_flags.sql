{#
Why: what sets a record's value against the winner's: is_different, is_stale (one of the two had been
replaced, here or there, before it was written) and is_concurrent (two systems changed the field
within concurrent_update_hours).
Args: width: fields of the largest group; over entries and winning_entries as contest_entries.
Usage: select entries.*, {{ contradiction_flags(5) }}
#}
{% macro contradiction_flags(width) -%}
{%- set differences = [] -%}
{%- set returns = [] -%}
{%- set changed = {'entries': [], 'winning_entries': []} -%}
{%- for place in range(width) -%}
    {%- do differences.append('entries.key_' ~ place ~ ' <> winning_entries.key_' ~ place) -%}
    {%- for holder in changed -%}
        {%- do changed[holder].append(holder ~ '.former_' ~ place) -%}
        {%- for writer in changed -%}
            {%- set later = ' and ' ~ writer ~ '.field_changed_at > ' ~ holder
                ~ '.field_changed_at' if holder != writer else '' -%}
            {%- do returns.append(json_array_holds(
                holder ~ '.former_' ~ place, writer ~ '.text_' ~ place) ~ later) -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endfor -%}
coalesce({{ differences | join(' or ') }}, false) as is_different,
case
    when coalesce({{ (changed.entries + changed.winning_entries) | join(', ') }}) is null then false
    else coalesce({{ returns | join('\n        or ') }}, false)
end as is_stale,
coalesce(
    entries.system <> winning_entries.system
    and coalesce({{ changed.entries | join(', ') }}) is not null
    and coalesce({{ changed.winning_entries | join(', ') }}) is not null
    and abs(
        {{ epoch_microseconds('entries.field_changed_at') }}
        - {{ epoch_microseconds('winning_entries.field_changed_at') }}
    ) <= {{ var('concurrent_update_hours') }} * 3600000000,
    false
) as is_concurrent
{%- endmacro %}
