"""Every type and every transform over the ways in which systems really write values."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.mapping.project import ROOT, Project

UNREADABLE = object()
AT = dt.datetime
DAY = dt.date

TARGETS = {
    "a_text": "text",
    "a_number": "decimal(18, 4)",
    "an_integer": "bigint",
    "a_date": "date",
    "a_timestamp": "timestamp",
    "a_boolean": "boolean",
}

# One group: target, mapping entry, [(value as sent, value expected)]. A value that is a dict is the
# payload itself; any other is its field `v`. UNREADABLE: null, warned, the original text kept.
GROUPS: dict[str, tuple[str, dict[str, Any], list[tuple[Any, Any]]]] = {
    "string": (
        "a_text",
        {},
        [
            ("abc", "abc"),
            ("  abc ", "abc"),
            ("", None),
            ("   ", None),
            (None, None),
            (12, "12"),
            (True, "true"),
            (9007199254740993, "9007199254740993"),
            ("Ζωή Παππά", "Ζωή Παππά"),
            ("שָׁלוֹם", "שָׁלוֹם"),
            ("محمد \u200fعلي", "محمد \u200fعلي"),
            ("田中 🍵", "田中 🍵"),
            ('it\'s "so" \\ %', 'it\'s "so" \\ %'),
            ("a &amp; b", "a &amp; b"),
        ],
    ),
    "text": (
        "a_text",
        {"type": "text"},
        [
            ("Cup &amp; Co", "Cup & Co"),
            ("Cup &amp;amp; Co", "Cup & Co"),
            ("&lt;b&gt; &quot;x&quot; &#39;y&#39;", "<b> \"x\" 'y'"),
            ("Caf&eacute; M&uuml;ller", "Café Müller"),
            ("it&#8217;s &#x2019; &#128512;", "it’s ’ 😀"),
            ("caf&amp;eacute;", "café"),
            ("AT&T; R&D", "AT&T; R&D"),
            ("&unknown; &#; &#xZZ;", "&unknown; &#; &#xZZ;"),
            ("&#9999999; &#1114112;", "&#9999999; &#1114112;"),
            ("  two\n\t lines\u00a0here ", "two lines here"),
            ("bell\u0007 rung", "bell rung"),
            ("&nbsp;", UNREADABLE),
        ],
    ),
    "integer": (
        "an_integer",
        {"type": "integer"},
        [
            ("12", 12),
            (12, 12),
            (12.0, 12),
            ("-3", -3),
            ("+3", 3),
            ("1,234,567", 1234567),
            (12.5, UNREADABLE),
            ("twelve", UNREADABLE),
            ("99999999999999999999", UNREADABLE),
            ("12abc", UNREADABLE),
        ],
    ),
    "decimal": (
        "a_number",
        {"type": "decimal"},
        [
            ("1.10", Decimal("1.10")),
            (1.1, Decimal("1.1")),
            ("-0.5", Decimal("-0.5")),
            (".5", Decimal("0.5")),
            ("1,234.5", Decimal("1234.5")),
            ("1e3", Decimal("1000")),
            (1e-7, Decimal("0")),
            ("1.234,5", UNREADABLE),
            ("12,34", UNREADABLE),
            ("NaN", UNREADABLE),
            ("Infinity", UNREADABLE),
            ("1 2", UNREADABLE),
            ("123456789012345678", UNREADABLE),
        ],
    ),
    "decimal comma": (
        "a_number",
        {"type": "decimal", "format": "comma"},
        [
            ("1.234,50", Decimal("1234.50")),
            ("1 234,50", Decimal("1234.50")),
            ("1\u202f234,50", Decimal("1234.50")),
            ("1'234,50", Decimal("1234.50")),
            ("12,5", Decimal("12.5")),
            ("1.234", Decimal("1234")),
            ("7", Decimal("7")),
            ("1,234.50", UNREADABLE),
        ],
    ),
    "money": (
        "a_number",
        {"type": "money"},
        [
            ("68.50", Decimal("68.50")),
            ("-1,149.00", Decimal("-1149.00")),
            ("free", UNREADABLE),
            ("$5", UNREADABLE),
        ],
    ),
    "money comma": (
        "a_number",
        {"type": "money", "format": "comma"},
        [("1.234,50", Decimal("1234.50")), ("5.00", UNREADABLE)],
    ),
    "money_minor": (
        "a_number",
        {"type": "money_minor", "currency": "c"},
        [
            ({"v": 1999, "c": "USD"}, Decimal("19.99")),
            ({"v": "1999", "c": "eur"}, Decimal("19.99")),
            ({"v": 1999, "c": "JPY"}, Decimal("1999")),
            ({"v": 1999, "c": "KWD"}, Decimal("1.999")),
            ({"v": -5, "c": "USD"}, Decimal("-0.05")),
            ({"v": 0, "c": "USD"}, Decimal("0")),
            ({"v": 9007199254740993, "c": "JPY"}, UNREADABLE),
            ({"v": 19.99, "c": "USD"}, UNREADABLE),
            ({"v": 1999, "c": "ZZZ"}, UNREADABLE),
            ({"v": 1999}, UNREADABLE),
            ({"c": "USD"}, None),
        ],
    ),
    "money_minor constant": (
        "a_number",
        {"type": "money_minor", "currency": {"value": "USD"}},
        [("250", Decimal("2.50"))],
    ),
    "percent": (
        "a_number",
        {"type": "percent"},
        [
            ("12.5%", Decimal("12.5")),
            (12.5, Decimal("12.5")),
            ("7 %", Decimal("7")),
            ("x%", UNREADABLE),
        ],
    ),
    "percent fraction": (
        "a_number",
        {"type": "percent", "format": "fraction"},
        [(0.125, Decimal("12.5")), (1, Decimal("100"))],
    ),
    "measure": (
        "a_number",
        {"type": "measure", "unit": "u", "to_unit": "g"},
        [
            ({"v": 2, "u": "KILOGRAMS"}, Decimal("2000")),
            ({"v": "1.5", "u": "lb"}, Decimal("680.3886")),
            ({"v": 250, "u": "g"}, Decimal("250")),
            ({"v": 2, "u": "cm"}, UNREADABLE),
            ({"v": 2, "u": "stone"}, UNREADABLE),
            ({"v": 2}, UNREADABLE),
        ],
    ),
    "measure constant": (
        "a_number",
        {"type": "measure", "unit": {"value": "min"}, "to_unit": "h"},
        [(90, Decimal("1.5"))],
    ),
    "boolean": (
        "a_boolean",
        {"type": "boolean"},
        [
            *[(v, True) for v in (True, "true", "TRUE", "yes", "Y", 1, "1", "t", "on")],
            *[(v, False) for v in (False, "false", "No", "n", 0, "0", "F", "off")],
            ("maybe", UNREADABLE),
            (2, UNREADABLE),
        ],
    ),
    "boolean codes": (
        "a_boolean",
        {"type": "boolean", "codes": "consent"},
        [("Opted In", True), ("refused", False), ("?", UNREADABLE), ("", None)],
    ),
    "date ignored": (
        "a_date",
        {"type": "date", "on_unreadable": "ignore"},
        [("2024-02-29", DAY(2024, 2, 29)), ("at the end of the month", None)],
    ),
    "date": (
        "a_date",
        {"type": "date"},
        [
            ("2024-02-29", DAY(2024, 2, 29)),
            ("2024-02-29T23:59:59-08:00", DAY(2024, 2, 29)),
            ("2024-02-29 10:00:00", DAY(2024, 2, 29)),
            ("20240229", DAY(2024, 2, 29)),
            ("2024/02/29", DAY(2024, 2, 29)),
            ("/Date(1709164800000+0000)/", DAY(2024, 2, 29)),
            ("/Date(-86400000)/", DAY(1969, 12, 31)),
            ("0000-00-00", None),
            ("0000-00-00 00:00:00", None),
            ("0001-01-01T00:00:00", None),
            ("", None),
            ("1900-01-01", UNREADABLE),
            ("1899-12-30", UNREADABLE),
            ("9999-12-31", UNREADABLE),
            ("2023-02-29", UNREADABLE),
            ("2024-13-01", UNREADABLE),
            ("31/12/2024", UNREADABLE),
            ("soon", UNREADABLE),
            ("2024-02-299", UNREADABLE),
        ],
    ),
    "date dmy": (
        "a_date",
        {"type": "date", "format": "dmy"},
        [
            ("31/12/2024", DAY(2024, 12, 31)),
            ("1.2.2024", DAY(2024, 2, 1)),
            ("01-02-24", DAY(2024, 2, 1)),
            ("01-02-69", DAY(1969, 2, 1)),
            ("5 March 2024", DAY(2024, 3, 5)),
            ("05-Mar-2024", DAY(2024, 3, 5)),
            ("March 5, 2024", DAY(2024, 3, 5)),
            ("5th Mar 2024", DAY(2024, 3, 5)),
            ("2024-03-05", DAY(2024, 3, 5)),
            ("12/31/2024", UNREADABLE),
            ("5 Mai 2024", UNREADABLE),
        ],
    ),
    "date mdy": (
        "a_date",
        {"type": "date", "format": "mdy"},
        [
            ("12/31/2024", DAY(2024, 12, 31)),
            ("1/2/24", DAY(2024, 1, 2)),
            ("31/12/2024", UNREADABLE),
        ],
    ),
    "date epoch_s": (
        "a_date",
        {"type": "date", "format": "epoch_s"},
        [(1709164800, DAY(2024, 2, 29))],
    ),
    "date epoch_ms": (
        "a_date",
        {"type": "date", "format": "epoch_ms"},
        [(1709164800000, DAY(2024, 2, 29)), ("x", UNREADABLE)],
    ),
    "date excel": (
        "a_date",
        {"type": "date", "format": "excel"},
        [("45351", DAY(2024, 2, 29)), (45351.5, DAY(2024, 2, 29)), (2, UNREADABLE)],
    ),
    "timestamp": (
        "a_timestamp",
        {"type": "timestamp"},
        [
            ("2024-02-29T10:11:12Z", AT(2024, 2, 29, 10, 11, 12)),
            ("2024-02-29T10:11:12.345Z", AT(2024, 2, 29, 10, 11, 12, 345000)),
            ("2024-02-29T10:11:12.1234567Z", AT(2024, 2, 29, 10, 11, 12, 123456)),
            ("2024-02-29T10:11:12+05:30", AT(2024, 2, 29, 4, 41, 12)),
            ("2024-02-29T10:11:12+0530", AT(2024, 2, 29, 4, 41, 12)),
            ("2024-02-29T10:11:12.000+0000", AT(2024, 2, 29, 10, 11, 12)),
            ("2024-02-29T10:11:12-08", AT(2024, 2, 29, 18, 11, 12)),
            ("2024-02-29 10:11:12.123456+00:00", AT(2024, 2, 29, 10, 11, 12, 123456)),
            ("2024-02-29 10:11:12 UTC", AT(2024, 2, 29, 10, 11, 12)),
            ("2024-02-29 10:11:12 +0200", AT(2024, 2, 29, 8, 11, 12)),
            ("2024-02-29T10:11:12", AT(2024, 2, 29, 10, 11, 12)),
            ("2024-02-29T10:11", AT(2024, 2, 29, 10, 11)),
            ("2024-02-29", AT(2024, 2, 29)),
            ("/Date(1518685950940+0000)/", AT(2018, 2, 15, 9, 12, 30, 940000)),
            ("/Date(1518685950940+1300)/", AT(2018, 2, 15, 9, 12, 30, 940000)),
            ("/Date(1518685950940)/", AT(2018, 2, 15, 9, 12, 30, 940000)),
            ("0000-00-00 00:00:00", None),
            ("0001-01-01T00:00:00Z", None),
            ("1900-01-01T00:00:00", UNREADABLE),
            ("2024-02-30T10:00:00Z", UNREADABLE),
            ("2024-02-29T25:00:00Z", UNREADABLE),
            ("yesterday", UNREADABLE),
            ("1709164800", UNREADABLE),
        ],
    ),
    "timestamp zone": (
        "a_timestamp",
        {"type": "timestamp", "timezone": "Europe/Berlin"},
        [
            ("2024-07-01 12:00:00", AT(2024, 7, 1, 10)),
            ("2024-01-01 12:00:00", AT(2024, 1, 1, 11)),
            ("2024-07-01T12:00:00Z", AT(2024, 7, 1, 12)),
        ],
    ),
    "timestamp mdy": (
        "a_timestamp",
        {"type": "timestamp", "format": "mdy"},
        [
            ("12/31/2024 3:45 PM", AT(2024, 12, 31, 15, 45)),
            ("12/31/2024, 12:05:06 a.m.", AT(2024, 12, 31, 0, 5, 6)),
            ("12/31/2024", AT(2024, 12, 31)),
            ("Dec 31, 2024 15:45", AT(2024, 12, 31, 15, 45)),
            ("31/12/2024 10:00", UNREADABLE),
        ],
    ),
    "timestamp dmy": (
        "a_timestamp",
        {"type": "timestamp", "format": "dmy"},
        [
            ("31.12.2024 15:45:10", AT(2024, 12, 31, 15, 45, 10)),
            ("Tue, 31 Dec 2024 15:45:10 +0200", AT(2024, 12, 31, 13, 45, 10)),
            ("Tue, 31 Dec 2024 15:45:10 GMT", AT(2024, 12, 31, 15, 45, 10)),
        ],
    ),
    "timestamp epoch_s": (
        "a_timestamp",
        {"type": "timestamp", "format": "epoch_s"},
        [
            (1709201472, AT(2024, 2, 29, 10, 11, 12)),
            ("1709201472.5", AT(2024, 2, 29, 10, 11, 12, 500000)),
        ],
    ),
    "timestamp epoch_ms": (
        "a_timestamp",
        {"type": "timestamp", "format": "epoch_ms"},
        [(1709201472345, AT(2024, 2, 29, 10, 11, 12, 345000)), ("2024-02-29", UNREADABLE)],
    ),
    "timestamp excel": (
        "a_timestamp",
        {"type": "timestamp", "format": "excel"},
        [(45351.5, AT(2024, 2, 29, 12))],
    ),
    "email": (
        "a_text",
        {"type": "email"},
        [
            (" Ann.Lee@Example.COM ", "ann.lee@example.com"),
            ("ann+shop@example.co.uk", "ann+shop@example.co.uk"),
            ("o'neil@example.org", "o'neil@example.org"),
            ("Ann Lee <ann@example.com>", "ann@example.com"),
            ("mailto:ann@example.com", "ann@example.com"),
            ("jörg@exämple.de", "jörg@exämple.de"),
            ("ann@xn--exmple-cua.de", "ann@xn--exmple-cua.de"),
            ("ann@example", UNREADABLE),
            ("ann.example.com", UNREADABLE),
            ("ann@@example.com", UNREADABLE),
            ("ann@example..com", UNREADABLE),
            ("a nn@example.com", UNREADABLE),
            (".ann@example.com", UNREADABLE),
            ("ann@example.com, bob@example.com", UNREADABLE),
            ("n/a", UNREADABLE),
            ("", None),
        ],
    ),
    "phone": (
        "a_text",
        {"type": "phone", "country": "c"},
        [
            ({"v": "+44 20 7946 0958"}, "+442079460958"),
            ({"v": "+44 (0)20 7946-0958"}, "+442079460958"),
            ({"v": "0044 20 7946 0958"}, "+442079460958"),
            ({"v": "020 7946 0958", "c": "GB"}, "+442079460958"),
            ({"v": "07911 123456", "c": "United Kingdom"}, "+447911123456"),
            ({"v": "442079460958", "c": "GB"}, "+442079460958"),
            ({"v": "(415) 555-2671", "c": "US"}, "+14155552671"),
            ({"v": "1-415-555-2671", "c": "USA"}, "+14155552671"),
            ({"v": "415.555.2671 x22", "c": "us"}, "+14155552671"),
            ({"v": "415-555-2671 ext. 22", "c": "US"}, "+14155552671"),
            ({"v": "030/901820", "c": "Deutschland"}, "+4930901820"),
            ({"v": "49 30 901820", "c": "DE"}, "+4930901820"),
            ({"v": "06 1234 5678", "c": "NL"}, "+31612345678"),
            ({"v": "06 698 57777", "c": "IT"}, "+390669857777"),
            ({"v": "06 30 123 4567", "c": "HU"}, "+36301234567"),
            ({"v": "8 (495) 123-45-67", "c": "RU"}, "+74951234567"),
            ({"v": "03-1234-5678", "c": "JP"}, "+81312345678"),
            ({"v": "612 345 678", "c": "ES"}, "+34612345678"),
            ({"v": "Tel.: +33 1 42 68 53 00"}, "+33142685300"),
            ({"v": "415-555-2671"}, UNREADABLE),
            ({"v": "555-2671", "c": "US"}, UNREADABLE),
            ({"v": "115-555-2671", "c": "US"}, UNREADABLE),
            ({"v": "+44 20 7946"}, UNREADABLE),
            ({"v": "+999 123 456 789"}, UNREADABLE),
            ({"v": "0000000000", "c": "US"}, UNREADABLE),
            ({"v": "n/a", "c": "US"}, UNREADABLE),
            ({"v": "", "c": "US"}, None),
        ],
    ),
    "phone constant": (
        "a_text",
        {"type": "phone", "country": {"value": "GB"}},
        [("020 7946 0958", "+442079460958"), ("+14155552671", "+14155552671")],
    ),
    "phone at home": (
        "a_text",
        {"type": "phone", "country": {"path": "c", "value": "US"}},
        [
            ({"v": "(415) 555-2671"}, "+14155552671"),
            ({"v": "(415) 555-2671", "c": " "}, "+14155552671"),
            ({"v": "020 7946 0958", "c": "GB"}, "+442079460958"),
        ],
    ),
    "phone without country": ("a_text", {"type": "phone"}, [("+14155552671", "+14155552671")]),
    "country": (
        "a_text",
        {"type": "country"},
        [
            *[(v, "GB") for v in ("GB", "gb", "GBR", "U.K.", "United Kingdom", "England", "英国")],
            *[(v, "US") for v in ("US", "usa", "U.S.A.", "United States", "Vereinigte Staaten")],
            *[(v, "DE") for v in ("Germany", "Deutschland", "ALLEMAGNE", "ألمانيا")],
            ("NA", "NA"),
            ("NO", "NO"),
            ("Atlantis", UNREADABLE),
        ],
    ),
    "currency": (
        "a_text",
        {"type": "currency"},
        [
            *[(v, "EUR") for v in ("EUR", "eur", "€", "Euro")],
            ("US$", "USD"),
            ("£", "GBP"),
            ("$", UNREADABLE),
            ("BITS", UNREADABLE),
        ],
    ),
    "code": (
        "a_text",
        {"type": "code", "codes": "colour"},
        [("RED", "red"), ("red", "red"), (7, "seven"), ("blue", "unknown"), ("", None)],
    ),
    "json": (
        "a_text",
        {"type": "json"},
        [({"v": {"a": [1, "x"]}}, '{"a":[1,"x"]}'), ({"v": [1]}, "[1]")],
    ),
    "url": (
        "a_text",
        {"type": "url"},
        [
            ("https://Example.com/a?b=c", "https://Example.com/a?b=c"),
            ("example.com/shop", "https://example.com/shop"),
            ("//cdn.example.com/x.png", "https://cdn.example.com/x.png"),
            ("http://localhost:8000/x", "http://localhost:8000/x"),
            ("not a url", UNREADABLE),
            ("example", UNREADABLE),
        ],
    ),
    "domain": (
        "a_text",
        {"type": "domain"},
        [
            ("https://www.Example.com/a", "example.com"),
            ("shop.example.co.uk:8080", "shop.example.co.uk"),
            ("ann@example.com", "example.com"),
            ("http://exämple.de", "exämple.de"),
            ("none", UNREADABLE),
        ],
    ),
    "list": (
        "a_text",
        {"type": "list"},
        [
            ("a, b,c ,, d", "a, b, c, d"),
            ({"v": ["a", "b", None, ""]}, "a, b"),
            ({"v": []}, None),
            ("one", "one"),
        ],
    ),
    "list item": (
        "a_text",
        {"type": "list", "item": "name"},
        [({"v": [{"name": "a"}, {"name": "b"}, {"x": 1}]}, "a, b")],
    ),
    "member": (
        "a_text",
        {"source": "f", "member": {"key": "name", "is": "It's", "take": "at.value"}},
        [
            ({"f": [{"name": "x"}, {"name": "It's", "at": {"value": "b"}}]}, "b"),
            ({"f": [{"name": "It's", "at": {"value": 1}}, {"name": "It's"}]}, "1"),
            ({"f": [{"name": "x", "at": {"value": "b"}}]}, None),
            ({"f": [{"name": "It's"}]}, None),
            ({"f": []}, None),
            ({"f": "no list"}, None),
            ({}, None),
        ],
    ),
    "list separator": ("a_text", {"type": "list", "separator": ";"}, [("a;b; c, d", "a, b, c, d")]),
    "join_words": (
        "a_text",
        {"source": ["f", "l"], "transform": "join_words"},
        [
            ({"f": " Ann ", "l": "Lee"}, "Ann Lee"),
            ({"f": "", "l": "Lee"}, "Lee"),
            ({"f": ""}, None),
        ],
    ),
    "join_comma": (
        "a_text",
        {"source": ["a", "b", "c"], "transform": "join_comma"},
        [({"a": "1 High St", "b": None, "c": "Leeds"}, "1 High St, Leeds")],
    ),
    "first_of": (
        "a_text",
        {"source": ["a", "b"], "transform": "first_of"},
        [({"a": " ", "b": "x"}, "x"), ({"a": "y", "b": "x"}, "y"), ({"z": 1}, None)],
    ),
    "join_colon": (
        "a_text",
        {"source": ["a", "b"], "transform": "join_colon"},
        [({"a": "1", "b": "2"}, "1:2"), ({"a": "1"}, None), ({"a": " ", "b": "2"}, None)],
    ),
    "only_one": (
        "a_text",
        {"source": ["a[0]", "a[1]"], "transform": "only_one"},
        [({"a": ["x"]}, "x"), ({"a": ["x", "y"]}, None), ({"a": []}, None)],
    ),
    "sum_of": (
        "a_number",
        {"source": ["a", "b", "c"], "transform": "sum_of", "type": "money"},
        [
            ({"a": "1.10", "b": "2.2", "c": -0.3}, Decimal("3")),
            ({"a": "1.10", "b": None, "c": " "}, Decimal("1.1")),
            ({"a": None}, None),
            ({"a": "1", "b": "two"}, UNREADABLE),
        ],
    ),
    "difference_of": (
        "a_number",
        {"source": ["a", "b", "c"], "transform": "difference_of", "type": "money"},
        [
            ({"a": "10", "b": "2.50", "c": 1}, Decimal("6.5")),
            ({"a": "10"}, Decimal("10")),
            ({"b": "2.50"}, None),
            ({"a": "10", "b": "x"}, UNREADABLE),
        ],
    ),
    "join_phone": (
        "a_text",
        {"source": ["c", "a", "n"], "transform": "join_phone", "type": "phone"},
        [
            ({"c": "44", "a": "020", "n": "7946 0958"}, "+442079460958"),
            ({"c": "+1", "a": "415", "n": "555-2671"}, "+14155552671"),
            ({"c": "", "a": "", "n": "+44 20 7946 0958"}, "+442079460958"),
            ({"c": "44", "a": "20"}, None),
        ],
    ),
    "split_first": (
        "a_text",
        {"transform": "split_first"},
        [("Maria de la Cruz", "Maria"), ("Cher", "Cher"), (" Ann  Lee", "Ann")],
    ),
    "split_last": (
        "a_text",
        {"transform": "split_last"},
        [("Maria de la Cruz", "de la Cruz"), ("Cher", None)],
    ),
    "lower": ("a_text", {"transform": "lower"}, [("ÄB", "äb")]),
    "upper": ("a_text", {"transform": "upper"}, [("äb", "ÄB")]),
    "digits": ("a_text", {"transform": "digits"}, [("GB 123-45", "12345"), ("none", "none")]),
    "strip_quote": (
        "a_text",
        {"transform": "strip_quote"},
        [("'02134", "02134"), ("O'Hara", "O'Hara")],
    ),
    "strip_tags": (
        "a_text",
        {"transform": "strip_tags", "type": "text"},
        [("<p>Fine <b>cup</b></p>", "Fine cup"), ("1 < 2", "1 < 2")],
    ),
    "unescape_html": ("a_text", {"transform": "unescape_html"}, [("a &amp; b", "a & b")]),
    "before_colon": (
        "a_text",
        {"transform": "before_colon"},
        [("Design:Fountains:Pump", "Design"), ("Pump", None)],
    ),
    "after_colon": (
        "a_text",
        {"transform": "after_colon"},
        [("Design:Fountains:Pump", "Pump"), ("Pump", "Pump")],
    ),
    "before_comma": (
        "a_text",
        {"transform": "before_comma"},
        [("Lee, Ann", "Lee"), ("Ann Lee", None)],
    ),
    "after_comma": ("a_text", {"transform": "after_comma"}, [("Lee, Ann", "Ann"), ("Ann", "Ann")]),
    "last_path_part": (
        "a_text",
        {"transform": "last_path_part"},
        [
            ("gid://shopify/Order/123", "123"),
            ("gid://shopify/InventoryItem/45?inventory_item_id=6", "45"),
            ("123", "123"),
        ],
    ),
    "negate": (
        "a_number",
        {"transform": "negate", "type": "money"},
        [
            ("5.00", Decimal("-5")),
            ("-5.00", Decimal("5")),
            (0, Decimal("0")),
            ("+1", Decimal("-1")),
            ("x", UNREADABLE),
        ],
    ),
    "reciprocal": (
        "a_number",
        {"transform": "reciprocal", "type": "decimal"},
        [
            ("1.25", Decimal("0.8")),
            (1, Decimal("1")),
            ("0.00", Decimal("0")),
            ("x", UNREADABLE),
        ],
    ),
    "amount_of": (
        "a_number",
        {"transform": "amount_of", "type": "money"},
        [
            ("68000 CAD", Decimal("68000")),
            ("CAD 68,000.50", Decimal("68000.5")),
            ("5", Decimal("5")),
            ("abc CAD", UNREADABLE),
        ],
    ),
    "currency_of": (
        "a_text",
        {"transform": "currency_of", "type": "currency"},
        [("68000 CAD", "CAD"), ("eur 5", "EUR"), ("5", None)],
    ),
    "accounting_number": (
        "a_number",
        {"transform": "accounting_number", "type": "money"},
        [
            ("($1,149.00 )", Decimal("-1149")),
            ("$1,149.00 ", Decimal("1149")),
            ("12.50-", Decimal("-12.5")),
            ("- £5", Decimal("-5")),
            ("EUR 5", Decimal("5")),
            ("none", UNREADABLE),
        ],
    ),
    "accounting_number comma": (
        "a_number",
        {"transform": "accounting_number", "type": "money", "format": "comma"},
        [("(1.149,00 €)", Decimal("-1149"))],
    ),
    "email_domain": (
        "a_text",
        {"transform": "email_domain"},
        [("Ann@Example.com", "example.com"), ("none", None)],
    ),
    "strip_deleted": (
        "a_text",
        {"transform": "strip_deleted"},
        [
            ("Teapot (deleted)", "Teapot"),
            ("Teapot", "Teapot"),
            ("(deleted) Teapot", "(deleted) Teapot"),
        ],
    ),
    "id18": (
        "a_text",
        {"transform": "id18"},
        [
            ("001D000000IRFma", "001D000000IRFmaIAH"),
            ("001D000000IRFmaIAH", "001D000000IRFmaIAH"),
            ("a0B", "a0B"),
        ],
    ),
    "refusal": (
        "a_boolean",
        {"transform": "refusal", "type": "boolean"},
        [(True, False), (False, None), ("", None)],
    ),
    "two transforms": (
        "a_text",
        {"source": ["f", "l"], "transform": ["join_words", "upper"]},
        [({"f": "Ann", "l": "Lee"}, "ANN LEE")],
    ),
    "quoted path": (
        "a_text",
        {"source": '"Lineitem name"'},
        [({"Lineitem name": "Cup"}, "Cup")],
    ),
    "quote in path": ("a_text", {"source": "it's.x"}, [({"it's": {"x": "y"}}, "y")]),
    "position in path": (
        "a_text",
        {"source": "phones[1].number"},
        [({"phones": [{"number": 1}, {"number": 2}]}, "2"), ({"phones": []}, None)],
    ),
}

CODES = """code_list,source_code,code,label
colour,Red,red,Red
colour,7,seven,Seven
consent,Opted in,true,Agreed
consent,Refused,false,Refused
"""


def stream_of(group: str) -> str:
    """The stream, and part of the model's name, of a group."""
    return group.replace(" ", "_")


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """Rows by group: every case is a record, every group a staging model; one dbt run for all."""
    project = Project(tmp_path_factory.mktemp("vocabulary"))
    project.add_entity("thing", TARGETS)
    project.write("seeds/codes/codes_vendor.csv", CODES)
    for group, (target, entry, cases) in GROUPS.items():
        stream = stream_of(group)
        payloads = [v if isinstance(v, dict) else {"v": v} for v, _ in cases]
        project.add_records(
            "vendor", stream, [{**p, "id": 1000 + n} for n, p in enumerate(payloads)]
        )
        sql = f"{{{{ stage_records(source('bronze_vendor', '{stream}'), ref('codes_vendor')) }}}}"
        mapping = [{"target": target, "source": "v", **entry}]
        project.add_model(f"stg_vendor__{stream}", sql, {"entity": "thing", "mapping": mapping})
    project.build()
    return {group: project.rows(f"stg_vendor__{stream_of(group)}") for group in GROUPS}


CASES = [
    pytest.param(group, number, id=f"{group}: {case[0]!r}")
    for group, (_, _, cases) in GROUPS.items()
    for number, case in enumerate(cases)
]


@pytest.mark.parametrize(("group", "number"), CASES)
def test_value(staged: dict[str, list[dict[str, Any]]], group: str, number: int) -> None:
    target, _, cases = GROUPS[group]
    row, expected = staged[group][number], cases[number][1]
    if expected is UNREADABLE:
        assert (row[target], row["verdict"]) == (None, "warned")
        assert row["reasons"].startswith(f"{target} holds '")
        assert target in row["unreadable_values"]
    elif expected == "unknown":
        assert (row[target], row["verdict"]) == ("unknown", "warned")
    else:
        assert row[target] == expected
        assert (row["verdict"], row["reasons"], row["unreadable_values"]) == (
            "accepted",
            None,
            None,
        )


@pytest.mark.parametrize("kind", ["type", "transform"])
def test_every_macro_has_cases(kind: str) -> None:
    files = (ROOT / "macros/mapping").glob(f"{kind}_*.sql")
    declared = {Path(f).stem.removeprefix(f"{kind}_") for f in files}
    assert declared <= {group.split()[0] for group in GROUPS}
