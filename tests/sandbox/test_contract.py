"""The contract check itself finds what differs."""

from typing import Any

import pytest

from tests.contract import Contract, read_spec

SPEC: dict[str, Any] = {
    "openapi": "3.0.0",
    "info": {"title": "Tea", "version": "1"},
    "servers": [{"url": "https://api.tea.example/v1"}],
    "security": [{"key": []}],
    "paths": {
        "/teas/{id}": {
            "get": {
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
                    {"name": "page[size]", "in": "query",
                     "schema": {"type": "integer", "maximum": 10}},
                ],
                "responses": {
                    "200": {
                        "description": "a tea",
                        "content": {"application/json": {"schema": {
                            "type": "object",
                            "required": ["name"],
                            "properties": {"name": {"type": "string"}, "cups": {
                                "type": "array", "items": {"type": "integer"}}},
                        }}},
                    }
                },
            }
        }
    },
}  # fmt: skip


def exchange(**changes: Any) -> dict[str, Any]:
    return {
        "system": "tea",
        "method": "GET",
        "url": "https://api.tea.example/v1/teas/7",
        "request_headers": {},
        "request_body": "",
        "status": 200,
        "response_headers": {"content-type": "application/json"},
        "response_body": '{"name": "Sencha", "cups": [1, 2]}',
        **changes,
    }


def test_what_agrees_has_no_differences() -> None:
    assert Contract(SPEC).differences([exchange()]) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"url": "https://api.tea.example/v1/cups"}, "GET /v1/cups: PathNotFound"),
        ({"url": "https://api.tea.example/v1/teas/7?size=1"},
         "GET /teas/{id}: request query parameter size is not declared"),
        ({"url": "https://api.tea.example/v1/teas/7?page[size]=11"},
         "11 is greater than the maximum of 10"),
        ({"response_body": '{"cups": []}'}, "at top: 'name' is a required property"),
        ({"response_body": '{"name": "a", "cups": [1, "x", "x"]}'},
         "at cups.*: 'x' is not of type 'integer'"),
        ({"status": 418}, "answer 418"),
        ({"response_body": "<html>"}, "answer 200"),
    ],
)  # fmt: skip
def test_a_difference_is_told(changes: dict[str, Any], expected: str) -> None:
    differences = Contract(SPEC).differences([exchange(**changes), exchange(**changes)])
    assert len(differences) == 1
    assert expected in differences[0]


def test_undeclared_properties_can_be_forbidden() -> None:
    more = exchange(response_body='{"name": "a", "colour": "green"}')
    assert Contract(SPEC).differences([more]) == []
    assert "colour" in Contract(SPEC, forbids_undeclared=True).differences([more])[0]


def test_exceptions_excuse_and_must_be_needed() -> None:
    exceptions = {"*answer 418*": "a teapot", "*answer 500*": "never happens"}
    differences = Contract(SPEC, exceptions).differences([exchange(status=418)])
    assert differences == ["exception that nothing needs: *answer 500*"]


@pytest.mark.parametrize(
    "name",
    [
        "asana/asana_oas.yaml", "bamboohr/public.yaml", "klaviyo/stable.json",
        "quickbooks/ballerina_openapi.yaml", "square/api.json", "xero/xero_accounting.yaml",
    ],
)  # fmt: skip
def test_vendors_specifications_load(name: str) -> None:
    assert read_spec(name)["paths"]
    stray = exchange(url="https://nobody.example/nothing")
    assert len(Contract.load(name).differences([stray])) == 1
