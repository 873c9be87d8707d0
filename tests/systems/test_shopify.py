"""Shopify: the connector against its stand-in, the stand-in's schema and recorded answers."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests
from graphql import GraphQLObjectType, get_named_type

from pipelines.connections import Connection
from pipelines.errors import CredentialError, PermanentError, ThrottledError, TransientError
from pipelines.sandbox import clock
from pipelines.sandbox.shopify import graphql
from pipelines.sandbox.shopify.bulk import _problem
from pipelines.stream import Window
from pipelines.systems import shopify
from tests.contract import exchanges
from tests.mapping.project import Project
from tests.systems.bench import PAYLOADS, Bench

RECORDED = PAYLOADS / "shopify" / "amp_connectors"
STREAMS = [stream.name for stream in shopify.STREAMS if stream.name != "daily_sales"]
BULKS = {
    "orders": shopify.ORDERS, "customers": shopify.CUSTOMERS, "products": shopify.PRODUCTS,
    "variants": shopify.VARIANTS, "inventory_items": shopify.INVENTORY_ITEMS,
    "inventory_levels": shopify.INVENTORY_LEVELS,
    "abandoned_checkouts": shopify.ABANDONED_CHECKOUTS,
    "fulfillment_orders": shopify.FULFILLMENT_ORDERS,
}  # fmt: skip
NOW = dt.datetime(2026, 11, 2)
MADE_BY_US = ("__parentId", "__typename")


@pytest.fixture(scope="module")
def first_run(bench: Bench) -> dict[str, Any]:
    return bench.ingest()


def agrees(payload: Any, document: Any) -> bool:
    """Whether a payload holds what the stand-in's document holds, as far as it was asked for."""
    if isinstance(payload, dict) and "nodes" in payload and isinstance(document, list):
        return agrees(payload["nodes"], document)
    if isinstance(payload, dict) and isinstance(document, dict):
        return all(
            agrees(value, document[name]) for name, value in payload.items() if name in document
        )
    if isinstance(payload, list) and isinstance(document, list):
        pairs = zip(payload, document, strict=False)
        return len(payload) == len(document) and all(agrees(*pair) for pair in pairs)
    return bool(payload == document)


def documents(bench: Bench, stream: str) -> dict[str, Any]:
    return {row.id: row.json() for row in bench.store.query(stream)}


class TestRuns:
    @pytest.mark.parametrize("stream", STREAMS)
    def test_first_run_reads_everything_as_asked(
        self, bench: Bench, first_run: dict[str, Any], stream: str
    ) -> None:
        wanted, alive = documents(bench, stream), bench.alive(stream)
        assert wanted
        assert alive.keys() == wanted.keys()
        assert [id_ for id_ in wanted if not agrees(alive[id_], wanted[id_])] == []
        assert first_run[stream].new == len(wanted)

    def test_daily_sales_are_what_the_orders_come_to(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        orders = [one for one in documents(bench, "orders").values() if not one["test"]]
        days = bench.alive("daily_sales").values()
        assert sum(int(day["orders"]) for day in days) == len(orders)
        parts = ("gross_sales", "discounts", "taxes", "shipping_charges")
        total = sum(Decimal(day[part]) for day in days for part in parts)
        amounts = (Decimal(one["totalPriceSet"]["shopMoney"]["amount"]) for one in orders)
        assert total == sum(amounts)
        assert {day["shop"]["ianaTimezone"] for day in days} == {"Europe/Amsterdam"}

    def test_daily_sales_need_the_scope_for_reports(
        self, bench: Bench, first_run: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(shopify, "scopes", lambda api: {"read_all_orders"})
        assert bench.ingest({"daily_sales"})["daily_sales"].read == 0

    def test_whole_location(self, bench: Bench, first_run: dict[str, Any]) -> None:
        row = bench.store.query("locations", order="id", limit=1)[0]
        assert bench.alive("locations")[row.id] == {
            "id": row.id,
            "legacyResourceId": row.id.rpartition("/")[2],
            "name": "Leeds Warehouse",
            "isActive": True,
            "fulfillsOnlineOrders": True,
            "shipsInventory": True,
            "hasActiveInventory": True,
            "createdAt": clock.seconds(row.created_at),
            "updatedAt": clock.seconds(row.updated_at),
            "deactivatedAt": None,
            "address": {
                "address1": "12 Mill Lane",
                "address2": None,
                "city": "Leeds",
                "province": "West Yorkshire",
                "provinceCode": None,
                "country": "United Kingdom",
                "countryCode": "GB",
                "zip": "LS1 4AB",
                "phone": None,
            },
        }

    def test_bulk_record_holds_its_connections(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        row = bench.store.query("orders", limit=1)[0]
        order = bench.alive("orders")[row.id]
        document = row.json()
        assert [one["id"] for one in order["lineItems"]["nodes"]] == [
            one["id"] for one in document["lineItems"]
        ]
        assert order["lineItems"]["nodes"][0]["__parentId"] == row.id
        assert order["metafields"] == {"nodes": []}
        assert order["transactions"][0]["amountSet"] == document["transactions"][0]["amountSet"]

    def test_quantities_come_under_their_own_names(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        row = bench.store.query("inventory_levels", limit=1)[0]
        level = bench.alive("inventory_levels")[row.id]
        counted = {one["name"]: one["quantity"] for one in row.json()["quantities"]}
        assert {name: level[name][0]["quantity"] for name in counted} == counted

    def test_fields_not_asked_for_do_not_come(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        checkout = next(iter(bench.alive("abandoned_checkouts").values()))
        assert "abandonedCheckoutUrl" not in checkout
        order = next(iter(bench.alive("orders").values()))
        assert "receiptJson" not in order["transactions"][0]

    def test_bronze_rows_carry_the_change_time(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        row = bench.store.query("variants", limit=1)[0]
        updated_at = row.json()["product"]["updatedAt"]
        changed_at = clock.parse(updated_at).replace(tzinfo=None)
        assert bench.newest("variants")[row.id]["changed_at"] == changed_at

    def test_second_run_adds_nothing_and_reads_only_the_overlap(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        tallies = bench.ingest()
        assert sum(one.new + one.changed + one.deleted for one in tallies.values()) == 0
        for stream in BULKS:
            assert tallies[stream].read < first_run[stream].read / 10, stream
        assert tallies["orders"].requests <= 6

    def test_advance_brings_only_what_is_new_changed_or_deleted(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        bench.handle.control("advance", days=4)
        tallies = bench.ingest()
        for stream in STREAMS:
            wanted, alive = documents(bench, stream), bench.alive(stream)
            assert alive.keys() == wanted.keys(), stream
            assert [id_ for id_ in wanted if not agrees(alive[id_], wanted[id_])] == [], stream
        for stream in ("orders", "customers", "products", "variants", "inventory_levels"):
            assert tallies[stream].changed, stream
            assert tallies[stream].deleted, stream
            assert tallies[stream].read < first_run[stream].read / 3
        assert tallies["orders"].new

    def test_sweep_is_once_a_day(self, bench: Bench, first_run: dict[str, Any]) -> None:
        bench.ingest({"customers"})
        row = bench.store.query("customers", limit=1)[0]
        bench.mutate("customers", row.id, delete=True)
        assert bench.ingest({"customers"})["customers"].deleted == 0
        bench.handle.control("advance", days=1)
        bench.ingest({"customers"})
        assert bench.newest("customers")[row.id]["is_deleted"]


class TestTrouble:
    def throttled(self) -> dict[str, Any]:
        throttle = {"maximumAvailable": 2000.0, "currentlyAvailable": 100, "restoreRate": 100.0}
        cost = {"requestedQueryCost": 600, "actualQueryCost": None, "throttleStatus": throttle}
        error = {"message": "Throttled", "extensions": {"code": "THROTTLED"}}
        return {"errors": [error], "extensions": {"cost": cost}}

    def test_throttling_inside_200_is_waited_out(
        self, bench: Bench, first_run: dict[str, Any], no_sleep: list[float]
    ) -> None:
        bench.fault("*/graphql.json", status=200, body=self.throttled(), times=2)
        tally = bench.ingest({"locations"})["locations"]
        assert (tally.status, tally.requests) == ("done", 3)
        assert [wait for wait in no_sleep if wait > 5][:1] == pytest.approx([5.15], 0.01)

    @pytest.mark.parametrize(
        "fault",
        [
            {"status": 503, "body": "upstream"},
            {"cut": 40},
            {
                "status": 200,
                "body": {
                    "data": None,
                    "errors": [{"message": "x", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}],
                },
            },
        ],
        ids=["unavailable", "cut off", "error inside 200"],
    )
    def test_passing_trouble_is_tried_again(
        self,
        bench: Bench,
        first_run: dict[str, Any],
        no_sleep: list[float],
        fault: dict[str, Any],
    ) -> None:
        bench.fault("*/graphql.json", **fault)
        tally = bench.ingest({"collections"})["collections"]
        assert (tally.status, tally.requests) == ("done", 2)

    def test_expired_token_is_renewed(self, bench: Bench, first_run: dict[str, Any]) -> None:
        bench.handle.control("expire-tokens", system="shopify")
        assert bench.ingest({"locations"})["locations"].read == 2

    def test_missing_scope_is_named(self, bench: Bench, first_run: dict[str, Any]) -> None:
        error = {"message": "Access denied", "extensions": {"code": "ACCESS_DENIED"}}
        bench.fault("*/graphql.json", status=200, body={"errors": [error]})
        tally = bench.ingest({"discounts"}, fails=True)["discounts"]
        assert "grant the app this scope" in str(tally.error)

    def test_result_file_cut_short_is_not_stored(
        self, bench: Bench, first_run: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lines = [msgspec.Raw(b'{"id":"gid://shopify/Order/1"}')]
        job = {"id": "1", "url": "https://storage.googleapis.com/x", "objectCount": "2"}
        api = bench.api()

        def short(*args: Any, **kwargs: Any) -> Any:
            return shopify.Page(records=lines, body={}, request_id="r")

        monkeypatch.setattr(api, "get", short)
        with pytest.raises(TransientError, match="holds 1 objects, Shopify counted 2"):
            shopify._lines(api, job)

    def test_failed_job_is_run_again_and_then_given_up(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        started: list[str] = []
        failed = {"status": "FAILED", "errorCode": "INTERNAL_SERVER_ERROR"}

        def start(api: Any, query: str) -> str:
            started.append(query)
            return "id"

        monkeypatch.setattr(shopify, "_start", start)
        monkeypatch.setattr(shopify, "_wait_for", lambda api, job: failed)
        with pytest.raises(TransientError, match="FAILED"):
            shopify.run_bulk(bench.api(), "{ orders }")
        assert len(started) == shopify.BULK_TRIES

    def test_orders_hidden_by_a_missing_scope_are_refused(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        scopes = {"currentAppInstallation": {"accessScopes": [{"handle": "read_orders"}]}}
        monkeypatch.setattr(shopify, "ask", lambda api, query: scopes)
        with pytest.raises(PermanentError, match="read_all_orders"):
            shopify.sees_all_orders(bench.api())
        accepted = Connection(
            name="test", system="shopify", sandbox=True, settings={"recent_orders_only": True}
        )
        api = bench.api(accepted)
        assert shopify.sees_all_orders(api) is False
        window = Window(since=None, now=NOW, state={})
        assert shopify.sweep_orders(api, window) is None

    def test_version_that_is_switched_off_is_noticed(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        api = bench.api()
        monkeypatch.setattr(shopify, "VERSION", "2025-10")
        with pytest.raises(PermanentError, match="2026-01, not 2025-10"):
            api.post("/admin/api/2025-10/graphql.json", json={"query": "{ shop { name } }"})


class TestStandIn:
    """What the vendor refuses, the stand-in refuses."""

    @pytest.mark.parametrize(
        ("query", "message"),
        [
            ("{ products(first: 5) { nodes { nope } } }", "Field 'nope' doesn't exist"),
            ("{ products(first: 251) { nodes { id } } }", "first must be 1 to 250"),
            ("{ products { nodes { id } } }", "one of first or last"),
            ('{ products(first: 5, after: "x") { nodes { id } } }', "Invalid cursor"),
            ("{ products(first: 5", "syntax error"),
            (
                "{ orders(first: 250) { nodes { lineItems(first: 250) { nodes { "
                "originalTotalSet { shopMoney { amount } presentmentMoney { amount } } "
                "discountedTotalSet { shopMoney { amount } presentmentMoney { amount } } "
                "taxLines { priceSet { shopMoney { amount } } } } } } } }",
                "exceeds the single query max cost",
            ),
        ],
    )
    def test_bad_query(self, bench: Bench, query: str, message: str) -> None:
        with pytest.raises(PermanentError, match=message):
            bench.api().post(shopify.GRAPHQL, json={"query": query})

    @pytest.mark.parametrize(
        ("query", "message"),
        [
            ("{ shop { name } }", "at least one connection"),
            ('{ node(id: "x") { id } }', "top-level field node"),
            ("{ orders { edges { node { id } } } products { edges { node { id } } } }", "one"),
            (
                "{ orders { edges { node { refunds { refundLineItems { edges { node { id } } } }"
                " } } } }",
                "within a list field",
            ),
        ],
    )
    def test_bad_bulk_query(self, bench: Bench, query: str, message: str) -> None:
        with pytest.raises(PermanentError, match=message):
            shopify._start(bench.api(), query)

    def test_requests_without_a_good_token_or_path(self, bench: Bench) -> None:
        host = {"Host": "goldpan-daughters.myshopify.com"}
        url = f"{bench.handle.url}{shopify.GRAPHQL}"
        refused = requests.post(url, json={"query": "{ shop { name } }"}, headers=host, timeout=10)
        assert (refused.status_code, "Invalid API key" in refused.text) == (401, True)
        other = {"Host": "other-shop.myshopify.com"}
        assert requests.post(url, json={}, headers=other, timeout=10).status_code == 404

    def test_wrong_client_gets_no_token(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        wrong = {"client_id": "x", "client_secret": "y"}
        monkeypatch.setattr(
            Connection, "secret", lambda self, key, default="": wrong.get(key, default)
        )
        with pytest.raises(CredentialError, match="invalid_client"):
            bench.api().post(shopify.GRAPHQL, json={"query": "{ shop { name } }"})

    def test_points_run_out(self, bench: Bench, no_sleep: list[float]) -> None:
        listing = next(one for one in shopify.STREAMS if one.name == "payouts")
        assert listing.body is not None
        assert callable(listing.body)
        body = dict(listing.body(Window(since=None, now=NOW, state={})))
        api = bench.api(attempts=1)
        api._limiters = {}
        with pytest.raises(ThrottledError, match="out of points"):
            [api.post(shopify.GRAPHQL, json=body) for _ in range(200)]

    def test_result_link_needs_its_signature(self, bench: Bench) -> None:
        page = shopify.run_bulk(bench.api(), "{ locations { edges { node { id } } } }")
        path = page.url.partition("?")[0].partition("storage.googleapis.com")[2]
        host = {"Host": "storage.googleapis.com"}
        answer = requests.get(f"{bench.handle.url}{path}?Signature=x", headers=host, timeout=10)
        assert (answer.status_code, "SignatureDoesNotMatch" in answer.text) == (403, True)

    def test_ungrouped_results_come_last(self, bench: Bench) -> None:
        query = "{ locations { edges { node { id inventoryLevels { edges { node { id } } } } } } }"
        run = shopify.RUN.replace("groupObjects: true", "groupObjects: false")
        api = bench.api()
        answer = shopify.ask(api, run, {"query": query})["bulkOperationRunQuery"]
        job = shopify._wait_for(api, answer["bulkOperation"]["id"])
        lines = [msgspec.json.decode(raw) for raw in shopify._lines(api, job).records]
        assert ["__parentId" in line for line in lines[:2]] == [False, False]
        raws = [msgspec.Raw(msgspec.json.encode(line)) for line in lines]
        with pytest.raises(TransientError, match="does not follow its parent"):
            list(shopify.assembled(raws, shopify.INVENTORY_LEVELS))


class TestQueries:
    """The connector's queries keep to the schema and to the rules of the vendor."""

    @pytest.mark.parametrize("stream", BULKS)
    def test_bulk_query_is_allowed(self, stream: str) -> None:
        query = graphql.read(shopify.bulk_query(BULKS[stream], "updated_at:>='2026-01-01'"), {})
        assert _problem(query) is None

    def test_page_costs_what_its_stream_says(self) -> None:
        window = Window(since=NOW, now=NOW, state={})
        for stream in shopify.STREAMS:
            if callable(stream.body):
                body = stream.body(window)
                query = graphql.read(body["query"], body["variables"])
                assert graphql.cost(query) == stream.cost, stream.name

    def test_window_becomes_search_terms(self) -> None:
        since = dt.datetime(2026, 10, 30)
        window = Window(since=since, now=NOW, state={})
        (search,) = shopify._searches(None, shopify.ORDERS, window)  # type: ignore[arg-type]
        assert search.text == "updated_at:>='2026-10-30T00:00:00Z'"

    def test_long_windows_go_in_slices_that_grow(self) -> None:
        window = Window(since=NOW - dt.timedelta(days=400), now=NOW, state={})
        found = []
        for search in shopify._searches(None, shopify.ORDERS, window):  # type: ignore[arg-type]
            search.lines = 100
            found.append(search.text)
        assert found == [
            "updated_at:>='2025-09-28T00:00:00Z' AND updated_at:<'2025-10-28T00:00:00Z'",
            "updated_at:>='2025-10-28T00:00:00Z' AND updated_at:<'2026-06-25T00:00:00Z'",
            "updated_at:>='2026-06-25T00:00:00Z'",
        ]

    def test_cursor_pages_to_the_end(self, bench: Bench, first_run: dict[str, Any]) -> None:
        place = {"root": "payouts", "inside": "shopifyPaymentsAccount"}
        stream = shopify.listed("payouts", "payout", size=7, **place)
        assert callable(stream.body)
        assert stream.paginator
        api, body = bench.api(), stream.body(Window(since=None, now=NOW, state={}))
        request = requests.Request("POST", api.url(stream.path), json=body)
        pages = list(api.pages(request, stream.records, stream.paginator()))
        ids = {msgspec.json.decode(raw)["id"] for page in pages for raw in page.records}
        assert ids == documents(bench, "payouts").keys()
        assert len(pages) == -(-len(ids) // 7)

    def test_account_that_is_missing_has_no_next_page(self) -> None:
        paginator = shopify.PageInfo("data.shopifyPaymentsAccount.payouts.pageInfo")
        body = {"data": {"shopifyPaymentsAccount": None}}
        paginator.update_state(shopify.Page(records=[], body=body, request_id="r"))
        assert not paginator.has_next_page

    def test_token_goes_to_the_shop_only(self) -> None:
        token = shopify.ShopToken("shpat_x")
        shop = requests.Request("POST", f"https://a.myshopify.com{shopify.GRAPHQL}").prepare()
        file = requests.Request("GET", "https://storage.googleapis.com/x").prepare()
        assert token(shop).headers[shopify.TOKEN_HEADER] == "shpat_x"
        assert shopify.TOKEN_HEADER not in token(file).headers

    def test_links_are_logged_without_their_signature(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        api = bench.api()
        shopify.run_bulk(api, "{ locations { edges { node { id } } } }")
        (link,) = (row["url"] for row in api.requests if "storage" in row["url"])
        assert link.endswith("Signature=***")


def test_recorded_fields_are_in_the_schema() -> None:
    """Recorded answers hold no field that the stand-in's schema lacks, but for some named here."""
    computed = {"Customer.amountSpent", "Customer.lifetimeDuration", "Customer.numberOfOrders"}
    unused = {
        "Customer.image", "Order.risk", "Product.compareAtPriceRange", "Product.featuredMedia",
        "Product.hasVariantsThatRequiresComponents", "Product.mediaCount",
        "Product.onlineStorePreviewUrl", "CustomerEmailAddress.marketingOptInLevelAtCreation",
    }  # fmt: skip
    missing: set[str] = set()
    for name in ("orders", "customers", "products"):
        for record in recorded(name):
            kind = graphql.schema().type_map[name.removesuffix("s").title()]
            missing |= set(lacking(record, kind))
    assert missing == computed | unused


def lacking(record: Any, kind: Any) -> list[str]:
    if isinstance(record, list):
        return [line for one in record for line in lacking(one, kind)]
    if not isinstance(record, dict) or not isinstance(kind, GraphQLObjectType):
        return []
    found = [f"{kind.name}.{name}" for name in record if name not in kind.fields]
    for name, value in record.items():
        if name in kind.fields:
            found += lacking(value, get_named_type(kind.fields[name].type))
    return found


# -- recorded answers ---------------------------------------------------------------------------


def recorded(name: str) -> list[dict[str, Any]]:
    """Recorded records; the test is skipped where the recordings are absent."""
    if not RECORDED.exists():
        pytest.skip("recorded payloads are not next to the project (../shared/payloads/shopify)")
    answer = json.loads((RECORDED / f"read_{name}.json").read_text())
    nodes: list[dict[str, Any]] = answer["data"][name]["nodes"]
    return nodes


def filled(row: dict[str, Any]) -> dict[str, Any]:
    """A staging row without its empty columns and without what every row has."""
    common = ("system", "connection", "version_count", "request_id", "_dlt_load_id", "is_deleted")
    times = ("changed_at", "first_seen_at", "extracted_at")
    return {
        name: value
        for name, value in row.items()
        if value is not None and name not in common + times
    }


def test_recorded_answers_through_staging(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.add_system("shopify")
    for stream in ("orders", "customers"):
        project.add_records("shopify", stream, recorded(stream))
    project.build()
    (order,) = map(filled, project.rows("stg_shopify__orders"))
    assert order == {
        "record_key": "test/orders/gid://shopify/Order/555555555",
        "stream": "orders",
        "record_id": "gid://shopify/Order/555555555",
        "order_number": "#1001",
        "customer_record_id": "gid://shopify/Customer/111111111",
        "customer_stream": "customers",
        "customer_email": "customer@example.com",
        "location_stream": "locations",
        "status": "open",
        "payment_status": "paid",
        "fulfillment_status": "unfulfilled",
        "currency": "USD",
        "subtotal_amount": Decimal("109.99"),
        "discount_amount": Decimal("10"),
        "tax_amount": Decimal("10.01"),
        "shipping_amount": Decimal("5.99"),
        "total_amount": Decimal("125.99"),
        "refunded_amount": Decimal("0"),
        "outstanding_amount": Decimal("0"),
        "is_tax_included": False,
        "is_test": False,
        "discount_codes": "SAVE10",
        "shipping_street": "123 Main St, Apt 4",
        "shipping_city": "New York",
        "shipping_region": "New York",
        "shipping_postal_code": "10001",
        "shipping_country": "US",
        "tags": "VIP, Priority",
        "note": "Please gift wrap this order",
        "ordered_at": dt.datetime(2024, 1, 20, 10),
        "created_at": dt.datetime(2024, 1, 20, 10),
        "verdict": "warned",
        "reasons": "customer_phone holds '+1234567890', which is not a phone number "
        "(field phone + billingAddress.phone)",
        "unreadable_values": '{"customer_phone":"+1234567890"}',
    }
    (customer,) = map(filled, project.rows("stg_shopify__customers"))
    assert customer == {
        "record_key": "test/customers/gid://shopify/Customer/111111111",
        "stream": "customers",
        "record_id": "gid://shopify/Customer/111111111",
        "first_name": "John",
        "last_name": "Doe",
        "full_name": "John Doe",
        "company_name": "Acme Inc",
        "email": "john.doe@example.com",
        "street": "123 Main St, Apt 4",
        "city": "New York",
        "region": "New York",
        "postal_code": "10001",
        "country": "US",
        "language": "en",
        "is_customer": True,
        "is_email_opted_in": True,
        "tags": "VIP, Wholesale",
        "created_at": dt.datetime(2024, 1, 10, 8),
        "verdict": "warned",
        "reasons": "phone holds '+1234567890', which is not a phone number "
        "(field defaultPhoneNumber.phoneNumber + defaultAddress.phone)",
        "unreadable_values": '{"phone":"+1234567890"}',
    }


def test_error_of_the_vendor_is_understood() -> None:
    if not RECORDED.exists():
        pytest.skip("recorded payloads are not next to the project (../shared/payloads/shopify)")
    answer = requests.Response()
    answer.status_code = 200
    answer._content = (RECORDED / "read_error-invalid-query.json").read_bytes()
    error = shopify.explain(answer)
    assert isinstance(error, PermanentError)
    assert "Field 'invalidField' doesn't exist on type 'Product'" in str(error)


def test_stand_in_through_staging(bench: Bench, first_run: dict[str, Any], tmp_path: Path) -> None:
    """Orders add up in the buyer's currency, and their lines, payments and refunds with them."""
    project = bench.stage(tmp_path)
    orders = {row["record_id"]: row for row in project.rows("stg_shopify__orders")}
    lines: dict[str, Decimal] = {}
    for line in project.rows("stg_shopify__order_items"):
        key = line["order_record_id"]
        lines[key] = lines.get(key, Decimal(0)) + line["total_amount"]
    off = [
        order
        for order in orders.values()
        if order["total_amount"]
        != order["subtotal_amount"]
        + order["shipping_amount"]
        + (0 if order["is_tax_included"] else order["tax_amount"])
    ]
    assert len(off) <= len(orders) / 50
    assert all(order["subtotal_amount"] == lines[key] for key, order in orders.items())
    assert {"EUR", "GBP", "USD"} <= {order["currency"] for order in orders.values()}
    assert {order["status"] for order in orders.values()} == {"open", "completed", "cancelled"}
    refunded = [order for order in orders.values() if order["refunded_amount"]]
    refunds = project.rows("stg_shopify__refunds")
    assert sum(one["amount"] for one in refunds) == sum(one["refunded_amount"] for one in refunded)
    paid = [one for one in project.rows("stg_shopify__payments") if one["payment_type"] == "sale"]
    assert {one["status"] for one in paid} == {"completed"}
    assert all(one["verdict"] != "quarantined" for one in orders.values())
    asked = [one for one in exchanges(bench.record, "shopify") if "graphql" in one["url"]]
    assert {one["request_headers"]["content-type"] for one in asked} == {"application/json"}
