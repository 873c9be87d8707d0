{#
Why: shops and forms send &amp;amp; for &: entities become characters, also when escaped twice.
Args: text: SQL.
Usage: - {target: company_name, source: company, transform: unescape_html}
#}
{% macro transform_unescape_html(text) -%}
    {%- set entities = {
        'lt': 60, 'gt': 62, 'quot': 34, 'apos': 39, 'nbsp': 160, 'iexcl': 161, 'cent': 162,
        'pound': 163, 'yen': 165, 'sect': 167, 'copy': 169, 'laquo': 171, 'reg': 174, 'deg': 176,
        'plusmn': 177, 'micro': 181, 'middot': 183, 'raquo': 187, 'frac14': 188, 'frac12': 189,
        'iquest': 191, 'Agrave': 192, 'Aacute': 193, 'Acirc': 194, 'Atilde': 195, 'Auml': 196,
        'Aring': 197, 'AElig': 198, 'Ccedil': 199, 'Egrave': 200, 'Eacute': 201, 'Ecirc': 202,
        'Euml': 203, 'Igrave': 204, 'Iacute': 205, 'Icirc': 206, 'Iuml': 207, 'Ntilde': 209,
        'Ograve': 210, 'Oacute': 211, 'Ocirc': 212, 'Otilde': 213, 'Ouml': 214, 'times': 215,
        'Oslash': 216, 'Ugrave': 217, 'Uacute': 218, 'Ucirc': 219, 'Uuml': 220, 'Yacute': 221,
        'szlig': 223, 'agrave': 224, 'aacute': 225, 'acirc': 226, 'atilde': 227, 'auml': 228,
        'aring': 229, 'aelig': 230, 'ccedil': 231, 'egrave': 232, 'eacute': 233, 'ecirc': 234,
        'euml': 235, 'igrave': 236, 'iacute': 237, 'icirc': 238, 'iuml': 239, 'ntilde': 241,
        'ograve': 242, 'oacute': 243, 'ocirc': 244, 'otilde': 245, 'ouml': 246, 'oslash': 248,
        'ugrave': 249, 'uacute': 250, 'ucirc': 251, 'uuml': 252, 'yacute': 253, 'yuml': 255,
        'OElig': 338, 'oelig': 339, 'Scaron': 352, 'scaron': 353, 'ndash': 8211, 'mdash': 8212,
        'lsquo': 8216, 'rsquo': 8217, 'sbquo': 8218, 'ldquo': 8220, 'rdquo': 8221, 'bdquo': 8222,
        'bull': 8226, 'hellip': 8230, 'euro': 8364, 'trade': 8482,
    } -%}
    {%- set once = 'replace(' ~ text ~ ", '&amp;', '&')" -%}
    {%- set twice = 'replace(' ~ once ~ ", '&amp;', '&')" -%}
    case
        when {{ text }} not like '%&%;%' then {{ text }}
        when {{ twice }} like '%&%;%' then {{ html_characters(twice, entities) }}
        else {{ twice }}
    end
{%- endmacro %}
