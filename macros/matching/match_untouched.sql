{#
Why: a pair is as it was when neither of its records was touched.
Args: none; the pairs' alias is earlier, the touched records are the CTE touched. The rest of a
select statement after its from.
Usage: select earlier.* from {{ earlier }} as earlier {{ match_untouched() }}
#}
{% macro match_untouched() -%}
left join touched as one on earlier.record_number = one.record_number
left join touched as other on earlier.linked_record_number = other.record_number
where one.record_number is null and other.record_number is null
{%- endmacro %}
