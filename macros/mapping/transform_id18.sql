{#
Why: Salesforce ids have 15 characters (case matters) or 18 (three say which were capitals).
Args: text: SQL; texts of another length stay as they are.
Usage: - {target: external_id, source: sfdc_id__c, transform: id18}
#}
{% macro transform_id18(text) -%}
    case
        when length({{ text }}) <> 15 then {{ text }}
        else {{ text }}
        {%- for group in range(3) %}
            || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1
            {%- for bit in range(5) %}
                + case
                    when substr({{ text }}, {{ group * 5 + bit + 1 }}, 1) between 'A' and 'Z'
                        then {{ 2 ** bit }}
                    else 0
                end
            {%- endfor %}, 1)
        {%- endfor %}
    end
{%- endmacro %}
