{#
Why: a staging table is made whole, or only of what it lacks, or not at all.
Args: node: the staging model that is being made; seeds: mapping_seeds.
Usage: {% set state = staging_state(model, seeds) %}
Gives mode (whole, missing, nothing), known (the relation to add to, or none) and header, the first
line of the model's SQL, by which its materialization knows what to do.
#}
{% macro staging_state(node, seeds) %}
    {% if flags.WHICH not in ['build', 'run', 'retry'] or node.resource_type != 'model' %}
        {{ return({'mode': 'whole', 'known': none, 'header': ''}) }}
    {% endif %}
    {% set origin = staging_origin(node) %}
    {% set found = staging_numbers(node, seeds, origin) %}
    {% set rules = [staging_rules(node, origin.parent)] %}
    {% if origin.parent %}
        {% do rules.extend(found.get(origin.parent.name, '?').split(' ')[:2]) %}
    {% endif %}
    {% set held = [] %}
    {% for name, seed in seeds.items() if seed and name != 'quarantine_decisions' %}
        {% do held.append(found.get(seed.identifier, '?')) %}
    {% endfor %}
    {% set inputs = [
        local_md5(rules | join), local_md5(held | join('.')),
        found.get(seeds.quarantine_decisions.identifier, '?'), found.origin,
    ] %}
    {% set before = found.get(node.name, '').split(' ') %}
    {% set earlier = load_cached_relation(this) %}
    {% if earlier is none or not earlier.is_table or should_full_refresh()
        or before[:2] != inputs[:2] or '?' in rules + held %}
        {% set mode = 'whole' %}
    {% else %}
        {% set mode = 'nothing' if before == inputs else 'missing' %}
    {% endif %}
    {{ return({
        'mode': mode, 'known': earlier if mode == 'missing' else none,
        'header': '-- staged: ' ~ mode ~ ' ' ~ inputs | join(' ') ~ '\n',
    }) }}
{% endmacro %}
