{#
Why: a host name of any script (RFC 5890): labels without punctuation, the last one not a number.
Args: none; a regular expression without anchors and with non-capturing groups only.
Usage: {{ matches('host', '^' ~ host_pattern() ~ '$') }}
#}
{% macro host_pattern() %}
    {% set edge = '[^\\s\\x00-\\x1f!-/:-@[-`{-~]' %}
    {% set inner = '[^\\s\\x00-\\x1f!-,./:-@[-^`{-~]' %}
    {% set top = '[^\\s\\x00-\\x1f!-@[-`{-~]' %}
    {{ return('(?:' ~ edge ~ '(?:' ~ inner ~ '*' ~ edge ~ ')?[.])+' ~ top ~ inner ~ '*' ~ edge) }}
{% endmacro %}
