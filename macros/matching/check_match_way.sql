{#
Why: a level that could not be executed as written is refused by name.
Args: level: {way: what it takes}, with a name and what it says unless it is part of another level;
place: for errors.
Usage: {% do check_match_way({'edits': {'of': 'born', 'at_most': 1}}, 'person.birth_date.near') %}
#}
{% macro check_match_way(level, place) %}
    {% set ways = match_vocabulary().ways %}
    {% set given = level | reject('in', ['name', 'says']) | list if level is mapping else [] %}
    {% if given | length != 1 %}
        {{ match_error(place, 'a level has one way to agree, this has '
            ~ (given | join(', ') or 'none')) }}
    {% endif %}
    {% if given[0] not in ways %}
        {{ match_error(place, "records cannot agree by '" ~ given[0] ~ "'. Allowed: "
            ~ ways | join(', ')) }}
    {% endif %}
    {% set takes, value = ways[given[0]], level[given[0]] %}
    {% set place = place ~ '.' ~ given[0] %}
    {% set columns = [value] if value is string else value %}
    {% if takes == 'levels' %}
        {% if not value or value is string or value is mapping %}
            {{ match_error(place, 'takes a list of levels. Got: ' ~ value) }}
        {% endif %}
        {% for part in value %}{% do check_match_way(part, place) %}{% endfor %}
    {% elif takes is not string %}
        {% do check_match_keys(value, takes, takes, place) %}
    {% elif columns is mapping or columns | reject('string') | list or not columns
        or (takes == 'column' and value is not string)
        or (takes == 'two columns' and columns | length != 2) %}
        {{ match_error(place, 'takes ' ~ takes ~ '. Got: ' ~ value) }}
    {% endif %}
{% endmacro %}
