"""The part of SOQL that one object needs: fields, comparisons, order and limit."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pipelines.sandbox import clock
from pipelines.sandbox.salesforce import catalogue

FIELDS_ALL = "FIELDS(ALL)"
FIELDS_ALL_LIMIT = 200
QUERY = re.compile(
    r"\s*SELECT\s+(?P<fields>.+?)\s+FROM\s+(?P<object>\w+)(?:\s+WHERE\s+(?P<where>.+?))?"
    r"(?:\s+ORDER\s+BY\s+(?P<order>.+?))?(?:\s+LIMIT\s+(?P<limit>\d+))?\s*",
    re.IGNORECASE | re.DOTALL,
)
TOKEN = re.compile(
    r"\s*(?:(?P<symbol>>=|<=|!=|<>|[=<>(),])|'(?P<text>(?:[^'\\]|\\.)*)'"
    r"|(?P<time>\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d))|(?P<date>\d{4}-\d\d-\d\d)"
    r"|(?P<number>-?\d+(?:\.\d+)?)|(?P<word>[\w.]+))"
)
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<>": lambda left, right: left != right,
    "<": lambda left, right: left is not None and left < right,
    "<=": lambda left, right: left is not None and left <= right,
    ">": lambda left, right: left is not None and left > right,
    ">=": lambda left, right: left is not None and left >= right,
}
WORDS = {"true": True, "false": False, "null": None}
Test = Callable[[dict[str, Any]], bool]


class SoqlError(Exception):
    """A query that Salesforce refuses, with its error code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Query:
    """A query that was understood.

    `since` is (field, time) when the condition is only that one; then `test` is None.
    """

    name: str
    fields: list[str]
    test: Test | None
    since: tuple[str, str] | None
    order: list[tuple[str, bool]]
    limit: int | None

    def row(self, document: dict[str, Any]) -> dict[str, Any]:
        """The record with the fields that were selected."""
        related = document.get("_related", {})
        record = {"attributes": document["attributes"]}
        for field in self.fields:
            head, _, tail = field.partition(".")
            if not tail:
                record[field] = document[field]
            elif related.get(head) is None:
                record[head] = None
            else:
                first = {"attributes": related[head]["attributes"]}
                record.setdefault(head, first)[tail] = related[head].get(tail)
        return record


def understand(text: str) -> Query:
    """The query in a text. Raises SoqlError."""
    match = QUERY.fullmatch(text)
    if not match:
        raise SoqlError("MALFORMED_QUERY", f"unexpected token: '{text[:40]}'")
    name = _object(match["object"], text)
    limit = int(match["limit"]) if match["limit"] else None
    fields = _fields(match["fields"], name, limit)
    parsed = _Condition(match["where"], name) if match["where"] else None
    order = [_sort(one, name) for one in (match["order"] or "").split(",") if one.strip()]
    since = parsed.since if parsed else None
    test = parsed.test if parsed and not since else None
    return Query(name, fields, test, since, order, limit)


def _object(asked: str, text: str) -> str:
    for name in catalogue.OBJECTS:
        if name.lower() == asked.lower():
            return name
    raise SoqlError(
        "INVALID_TYPE",
        f"\n{text[:60]}\nERROR at Row:1:Column:{text.find(asked) + 1}\nsObject type '{asked}' is"
        " not supported. If you are attempting to use a custom object, be sure to append the"
        " '__c' after the entity name. Please reference your WSDL or the describe call for the"
        " appropriate names.",
    )


def _fields(text: str, name: str, limit: int | None) -> list[str]:
    fields = [field.strip() for field in text.split(",")]
    if fields[0].upper() == FIELDS_ALL:
        if limit is None or limit > FIELDS_ALL_LIMIT:
            raise SoqlError(
                "MALFORMED_QUERY", "The SOQL FIELDS function must have a LIMIT of at most 200"
            )
        fields[:1] = catalogue.fields(name)
    for field in fields:
        _known(field, name)
    if len(set(fields)) < len(fields):
        raise SoqlError("MALFORMED_QUERY", "duplicate field selected")
    return fields


def _known(field: str, name: str) -> str:
    head, _, tail = field.partition(".")
    found = (
        tail in catalogue.RELATIONS.get((name, head), ())
        if tail
        else (head in catalogue.fields(name))
    )
    if not found:
        raise SoqlError(
            "INVALID_FIELD",
            f"No such column '{field}' on entity '{name}'. If you are attempting to use a custom"
            " field, be sure to append the '__c' after the custom field name.",
        )
    return field


def _sort(text: str, name: str) -> tuple[str, bool]:
    words = text.split()
    return _known(words[0], name), len(words) > 1 and words[1].upper() == "DESC"


class _Condition:
    """A WHERE clause: comparisons joined by AND, OR and parentheses."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.tokens = _tokens(text)
        self.comparisons: list[tuple[str, str, Any]] = []
        self.test = self._any()
        if self.tokens:
            raise SoqlError("MALFORMED_QUERY", f"unexpected token: '{self.tokens[0][1]}'")

    @property
    def since(self) -> tuple[str, str] | None:
        """(field, time) of a condition that is a single lower bound of a change time."""
        if len(self.comparisons) != 1:
            return None
        field, sign, value = self.comparisons[0]
        is_bound = field in ("SystemModstamp", "CreatedDate") and sign == ">="
        return (field, value) if is_bound else None

    def _any(self) -> Test:
        tests = [self._all()]
        while self._take("OR"):
            tests.append(self._all())
        return lambda document: any(test(document) for test in tests)

    def _all(self) -> Test:
        tests = [self._one()]
        while self._take("AND"):
            tests.append(self._one())
        return lambda document: all(test(document) for test in tests)

    def _one(self) -> Test:
        if self._take("("):
            test = self._any()
            self._expect(")")
            return test
        field = _known(str(self._next()), self.name)
        if self._take("IN"):
            return self._in(field)
        sign = str(self._next())
        if sign not in COMPARE:
            raise SoqlError("MALFORMED_QUERY", f"unexpected token: '{sign}'")
        value = self._next()
        self.comparisons.append((field, sign, value))
        return lambda document: COMPARE[sign](_comparable(document, field), value)

    def _in(self, field: str) -> Test:
        self._expect("(")
        values = [self._next()]
        while self._take(","):
            values.append(self._next())
        self._expect(")")
        self.comparisons.append((field, "IN", values))
        return lambda document: _comparable(document, field) in values

    def _take(self, word: str) -> bool:
        if self.tokens and self.tokens[0][0] != "value" and self.tokens[0][1].upper() == word:
            self.tokens.pop(0)
            return True
        return False

    def _expect(self, word: str) -> None:
        if not self._take(word):
            raise SoqlError("MALFORMED_QUERY", f"expecting '{word}'")

    def _next(self) -> Any:
        if not self.tokens:
            raise SoqlError("MALFORMED_QUERY", "unexpected end of the query")
        return self.tokens.pop(0)[1]


def _tokens(text: str) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    at = 0
    while text[at:].strip():
        match = TOKEN.match(text, at)
        if not match:
            raise SoqlError("MALFORMED_QUERY", f"unexpected token: '{text[at : at + 10]}'")
        found.append(_token(match))
        at = match.end()
    return found


def _token(match: re.Match[str]) -> tuple[str, Any]:
    if match["symbol"]:
        return "symbol", match["symbol"]
    if match["text"] is not None:
        return "value", match["text"]
    if match["time"]:
        return "value", clock.normal(match["time"])
    if match["date"]:
        return "value", match["date"]
    if match["number"]:
        return "value", float(match["number"])
    word = match["word"]
    return ("value", WORDS[word.lower()]) if word.lower() in WORDS else ("word", word)


def _comparable(document: dict[str, Any], field: str) -> Any:
    value = document[field]
    kind = catalogue.fields(document["attributes"]["type"])[field]
    if kind == "datetime" and value is not None:
        return clock.normal(value)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
