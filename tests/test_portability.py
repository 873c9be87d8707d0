"""Models and macros use SQL that every engine knows; what differs is in macros/engine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ENGINE = ROOT / "macros/engine"

# Functions of standard SQL, or the same on PostgreSQL, DuckDB, Spark, Snowflake, BigQuery and
# Databricks.
FUNCTIONS = """
    abs avg cast ceil coalesce concat count dense_rank exp extract first_value floor greatest lag
    last_value lead least length ln lower lpad max min mod nullif power rank replace round
    row_number sign sqrt stddev_samp substr sum trim upper
"""
# Words that stand before a bracket without being functions, and the types that take one.
WORDS = """
    all and any as between by case distinct else end except exists filter from group having in
    inner intersect interval is join left like limit not on or order outer over partition right
    select then union using values when where with decimal numeric varchar char
"""
# What one engine understands and another does not, and the macro to use instead.
FOREIGN = {
    r"::": "cast(… as …)",
    r"->>?": "json_fields and json_field",
    r"\bilike\b": "lower(…) like",
    r"\bqualify\b": "a subquery",
    r"\bexclude\b": "the columns by name",
    r"\bgroup by all\b|\border by all\b": "the columns by name",
    r"\blambda\b": "a macro of macros/engine",
    r"\blateral\b|\bunnest\b": "json_array_rows",
    r"\bcurrent_(?:date|timestamp|time)\b|\bnow\(\)": "as_of_date() or as_of_timestamp()",
}

COMMENT = re.compile(r"{#.*?#}|--[^\n]*", re.S)
JINJA = re.compile(r"{{.*?}}|{%.*?%}", re.S)
LITERAL = re.compile(r"'(?:[^']|'')*'")
JINJA_TEXT = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'", re.S)
CALL = re.compile(r"(?<![\w.\\?])([a-z_][a-z0-9_]*)\(", re.I)
# A text in Jinja is SQL when it looks like it; the others are patterns, names and messages.
SQL_TEXT = re.compile(r"^[\s(|]*[a-z_]+\($|\b(?:case when|then|is null|is not null)\b|\|\| ")


def sources() -> list[Path]:
    files = [*(ROOT / "dbt_project").rglob("*.sql"), *(ROOT / "macros").rglob("*.sql")]
    files += (ROOT / "tests").rglob("assert_*.sql")
    return sorted(f for f in files if ENGINE not in f.parents)


def sql_of(text: str) -> Iterator[str]:
    """SQL outside Jinja, and SQL that Jinja puts together out of texts."""
    text = COMMENT.sub(" ", text)
    yield LITERAL.sub("''", JINJA.sub("''", text))
    for block in JINJA.findall(text):
        for double, single in JINJA_TEXT.findall(block):
            if SQL_TEXT.search(double or single):
                yield LITERAL.sub("''", double or single)


def faults(text: str) -> list[str]:
    """Functions and signs that not every engine has."""
    found = []
    for sql in sql_of(text):
        names = {name.lower() for name in CALL.findall(sql)}
        found += sorted(names - set(FUNCTIONS.split()) - set(WORDS.split()))
        found += [
            f"{sign}: use {use}" for sign, use in FOREIGN.items() if re.search(sign, sql, re.I)
        ]
    return found


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_portable(path: Path) -> None:
    assert faults(path.read_text()) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("select strptime(a, 'x') from t", ["strptime"]),
        ("select {{ 'try_cast(' ~ a ~ ' as int)' }} from t", ["try_cast"]),
        ("select a::text from t", ["::: use cast(… as …)"]),
        ("select current_date", [r"as_of_date() or as_of_timestamp()"]),
        ("select coalesce(a, 'now()'), sum(b) over (partition by c) from t -- list_sort(x)", []),
        ("with a as (select cast(b as decimal(18, 4)) from c where d in (1)) select * from a", []),
    ],
)
def test_the_test_itself(text: str, fault: list[str]) -> None:
    found = faults(text)
    assert len(found) == len(fault)
    assert all(expected in actual for expected, actual in zip(fault, found, strict=True))
