{#
Why: the member of a list of named fields is named completely: by which key, of what value, and what is taken.
Args: entry: one item of meta.mapping; place: model and target.
Usage: - {target: priority, source: custom_fields, member: {key: name, is: Priority, take: display_value}}
#}
{% macro check_mapping_member(entry, place) %}
    {% if 'member' in entry %}
        {% set member = entry.member %}
        {% if member is not mapping or member.keys() | sort != ['is', 'key', 'take'] %}
            {{ mapping_error(place, 'member is {key: path, is: text, take: path}. Got: '
                ~ member) }}
        {% endif %}
        {% for path in [member.key, member.take] %}{% do json_path(path, place) %}{% endfor %}
    {% endif %}
{% endmacro %}
