{#
Why: identity works on small numbers; the founding record of any group is the one numbered lowest.
Args: arrival: SQL list of when builds first saw the record, where that is kept; the relation must
have first_seen_at, connection, stream and record_id.
Usage: select {{ number_records('arrived_at, first_read_at') }} as record_number, * from arrived
#}
{% macro number_records(arrival=none) -%}
    row_number() over (
        order by {{ arrival ~ ', ' if arrival }}first_seen_at, connection, stream, record_id
    )
{%- endmacro %}
