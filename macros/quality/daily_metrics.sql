{#
Why: what is watched for anomalies, of every watched entity, in one long form.
Args: relations: refs of records models whose meta has `watch`, one a line.
Usage: {{ daily_metrics([ref('orders_records'), ref('payments_records')]) }}
#}
{% macro daily_metrics(relations) %}
    {% set today = as_of_date() %}
    {% if not execute %}{{ return('select 1 as not_compiled') }}{% endif %}
    {% set watched = {} %}
    {% for node in graph.nodes.values()
        if node.resource_type == 'model' and node.config.get('meta', {}).get('watch') %}
        {% do watched.update({node.name: node}) %}
    {% endfor %}
    {% set given = relations | map(attribute='identifier') | list %}
    {% if given | sort != watched | list | sort %}
        {{ mapping_error(model.name, 'lists ' ~ given | sort | join(', ')
            ~ '; meta.watch stands in ' ~ watched | list | sort | join(', ')) }}
    {% endif %}
    {% set counted, parts = [], [] %}
    {% for relation in relations %}
        {% set node = watched[relation.identifier] %}
        {% set plan = watch_plan(node) %}
        {% set entity = node.config.meta.entity %}
        {% do counted.append(metric_days(relation, entity, plan, today)) %}
        {% do parts.append(metric_rows(relation, entity, plan, today)) %}
    {% endfor %}
    {{ return('with\n\n' ~ counted | join(',\n\n') ~ ',\n\nfinal as (\n'
        ~ parts | join('\n    union all\n') ~ '\n)\n\nselect * from final') }}
{% endmacro %}
