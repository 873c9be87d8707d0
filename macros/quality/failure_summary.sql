{#
Why: why a stream failed, in our words; a vendor's own may quote what a record holds. The texts that
are looked for are those of pipelines/ (docs/RUNBOOK.md lists them), the first one found counts.
Args: error: SQL, as in bronze_meta.stream_runs.
Usage: {{ failure_summary('error') }} gives 'answered 401, the credentials are not accepted'
#}
{% macro failure_summary(error) -%}
    {%- set known = {
        'lacks the secret': 'a secret is missing',
        'is left alone for': 'the vendor gives no good answer',
        'credentials are wrong, revoked or expired': 'the credentials are not accepted',
        'day is used up': 'what it may take of the vendor''s day is used up',
        'it asks to wait': 'the vendor asks to wait until a later run',
        'answered 401': 'answered 401, the credentials are not accepted',
        'answered 403': 'answered 403, a permission is missing',
        'the answer is not JSON': 'the answer is not JSON',
        'no answer (': 'the vendor does not answer',
        'are no longer listed': 'most of its records vanished at once',
        'names the same page as the next': 'the vendor''s pages go in a circle',
        'could not be stored': 'what was read could not be stored',
    } -%}
    case
        {%- for text, summary in known.items() %}
        when {{ error }} like {{ text_literal('%' ~ text ~ '%') }} then {{ text_literal(summary) }}
        {%- endfor %}
        when {{ matches(error, ' answered [1-5][0-9][0-9]') }}
            then 'answered ' || {{ first_match(error, ' answered ([1-5][0-9][0-9])') }}
        else 'its own words are in bronze_meta.stream_runs'
    end
{%- endmacro %}
