"""Compares recorded exchanges with a vendor's own OpenAPI description.

contract = Contract.load("square/api.json")
differences = contract.differences(exchanges("exchanges.jsonl", "square"))
"""

import fnmatch
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson
import pytest
import yaml
from jsonschema.exceptions import ValidationError, best_match
from openapi_core import Config, OpenAPI
from openapi_core.templating.paths.exceptions import PathError
from openapi_core.templating.paths.finders import APICallPathFinder
from openapi_core.testing import MockRequest, MockResponse
from werkzeug.datastructures import ImmutableMultiDict

SPECS = Path(__file__).parents[2] / "shared" / "specs"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
Exchange = Mapping[str, Any]


class TextDates(yaml.CSafeLoader):
    """YAML as JSON would read it: dates stay text."""


TextDates.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


class Contract:
    """One vendor's description of its API.

    `exceptions` maps a difference (an fnmatch pattern over the whole line) to the reason why it is
    right to differ; an exception that no difference needed is itself a difference.
    """

    def __init__(
        self,
        spec: dict[str, Any],
        exceptions: Mapping[str, str] | None = None,
        forbids_undeclared: bool = False,
    ) -> None:
        policy: Any = "forbid" if forbids_undeclared else "allow"
        config = Config(spec_validator_cls=None, additional_properties_default_policy=policy)
        self.openapi = OpenAPI.from_dict(_without_security(spec), config=config)
        self.exceptions = dict(exceptions or {})
        self._finder = APICallPathFinder(self.openapi.spec)

    @classmethod
    def load(
        cls,
        name: str,
        exceptions: Mapping[str, str] | None = None,
        forbids_undeclared: bool = False,
    ) -> "Contract":
        """The description in `../shared/specs/<name>`; skips the test where it is absent."""
        return cls(read_spec(name), exceptions, forbids_undeclared)

    def differences(self, recorded: Iterable[Exchange]) -> list[str]:
        """Every way in which the exchanges differ from the description, once each, sorted."""
        found = {line for exchange in recorded for line in self._of(exchange)}
        excused = {
            line: pattern
            for line in found
            for pattern in self.exceptions
            if fnmatch.fnmatchcase(line, pattern)
        }
        unused = set(self.exceptions) - set(excused.values())
        return sorted(found - set(excused)) + [
            f"exception that nothing needs: {pattern}" for pattern in sorted(unused)
        ]

    def _of(self, exchange: Exchange) -> Iterator[str]:
        request = _request(exchange)
        call = f"{exchange['method']} {urlsplit(exchange['url']).path}"
        try:
            operation = self._finder.find(exchange["method"].lower(), _address(exchange))
        except PathError as missing:
            yield f"{call}: {type(missing).__name__}"
            return
        call = f"{exchange['method']} {operation.path_result.pattern}"
        yield from (f"{call}: {line}" for line in _undeclared(operation, exchange))
        for error in self.openapi.iter_request_errors(request):
            yield from (f"{call}: request {line}" for line in _told(error))
        response = _response(exchange)
        for error in self.openapi.iter_response_errors(request, response):
            status = exchange["status"]
            yield from (f"{call}: answer {status} {line}" for line in _told(error))


@cache
def read_spec(name: str) -> dict[str, Any]:
    """A parsed OpenAPI file of `../shared/specs`; skips the test where it is absent."""
    path = SPECS / name
    if not path.exists():
        pytest.skip(f"the vendor's specification {name} is not here")
    text = path.read_text()
    if path.suffix == ".json":
        parsed: dict[str, Any] = orjson.loads(text)
        return parsed
    parsed = _text_keys(yaml.load(text.replace("\t", "  "), Loader=TextDates))
    return parsed


def exchanges(path: Path, system: str) -> list[dict[str, Any]]:
    """The recorded exchanges of one system."""
    lines = (orjson.loads(line) for line in path.read_bytes().splitlines())
    return [line for line in lines if line["system"] == system]


def _without_security(spec: dict[str, Any]) -> dict[str, Any]:
    """The description without its security: recordings hold no credentials."""
    paths = {
        path: {
            name: {key: value for key, value in part.items() if key != "security"}
            if name in METHODS
            else part
            for name, part in item.items()
        }
        for path, item in spec["paths"].items()
    }
    return {**{key: value for key, value in spec.items() if key != "security"}, "paths": paths}


def _text_keys(value: Any) -> Any:
    """YAML reads status codes as numbers; JSON has no such keys."""
    if isinstance(value, dict):
        return {str(key): _text_keys(one) for key, one in value.items()}
    return [_text_keys(one) for one in value] if isinstance(value, list) else value


def _address(exchange: Exchange) -> str:
    return str(exchange["url"]).partition("?")[0]


def _request(exchange: Exchange) -> MockRequest:
    parts = urlsplit(exchange["url"])
    headers = exchange["request_headers"]
    body = exchange["request_body"]
    return MockRequest(
        f"{parts.scheme}://{parts.netloc}",
        exchange["method"].lower(),
        parts.path,
        args=ImmutableMultiDict(parse_qsl(parts.query, keep_blank_values=True)),
        headers=headers,
        data=body.encode() if body else None,
        content_type=headers.get("content-type", "application/json"),
    )


def _response(exchange: Exchange) -> MockResponse:
    headers = exchange["response_headers"]
    return MockResponse(
        exchange["response_body"].encode(),
        status_code=exchange["status"],
        headers=headers,
        content_type=headers.get("content-type", "application/json"),
    )


def _undeclared(operation: Any, exchange: Exchange) -> Iterator[str]:
    declared = {
        parameter["name"]
        for place in (operation.path, operation.operation)
        for parameter in _parameters(place)
        if parameter["in"] == "query"
    }
    query = parse_qsl(urlsplit(exchange["url"]).query, keep_blank_values=True)
    for name in sorted({name for name, _ in query}):
        if name not in declared and name.partition("[")[0] not in declared:
            yield f"request query parameter {name} is not declared"


def _parameters(place: Any) -> Iterator[Mapping[str, Any]]:
    if "parameters" not in place:
        return
    for parameter in place / "parameters":
        with parameter.open() as content:
            yield content


def _told(error: BaseException) -> Iterator[str]:
    """One line for each thing that is wrong, list positions as `*`."""
    schema_errors: Iterable[ValidationError] = getattr(error.__cause__, "schema_errors", None) or ()
    told = False
    for one in schema_errors:
        told = True
        found = best_match([one]) or one
        where = ".".join(
            "*" if isinstance(step, int) else str(step) for step in found.absolute_path
        )
        yield f"{_place(error)} at {where or 'top'}: {_short(found.message)}"
    if not told:
        yield f"{_place(error)}: {_short(str(error.__cause__ or error))}"


def _place(error: BaseException) -> str:
    words = re.findall(r"[A-Z][a-z]+", type(error).__name__)
    name = getattr(error, "name", None)
    return " ".join(words).lower() + (f" {name}" if name else "")


def _short(message: str) -> str:
    return message if len(message) <= 300 else f"{message[:140]} … {message[-140:]}"
