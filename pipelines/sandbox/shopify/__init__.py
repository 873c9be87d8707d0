"""A stand-in for Shopify's Admin GraphQL API, version 2026-01."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import orjson
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipelines.sandbox import clock
from pipelines.sandbox.answers import Refused, json_answer
from pipelines.sandbox.limits import LeakyBucket
from pipelines.sandbox.server import add_headers, vendor
from pipelines.sandbox.shopify import analytics, bulk, graphql
from pipelines.sandbox.shopify.documents import documents, gid
from pipelines.sandbox.shopify.search import page
from pipelines.sandbox.state import Vendor
from pipelines.sandbox.tokens import OAuth, OAuthError, token_endpoint

__all__ = ["CREDENTIALS", "HOSTS", "documents", "guard", "not_found", "routes"]

STORAGE = "storage.googleapis.com"
HOSTS = ("*.myshopify.com", STORAGE)
CREDENTIALS = {
    "store": "goldpan-daughters",
    "client_id": "5f2b8a3c9d1e4f60718293a4b5c6d7e8",
    "client_secret": "shpss_0000000000000000000000000sandbox",
}
OAUTH = OAuth(grants=("client_credentials",), lifetime=86_399, prefix="shpca_")
SCOPES = (
    "read_all_orders", "read_checkouts", "read_customers", "read_discounts", "read_fulfillments",
    "read_inventory", "read_locations", "read_merchant_managed_fulfillment_orders", "read_orders",
    "read_products", "read_reports", "read_returns", "read_shopify_payments_payouts",
)  # fmt: skip
VERSIONS = ("2026-01", "2026-04", "2026-07", "2026-10")
BUCKET, RESTORED = 2000, 100  # points, points a second (standard plan)
LINK_LIFE_DAYS = 7


def routes() -> list[Route]:
    """The vendor's paths."""
    return [
        Route("/admin/oauth/access_token", token, methods=["POST"]),
        Route("/admin/api/{version}/graphql.json", answer, methods=["POST"]),
        Route(f"{bulk.FOLDER}/{{name}}", result_file),
    ]


def guard(request: Request) -> Response | None:
    """The access token, before every path of the shop but the token's own."""
    if request.headers["host"] == STORAGE or request.url.path.endswith("/access_token"):
        return None
    if not request.headers["host"].startswith(CREDENTIALS["store"] + "."):
        return json_answer({"errors": "Not Found"}, 404)
    given = request.headers.get("x-shopify-access-token")
    if vendor(request).tokens.verdict(given) != "valid":
        said = "[API] Invalid API key or access token (unrecognized login or wrong password)"
        return json_answer({"errors": said}, 401)
    return None


def not_found(request: Request, error: Exception) -> Response:
    """An unknown path."""
    return json_answer({"errors": "Not Found"}, 404)


async def token(request: Request) -> Response:
    """The client credentials grant."""
    try:
        grant = await token_endpoint(request, vendor(request).tokens, OAUTH)
    except OAuthError as error:
        said = {"error": error.error, "error_description": str(error)}
        return json_answer(said, 400 if error.status == 401 else error.status)
    body = {"access_token": grant.access_token, "scope": ",".join(SCOPES)}
    return json_answer({**body, "expires_in": OAUTH.lifetime})


# -- queries ------------------------------------------------------------------------------------


async def answer(request: Request) -> Response:
    """One query: version, validation, points, then what it asks for."""
    add_headers(request, {"X-Shopify-API-Version": _spoken(request.path_params["version"])})
    if "json" not in request.headers.get("content-type", ""):
        return json_answer({"errors": "Required parameter missing or invalid"}, 400)
    try:
        body = orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        return json_answer({"errors": "Invalid JSON"}, 400)
    if not isinstance(body, dict) or not body.get("query"):
        return json_answer({"errors": {"query": "Required parameter missing or invalid"}}, 400)
    return await run_sync(_run, vendor(request), body)


def _spoken(version: str) -> str:
    """The version that answers: one that is no longer served falls forward to the oldest."""
    if version in VERSIONS:
        return version
    if len(version) == 7 and version < VERSIONS[0]:
        return VERSIONS[0]
    raise Refused(json_answer({"errors": "Not Found"}, 404))


def _run(shop: Vendor, body: dict[str, Any]) -> Response:
    bucket = shop.limits.of("points", lambda: LeakyBucket(BUCKET, RESTORED))
    requested = 0
    try:
        query = graphql.read(body["query"], body.get("variables") or {})
        requested = graphql.cost(query)
        pick = graphql.picker(query, query.operation.selection_set, query.root)
        _check_cost(requested)
        if not bucket.take(requested).granted:
            raise graphql.QueryError("Throttled", "THROTTLED")
        root, share = _root(shop, query)
    except graphql.QueryError as error:
        level = bucket.give_back(0)
        return json_answer({"errors": error.errors, **_cost(requested, None, level)})
    actual = min(requested, 1 + round(requested * share))
    level = bucket.give_back(requested - actual)
    return json_answer({"data": pick(root, None), **_cost(requested, actual, level)})


def _check_cost(requested: int) -> None:
    if requested > graphql.LARGEST_COST:
        raise graphql.QueryError(
            f"Query cost is {requested}, which exceeds the single query max cost limit (1000).",
            "MAX_COST_EXCEEDED",
            cost=requested,
            maxCost=graphql.LARGEST_COST,
        )


def _cost(requested: int, actual: int | None, level: float) -> dict[str, Any]:
    throttle = {
        "maximumAvailable": float(BUCKET),
        "currentlyAvailable": int(level),
        "restoreRate": float(RESTORED),
    }
    cost = {"requestedQueryCost": requested, "actualQueryCost": actual}
    return {"extensions": {"cost": {**cost, "throttleStatus": throttle}}}


def _root(shop: Vendor, query: graphql.Query) -> tuple[dict[str, Any], float]:
    """The documents behind a query's top-level fields, and how full its pages are (0 to 1)."""
    root: dict[str, Any] = {}
    share = 1.0
    for node, _ in query.fields(query.operation.selection_set, query.root):
        name, arguments = node.name.value, query.arguments(node)
        if name in SINGLE:
            root[name] = SINGLE[name](shop, arguments)
        elif name == "shopifyPaymentsAccount":
            root[name], share = _payments_account(shop, query, node)
        elif name != "__typename":
            root[name], share = page(shop, name, arguments)
    return root, share


def _payments_account(shop: Vendor, query: graphql.Query, node: Any) -> tuple[Any, float]:
    account: dict[str, Any] = {
        "id": gid("ShopifyPaymentsAccount", 1),
        "activated": True,
        "country": "NL",
        "defaultCurrency": "EUR",
    }
    share = 1.0
    kind = graphql.schema().type_map["ShopifyPaymentsAccount"]
    for inner, _ in query.fields(node.selection_set, kind):
        name = inner.name.value
        if name in ("payouts", "balanceTransactions"):
            account[name], share = page(shop, name, query.arguments(inner))
    return account, share


def _shop(shop: Vendor, arguments: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": gid("Shop", 1),
        "name": "Goldpan & Daughters",
        "currencyCode": "EUR",
        "ianaTimezone": "Europe/Amsterdam",
        "myshopifyDomain": f"{CREDENTIALS['store']}.myshopify.com",
        "createdAt": clock.seconds(clock.iso(clock.START)),
    }


def _installation(shop: Vendor, arguments: dict[str, Any]) -> dict[str, Any]:
    scopes = [{"handle": scope, "description": scope.replace("_", " ")} for scope in SCOPES]
    return {"id": gid("AppInstallation", 1), "accessScopes": scopes}


def _node(shop: Vendor, arguments: dict[str, Any]) -> dict[str, Any] | None:
    """Only the kinds that a connector looks up by id: bulk operations."""
    return _bulk_operation(shop, arguments) if "/BulkOperation/" in arguments["id"] else None


def _bulk_operation(shop: Vendor, arguments: dict[str, Any]) -> dict[str, Any] | None:
    job = bulk.load(shop, arguments["id"])
    if job and job["status"] == "COMPLETED" and int(job["objectCount"]):
        return {**job, "url": _link(job["id"])}
    return job


def _run_bulk(shop: Vendor, arguments: dict[str, Any]) -> dict[str, Any]:
    return bulk.start(shop, arguments["query"], bool(arguments.get("groupObjects", False)))


SINGLE: dict[str, Callable[[Vendor, dict[str, Any]], Any]] = {
    "bulkOperation": _bulk_operation,
    "bulkOperationRunQuery": _run_bulk,
    "currentAppInstallation": _installation,
    "node": _node,
    "shop": _shop,
    "shopifyqlQuery": analytics.answer,
}


# -- result files -------------------------------------------------------------------------------


def _link(job_id: str) -> str:
    name = f"{job_id.rpartition('/')[2]}.jsonl"
    expires = int(clock.BASE.timestamp()) + LINK_LIFE_DAYS * 86_400
    signature = quote(_signature(name, str(expires)), safe="")
    return (
        f"https://{STORAGE}{bulk.FOLDER}/{name}?GoogleAccessId=assets-us-prod%40shopify-tiers."
        f"iam.gserviceaccount.com&Expires={expires}&Signature={signature}"
    )


def _signature(name: str, expires: str) -> str:
    key = CREDENTIALS["client_secret"].encode()
    return base64.b64encode(
        hmac.digest(key, f"{name}\n{expires}".encode(), hashlib.sha256)
    ).decode()


def result_file(request: Request) -> Response:
    """A result file, for whoever has its signed link."""
    name, given = request.path_params["name"], request.query_params
    if given.get("Signature") != _signature(name, given.get("Expires", "")):
        return _storage_error("SignatureDoesNotMatch", 403)
    path = bulk.folder(vendor(request)) / name
    if not path.is_file():
        return _storage_error("NoSuchKey", 404)
    return Response(path.read_bytes(), media_type="application/jsonl")


def _storage_error(code: str, status: int) -> Response:
    body = f"<?xml version='1.0' encoding='UTF-8'?><Error><Code>{code}</Code></Error>"
    return Response(body, status, media_type="application/xml")
