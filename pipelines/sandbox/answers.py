"""Helpers with which a stand-in builds answers out of stored documents."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

import orjson
from starlette.responses import Response

from pipelines.sandbox.store import Row

ZERO_DECIMAL = frozenset({"BIF", "CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF"})


class Refused(Exception):  # noqa: N818  an answer, not a failure
    """Raised anywhere in a stand-in to answer with `response` at once."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


def json_answer(
    content: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """A JSON answer; stored documents are spliced in with `raw` and not encoded again."""
    return Response(
        orjson.dumps(content),
        status_code=status,
        headers=dict(headers or {}),
        media_type="application/json",
    )


def raw(rows: Iterable[Row]) -> list[orjson.Fragment]:
    """The bodies of stored documents, to be put into `json_answer` as they are."""
    return [orjson.Fragment(row.body) for row in rows]


def select(document: Any, paths: Iterable[str]) -> Any:
    """The parts of a document that dotted paths name; a path goes through lists.

    `select({"a": [{"b": 1, "c": 2}]}, ["a.b"])` is `{"a": [{"b": 1}]}`. A path to a container
    takes all of it; a path to nothing is left out.
    """
    tree: dict[str, Any] = {}
    for path in paths:
        node = tree
        for step in path.split("."):
            node = node.setdefault(step, {})
    return _pick(document, tree)


def reject(document: Any, paths: Iterable[str]) -> Any:
    """The document without the parts that dotted paths name; a path goes through lists."""
    for path in paths:
        document = _drop(document, path.split("."))
    return document


@lru_cache(65_536)
def money(minor: int, currency: str) -> str:
    """An amount in minor units as text in major units: 1990 EUR is "19.90", 500 JPY "500"."""
    if currency in ZERO_DECIMAL:
        return str(minor)
    return str(Decimal(minor).scaleb(-2))


def number(minor: int, currency: str) -> orjson.Fragment:
    """An amount in minor units as a JSON number in major units, with its trailing zeros."""
    return orjson.Fragment(money(minor, currency).encode())


def _pick(document: Any, tree: dict[str, Any]) -> Any:
    if not tree:
        return document
    if isinstance(document, list):
        return [_pick(one, tree) for one in document]
    if not isinstance(document, dict):
        return document
    return {key: _pick(document[key], branch) for key, branch in tree.items() if key in document}


def _drop(document: Any, steps: list[str]) -> Any:
    if isinstance(document, list):
        return [_drop(one, steps) for one in document]
    if not isinstance(document, dict) or steps[0] not in document:
        return document
    if len(steps) == 1:
        return {key: value for key, value in document.items() if key != steps[0]}
    return {**document, steps[0]: _drop(document[steps[0]], steps[1:])}
