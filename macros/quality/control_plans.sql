{#
Why: which of our records a vendor's own figure sums up stands beside the figure's mapping, checked.
Args: none. Empty while dbt parses. meta.compares of a staging model of the entity control_total:
parts: list of {entity, stream, date, amount, less, rate, grouping, sign, is_counted, where}, of which
stream is needed: the records that are counted (unless is_counted is false) and, with amount, summed
(less: column to subtract; rate: column to multiply by where is_converted; sign -1: taken off); date:
the column of their day; grouping: a column or record_id; where: {column: value or list}; without an
entity, rows of bronze as control_row_part says, or those that the figure lists itself
(control_listed_part); tolerance: amount that may differ; severity: warn or error; is_converted: the
vendor turns all amounts into one currency.
Usage: {% for plan in control_plans() %} gives name, system, stream, parts, tolerance, severity,
is_converted
#}
{% macro control_plans() %}
    {% set plans = [] %}
    {% for staging in staging_models()
        if staging.entity == 'control_total' and staging.node.config.meta.get('compares') %}
        {% set given = staging.node.config.meta.compares %}
        {% for key in given if key not in ['parts', 'tolerance', 'severity', 'is_converted'] %}
            {{ mapping_error(staging.name, "meta.compares: key '" ~ key ~ "' is unknown") }}
        {% endfor %}
        {% if not given.get('parts') %}
            {{ mapping_error(staging.name, 'meta.compares.parts is missing') }}
        {% endif %}
        {% if given.get('severity', 'error') not in ['warn', 'error'] %}
            {{ mapping_error(staging.name, 'meta.compares.severity is warn or error. Got: '
                ~ given.severity) }}
        {% endif %}
        {% set parts = [] %}
        {% for part in given.parts %}
            {% if part.get('rate') and not given.get('is_converted') %}
                {{ mapping_error(staging.name, 'meta.compares: rate needs is_converted') }}
            {% endif %}
            {% do parts.append(
                control_listed_part(staging, part) if 'listed' in part
                else control_part(staging.name, part)
            ) %}
        {% endfor %}
        {% do plans.append({
            'name': staging.name, 'system': staging.system, 'stream': staging.stream,
            'parts': parts, 'tolerance': given.get('tolerance', 0),
            'severity': given.get('severity', 'error'),
            'is_converted': given.get('is_converted', false),
        }) %}
    {% endfor %}
    {{ return(plans) }}
{% endmacro %}
