"""Bulk operations: a query run over everything, its nodes written to a file line by line."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import orjson
from graphql import (
    FieldNode,
    GraphQLNamedType,
    SelectionSetNode,
    get_named_type,
    is_list_type,
)

from pipelines.sandbox import clock
from pipelines.sandbox.shopify import graphql
from pipelines.sandbox.shopify.search import ROOTS, times
from pipelines.sandbox.state import Vendor

FOLDER = "/shopify-tiers-assets-prod-us-east1/bulk-operation-outputs"
AT_ONCE = 5
MOST_CONNECTIONS, DEEPEST = 5, 2
BATCH = 500
_starting = threading.Lock()


def folder(shop: Vendor) -> Path:
    """Where jobs and their results are."""
    found = shop.state.folder / "shopify_bulk"
    found.mkdir(exist_ok=True)
    return found


def load(shop: Vendor, job_id: str) -> dict[str, Any] | None:
    """A job by its id, or None."""
    path = folder(shop) / f"{job_id.rpartition('/')[2]}.json"
    return orjson.loads(path.read_bytes()) if path.is_file() else None


def start(shop: Vendor, text: str, is_grouped: bool) -> dict[str, Any]:
    """The payload of bulkOperationRunQuery."""
    try:
        query = graphql.read(text, {})
        problem = _problem(query)
    except graphql.QueryError as error:
        problem = str(error)
    if problem:
        return _refused(problem, "INVALID")
    with _starting:
        if _running(shop) >= AT_ONCE:
            said = "A bulk query operation for this app and shop is already in progress"
            return _refused(said, "OPERATION_IN_PROGRESS")
        job = _new(shop, text)
    threading.Thread(target=_run, args=(shop, query, job, is_grouped), daemon=True).start()
    return {"bulkOperation": job, "userErrors": []}


def _refused(message: str, code: str) -> dict[str, Any]:
    error = {"field": ["query"], "message": message, "code": code}
    return {"bulkOperation": None, "userErrors": [error]}


def _running(shop: Vendor) -> int:
    jobs = (orjson.loads(path.read_bytes()) for path in folder(shop).glob("*.json"))
    return sum(job["status"] in ("CREATED", "RUNNING") for job in jobs)


def _new(shop: Vendor, text: str) -> dict[str, Any]:
    number = 1_000_000 + len(list(folder(shop).glob("*.json")))
    job = {
        "id": f"gid://shopify/BulkOperation/{number}",
        "status": "CREATED",
        "errorCode": None,
        "createdAt": clock.seconds(shop.now),
        "completedAt": None,
        "objectCount": "0",
        "rootObjectCount": "0",
        "fileSize": None,
        "url": None,
        "partialDataUrl": None,
        "query": text,
        "type": "QUERY",
    }
    _save(shop, job)
    return job


def _save(shop: Vendor, job: dict[str, Any]) -> None:
    path = folder(shop) / f"{job['id'].rpartition('/')[2]}.json"
    temporary = path.with_suffix(".new")
    temporary.write_bytes(orjson.dumps(job))
    temporary.replace(path)


# -- what may be asked --------------------------------------------------------------------------


def _problem(query: graphql.Query) -> str | None:
    fields = list(query.fields(query.operation.selection_set, query.root))
    if len(fields) != 1:
        return "Bulk queries must have exactly one top-level field."
    if fields[0][0].name.value in ("node", "nodes"):
        return "Bulk queries cannot use the top-level field node."
    depths = list(_connections(query, fields[0][0], query.root, 0, False))
    if not depths:
        return "Bulk queries must contain at least one connection."
    if len(depths) > MOST_CONNECTIONS:
        return f"Bulk queries cannot contain more than {MOST_CONNECTIONS} connections."
    if max(depth for depth, _ in depths) > DEEPEST:
        return f"Bulk queries cannot be nested deeper than {DEEPEST} connections."
    if any(in_list for _, in_list in depths):
        return "Queries that contain a connection field within a list field are not supported."
    return None


def _connections(
    query: graphql.Query, node: FieldNode, owner: GraphQLNamedType, depth: int, in_list: bool
) -> Iterator[tuple[int, bool]]:
    """(depth, whether it is inside a list) of each connection in a field's selection."""
    if node.name.value == "__typename" or not node.selection_set:
        return
    assert hasattr(owner, "fields")
    type_ = owner.fields[node.name.value].type
    kind = get_named_type(type_)
    if graphql.is_connection(kind):
        yield depth, in_list
        depth += 1
    elif node.name.value not in ("edges", "nodes"):
        in_list = in_list or is_list_type(getattr(type_, "of_type", type_))
    for inner, inner_owner in query.fields(node.selection_set, kind):
        yield from _connections(query, inner, inner_owner, depth, in_list)


# -- the run ------------------------------------------------------------------------------------


def _run(shop: Vendor, query: graphql.Query, job: dict[str, Any], is_grouped: bool) -> None:
    job["status"] = "RUNNING"
    _save(shop, job)
    path = folder(shop) / f"{job['id'].rpartition('/')[2]}.jsonl"
    try:
        roots, objects = _write(shop, query, path, is_grouped)
    except Exception as error:
        job |= {"status": "FAILED", "errorCode": "INTERNAL_SERVER_ERROR"}
        _save(shop, job)
        raise error
    job |= {
        "status": "COMPLETED",
        "completedAt": clock.seconds(shop.now),
        "objectCount": str(objects),
        "rootObjectCount": str(roots),
        "fileSize": str(path.stat().st_size) if objects else None,
    }
    _save(shop, job)


def _write(shop: Vendor, query: graphql.Query, path: Path, is_grouped: bool) -> tuple[int, int]:
    field, _ = next(query.fields(query.operation.selection_set, query.root))
    plan = Plan(shop, query, field, query.root)
    late = path.with_suffix(".children")
    roots = objects = 0
    with path.open("wb") as file, late.open("wb") as children:
        for document in plan.roots():
            roots += 1
            objects += 1 + plan.write(document, file, file if is_grouped else children)
    if not is_grouped:
        with path.open("ab") as file, late.open("rb") as children:
            shutil.copyfileobj(children, file)
    late.unlink()
    return roots, objects


class Plan:
    """What one connection of a bulk query writes: its node's fields, then its connections."""

    def __init__(
        self, shop: Vendor, query: graphql.Query, node: FieldNode, owner: GraphQLNamedType
    ) -> None:
        assert hasattr(owner, "fields")
        assert node.selection_set
        self.shop, self.name = shop, node.name.value
        self.arguments = query.arguments(node)
        connection = get_named_type(owner.fields[self.name].type)
        self.pick, self.nested = self._split(query, node, connection)

    def _split(
        self, query: graphql.Query, node: FieldNode, connection: GraphQLNamedType
    ) -> tuple[graphql.Picker, list["Plan"]]:
        selection, kind = _node_selection(query, node, connection)
        plain, nested = [], []
        for inner, owner in query.fields(selection, kind):
            assert hasattr(owner, "fields")
            found = owner.fields.get(inner.name.value)
            if found and graphql.is_connection(get_named_type(found.type)):
                nested.append(Plan(self.shop, query, inner, owner))
            else:
                plain.append(inner)
        return graphql.picker(query, SelectionSetNode(selections=tuple(plain)), kind), nested

    def roots(self) -> Iterator[dict[str, Any]]:
        """Every document of a root connection."""
        yield from self._stored(None)

    def _stored(self, parent_id: str | None) -> Iterator[dict[str, Any]]:
        root = ROOTS[self.name]
        bounds = times(root, self.arguments.get("query", ""))
        after = None
        while True:
            rows = self.shop.store.query(
                root.stream, parent_id=parent_id, **bounds, order="id", after=after, limit=BATCH
            )
            for row in rows:
                yield row.json()
            if len(rows) < BATCH:
                return
            after = (rows[-1].id, rows[-1].id)

    def write(self, document: dict[str, Any], file: BinaryIO, children: BinaryIO) -> int:
        """Write a node and, after it or in the other file, its connections; lines of those."""
        file.write(orjson.dumps(self.pick(document, None)) + b"\n")
        return sum(plan.write_children(document, children) for plan in self.nested)

    def write_children(self, parent: dict[str, Any], file: BinaryIO) -> int:
        """Write the nodes that this connection has in a parent; how many."""
        written = 0
        for document in self._of(parent):
            line = {**self.pick(document, parent), "__parentId": parent["id"]}
            file.write(orjson.dumps(line) + b"\n")
            written += 1 + sum(plan.write_children(document, file) for plan in self.nested)
        return written

    def _of(self, parent: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if self.name in parent:
            yield from parent[self.name]
        elif self.name in ROOTS:
            yield from self._stored(parent["id"])


def _node_selection(
    query: graphql.Query, node: FieldNode, connection: GraphQLNamedType
) -> tuple[SelectionSetNode, GraphQLNamedType]:
    """The selection on a connection's nodes, behind `edges { node }` or `nodes`."""
    assert node.selection_set
    for inner, owner in query.fields(node.selection_set, connection):
        assert hasattr(owner, "fields")
        kind = get_named_type(owner.fields[inner.name.value].type)
        if inner.name.value == "nodes" and inner.selection_set:
            return inner.selection_set, kind
        if inner.name.value == "edges":
            assert inner.selection_set
            for edge, edge_owner in query.fields(inner.selection_set, kind):
                if edge.name.value == "node" and edge.selection_set:
                    assert hasattr(edge_owner, "fields")
                    return edge.selection_set, get_named_type(edge_owner.fields["node"].type)
    raise graphql.QueryError("Bulk queries must select the nodes of a connection.", "INVALID")
