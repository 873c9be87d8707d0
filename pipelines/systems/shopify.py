"""Shopify: the Admin GraphQL API.

What nests deeply or is many (orders, customers, products, stock) is read by bulk operations,
which take no points from the rate limit; the rest by cursor.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import msgspec
import requests
from dlt.sources.helpers.rest_client.paginators import JSONResponseCursorPaginator
from requests.auth import AuthBase

from pipelines.api import Api
from pipelines.auth import ClientCredentials
from pipelines.connections import Connection
from pipelines.errors import CredentialError, PermanentError, ThrottledError, TransientError
from pipelines.records import timestamp
from pipelines.stream import Deletes, Limit, Page, Reader, Stream, System, Window

VERSION = "2026-01"
GRAPHQL = f"/admin/api/{VERSION}/graphql.json"
TOKEN_HEADER = "X-Shopify-Access-Token"

SEARCH_LAG = timedelta(minutes=10)  # updates reach the search index late
BULK_AT_ONCE = 4  # of the five that an app may run in a shop since 2026-01
BULK_TRIES = 3
FIRST_SLICE = timedelta(days=30)
SLICE_LINES = 200_000
CHUNK = 1_000
LONGEST_POLL = 30.0  # seconds


# -- what is asked for --------------------------------------------------------------------------

FRAGMENTS = {
    "money": "on MoneyBag { shopMoney { ...amount } presentmentMoney { ...amount } }",
    "amount": "on MoneyV2 { amount currencyCode }",
    "tax": "on TaxLine { title rate priceSet { ...money } }",
    "address": """on MailingAddress {
        firstName lastName name company address1 address2 city province provinceCode
        country countryCodeV2 zip phone
    }""",
    "metafield": "on Metafield { id namespace key type value updatedAt }",
    "order": """on Order {
        id legacyResourceId name confirmationNumber email phone
        createdAt updatedAt processedAt closed closedAt cancelledAt cancelReason
        currencyCode presentmentCurrencyCode
        displayFinancialStatus displayFulfillmentStatus returnStatus
        sourceName sourceIdentifier test edited taxesIncluded taxExempt poNumber note tags
        discountCodes paymentGatewayNames customerLocale
        customAttributes { key value }
        app { id name }
        retailLocation { id name }
        customer { id legacyResourceId }
        billingAddress { ...address }
        shippingAddress { ...address }
        subtotalPriceSet { ...money }
        totalDiscountsSet { ...money }
        totalTaxSet { ...money }
        totalShippingPriceSet { ...money }
        totalTipReceivedSet { ...money }
        originalTotalDutiesSet { ...money }
        originalTotalAdditionalFeesSet { ...money }
        totalPriceSet { ...money }
        currentSubtotalPriceSet { ...money }
        currentTotalDiscountsSet { ...money }
        currentTotalTaxSet { ...money }
        currentTotalPriceSet { ...money }
        totalReceivedSet { ...money }
        totalRefundedSet { ...money }
        totalOutstandingSet { ...money }
        netPaymentSet { ...money }
        taxLines { ...tax }
        transactions { ...transaction }
        refunds { ...refund }
        fulfillments { ...fulfillment }
    }""",
    "lineItem": """on LineItem {
        id sku name title variantTitle vendor
        quantity currentQuantity refundableQuantity unfulfilledQuantity
        requiresShipping taxable isGiftCard
        product { id }
        variant { id sku barcode }
        originalUnitPriceSet { ...money }
        originalTotalSet { ...money }
        totalDiscountSet { ...money }
        discountedTotalSet(withCodeDiscounts: true) { ...money }
        taxLines { ...tax }
        discountAllocations {
            allocatedAmountSet { ...money }
            discountApplication {
                __typename index targetType allocationMethod
                ... on DiscountCodeApplication { code }
                ... on AutomaticDiscountApplication { title }
                ... on ManualDiscountApplication { title description }
            }
        }
        customAttributes { key value }
    }""",
    "shippingLine": """on ShippingLine {
        id title code source carrierIdentifier isRemoved
        originalPriceSet { ...money }
        discountedPriceSet { ...money }
        taxLines { ...tax }
    }""",
    "transaction": """on OrderTransaction {
        id kind status test gateway formattedGateway paymentId errorCode createdAt processedAt
        amountSet { ...money }
        parentTransaction { id }
        fees { id type rateName rate flatFeeName amount { ...amount } }
        paymentDetails {
            ... on CardPaymentDetails { company paymentMethodName }
        }
    }""",
    "refund": """on Refund {
        id legacyResourceId createdAt updatedAt note
        totalRefundedSet { ...money }
        return { id }
    }""",
    "fulfillment": """on Fulfillment {
        id name status displayStatus totalQuantity
        createdAt updatedAt inTransitAt deliveredAt estimatedDeliveryAt
        location { id name }
        trackingInfo { company number url }
    }""",
    "return": "on Return { id name status totalQuantity createdAt closedAt }",
    "customer": """on Customer {
        id legacyResourceId firstName lastName displayName state note tags
        verifiedEmail taxExempt locale createdAt updatedAt
        defaultEmailAddress {
            emailAddress marketingState marketingOptInLevel marketingUpdatedAt
        }
        defaultPhoneNumber { phoneNumber marketingState }
        defaultAddress { id ...address }
        addresses { id ...address }
    }""",
    "product": """on Product {
        id legacyResourceId title handle status vendor productType description tags
        createdAt updatedAt publishedAt totalInventory tracksInventory isGiftCard
        hasOnlyDefaultVariant onlineStoreUrl templateSuffix
        category { id name fullName }
        options { id name position values }
        priceRangeV2 { minVariantPrice { ...amount } maxVariantPrice { ...amount } }
        seo { title description }
        variantsCount { count }
    }""",
    "variant": """on ProductVariant {
        id legacyResourceId title displayName sku barcode position price compareAtPrice
        inventoryQuantity inventoryPolicy taxable availableForSale createdAt updatedAt
        selectedOptions { name value }
        inventoryItem {
            id tracked requiresShipping
            unitCost { ...amount }
            measurement { weight { value unit } }
        }
        product {
            id title status vendor productType description tags isGiftCard updatedAt
            category { fullName }
            priceRangeV2 { minVariantPrice { currencyCode } }
        }
    }""",
    "inventoryItem": """on InventoryItem {
        id legacyResourceId sku tracked requiresShipping countryCodeOfOrigin
        provinceCodeOfOrigin harmonizedSystemCode duplicateSkuCount createdAt updatedAt
        unitCost { ...amount }
        measurement { weight { value unit } }
        locationsCount { count }
        variant { id }
    }""",
    "inventoryLevel": """on InventoryLevel {
        id isActive createdAt updatedAt
        location { id name }
        item { id sku variant { id } }
        available: quantities(names: ["available"]) { quantity updatedAt }
        on_hand: quantities(names: ["on_hand"]) { quantity updatedAt }
        committed: quantities(names: ["committed"]) { quantity updatedAt }
        incoming: quantities(names: ["incoming"]) { quantity updatedAt }
        reserved: quantities(names: ["reserved"]) { quantity updatedAt }
        damaged: quantities(names: ["damaged"]) { quantity updatedAt }
        quality_control: quantities(names: ["quality_control"]) { quantity updatedAt }
        safety_stock: quantities(names: ["safety_stock"]) { quantity updatedAt }
    }""",
    "location": """on Location {
        id legacyResourceId name isActive fulfillsOnlineOrders shipsInventory
        hasActiveInventory createdAt updatedAt deactivatedAt
        address { address1 address2 city province provinceCode country countryCode zip phone }
    }""",
    "collection": """on Collection {
        id legacyResourceId title handle description sortOrder templateSuffix updatedAt
        productsCount { count }
        ruleSet { appliedDisjunctively rules { column relation condition } }
    }""",
    "discount": """on DiscountNode {
        id
        discount {
            __typename
            ... on DiscountCodeBasic { ...codeBasic }
            ... on DiscountCodeBxgy { ...codeBxgy }
            ... on DiscountCodeFreeShipping { ...codeFreeShipping }
            ... on DiscountCodeApp { ...codeApp }
            ... on DiscountAutomaticBasic { ...automaticBasic }
            ... on DiscountAutomaticBxgy { ...automaticBxgy }
            ... on DiscountAutomaticFreeShipping { ...automaticFreeShipping }
            ... on DiscountAutomaticApp { ...automaticApp }
        }
    }""",
    "checkout": """on AbandonedCheckout {
        id name createdAt updatedAt completedAt taxesIncluded discountCodes note
        customer { id }
        billingAddress { ...address }
        shippingAddress { ...address }
        subtotalPriceSet { ...money }
        totalDiscountSet { ...money }
        totalTaxSet { ...money }
        totalPriceSet { ...money }
    }""",
    "checkoutLine": """on AbandonedCheckoutLineItem {
        id title sku quantity
        variant { id }
        originalUnitPriceSet { ...money }
        discountedTotalPriceSet { ...money }
    }""",
    "fulfillmentOrder": """on FulfillmentOrder {
        id status requestStatus fulfillAt fulfillBy createdAt updatedAt orderId orderName
        assignedLocation { name location { id } }
        deliveryMethod { methodType }
    }""",
    "payout": """on ShopifyPaymentsPayout {
        id legacyResourceId issuedAt status transactionType externalTraceId
        net { ...amount }
        summary {
            adjustmentsFee { ...amount } adjustmentsGross { ...amount }
            chargesFee { ...amount } chargesGross { ...amount }
            refundsFee { ...amount } refundsFeeGross { ...amount }
            reservedFundsFee { ...amount } reservedFundsGross { ...amount }
            retriedPayoutsFee { ...amount } retriedPayoutsGross { ...amount }
        }
    }""",
    "balanceTransaction": """on ShopifyPaymentsBalanceTransaction {
        id type test transactionDate sourceId sourceType sourceOrderTransactionId
        adjustmentReason
        amount { ...amount }
        fee { ...amount }
        net { ...amount }
        associatedOrder { id name }
        associatedPayout { id status }
    }""",
}
_DISCOUNT = "title status summary startsAt endsAt createdAt updatedAt"
_CODES = "usageLimit asyncUsageCount codesCount { count } codes(first: 5) { nodes { code } }"
FRAGMENTS |= {
    name: f"on Discount{name[0].upper()}{name[1:]} {{ {fields} }}"
    for name, fields in {
        "codeBasic": f"{_DISCOUNT} {_CODES}",
        "codeBxgy": f"{_DISCOUNT} {_CODES}",
        "codeFreeShipping": f"{_DISCOUNT} {_CODES}",
        "codeApp": f"{_DISCOUNT.replace(' summary', '')} {_CODES}",
        "automaticBasic": f"{_DISCOUNT} asyncUsageCount",
        "automaticBxgy": f"{_DISCOUNT} asyncUsageCount",
        "automaticFreeShipping": f"{_DISCOUNT} asyncUsageCount",
        "automaticApp": f"{_DISCOUNT.replace(' summary', '')} asyncUsageCount",
    }.items()
}


@dataclass(frozen=True, kw_only=True)
class Bulk:
    """What one bulk operation lists: a root connection and the connections inside its nodes.

    ``nested`` maps a connection's name to (kind of id, fragment). With ``records`` the nodes of
    that nested connection are the records and the root's nodes only the way to them.
    ``sliced``: the root can be sorted by its change time, so that long histories go in slices.
    """

    root: str
    fields: str = "id"
    nested: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    records: str = ""
    arguments: str = ""
    filter_nested: bool = False
    sliced: bool = True


METAFIELDS = {"metafields": ("Metafield", "...metafield")}
ORDERS = Bulk(
    root="orders",
    fields="...order",
    nested={
        "lineItems": ("LineItem", "...lineItem"),
        "shippingLines": ("ShippingLine", "...shippingLine"),
        "returns": ("Return", "...return"),
        **METAFIELDS,
    },
)
CUSTOMERS = Bulk(root="customers", fields="...customer", nested=METAFIELDS)
PRODUCTS = Bulk(
    root="products",
    fields="...product",
    nested={"collections": ("Collection", "id title"), **METAFIELDS},
)
# A variant has no reliable change time of its own; its product's moves with it.
VARIANTS = Bulk(
    root="products",
    nested={"variants": ("ProductVariant", "...variant")},
    records="variants",
)
INVENTORY_ITEMS = Bulk(root="inventoryItems", fields="...inventoryItem", sliced=False)
FULFILLMENT_ORDERS = Bulk(
    root="fulfillmentOrders",
    arguments="includeClosed: true",
    fields="...fulfillmentOrder",
    nested={
        "lineItems": (
            "FulfillmentOrderLineItem",
            "id sku totalQuantity remainingQuantity lineItem { id }",
        )
    },
)
ABANDONED_CHECKOUTS = Bulk(
    root="abandonedCheckouts",
    fields="...checkout",
    nested={"lineItems": ("AbandonedCheckoutLineItem", "...checkoutLine")},
    sliced=False,
)
INVENTORY_LEVELS = Bulk(
    root="locations",
    arguments="includeInactive: true",
    nested={"inventoryLevels": ("InventoryLevel", "...inventoryLevel")},
    records="inventoryLevels",
    filter_nested=True,
    sliced=False,
)


# -- the way in ---------------------------------------------------------------------------------


class ShopToken(AuthBase):
    """Shopify's own header, put on requests to the shop and on no others (result files)."""

    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if _is_shop(request):
            request.headers[TOKEN_HEADER] = self.token
        return request


class AppToken(ClientCredentials):
    """A token of a store's own app, asked for with its client id and secret; lives 24 hours."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if _is_shop(request):
            super().__call__(request)
            request.headers[TOKEN_HEADER] = request.headers.pop("Authorization")[len("Bearer ") :]
        return request


def _is_shop(request: requests.PreparedRequest) -> bool:
    return (urlsplit(request.url or "").hostname or "").endswith(".myshopify.com")


def _base_url(connection: Connection, auth: AuthBase | None = None) -> str:
    return f"https://{connection.setting('store')}.myshopify.com"


def _auth(connection: Connection, session: requests.Session) -> AuthBase:
    token = connection.secret("access_token", default="")
    if token:
        return ShopToken(token)
    return AppToken(
        access_token_url=f"{_base_url(connection)}/admin/oauth/access_token",
        client_id=connection.secret("client_id"),
        client_secret=connection.secret("client_secret"),
        session=session,
    )


def explain(answer: requests.Response) -> Exception | None:
    """What Shopify's answer means; its errors come with status 200 and a list of errors."""
    spoken = answer.headers.get("X-Shopify-API-Version", VERSION)
    if spoken != VERSION:
        return PermanentError(
            f"Shopify answered with API version {spoken}, not {VERSION}: that one has been "
            "switched off; the connector needs a newer version"
        )
    if answer.status_code in (402, 423):
        return PermanentError(f"the shop is frozen or locked ({answer.status_code})")
    if answer.status_code != 200 or b'"errors"' not in answer.content:
        return None
    try:
        body = answer.json()
    except requests.JSONDecodeError:
        return None
    errors = body.get("errors") if isinstance(body, dict) else None
    return _explain_errors(errors, body) if errors else None


def _explain_errors(errors: Any, body: dict[str, Any]) -> Exception:
    if not isinstance(errors, list):
        return PermanentError(f"Shopify refuses: {errors}")
    codes = {error.get("extensions", {}).get("code") for error in errors}
    said = "; ".join(str(error.get("message")) for error in errors)
    if "THROTTLED" in codes:
        return ThrottledError("Shopify: out of points", _seconds_to_refill(body))
    if codes & {"INTERNAL_SERVER_ERROR", "TIMEOUT"}:
        return TransientError(f"Shopify failed: {said}")
    if "ACCESS_DENIED" in codes:
        return PermanentError(f"{said}; grant the app this scope, or leave the stream out")
    if "SHOP_INACTIVE" in codes:
        return CredentialError(f"the shop is closed: {said}")
    return PermanentError(f"Shopify refuses: {said}")


def _seconds_to_refill(body: dict[str, Any]) -> float:
    cost = body.get("extensions", {}).get("cost", {})
    bucket = cost.get("throttleStatus", {})
    missing = cost.get("requestedQueryCost", 100) - bucket.get("currentlyAvailable", 0)
    return float(max(missing, 0) / bucket.get("restoreRate", 100)) + 0.1


# -- bulk operations ----------------------------------------------------------------------------

RUN = """mutation run($query: String!) {
    bulkOperationRunQuery(query: $query, groupObjects: true) {
        bulkOperation { id status }
        userErrors { field message code }
    }
}"""
POLL = """query poll($id: ID!) {
    bulkOperation(id: $id) { id status errorCode objectCount url }
}"""
OLDEST = "query {{ {root}({arguments}) {{ nodes {{ updatedAt }} }} }}"
SCOPES = "query { currentAppInstallation { accessScopes { handle } } }"


class Line(msgspec.Struct, rename={"parent": "__parentId"}):
    """What tells where a line of a result file belongs."""

    id: str
    parent: str | None = None


_line = msgspec.json.Decoder(Line).decode


def document(query: str) -> str:
    """The query followed by the fragments that it uses, directly or through others."""
    used: dict[str, str] = {}
    waiting = re.findall(r"\.\.\.(\w+)", query)
    while waiting:
        name = waiting.pop()
        if name not in used:
            used[name] = f"fragment {name} {FRAGMENTS[name]}"
            waiting += re.findall(r"\.\.\.(\w+)", FRAGMENTS[name])
    return "\n".join([query, *used.values()])


def ask(api: Api, query: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The ``data`` of one query's answer."""
    page = api.post(GRAPHQL, json={"query": query, "variables": dict(variables or {})})
    data: dict[str, Any] = page.body["data"]
    return data


def bulk_query(bulk: Bulk, search: str = "") -> str:
    """The query of a bulk operation; ``search`` filters the root, or the records inside it."""
    filtered = f'query: "{search}"' if search else ""
    outer = ", ".join(filter(None, [bulk.arguments, "" if bulk.filter_nested else filtered]))
    inner = f"({filtered})" if bulk.filter_nested and filtered else ""
    nested = " ".join(
        f"{name}{inner} {{ edges {{ node {{ {_with_id(fields)} }} }} }}"
        for name, (_, fields) in bulk.nested.items()
    )
    arguments = f"({outer})" if outer else ""
    return document(
        f"{{ {bulk.root}{arguments} {{ edges {{ node {{ {bulk.fields} {nested} }} }} }} }}"
    )


def _with_id(fields: str) -> str:
    return fields if fields.startswith("...") or fields.split()[0] == "id" else f"id {fields}"


@cache
def _slots(connection: str) -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(BULK_AT_ONCE)


def run_bulk(api: Api, query: str) -> Page:
    """The lines of a bulk operation's result file.

    Raises TransientError when Shopify fails the job again and again, or when the file holds
    other than the number of objects that Shopify counted.
    """
    with _slots(api.connection.name):
        for _ in range(BULK_TRIES):
            job = _wait_for(api, _start(api, query))
            if job["status"] == "COMPLETED":
                return _lines(api, job)
            if job["errorCode"] == "ACCESS_DENIED":
                break
    raise TransientError(f"a bulk operation ended as {job['status']} ({job['errorCode']})")


def _start(api: Api, query: str) -> str:
    for pause in (5.0, 15.0, 60.0, 0.0):
        answer = ask(api, RUN, {"query": query})["bulkOperationRunQuery"]
        errors = answer["userErrors"]
        if not errors:
            return str(answer["bulkOperation"]["id"])
        if errors[0].get("code") != "OPERATION_IN_PROGRESS":
            break
        api.wait("another app's bulk operation", pause)
    raise PermanentError(f"Shopify refuses the bulk operation: {errors[0]['message']}")


def _wait_for(api: Api, job_id: str) -> dict[str, Any]:
    pause = 0.25
    while True:
        job: dict[str, Any] = ask(api, POLL, {"id": job_id})["bulkOperation"]
        if job["status"] not in ("CREATED", "RUNNING", "CANCELING"):
            return job
        api.wait("bulk operation", pause)
        pause = min(pause * 2, LONGEST_POLL)


def _lines(api: Api, job: dict[str, Any]) -> Page:
    if job["url"] is None:
        return Page(records=[], body={}, request_id=api.requests[-1]["request_id"])
    page = api.get(job["url"], records="\n")
    if len(page.records) != int(job["objectCount"]):
        raise TransientError(
            f"the result file of {job['id']} holds {len(page.records)} objects, Shopify counted "
            f"{job['objectCount']}; nothing was stored"
        )
    return page


def assembled(lines: Iterable[msgspec.Raw], bulk: Bulk) -> Iterator[msgspec.Raw]:
    """Records from the lines of a grouped result: children follow their parent.

    A record is its line with one member ``<connection>: {"nodes": [...]}`` more for each nested
    connection; the bytes of the lines stay as they are.
    """
    kinds = {kind: name for name, (kind, _) in bulk.nested.items()}
    parent, parent_id = b"", ""
    children: dict[str, list[bytes]] = {}
    for raw in lines:
        line = _line(raw)
        if line.parent is None:
            if parent and not bulk.records:
                yield _joined(parent, children)
            parent, parent_id = bytes(raw), line.id
            children = {name: [] for name in bulk.nested}
        elif line.parent != parent_id:
            raise TransientError(f"{line.id} does not follow its parent {line.parent}")
        elif bulk.records:
            yield raw
        else:
            children[kinds[line.id.split("/")[3]]].append(bytes(raw))
    if parent and not bulk.records:
        yield _joined(parent, children)


def _joined(parent: bytes, children: Mapping[str, list[bytes]]) -> msgspec.Raw:
    members = b"".join(
        b',"%s":{"nodes":[%s]}' % (name.encode(), b",".join(nodes))
        for name, nodes in children.items()
    )
    return msgspec.Raw(parent.rstrip()[:-1] + members + b"}")


def bulk_reader(bulk: Bulk) -> Reader:
    """Reads a stream by bulk operations over its window, in slices that suit its size."""

    def read(api: Api, window: Window) -> Iterator[Page]:
        for search in _searches(api, bulk, window):
            page = run_bulk(api, bulk_query(bulk, search.text))
            search.lines = len(page.records)
            records = list(assembled(page.records, bulk))
            for start in range(0, len(records), CHUNK):
                chunk = records[start : start + CHUNK]
                yield Page(records=chunk, body={}, request_id=page.request_id)

    return read


@dataclass
class Search:
    """A slice of change times; ``lines`` is what it turned out to hold."""

    text: str
    lines: int = 0


def _searches(api: Api, bulk: Bulk, window: Window) -> Iterator[Search]:
    start = window.since
    if not bulk.sliced:
        yield Search(f"updated_at:>='{start:%FT%TZ}'" if start else "")
        return
    start = start or _oldest(api, bulk)
    step = FIRST_SLICE
    while start:
        end = start + step if start + step < window.now else None
        until = f" AND updated_at:<'{end:%FT%TZ}'" if end else ""
        search = Search(f"updated_at:>='{start:%FT%TZ}'{until}")
        yield search
        step *= min(max(SLICE_LINES / max(search.lines, 1), 0.1), 8)
        start = end


def _oldest(api: Api, bulk: Bulk) -> datetime | None:
    arguments = ", ".join(filter(None, ["first: 1", "sortKey: UPDATED_AT", bulk.arguments]))
    query = OLDEST.format(root=bulk.root, arguments=arguments)
    nodes = ask(api, query)[bulk.root]["nodes"]
    return timestamp(nodes[0]["updatedAt"]) if nodes else None


def sweeper(bulk: Bulk) -> Callable[[Api, Window], Iterable[list[str]] | None]:
    """Lists the ids that exist."""
    kinds = {name: (kind, "id") for name, (kind, _) in bulk.nested.items() if name == bulk.records}
    ids = Bulk(root=bulk.root, arguments=bulk.arguments, nested=kinds, records=bulk.records)

    def sweep(api: Api, window: Window) -> Iterator[list[str]]:
        lines = map(_line, run_bulk(api, bulk_query(ids)).records)
        yield [line.id for line in lines if (line.parent is not None) == bool(ids.records)]

    return sweep


# -- orders -------------------------------------------------------------------------------------


def sees_all_orders(api: Api) -> bool:
    """Whether the app has read_all_orders; without it Shopify hides what is over 60 days old.

    Raises PermanentError, unless the connection's setting ``recent_orders_only`` accepts that.
    """
    if "read_all_orders" in scopes(api):
        return True
    if api.connection.setting("recent_orders_only", False):
        return False
    raise PermanentError(
        "the app lacks the scope read_all_orders, so Shopify shows the orders of the last 60 "
        "days only, without saying so: grant it, or set recent_orders_only: true"
    )


def scopes(api: Api) -> set[str]:
    """What the app may read."""
    granted = ask(api, SCOPES)["currentAppInstallation"]["accessScopes"]
    return {scope["handle"] for scope in granted}


def read_orders(api: Api, window: Window) -> Iterator[Page]:
    """Orders, once it is known that none of them is hidden."""
    window.partial = not sees_all_orders(api)
    yield from bulk_reader(ORDERS)(api, window)


def sweep_orders(api: Api, window: Window) -> Iterable[list[str]] | None:
    """Ids of all orders; None where the app sees only recent ones."""
    return sweeper(ORDERS)(api, window) if sees_all_orders(api) else None


# -- reports ------------------------------------------------------------------------------------

SALES = """query($ask: String!) {
  shopifyqlQuery(query: $ask) { tableData { rows } parseErrors }
  shop { ianaTimezone currencyCode }
}"""
SALES_COLUMNS = "orders, gross_sales, discounts, taxes, shipping_charges"
HISTORY, TRAILING, WEEK = timedelta(days=730), timedelta(days=35), timedelta(days=7)


def read_daily_sales(api: Api, window: Window) -> Iterator[Page]:
    """What Shopify's own analytics say of each ended day; nothing without the scope read_reports.

    Once a week two years are asked for, else the days that may well have changed.
    """
    if "read_reports" not in scopes(api):
        return
    reach = HISTORY if window.is_due("history_read_at", WEEK) else TRAILING
    today = window.now.date()
    asked = (
        f"FROM sales SHOW {SALES_COLUMNS} TIMESERIES day "
        f"SINCE {today - reach} UNTIL {today - timedelta(days=1)}"
    )
    body = {"query": SALES, "variables": {"ask": asked}}
    page = api.post(GRAPHQL, json=body, records="data.shopifyqlQuery.tableData.rows")
    answer = page.body["data"]
    if problems := answer["shopifyqlQuery"]["parseErrors"]:
        raise PermanentError(f"ShopifyQL: {'; '.join(problems)}")
    shop = b',"shop":%s}' % msgspec.json.encode(answer["shop"])
    page.records = [msgspec.Raw(bytes(row).rstrip()[:-1] + shop) for row in page.records]
    yield page


# -- cursors ------------------------------------------------------------------------------------


class PageInfo(JSONResponseCursorPaginator):
    """A connection's cursor; the last page has one too, and ``hasNextPage`` says that it is last.

    Where the object around the connection is null, there is no page info and no next page.
    """

    def __init__(self, path: str) -> None:
        super().__init__(cursor_path=f"{path}.endCursor", cursor_body_path="variables.after")
        self.path = path.split(".")

    def update_state(self, response: Any, data: list[Any] | None = None) -> None:
        super().update_state(response, data)
        info = response.json()
        for step in self.path:
            info = (info or {}).get(step)
        self._has_next_page = bool(self._has_next_page and (info or {}).get("hasNextPage"))


def listed(
    name: str,
    fragment: str,
    *,
    root: str,
    size: int = 100,
    arguments: str = "",
    filter_by: str = "",
    inside: str = "",
    **stream: Any,
) -> Stream:
    """A stream that pages through a connection with its cursor.

    ``filter_by``: the search field that takes the window's start. ``inside``: the object that
    holds the connection, where the query root does not.
    """
    more = f", {arguments}" if arguments else ""
    search = ", query: $search" if filter_by else ""
    declared = ", $search: String" if filter_by else ""
    connection = (
        f"{root}(first: {size}, after: $after{search}{more}) "
        f"{{ nodes {{ ...{fragment} }} pageInfo {{ hasNextPage endCursor }} }}"
    )
    selection = f"{inside} {{ {connection} }}" if inside else connection
    query = document(f"query list($after: String{declared}) {{ {selection} }}")
    place = ".".join(filter(None, ["data", inside, root]))

    def body(window: Window) -> dict[str, Any]:
        variables: dict[str, Any] = {"after": None}
        if filter_by:
            since = window.iso()
            variables["search"] = f"{filter_by}:>='{since}'" if since else None
        return {"query": query, "variables": variables}

    return Stream(
        name=name,
        path=GRAPHQL,
        method="POST",
        body=body,
        records=f"{place}.nodes",
        paginator=lambda: PageInfo(f"{place}.pageInfo"),
        incremental=bool(filter_by),
        **stream,
    )


SYSTEM = System(
    name="shopify",
    base_url=_base_url,
    auth=_auth,
    headers={"Accept": "application/json"},
    limits={
        "": (
            Limit(
                calls=2000,
                seconds=20,
                quote="Restore rate of 100 points a second, a bucket of 2,000 (standard plan)",
            ),
        )
    },
    concurrency=6,
    explain=explain,
    settings=("store", "recent_orders_only"),
    secrets=("access_token", "client_id", "client_secret"),
)

STREAMS = [
    Stream(
        name="orders",
        read=read_orders,
        changed="updatedAt",
        incremental=True,
        overlap=SEARCH_LAG,
        deletes=Deletes.KEY_SWEEP,
        sweep=sweep_orders,
    ),
    Stream(
        name="customers",
        read=bulk_reader(CUSTOMERS),
        changed="updatedAt",
        incremental=True,
        overlap=SEARCH_LAG,
        deletes=Deletes.KEY_SWEEP,
        sweep=sweeper(CUSTOMERS),
    ),
    Stream(
        name="products",
        read=bulk_reader(PRODUCTS),
        changed="updatedAt",
        incremental=True,
        overlap=SEARCH_LAG,
        deletes=Deletes.KEY_SWEEP,
        sweep=sweeper(PRODUCTS),
        unmapped="a product here is a group of variants, and each variant carries its product",
    ),
    Stream(
        name="variants",
        read=bulk_reader(VARIANTS),
        changed="product.updatedAt",
        incremental=True,
        overlap=SEARCH_LAG,
        deletes=Deletes.KEY_SWEEP,
        sweep=sweeper(VARIANTS),
    ),
    Stream(
        name="inventory_items",
        read=bulk_reader(INVENTORY_ITEMS),
        changed="updatedAt",
        incremental=True,
        overlap=SEARCH_LAG,
        deletes=Deletes.KEY_SWEEP,
        sweep=sweeper(INVENTORY_ITEMS),
        unmapped="cost and tracking come with the variant; kept for customs data and history",
    ),
    Stream(
        name="inventory_levels",
        read=bulk_reader(INVENTORY_LEVELS),
        changed="updatedAt",
        incremental=True,
        overlap=SEARCH_LAG,
        deletes=Deletes.KEY_SWEEP,
        sweep=sweeper(INVENTORY_LEVELS),
    ),
    Stream(
        name="abandoned_checkouts",
        read=bulk_reader(ABANDONED_CHECKOUTS),
        changed="updatedAt",
        incremental=True,
        overlap=SEARCH_LAG,
        deletes_note="a checkout disappears after three months; no list names those",
        unmapped="a checkout that was never completed is no order",
    ),
    Stream(
        name="fulfillment_orders",
        read=bulk_reader(FULFILLMENT_ORDERS),
        changed="updatedAt",
        incremental=True,
        overlap=SEARCH_LAG,
        deletes=Deletes.KEY_SWEEP,
        sweep=sweeper(FULFILLMENT_ORDERS),
        unmapped="the order's fulfilment status is enough for every mart",
    ),
    listed(
        "locations",
        "location",
        root="locations",
        arguments="includeInactive: true",
        changed="updatedAt",
        cost=16,
        deletes=Deletes.KEY_SWEEP,
        unmapped="orders and stock levels carry the name of their place",
    ),
    listed(
        "collections",
        "collection",
        root="collections",
        changed="updatedAt",
        cost=32,
        deletes=Deletes.KEY_SWEEP,
        unmapped="no entity groups products by collection; products name theirs",
    ),
    listed(
        "discounts",
        "discount",
        root="discountNodes",
        size=50,
        changed="discount.updatedAt",
        cost=83,
        deletes=Deletes.KEY_SWEEP,
        unmapped="orders name the codes used; no entity describes a promotion",
    ),
    listed(
        "payouts",
        "payout",
        root="payouts",
        inside="shopifyPaymentsAccount",
        filter_by="issued_at",
        changed="issuedAt",
        overlap=timedelta(days=30),
        cost=105,
        deletes=Deletes.NEVER,
        unmapped="a bank transfer of many payments; no entity holds it",
    ),
    listed(
        "balance_transactions",
        "balanceTransaction",
        root="balanceTransactions",
        inside="shopifyPaymentsAccount",
        size=250,
        filter_by="processed_at",
        changed="transactionDate",
        overlap=timedelta(days=30),
        cost=73,
        deletes=Deletes.NEVER,
        unmapped="charges and fees come with the orders' transactions; kept to check payouts",
    ),
    Stream(
        name="daily_sales",
        key="day",
        read=read_daily_sales,
        deletes=Deletes.NEVER,
        deletes_note="days that ended more than 35 days ago are asked for again once a week",
    ),
]
