"""GraphQL as Shopify answers it: validation, points, and projection of stored documents.

Documents hold connections as plain lists; a query's selection is compiled once into functions
that pick from them, so that a bulk operation over many documents is fast.
"""

import base64
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    build_schema,
    get_named_type,
    is_leaf_type,
    parse,
    validate,
    value_from_ast_untyped,
)
from graphql.language import DocumentNode
from graphql.type import is_abstract_type, is_list_type

LARGEST_PAGE = 250
LARGEST_COST = 1000
Picker = Callable[[Any, Any], Any]


class QueryError(Exception):
    """A query that Shopify refuses: message, code and what else its error says."""

    def __init__(self, message: str, code: str, **extensions: Any) -> None:
        super().__init__(message)
        self.errors = [{"message": message, "extensions": {"code": code, **extensions}}]


@cache
def schema() -> GraphQLSchema:
    """The schema, with a connection and an edge type for each name that ends so."""
    text = (Path(__file__).parent / "schema.graphql").read_text()
    for node in sorted(set(re.findall(r"(\w+)Connection!", text))):
        text += (
            f"type {node}Connection {{ edges: [{node}Edge!]! nodes: [{node}!]! "
            f"pageInfo: PageInfo! }} type {node}Edge {{ cursor: String! node: {node}! }}\n"
        )
    return build_schema(text, assume_valid_sdl=False)


@dataclass(frozen=True)
class Query:
    """A valid query: its operation, fragments and variables."""

    operation: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]
    variables: dict[str, Any]

    @property
    def root(self) -> GraphQLObjectType:
        """The type that its top-level fields belong to."""
        is_mutation = self.operation.operation is OperationType.MUTATION
        found = schema().mutation_type if is_mutation else schema().query_type
        assert found
        return found

    def arguments(self, node: FieldNode) -> dict[str, Any]:
        """A field's arguments, variables put in, nulls left out."""
        values = {
            one.name.value: value_from_ast_untyped(one.value, self.variables)
            for one in node.arguments or ()
        }
        return {name: value for name, value in values.items() if value is not None}

    def fields(
        self, selection: SelectionSetNode, type_: GraphQLNamedType
    ) -> Iterator[tuple[FieldNode, GraphQLNamedType]]:
        """The fields selected, fragments spread, each with the type it is asked of."""
        for node in selection.selections:
            if isinstance(node, FieldNode):
                yield node, type_
            else:
                inner, condition = self._fragment(node, type_)
                yield from self.fields(inner, condition)

    def _fragment(
        self, node: Any, type_: GraphQLNamedType
    ) -> tuple[SelectionSetNode, GraphQLNamedType]:
        if isinstance(node, FragmentSpreadNode):
            node = self.fragments[node.name.value]
        assert isinstance(node, InlineFragmentNode | FragmentDefinitionNode)
        name = node.type_condition.name.value if node.type_condition else type_.name
        return node.selection_set, schema().type_map[name]


def read(text: str, variables: dict[str, Any]) -> Query:
    """Parse and validate a query. Raises QueryError with Shopify's wording."""
    document, errors = _checked(text)
    if errors or document is None:
        raise errors[0] if errors else QueryError("syntax error", "BAD_REQUEST")
    fragments = {
        one.name.value: one
        for one in document.definitions
        if isinstance(one, FragmentDefinitionNode)
    }
    operation = next(
        one for one in document.definitions if isinstance(one, OperationDefinitionNode)
    )
    return Query(operation, fragments, _with_defaults(operation, variables))


@cache
def _checked(text: str) -> tuple[DocumentNode | None, list[QueryError]]:
    try:
        document = parse(text)
    except GraphQLError as error:
        return None, [QueryError(f"syntax error: {error.message}", "BAD_REQUEST")]
    return document, [_refusal(error) for error in validate(schema(), document)]


def _refusal(error: GraphQLError) -> QueryError:
    unknown = re.match(r"Cannot query field '(\w+)' on type '(\w+)'", error.message)
    if not unknown:
        return QueryError(error.message, "BAD_REQUEST")
    name, type_ = unknown.groups()
    message = f"Field '{name}' doesn't exist on type '{type_}'"
    return QueryError(message, "undefinedField", typeName=type_, fieldName=name)


def _with_defaults(operation: OperationDefinitionNode, variables: dict[str, Any]) -> dict[str, Any]:
    given = dict(variables)
    for one in operation.variable_definitions or ():
        name = one.variable.name.value
        if one.default_value is not None:
            given.setdefault(name, value_from_ast_untyped(one.default_value))
        elif name not in given:
            given[name] = None
    return given


# -- points -------------------------------------------------------------------------------------


def cost(query: Query) -> int:
    """Points that a query asks for: one an object, a connection by its `first`."""
    return max(1, math.ceil(_cost_of(query, query.operation.selection_set, query.root)))


def connection_factor(first: int) -> float:
    """How much a connection multiplies the cost of a node.

    Shopify says "sized by first". A public figure (community.shopify.dev/t/23101): 250 nodes of
    two objects cost 24; the curve through that point is ours.
    """
    return float(first**0.45)


def _cost_of(query: Query, selection: SelectionSetNode, type_: GraphQLNamedType) -> float:
    total = 0.0
    for node, owner in query.fields(selection, type_):
        if node.name.value == "__typename":
            continue
        assert hasattr(owner, "fields")
        kind = get_named_type(owner.fields[node.name.value].type)
        if is_leaf_type(kind):
            continue
        assert node.selection_set
        inner = _cost_of(query, node.selection_set, kind)
        if is_connection(kind):
            total += inner * connection_factor(size_of(query.arguments(node)))
        elif kind.name.endswith("Edge") or node.name.value == "nodes":
            total += inner + (node.name.value == "nodes")
        elif kind.name != "PageInfo":
            total += 1 + inner
    return total


def is_connection(kind: GraphQLNamedType) -> bool:
    """Whether a type is a connection."""
    return kind.name.endswith("Connection")


def size_of(arguments: dict[str, Any]) -> int:
    """A connection's page size. Raises QueryError when it is missing or too large."""
    first = arguments.get("first")
    if first is None:
        raise QueryError("you must provide one of first or last", "BAD_REQUEST")
    if not 0 < first <= LARGEST_PAGE:
        raise QueryError(f"first must be 1 to {LARGEST_PAGE}. Got: {first}", "BAD_REQUEST")
    return int(first)


# -- projection ---------------------------------------------------------------------------------


def picker(query: Query, selection: SelectionSetNode, type_: GraphQLNamedType) -> Picker:
    """A function of (document, parent document) that gives what the selection asks for."""
    parts = [
        (_answer_name(node), _condition(owner, type_), _field(query, node, owner))
        for node, owner in query.fields(selection, type_)
    ]

    def pick(document: Any, parent: Any) -> Any:
        if document is None:
            return None
        picked: dict[str, Any] = {}
        for name, condition, part in parts:
            if condition is None or document["__typename"] in condition:
                value = part(document, parent)
                picked[name] = value if name not in picked else _merged(picked[name], value)
        return picked

    return pick


def _merged(one: Any, other: Any) -> Any:
    if isinstance(one, dict) and isinstance(other, dict):
        return one | {name: _merged(one.get(name, value), value) for name, value in other.items()}
    return other


def _answer_name(node: FieldNode) -> str:
    return node.alias.value if node.alias else node.name.value


def _condition(owner: GraphQLNamedType, type_: GraphQLNamedType) -> frozenset[str] | None:
    if owner is type_ or not is_abstract_type(type_):
        return None
    return frozenset({owner.name})


def _field(query: Query, node: FieldNode, owner: GraphQLNamedType) -> Picker:
    name = node.name.value
    if name == "__typename":
        fixed = None if is_abstract_type(owner) else owner.name
        return lambda document, parent: fixed or document["__typename"]
    assert hasattr(owner, "fields")
    field_type = owner.fields[name].type
    kind = get_named_type(field_type)
    arguments = query.arguments(node)
    special = SPECIAL.get((owner.name, name))
    if special:
        return special(query, node, arguments, kind)
    if is_leaf_type(kind):
        return lambda document, parent: document.get(name)
    assert node.selection_set
    if is_connection(kind):
        return _nested_connection(query, node, name, arguments, kind)
    inner = picker(query, node.selection_set, kind)
    if is_list_type(getattr(field_type, "of_type", field_type)) or is_list_type(field_type):
        first = arguments.get("first")
        return lambda document, parent: [
            inner(one, document) for one in document.get(name, ())[:first]
        ]
    return lambda document, parent: inner(document.get(name), document)


def _nested_connection(
    query: Query, node: FieldNode, name: str, arguments: dict[str, Any], kind: GraphQLNamedType
) -> Picker:
    assert node.selection_set
    size = size_of(arguments)
    answer = picker(query, node.selection_set, kind)

    def pick(document: Any, parent: Any) -> Any:
        listed = document.get(name, [])
        if isinstance(listed, dict):
            return answer(listed, document)
        start = int(uncursor(arguments["after"])[1]) if "after" in arguments else 0
        chosen = listed[start : start + size]
        cursors = [cursor(None, str(start + at + 1)) for at in range(len(chosen))]
        more = len(listed) > start + size
        return answer(connection(chosen, cursors, more, bool(start)), document)

    return pick


def connection(
    nodes: list[Any], cursors: list[str], has_next: bool, has_previous: bool
) -> dict[str, Any]:
    """A connection's document."""
    return {
        "nodes": nodes,
        "edges": [{"node": node, "cursor": at} for node, at in zip(nodes, cursors, strict=True)],
        "pageInfo": {
            "hasNextPage": has_next,
            "hasPreviousPage": has_previous,
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
        },
    }


def cursor(value: Any, identity: str) -> str:
    """An opaque cursor: the place after which the next page begins."""
    return base64.b64encode(orjson.dumps({"last_id": identity, "last_value": value})).decode()


def uncursor(text: str) -> tuple[Any, str]:
    """The (value, id) of a cursor. Raises QueryError."""
    try:
        place = orjson.loads(base64.b64decode(text, validate=True))
        return place["last_value"], str(place["last_id"])
    except (ValueError, KeyError, TypeError):
        raise QueryError("Invalid cursor for current pagination sort.", "BAD_REQUEST") from None


Special = Callable[[Query, FieldNode, dict[str, Any], GraphQLNamedType], Picker]


def _quantities(
    query: Query, node: FieldNode, arguments: dict[str, Any], kind: GraphQLNamedType
) -> Picker:
    assert node.selection_set
    inner = picker(query, node.selection_set, kind)
    names = arguments["names"]
    return lambda document, parent: [
        inner(one, document) for one in document["quantities"] if one["name"] in names
    ]


def _discounted_total(
    query: Query, node: FieldNode, arguments: dict[str, Any], kind: GraphQLNamedType
) -> Picker:
    assert node.selection_set
    inner = picker(query, node.selection_set, kind)
    with_codes = arguments.get("withCodeDiscounts", False)
    name = "discountedTotalSet" if with_codes else "lineDiscountedTotalSet"
    return lambda document, parent: inner(document[name], document)


def _own_product(
    query: Query, node: FieldNode, arguments: dict[str, Any], kind: GraphQLNamedType
) -> Picker:
    """A variant inside its product's document does not repeat the product."""
    assert node.selection_set
    inner = picker(query, node.selection_set, kind)
    return lambda document, parent: inner(document.get("product") or parent, document)


SPECIAL: dict[tuple[str, str], Special] = {
    ("InventoryLevel", "quantities"): _quantities,
    ("LineItem", "discountedTotalSet"): _discounted_total,
    ("ProductVariant", "product"): _own_product,
}
