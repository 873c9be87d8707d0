{#
Why: only payloads that no build has looked at are looked at, and of each stream no more than
var drift_sample_records, the newest; so a first load of millions costs no more than a small one.
Args: earlier: relation of stream_fields as the last build left it, or none.
Usage: {% for one in drift_windows(earlier) %} gives bronze (of bronze_streams), connection and
from_at (text of a timestamp); nothing unless models are built
#}
{% macro drift_windows(earlier) %}
    {% if not execute or flags.WHICH not in ['build', 'run'] %}{{ return([]) }}{% endif %}
    {% set asked %}
        select
            system,
            stream,
            connection,
            cast(min(extracted_at) as text) as from_at
        from (
            select
                versions.system,
                versions.stream,
                versions.connection,
                versions.extracted_at,
                row_number() over (
                    partition by versions.system, versions.stream, versions.connection
                    order by versions.extracted_at desc
                ) as newness
            from (
                {{ union_bronze({'connection': 'text', 'extracted_at': 'timestamp'}) }}
            ) as versions
            {%- if earlier is not none %}
            left join {{ earlier }} as known
                on
                    versions.system = known.system
                    and versions.stream = known.stream
                    and versions.connection = known.connection
                    and known.path = '$'
                    and known.kind = 'object'
            where known.last_seen_at is null or versions.extracted_at > known.last_seen_at
            {%- endif %}
        ) as new_versions
        where newness <= {{ var('drift_sample_records') | int }}
        group by system, stream, connection
        order by system, stream, connection
    {% endset %}
    {% set streams = {} %}
    {% for one in bronze_streams() %}
        {% do streams.update({(one.system, one.stream): one}) %}
    {% endfor %}
    {% set found = [] %}
    {% for system, stream, connection, from_at in run_query(asked).rows %}
        {% do found.append({
            'bronze': streams[(system, stream)], 'connection': connection, 'from_at': from_at,
        }) %}
    {% endfor %}
    {{ return(found) }}
{% endmacro %}
