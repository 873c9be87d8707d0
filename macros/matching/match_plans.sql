{#
Why: how the records of an entity are compared is declared once, in the meta of its pairs model.
Args: model_name: that model. A mapping {plan name: plan}; empty while dbt parses.
Usage: {% for name, plan in match_plans('customers_pairs').items() %}
#}
{% macro match_plans(model_name) %}
    {% if not execute %}{{ return({}) }}{% endif %}
    {% for node in graph.nodes.values() if node.name == model_name %}
        {{ return(node.config.get('meta', {}).get('matching', {})) }}
    {% endfor %}
    {{ exceptions.raise_compiler_error('no model ' ~ model_name ~ ' declares how to match') }}
{% endmacro %}
