{#
Why: a part of meta.compares without an entity counts the rows of a stream in bronze; checked here.
Args: place: name of the staging model; part: {stream, grouping, owner, amount, sign, is_counted,
named}. grouping: path, or ^ for the record that a row was read for; owner: {stream, path}: where
the grouping is the id of a record of stream, what path of that record says stands for it; amount:
path or number; named: {source, stream, name, in}: only rows whose source is the id of a record of
stream with one of these names.
Usage: {% set part = control_row_part(model.name, {'stream': 'list_members', 'grouping': '^'}) %}
#}
{% macro control_row_part(place, part) %}
    {% set allowed = ['stream', 'grouping', 'owner', 'amount', 'sign', 'is_counted', 'named'] %}
    {% for key in part if key not in allowed %}
        {{ mapping_error(place, "meta.compares.parts: key '" ~ key ~ "' of rows is unknown."
            ~ ' Allowed: ' ~ allowed | join(', ')) }}
    {% endfor %}
    {% set paths = [] %}
    {% set found = {
        'entity': none, 'stream': part.stream, 'sign': part.get('sign', 1), 'paths': paths,
        'grouping': part.get('grouping'), 'amount': part.get('amount'), 'named': none,
        'owner': none,
        'is_counted': part.get('is_counted', true), 'where': {},
    } %}
    {% for key in ['grouping', 'amount'] if found[key] is string and found[key] != '^' %}
        {% do found.update({key ~ '_index': plan_path(found[key], place, paths)}) %}
    {% endfor %}
    {% if part.owner %}
        {% if part.owner | list | sort != ['path', 'stream'] or not part.grouping %}
            {{ mapping_error(place,
                'meta.compares.parts.owner has stream and path, and a grouping') }}
        {% endif %}
        {% do found.update({'owner': {
            'stream': part.owner.stream, 'paths': [json_path(part.owner.path, place)],
        }}) %}
    {% endif %}
    {% if part.named %}
        {% if part.named | list | sort != ['in', 'name', 'source', 'stream'] %}
            {{ mapping_error(place, 'meta.compares.parts.named has source, stream, name and in') }}
        {% endif %}
        {% set texts = [] %}
        {% for value in as_list(part.named['in']) %}
            {% do texts.append(text_literal(value)) %}
        {% endfor %}
        {% do found.update({'named': {
            'index': plan_path(part.named.source, place, paths), 'stream': part.named.stream,
            'paths': [json_path(part.named.name, place)], 'texts': texts | join(', '),
        }}) %}
    {% endif %}
    {{ return(found) }}
{% endmacro %}
