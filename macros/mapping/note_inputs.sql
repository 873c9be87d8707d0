{#
Why: what a staging table was made of is noted in the transaction that makes it, and what a seed holds
in the one that loads it.
Args: name: of the node; inputs: SQL of a text.
Usage: +post-hook: "{{ note_inputs(this.identifier, rows_number(this)) }}"
#}
{% macro note_inputs(name, inputs) -%}
    delete from {{ staging_inputs() }} where node_name = '{{ name }}';
    insert into {{ staging_inputs() }} select '{{ name }}', {{ inputs }}
{%- endmacro %}
