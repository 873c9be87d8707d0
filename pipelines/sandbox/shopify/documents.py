"""The demo company's web shop as documents of Shopify's Admin API.

The shop's books are in euros: each amount comes in euros (shopMoney) and in the buyer's currency
(presentmentMoney).
"""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from pipelines.sandbox import clock
from pipelines.sandbox.answers import ZERO_DECIMAL, money
from pipelines.sandbox.store import Document
from pipelines.sandbox.world import Row, World
from pipelines.sandbox.world.ids import record_id
from pipelines.sandbox.world.trade import DISCOUNTS

SHOP_CURRENCY = "EUR"
EUROS = {
    "EUR": Decimal(1), "USD": Decimal("0.92"), "GBP": Decimal("1.16"), "JPY": Decimal("0.0061"),
}  # fmt: skip
FEE_SHARE, FEE_FIXED = Decimal("0.019"), Decimal("0.25")
COUNTRIES = {
    "US": "United States", "GB": "United Kingdom", "DE": "Germany", "FR": "France",
    "NL": "Netherlands", "ES": "Spain", "IT": "Italy", "JP": "Japan", "CN": "China",
    "GR": "Greece", "IL": "Israel", "AE": "United Arab Emirates", "BG": "Bulgaria",
}  # fmt: skip
MARKETING = {"subscribed": "SUBSCRIBED", "unsubscribed": "UNSUBSCRIBED", "never": "NOT_SUBSCRIBED"}
FULFILLMENT = {"fulfilled": "FULFILLED", "unfulfilled": "UNFULFILLED"}
CHECKOUT_EVERY = 7  # every seventh order was an abandoned checkout first
QUANTITY_NAMES = ("damaged", "quality_control", "reserved", "safety_stock")


def documents(world: World, since: str | None) -> Iterator[Document]:
    """Every document of the shop, or those created, changed or deleted after `since`."""
    yield from _orders(world, since)
    yield from _customers(world, since)
    yield from _products(world, since)
    yield from _inventory_levels(world, since)
    yield from _locations(world, since)
    yield from _collections(world, since)
    yield from _discounts(since)
    yield from _payouts(world, since)


def gid(kind: str, identity: object) -> str:
    """A global id, as the API writes them."""
    return f"gid://shopify/{kind}/{identity}"


def _own(kind: str, name: str, n: int) -> str:
    return gid(kind, record_id("shopify", name, n))


def _document(stream: str, body: Row, row: Row, parent_id: str | None = None) -> Document:
    times = (row["created_at"], row["updated_at"])
    return Document(stream, body["id"], *times, body, row["deleted_at"], parent_id)


# -- amounts ------------------------------------------------------------------------------------


@lru_cache(65_536)
def _in_euros(minor: int, currency: str) -> str:
    major = Decimal(minor) if currency in ZERO_DECIMAL else Decimal(minor).scaleb(-2)
    return str((major * EUROS[currency]).quantize(Decimal("0.01"), ROUND_HALF_UP))


@lru_cache(65_536)
def bag(minor: int, currency: str) -> Row:
    """An amount in the shop's and in the buyer's currency. Shared by documents, so not changed."""
    shown = money(minor, currency) if minor else "0.0"
    return {
        "shopMoney": {"amount": _in_euros(minor, currency), "currencyCode": SHOP_CURRENCY},
        "presentmentMoney": {"amount": shown, "currencyCode": currency},
    }


def _amount(value: Decimal) -> Row:
    rounded = value.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return {"amount": str(rounded), "currencyCode": SHOP_CURRENCY}


def _taxes(title: str, rate: float, minor: int, currency: str) -> list[Row]:
    if not rate:
        return []
    tax = {"title": title, "rate": rate, "ratePercentage": round(rate * 100, 3)}
    return [{**tax, "priceSet": bag(minor, currency), "source": "Shopify", "channelLiable": False}]


def _tax_title(currency: str) -> str:
    return {"USD": "State Tax", "GBP": "VAT", "JPY": "CT"}.get(currency, "VAT")


# -- orders -------------------------------------------------------------------------------------


def _orders(world: World, since: str | None) -> Iterator[Document]:
    for row in world.rows("shopify.order", since):
        body = order(row)
        customer = body["customer"]
        yield _document("orders", body, row, customer and customer["id"])
        yield _document("fulfillment_orders", _fulfillment_order(row, body), row)
        if row["n"] % CHECKOUT_EVERY == 0:
            yield _checkout(row, body)
        yield from _balance(row, body)


def order(row: Row) -> Row:
    """An order's document."""
    currency, identity = row["currency"], row["record_id"]
    refunded = sum(refund["amount"] for refund in row["refunds"])
    received = sum(payment["amount"] for payment in row["payments"])
    lines = _lines(row)
    customer = row["customer"]
    return {
        "id": gid("Order", identity),
        "legacyResourceId": identity,
        "name": row["name"],
        "number": row["number"],
        "confirmationNumber": f"X{int(identity) % 10**9:09d}",
        "email": row["email"],
        "phone": row["phone"],
        "note": row["note"],
        "tags": row["tags"],
        "poNumber": None,
        "createdAt": clock.seconds(row["created_at"]),
        "updatedAt": clock.seconds(row["updated_at"]),
        "processedAt": clock.seconds(row["placed_at"]),
        "closedAt": row["closed_at"] and clock.seconds(row["closed_at"]),
        "cancelledAt": row["cancelled_at"] and clock.seconds(row["cancelled_at"]),
        "cancelReason": row["cancel_reason"] and row["cancel_reason"].upper(),
        **_flags(row, received),
        "currencyCode": SHOP_CURRENCY,
        "presentmentCurrencyCode": currency,
        "displayFinancialStatus": row["financial_status"].upper(),
        "displayFulfillmentStatus": FULFILLMENT[row["fulfillment_status"]],
        "returnStatus": "RETURNED" if _returns(row) else "NO_RETURN",
        "sourceName": row["source"],
        "sourceIdentifier": None,
        "discountCode": row["discount"] and row["discount"]["code"],
        "discountCodes": [row["discount"]["code"]] if row["discount"] else [],
        "paymentGatewayNames": [row["gateway"]] if row["payments"] else [],
        "customerLocale": "en",
        "customerAcceptsMarketing": False,
        "billingAddressMatchesShippingAddress": True,
        "subtotalLineItemsQuantity": sum(line["quantity"] for line in lines),
        "currentSubtotalLineItemsQuantity": sum(line["currentQuantity"] for line in lines),
        "customAttributes": [],
        "app": {"id": gid("App", 580111), "name": "Online Store"},
        "retailLocation": None,
        "customer": customer
        and {
            "id": gid("Customer", customer["record_id"]),
            "legacyResourceId": customer["record_id"],
        },
        "billingAddress": _address(row, row["billing_address"], "BillingAddress"),
        "shippingAddress": _address(row, row["shipping_address"], "ShippingAddress"),
        **_sums(row, received, refunded),
        "taxLines": _taxes(_tax_title(currency), row["tax_rate"], row["tax_total"], currency),
        "transactions": _transactions(row),
        "refunds": [_refund(row, refund) for refund in row["refunds"]],
        "fulfillments": _fulfillments(row),
        "lineItems": lines,
        "shippingLines": _shipping(row),
        "returns": _returns(row),
        "metafields": [],
    }


def _flags(row: Row, received: int) -> Row:
    is_open = row["closed_at"] is None and row["cancelled_at"] is None
    return {
        "closed": row["closed_at"] is not None, "confirmed": True,
        "edited": "edited" in row["tags"], "test": row["is_test"],
        "unpaid": received < row["total"], "fullyPaid": received >= row["total"],
        "capturable": False, "refundable": received > 0, "restockable": is_open,
        "fulfillable": is_open, "merchantEditable": True, "requiresShipping": True,
        "taxesIncluded": row["taxes_included"], "taxExempt": False, "dutiesIncluded": False,
        "estimatedTaxes": False,
    }  # fmt: skip


def _sums(row: Row, received: int, refunded: int) -> Row:
    returned = _returned_lines(row)
    back = sum(line["total"] for line in returned)
    tax_back = sum(line["tax"] for line in returned)
    discount_back = sum(line["discount"] for line in returned)
    is_cancelled = row["cancelled_at"] is not None
    subtotal = row["subtotal"] - row["discount_total"]
    sums = {
        "subtotalPriceSet": subtotal, "totalDiscountsSet": row["discount_total"],
        "totalTaxSet": row["tax_total"], "totalShippingPriceSet": row["shipping_total"],
        "totalTipReceivedSet": 0, "totalPriceSet": row["total"],
        "originalTotalPriceSet": row["total"], "originalTotalDutiesSet": None,
        "originalTotalAdditionalFeesSet": None, "currentTotalDutiesSet": None,
        "currentSubtotalPriceSet": 0 if is_cancelled else subtotal - back,
        "currentTotalDiscountsSet": 0 if is_cancelled else row["discount_total"] - discount_back,
        "currentTotalTaxSet": 0 if is_cancelled else row["tax_total"] - tax_back,
        "currentTotalPriceSet": 0 if is_cancelled else row["total"] - refunded,
        "totalReceivedSet": received, "totalRefundedSet": refunded,
        "totalRefundedShippingSet": 0, "totalCapturableSet": 0,
        "totalOutstandingSet": 0 if is_cancelled else max(row["total"] - received, 0),
        "netPaymentSet": received - refunded,
    }  # fmt: skip
    return {
        name: None if minor is None else bag(minor, row["currency"]) for name, minor in sums.items()
    }


def _returned_lines(row: Row) -> list[Row]:
    ids = {line["record_id"] for refund in row["refunds"] for line in refund["lines"]}
    return [line for line in row["lines"] if line["record_id"] in ids]


def _lines(row: Row) -> list[Row]:
    returned = {
        line["record_id"]: line["quantity"] for refund in row["refunds"] for line in refund["lines"]
    }
    return [_line(row, line, returned.get(line["record_id"], 0)) for line in row["lines"]]


def _line(row: Row, line: Row, returned: int) -> Row:
    currency = row["currency"]
    title = line["title"].removesuffix(f" {line['option']}")
    current = 0 if row["cancelled_at"] else line["quantity"] - returned
    waits = row["fulfillment_status"] == "unfulfilled" and not row["cancelled_at"]
    gross = line["unit_price"] * line["quantity"]
    return {
        "id": gid("LineItem", line["record_id"]),
        "sku": line["sku"],
        "name": f"{title} - {line['option']}",
        "title": title,
        "variantTitle": line["option"],
        "vendor": "Goldpan",
        "quantity": line["quantity"],
        "currentQuantity": current,
        "refundableQuantity": current,
        "unfulfilledQuantity": current if waits else 0,
        "nonFulfillableQuantity": 0,
        "requiresShipping": True,
        "taxable": bool(line["tax_rate"]),
        "isGiftCard": False,
        "merchantEditable": True,
        "restockable": True,
        "product": {"id": _own("Product", "product", line["product_n"])},
        "variant": {
            "id": gid("ProductVariant", line["variant_record_id"]),
            "sku": line["sku"],
            "barcode": None,
        },
        "originalUnitPriceSet": bag(line["unit_price"], currency),
        "discountedUnitPriceSet": bag(line["unit_price"], currency),
        "originalTotalSet": bag(gross, currency),
        "totalDiscountSet": bag(0, currency),
        "lineDiscountedTotalSet": bag(gross, currency),
        "discountedTotalSet": bag(line["total"], currency),
        "taxLines": _taxes(_tax_title(currency), line["tax_rate"], line["tax"], currency),
        "discountAllocations": _allocations(row, line),
        "customAttributes": [],
    }


def _allocations(row: Row, line: Row) -> list[Row]:
    if not row["discount"]:
        return []
    application = {
        "__typename": "DiscountCodeApplication", "index": 0, "targetType": "LINE_ITEM",
        "targetSelection": "ALL", "allocationMethod": "ACROSS", "code": row["discount"]["code"],
    }  # fmt: skip
    allocated = bag(line["discount"], row["currency"])
    return [{"allocatedAmountSet": allocated, "discountApplication": application}]


def _shipping(row: Row) -> list[Row]:
    charged = bag(row["shipping_total"], row["currency"])
    return [
        {
            "id": _own("ShippingLine", "shipping_line", row["n"]),
            "title": row["shipping_title"],
            "code": row["shipping_title"],
            "source": "shopify",
            "carrierIdentifier": None,
            "isRemoved": False,
            "originalPriceSet": charged,
            "discountedPriceSet": charged,
            "taxLines": [],
        }
    ]


def _transactions(row: Row) -> list[Row]:
    paid = [_transaction(row, one, "SALE", one["record_id"]) for one in row["payments"]]
    given_back = [
        _transaction(row, one, "REFUND", one["transaction_record_id"])
        | {"parentTransaction": {"id": gid("OrderTransaction", one["payment_record_id"])}}
        for one in row["refunds"]
    ]
    return paid + given_back


def _transaction(row: Row, payment: Row, kind: str, identity: str) -> Row:
    is_card = row["gateway"] == "shopify_payments"
    card = {
        "__typename": "CardPaymentDetails", "company": ("Visa", "Mastercard")[row["n"] % 2],
        "paymentMethodName": ("visa", "master")[row["n"] % 2], "bin": "424242", "name": None,
        "number": "•••• •••• •••• 4242", "wallet": None,
    }  # fmt: skip
    return {
        "id": gid("OrderTransaction", identity),
        "kind": kind,
        "status": payment.get("status", "success").upper(),
        "test": row["is_test"],
        "gateway": row["gateway"],
        "formattedGateway": row["gateway"].replace("_", " ").title(),
        "paymentId": f"r{identity}",
        "errorCode": None,
        "createdAt": clock.seconds(payment["at"]),
        "processedAt": clock.seconds(payment["at"]),
        "amountSet": bag(payment["amount"], row["currency"]),
        "manuallyCapturable": False,
        "receiptJson": "{}",
        "parentTransaction": None,
        "fees": _fees(row, payment, identity) if is_card and kind == "SALE" else [],
        "paymentDetails": card if is_card else None,
    }


def _fee(row: Row, payment: Row) -> Decimal:
    return Decimal(_in_euros(payment["amount"], row["currency"])) * FEE_SHARE + FEE_FIXED


def _fees(row: Row, payment: Row, identity: str) -> list[Row]:
    nothing = _amount(Decimal(0))
    return [
        {
            "id": gid("TransactionFee", identity),
            "type": "processing_fee",
            "rateName": "Shopify Payments",
            "rate": str(FEE_SHARE),
            "flatFeeName": "per transaction",
            "amount": _amount(_fee(row, payment)),
            "flatFee": _amount(FEE_FIXED),
            "taxAmount": nothing,
        }
    ]


def _refund(row: Row, refund: Row) -> Row:
    returned = _returns(row)
    return {
        "id": gid("Refund", refund["record_id"]),
        "legacyResourceId": refund["record_id"],
        "createdAt": clock.seconds(refund["at"]),
        "updatedAt": clock.seconds(refund["at"]),
        "note": refund["reason"] or None,
        "totalRefundedSet": bag(refund["amount"], row["currency"]),
        "return": {"id": returned[0]["id"]} if returned else None,
        "refundLineItems": [
            {
                "id": gid("RefundLineItem", line["record_id"]),
                "quantity": line["quantity"],
                "restockType": "RETURN" if refund["is_restocked"] else "NO_RESTOCK",
                "restocked": refund["is_restocked"],
                "subtotalSet": bag(line["amount"], row["currency"]),
                "lineItem": {"id": gid("LineItem", line["record_id"])},
            }
            for line in refund["lines"]
        ],
    }


def _returns(row: Row) -> list[Row]:
    return [
        {
            "id": _own("Return", "return", row["n"]),
            "name": f"{row['name']}-R1",
            "status": "CLOSED",
            "totalQuantity": sum(line["quantity"] for line in refund["lines"]),
            "createdAt": clock.seconds(refund["at"]),
            "closedAt": clock.seconds(refund["at"]),
        }
        for refund in row["refunds"]
        if refund["is_restocked"]
    ][:1]


def _fulfillments(row: Row) -> list[Row]:
    if row["fulfilled_at"] is None:
        return []
    at = clock.seconds(row["fulfilled_at"])
    number = f"GP{row['n']:010d}"
    return [
        {
            "id": _own("Fulfillment", "fulfillment", row["n"]),
            "name": f"{row['name']}-F1",
            "status": "SUCCESS",
            "displayStatus": "FULFILLED",
            "totalQuantity": sum(line["quantity"] for line in row["lines"]),
            "createdAt": at,
            "updatedAt": at,
            "inTransitAt": None,
            "deliveredAt": None,
            "estimatedDeliveryAt": None,
            "location": {"id": _own("Location", "location", 1), "name": "Leeds Warehouse"},
            "trackingInfo": [
                {
                    "company": "DHL Express",
                    "number": number,
                    "url": f"https://www.dhl.com/tracking?id={number}",
                }
            ],
        }
    ]


def _fulfillment_order(row: Row, body: Row) -> Row:
    is_done = row["fulfilled_at"] is not None
    return {
        "id": _own("FulfillmentOrder", "fulfillment_order", row["n"]),
        "status": "CLOSED" if is_done else "CANCELLED" if row["cancelled_at"] else "OPEN",
        "requestStatus": "UNSUBMITTED",
        "fulfillAt": body["createdAt"],
        "fulfillBy": None,
        "createdAt": body["createdAt"],
        "updatedAt": body["updatedAt"],
        "orderId": body["id"],
        "orderName": row["name"],
        "assignedLocation": {
            "name": "Leeds Warehouse",
            "location": {"id": _own("Location", "location", 1)},
        },
        "deliveryMethod": {
            "id": _own("DeliveryMethod", "delivery_method", row["n"]),
            "methodType": "SHIPPING",
        },
        "lineItems": [
            {
                "id": gid("FulfillmentOrderLineItem", line["record_id"]),
                "sku": line["sku"],
                "totalQuantity": line["quantity"],
                "remainingQuantity": 0 if is_done else line["quantity"],
                "lineItem": {"id": gid("LineItem", line["record_id"])},
            }
            for line in row["lines"]
        ],
    }


def _checkout(row: Row, body: Row) -> Document:
    """The checkout that the buyer left; every other one was completed the day after."""
    left_at = clock.shift(row["created_at"], hours=-26)
    is_completed = row["n"] % (2 * CHECKOUT_EVERY) == 0
    updated_at = row["created_at"] if is_completed else left_at
    identity = record_id("shopify", "checkout", row["n"])
    checkout = {
        "id": gid("AbandonedCheckout", identity),
        "name": f"#{identity}",
        "createdAt": clock.seconds(left_at),
        "updatedAt": clock.seconds(updated_at),
        "completedAt": clock.seconds(updated_at) if is_completed else None,
        "abandonedCheckoutUrl": f"https://shop.goldpan.example/checkouts/{identity}/recover",
        "taxesIncluded": row["taxes_included"],
        "discountCodes": body["discountCodes"],
        "note": "",
        "customer": body["customer"],
        "billingAddress": body["billingAddress"],
        "shippingAddress": body["shippingAddress"],
        "subtotalPriceSet": body["subtotalPriceSet"],
        "totalDiscountSet": body["totalDiscountsSet"],
        "totalTaxSet": body["totalTaxSet"],
        "totalPriceSet": body["totalPriceSet"],
        "lineItems": [
            {
                "id": gid("AbandonedCheckoutLineItem", line["id"].rpartition("/")[2]),
                "title": line["title"],
                "sku": line["sku"],
                "quantity": line["quantity"],
                "variant": line["variant"],
                "product": line["product"],
                "originalUnitPriceSet": line["originalUnitPriceSet"],
                "discountedTotalPriceSet": line["discountedTotalSet"],
            }
            for line in body["lineItems"]
        ],
    }
    return Document("abandoned_checkouts", checkout["id"], left_at, updated_at, checkout)


# -- people -------------------------------------------------------------------------------------


def _address(owner: Row, address: Row | None, kind: str) -> Row | None:
    if address is None:
        return None
    country = address["country"] or ""
    code = country if len(country) == 2 else owner["country_code"]
    name = " ".join(filter(None, [owner["first_name"], owner["last_name"]]))
    return {
        "id": gid("MailingAddress", f"{owner['record_id']}?model_name={kind}"),
        "firstName": owner["first_name"],
        "lastName": owner["last_name"],
        "name": name or None,
        "company": owner["company_name"],
        "address1": address["street"],
        "address2": address["street2"],
        "city": address["city"],
        "province": address["region"],
        "provinceCode": address["region"] if len(address["region"] or "") == 2 else None,
        "country": COUNTRIES.get(code or "", country or None),
        "countryCodeV2": code,
        "zip": address["postal_code"],
        "phone": owner["phone"],
        "formattedArea": ", ".join(filter(None, [address["city"], COUNTRIES.get(code or "")])),
        "latitude": None,
        "longitude": None,
    }


def _customers(world: World, since: str | None) -> Iterator[Document]:
    for row in world.rows("shopify.customer", since):
        yield _document("customers", customer(row), row)


def customer(row: Row) -> Row:
    """A customer's document."""
    first, last = row.get("first_name"), row.get("last_name")
    if row["is_company"]:
        first, last = None, row["name"]
    shown = " ".join(filter(None, [first, last])) or row["email"] or row["phone"] or ""
    owner = {**row, "first_name": first, "last_name": last}
    address = _address(owner, row["address"], "CustomerAddress")
    state = MARKETING[row.get("consent") or "never"]
    return {
        "id": gid("Customer", row["record_id"]),
        "legacyResourceId": row["record_id"],
        "firstName": first,
        "lastName": last,
        "displayName": shown,
        "state": ("ENABLED", "DISABLED", "DISABLED", "INVITED")[row["n"] % 4],
        "note": row["note"],
        "tags": row["tags"],
        "verifiedEmail": bool(row["email"]),
        "taxExempt": row["is_company"],
        "taxExemptions": [],
        "locale": row.get("language") or "en",
        "canDelete": False,
        "dataSaleOptOut": False,
        "createdAt": clock.seconds(row["created_at"]),
        "updatedAt": clock.seconds(row["updated_at"]),
        "defaultEmailAddress": row["email"] and _email(row, state),
        "defaultPhoneNumber": row["phone"]
        and {
            "phoneNumber": row["phone"],
            "marketingState": "NOT_SUBSCRIBED",
            "marketingOptInLevel": "SINGLE_OPT_IN",
        },
        "defaultAddress": address,
        "addresses": [address] if address else [],
        "metafields": [],
    }


def _email(row: Row, state: str) -> Row:
    is_known = state != "NOT_SUBSCRIBED"
    return {
        "emailAddress": row["email"],
        "marketingState": state,
        "marketingOptInLevel": "SINGLE_OPT_IN" if is_known else None,
        "marketingUpdatedAt": clock.seconds(row["created_at"]) if is_known else None,
        "validFormat": "@" in row["email"],
    }


# -- goods --------------------------------------------------------------------------------------


def _products(world: World, since: str | None) -> Iterator[Document]:
    changed = [row for row in world.rows("product", since) if "shopify" in row["systems"]]
    levels = _levels(world) if changed else {}
    for row in changed:
        numbers = row["variant_ns"]
        variants = [
            _variant(world.get("variant", n), row, _available(levels.get(n, []))) for n in numbers
        ]
        body = _product(row, variants)
        yield _document("products", body, row)
        summary = {name: value for name, value in body.items() if name != "variants"}
        for n, variant in zip(numbers, variants, strict=True):
            dated = {**world.get("variant", n), "deleted_at": row["deleted_at"]}
            yield _document("variants", {**variant, "product": summary}, dated, body["id"])
            item = {**variant["inventoryItem"], "variant": {"id": variant["id"]}}
            yield _document("inventory_items", item, dated)


def _levels(world: World) -> dict[int, list[Row]]:
    """The shop's inventory levels by variant."""
    levels: dict[int, list[Row]] = {}
    for row in world.rows("inventory_level"):
        if row["system"] == "shopify":
            levels.setdefault(row["variant_n"], []).append(row)
    return levels


def _available(levels: list[Row]) -> int:
    return sum(row["quantity"] - row["committed"] for row in levels)


def _product(row: Row, variants: list[Row]) -> Row:
    identity = row["records"]["shopify"]
    prices = sorted(Decimal(variant["price"]) for variant in variants)
    is_active = row["status"] == "active"
    handle = f"{row['name'].lower().replace(' & ', '-').replace(' ', '-')}-{row['n']}"
    collection = _own("Collection", "collection", _collection_number(row["category"]))
    return {
        "id": gid("Product", identity),
        "legacyResourceId": identity,
        "title": row["titles"]["shopify"],
        "handle": handle,
        "status": row["status"].upper(),
        "vendor": row["vendor"],
        "productType": row["category"],
        "description": row["description"],
        "descriptionHtml": f"<p>{row['description']}</p>",
        "tags": row["tags"],
        "createdAt": clock.seconds(row["created_at"]),
        "updatedAt": clock.seconds(row["updated_at"]),
        "publishedAt": clock.seconds(row["created_at"]) if is_active else None,
        "totalInventory": sum(variant["inventoryQuantity"] for variant in variants),
        "tracksInventory": True,
        "isGiftCard": row["category"] == "Gifts",
        "hasOnlyDefaultVariant": False,
        "hasOutOfStockVariants": any(one["inventoryQuantity"] <= 0 for one in variants),
        "requiresSellingPlan": False,
        "onlineStoreUrl": f"https://shop.goldpan.example/products/{handle}" if is_active else None,
        "templateSuffix": None,
        "giftCardTemplateSuffix": None,
        "category": None,
        "options": [
            {
                "id": _own("ProductOption", "product_option", row["n"]),
                "name": "Option",
                "position": 1,
                "values": [variant["title"] for variant in variants],
            }
        ],
        "priceRangeV2": {
            "minVariantPrice": _amount(prices[0]),
            "maxVariantPrice": _amount(prices[-1]),
        },
        "seo": {"title": None, "description": None},
        "variantsCount": {"count": len(variants), "precision": "EXACT"},
        "variants": variants,
        "collections": [{"id": collection, "title": row["category"]}],
        "metafields": [
            {
                "id": _own("Metafield", "metafield", row["n"]),
                "namespace": "custom",
                "key": "material",
                "type": "single_line_text_field",
                "value": row["name"].split()[0],
                "createdAt": clock.seconds(row["created_at"]),
                "updatedAt": clock.seconds(row["created_at"]),
            }
        ],
    }


def _variant(row: Row, product: Row, quantity: int) -> Row:
    identity = row["records"]["shopify"]
    return {
        "id": gid("ProductVariant", identity),
        "legacyResourceId": identity,
        "title": row["option"],
        "displayName": f"{product['titles']['shopify']} - {row['option']}",
        "sku": row["skus"]["shopify"],
        "barcode": row["barcode"],
        "position": row["position"],
        "price": money(row["prices"][SHOP_CURRENCY], SHOP_CURRENCY),
        "compareAtPrice": None,
        "inventoryQuantity": quantity,
        "inventoryPolicy": "DENY",
        "taxable": row["is_taxable"],
        "availableForSale": product["status"] == "active" and quantity > 0,
        "requiresComponents": False,
        "createdAt": clock.seconds(row["created_at"]),
        "updatedAt": clock.seconds(row["updated_at"]),
        "selectedOptions": [{"name": "Option", "value": row["option"]}],
        "inventoryItem": _inventory_item(row),
        "metafields": [],
    }


def _inventory_item(row: Row) -> Row:
    identity = record_id("shopify", "inventory_item", row["n"])
    return {
        "id": gid("InventoryItem", identity),
        "legacyResourceId": identity,
        "sku": row["skus"]["shopify"],
        "tracked": True,
        "requiresShipping": row["category"] != "Gifts",
        "countryCodeOfOrigin": None,
        "provinceCodeOfOrigin": None,
        "harmonizedSystemCode": None,
        "duplicateSkuCount": 0,
        "createdAt": clock.seconds(row["created_at"]),
        "updatedAt": clock.seconds(row["updated_at"]),
        "unitCost": _amount(Decimal(_in_euros(row["cost"], "USD"))),
        "measurement": {
            "id": _own("InventoryItemMeasurement", "measurement", row["n"]),
            "weight": {"value": row["weight_grams"] / 1000, "unit": "KILOGRAMS"},
        },
        "locationsCount": {"count": 2, "precision": "EXACT"},
    }


def _inventory_levels(world: World, since: str | None) -> Iterator[Document]:
    levels = {row["n"]: row for row in world.rows("inventory_level", since)}
    if since is not None:
        levels |= _gone_levels(world, since)
    for row in levels.values():
        if row["system"] == "shopify":
            yield _level_document(world, row)


def _gone_levels(world: World, since: str) -> dict[int, Row]:
    """The levels that went with their product, by number; nothing of their own has changed."""
    gone = {
        n for row in world.rows("product", since) if row["deleted_at"] for n in row["variant_ns"]
    }
    levels = world.rows("inventory_level") if gone else ()
    return {row["n"]: row for row in levels if row["variant_n"] in gone}


def _level_document(world: World, row: Row) -> Document:
    place, variant = (
        world.get("location", row["location_n"]),
        world.get("variant", row["variant_n"]),
    )
    body = _inventory_level(row, place, variant)
    dated = {**row, "deleted_at": world.get("product", variant["product_n"])["deleted_at"]}
    return _document("inventory_levels", body, dated, gid("Location", place["record_id"]))


def _inventory_level(row: Row, place: Row, variant: Row) -> Row:
    updated_at, item_id = clock.seconds(row["updated_at"]), row["inventory_item_id"]
    counted = {
        "available": row["quantity"] - row["committed"], "on_hand": row["quantity"],
        "committed": row["committed"], "incoming": row["incoming"],
    }  # fmt: skip
    counted |= dict.fromkeys(QUANTITY_NAMES, 0)
    return {
        "id": gid("InventoryLevel", f"{row['record_id']}?inventory_item_id={item_id}"),
        "isActive": True,
        "canDeactivate": True,
        "createdAt": clock.seconds(row["created_at"]),
        "updatedAt": updated_at,
        "item": {
            "id": gid("InventoryItem", item_id),
            "sku": variant["skus"]["shopify"],
            "variant": {"id": gid("ProductVariant", variant["records"]["shopify"])},
        },
        "location": {"id": gid("Location", place["record_id"]), "name": place["name"]},
        "quantities": [
            {
                "id": gid("InventoryQuantity", f"{row['record_id']}?name={name}"),
                "name": name,
                "quantity": count,
                "updatedAt": updated_at,
            }
            for name, count in counted.items()
        ],
    }


def _locations(world: World, since: str | None) -> Iterator[Document]:
    for row in world.rows("location", since):
        if row["system"] == "shopify":
            yield _document("locations", _location(row), row)


def _location(row: Row) -> Row:
    address = row["address"]
    return {
        "id": gid("Location", row["record_id"]),
        "legacyResourceId": row["record_id"],
        "name": row["name"],
        "isActive": row["is_active"],
        "fulfillsOnlineOrders": True,
        "shipsInventory": True,
        "hasActiveInventory": True,
        "addressVerified": True,
        "createdAt": clock.seconds(row["created_at"]),
        "updatedAt": clock.seconds(row["updated_at"]),
        "deactivatedAt": None,
        "address": {
            "address1": address["street"],
            "address2": address["street2"],
            "city": address["city"],
            "province": address["region"],
            "provinceCode": None,
            "country": COUNTRIES[address["country"]],
            "countryCode": address["country"],
            "zip": address["postal_code"],
            "phone": None,
            "formatted": [address["street"], address["city"], COUNTRIES[address["country"]]],
        },
    }


CATEGORIES = (
    "Accessories", "Coffeeware", "Drinkware", "Gifts", "Kettles", "Storage", "Tea & Coffee",
    "Teaware",
)  # fmt: skip


def _collection_number(category: str) -> int:
    return CATEGORIES.index(category) + 1


def _collections(world: World, since: str | None) -> Iterator[Document]:
    sold = [row["category"] for row in world.rows("product") if "shopify" in row["systems"]]
    opened = clock.iso(clock.START)
    for category in CATEGORIES if since is None else ():
        identity = record_id("shopify", "collection", _collection_number(category))
        body = {
            "id": gid("Collection", identity),
            "legacyResourceId": identity,
            "title": category,
            "handle": category.lower().replace(" & ", "-"),
            "description": f"Everything in {category}.",
            "sortOrder": "BEST_SELLING",
            "templateSuffix": None,
            "updatedAt": clock.seconds(opened),
            "productsCount": {"count": sold.count(category), "precision": "EXACT"},
            "ruleSet": {
                "appliedDisjunctively": False,
                "rules": [{"column": "TYPE", "relation": "EQUALS", "condition": category}],
            },
        }
        yield Document("collections", str(body["id"]), opened, opened, body)


def _discounts(since: str | None) -> Iterator[Document]:
    opened = clock.iso(clock.START)
    for number, (code, percent) in enumerate((*DISCOUNTS, ("STAFF100", 100)), start=1):
        if since is not None:
            return
        body = {
            "id": _own("DiscountCodeNode", "discount", number),
            "discount": {
                "__typename": "DiscountCodeBasic",
                "title": code,
                "status": "ACTIVE",
                "summary": f"{percent}% off entire order",
                "startsAt": clock.seconds(opened),
                "endsAt": None,
                "createdAt": clock.seconds(opened),
                "updatedAt": clock.seconds(opened),
                "usageLimit": None,
                "asyncUsageCount": 0,
                "codesCount": {"count": 1, "precision": "EXACT"},
                "codes": [
                    {
                        "id": _own("DiscountRedeemCode", "redeem_code", number),
                        "code": code,
                        "asyncUsageCount": 0,
                    }
                ],
            },
        }
        yield Document("discounts", str(body["id"]), opened, opened, body)


# -- Shopify Payments ---------------------------------------------------------------------------


def _payout_id(at: str) -> str:
    day = (clock.parse(at) - clock.START).days
    return record_id("shopify", "payout", day)


def _movements(row: Row) -> Iterator[tuple[str, Row, Decimal, Decimal, str]]:
    """(type, payment or refund, amount, fee, transaction id) in the shop's currency."""
    if row["gateway"] != "shopify_payments" or row["is_test"]:
        return
    for one in row["payments"]:
        amount = Decimal(_in_euros(one["amount"], row["currency"]))
        fee = _fee(row, one).quantize(Decimal("0.01"), ROUND_HALF_UP)
        yield "CHARGE", one, amount, fee, one["record_id"]
    for one in row["refunds"]:
        amount = Decimal(_in_euros(one["amount"], row["currency"]))
        yield "REFUND", one, -amount, Decimal(0), one["transaction_record_id"]


def _balance(row: Row, body: Row) -> Iterator[Document]:
    for kind, one, amount, fee, transaction in _movements(row):
        identity = gid("ShopifyPaymentsBalanceTransaction", transaction)
        movement: dict[str, Any] = {
            "id": identity,
            "type": kind,
            "test": False,
            "transactionDate": clock.seconds(one["at"]),
            "sourceId": transaction,
            "sourceType": kind,
            "sourceOrderTransactionId": transaction,
            "adjustmentReason": None,
            "amount": _amount(amount),
            "fee": _amount(fee),
            "net": _amount(amount - fee),
            "associatedOrder": {"id": body["id"], "name": body["name"]},
            "associatedPayout": {
                "id": gid("ShopifyPaymentsPayout", _payout_id(one["at"])),
                "status": "PAID",
            },
        }
        yield Document("balance_transactions", identity, one["at"], one["at"], movement)


def _payouts(world: World, since: str | None) -> Iterator[Document]:
    """One payout for each day that is over, of what was charged and given back that day."""
    days: dict[str, dict[str, Decimal]] = {}
    now = world.now
    for row in world.rows("shopify.order", since):
        for kind, one, amount, fee, _ in _movements(row):
            if one["at"] <= now and (since is None or one["at"] > since):
                sums = days.setdefault(clock.date(one["at"]), dict.fromkeys(SUMS, Decimal(0)))
                sums[kind] += amount
                sums["fee"] += fee
    for day, sums in sorted(days.items()):
        issued_at = clock.shift(f"{day}T00:00:00.000Z", days=1)
        if issued_at <= now:
            yield _payout(day, issued_at, sums)


SUMS = ("CHARGE", "REFUND", "fee")
UNUSED_SUMS = (
    "adjustmentsFee", "adjustmentsGross", "refundsFee", "reservedFundsFee", "reservedFundsGross",
    "retriedPayoutsFee", "retriedPayoutsGross",
)  # fmt: skip


def _payout(day: str, issued_at: str, sums: dict[str, Decimal]) -> Document:
    identity = _payout_id(f"{day}T00:00:00.000Z")
    nothing = _amount(Decimal(0))
    summary = dict.fromkeys(UNUSED_SUMS, nothing)
    net = sums["CHARGE"] + sums["REFUND"] - sums["fee"]
    body = {
        "id": gid("ShopifyPaymentsPayout", identity),
        "legacyResourceId": identity,
        "issuedAt": clock.seconds(issued_at),
        "status": "PAID",
        "transactionType": "DEPOSIT" if net >= 0 else "WITHDRAWAL",
        "externalTraceId": None,
        "net": _amount(net),
        "summary": summary
        | {
            "chargesFee": _amount(sums["fee"]),
            "chargesGross": _amount(sums["CHARGE"]),
            "refundsFeeGross": _amount(sums["REFUND"]),
        },
    }
    return Document("payouts", str(body["id"]), issued_at, issued_at, body)
