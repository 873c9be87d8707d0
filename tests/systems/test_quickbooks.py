"""QuickBooks: the connector against its stand-in, a published description and recorded records."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest
import requests
from openapi_schema_validator import OAS30Validator

from pipelines.auth import TokenStore
from pipelines.connections import Connection
from pipelines.errors import CredentialError, IngestError, PermanentError
from pipelines.sandbox import clock
from pipelines.sandbox.quickbooks import LISTED, REALM, pacific
from pipelines.stream import Page, Window
from pipelines.systems import quickbooks
from tests.contract import Contract, exchanges, read_spec
from tests.mapping.project import LOADED_AT, Project
from tests.systems.bench import PAYLOADS, Bench

RECORDED = PAYLOADS / "quickbooks" / "airbyte_expected_records.jsonl"
ENTITIES = {
    stream.name: stream.records.removeprefix("QueryResponse.")
    for stream in quickbooks.STREAMS
    if stream.records
}


@pytest.fixture(scope="module")
def first_run(bench: Bench) -> dict[str, Any]:
    return bench.ingest()


def expected(bench: Bench, stream: str) -> dict[str, Any]:
    """What bronze is to hold of a stream now."""
    entity = ENTITIES[stream]
    rows = bench.store.query(entity, deleted="include" if entity in LISTED else "exclude")
    return {row.id: row.json() if not row.deleted_at else inactive(entity, row) for row in rows}


def inactive(entity: str, row: Any) -> dict[str, Any]:
    body = row.json() | {"Active": False}
    names = ("DisplayName", "FullyQualifiedName") if "DisplayName" in body else ("Name",)
    body |= {name: f"{body[name]} (deleted)" for name in names if name in body}
    body["MetaData"] |= {"LastUpdatedTime": pacific(row.updated_at)}
    return dict(body)


RARE = ("refund_receipts",)  # a company of this size may have none


class TestRuns:
    @pytest.mark.parametrize("stream", list(ENTITIES))
    def test_first_run_reads_everything_as_sent(
        self, bench: Bench, first_run: dict[str, Any], stream: str
    ) -> None:
        wanted = expected(bench, stream)
        assert wanted or stream in RARE
        assert bench.alive(stream) == wanted
        assert first_run[stream].new == len(wanted)

    def test_reports_are_kept_whole(self, bench: Bench, first_run: dict[str, Any]) -> None:
        months = bench.alive("profit_and_loss")
        assert len(months) == quickbooks.ALL_MONTHS
        october = months["ProfitAndLoss:2026-10-01:2026-10-31"]
        assert october["Rows"]["Row"][0]["group"] == "Income"
        (owed,) = bench.alive("aged_receivables").values()
        *customers, total = owed["Rows"]["Row"]
        sums = [Decimal(one["ColData"][6]["value"]) for one in customers]
        assert sum(sums) == Decimal(total["Summary"]["ColData"][6]["value"])
        assert bench.ingest({"profit_and_loss"})["profit_and_loss"].requests <= 4

    def test_bronze_row_of_an_invoice(self, bench: Bench, first_run: dict[str, Any]) -> None:
        row = bench.store.query("Invoice", limit=1)[0]
        changed_at = dt.datetime.fromisoformat(row.updated_at[:19])
        assert bench.newest("invoices")[row.id] == {
            "record_id": row.id,
            "payload": row.json(),
            "changed_at": changed_at,
            "is_deleted": False,
            "connection": "test",
        }

    def test_second_run_reads_only_the_overlap(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        before = len(list(exchanges(bench.record, "quickbooks")))
        tallies = bench.ingest()
        assert sum(one.new + one.changed + one.deleted for one in tallies.values()) == 0
        assert tallies["invoices"].read < 5 < first_run["invoices"].read
        asked = [one["url"] for one in exchanges(bench.record, "quickbooks")][before:]
        assert sum("/cdc?" in url for url in asked) == 1  # one feed for all streams

    def test_advance_brings_new_changed_and_deleted(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        bench.handle.control("advance", days=2)
        tallies = bench.ingest()
        for stream in ENTITIES:
            assert bench.alive(stream) == expected(bench, stream), stream
        invoices = tallies["invoices"]
        assert min(invoices.new, invoices.changed, invoices.deleted) > 0

    def test_inactive_customer_stays_and_says_so(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        row = bench.store.query("Customer", limit=1)[0]
        bench.mutate("Customer", row.id, delete=True)
        assert bench.ingest({"customers"})["customers"].changed == 1
        newest = bench.newest("customers")[row.id]
        assert (newest["is_deleted"], newest["payload"]["Active"]) == (False, False)


class TestPaging:
    def test_pages_smaller_than_the_list(
        self, bench: Bench, first_run: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(quickbooks, "ROWS", 20)
        tallies = bench.ingest({"invoices", "accounts", "terms"}, full=True)
        assert tallies["invoices"].pages > 2
        assert tallies["invoices"].new + tallies["invoices"].changed == 0

    def test_page_of_one_second_goes_on_by_position(
        self, bench: Bench, first_run: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(quickbooks, "ROWS", 5)
        pages = list(quickbooks.rows(bench.api(), "Account", None, inactive=True))
        seen = {record_id(record) for page in pages for record in page.records}
        assert seen == {row.id for row in bench.store.query("Account")}

    def test_edit_while_reading_hides_no_record(
        self, bench: Bench, first_run: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(quickbooks, "ROWS", 10)
        pages = quickbooks.rows(bench.api(), "Bill", None)
        first = [record_id(record) for record in next(iter(pages)).records]
        for id_ in first[:3]:
            bench.mutate("Bill", id_, patch={"PrivateNote": "edited"})
        rest = {record_id(record) for page in pages for record in page.records}
        assert rest | set(first) == {row.id for row in bench.store.query("Bill")}


def record_id(record: Any) -> str:
    return str(msgspec.json.decode(record)["Id"])


class TestDeletes:
    def test_feed_without_room_is_backed_by_a_sweep(
        self, bench: Bench, first_run: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(quickbooks, "CDC_OBJECTS", 1)
        empty = Page(records=[], body={}, request_id="")
        monkeypatch.setattr(quickbooks, "gone_page", lambda told, entity: empty)
        row = bench.store.query("Bill", limit=1)[0]
        bench.mutate("Bill", row.id, delete=True)
        assert bench.ingest({"bills"})["bills"].deleted == 1
        asked = [one["url"] for one in exchanges(bench.record, "quickbooks")]
        assert any("FROM+Bill+ORDERBY+MetaData.CreateTime" in url for url in asked)

    def test_pause_longer_than_the_feed_asks_for_a_sweep(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        api = bench.api()
        api.get("query", params={"query": "SELECT COUNT(*) FROM Invoice"})
        now = api.now()
        long_ago = (now - dt.timedelta(days=31)).isoformat()
        window = Window(since=now, now=now, state={"feed_since": long_ago})
        assert quickbooks.told_since(api, "Invoice", window) is None
        assert window.state["sweep"] is True

    def test_time_activity_is_swept_once_a_day(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        row = bench.store.query("TimeActivity", limit=1)[0]
        bench.mutate("TimeActivity", row.id, delete=True)
        bench.handle.control("advance", days=2)
        assert bench.ingest({"time_activities"})["time_activities"].deleted == 1
        assert bench.newest("time_activities")[row.id]["is_deleted"]


def said(code: str, message: str = "told") -> dict[str, Any]:
    """A Fault as the API writes it."""
    return {"Fault": {"Error": [{"Message": message, "code": code}], "type": "SERVICE"}}


class TestTrouble:
    def test_throttling_waits_a_minute(
        self, bench: Bench, first_run: dict[str, Any], no_sleep: list[float]
    ) -> None:
        fault = {"fault": {"error": [{"code": "003001", "message": "ThrottleExceeded"}]}}
        bench.fault("*/query", status=429, body=fault)
        assert bench.ingest({"terms"})["terms"].requests == 2
        assert any(wait == pytest.approx(60, 0.01) for wait in no_sleep)

    @pytest.mark.parametrize(
        "fault",
        [
            {"status": 200, "body": said("10000", "An application error has occurred")},
            {"status": 200, "body": '{"QueryResponse": {"Term": [{"Id":'},
            {"status": 503, "body": "<html>down</html>"},
            {"cut": 40},
        ],
    )
    def test_broken_answers_are_asked_again(
        self, bench: Bench, first_run: dict[str, Any], no_sleep: list[float], fault: dict[str, Any]
    ) -> None:
        bench.fault("*/query", **fault)
        assert bench.ingest({"terms"})["terms"].requests == 2
        assert bench.alive("terms") == expected(bench, "terms")

    def test_refused_query_inside_200_fails_that_stream_only(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        bench.fault("*/query", status=200, body=said("4000", "Error parsing query"))
        tallies = bench.ingest({"terms", "classes"}, fails=True)
        failed = [one for one in tallies.values() if one.failed]
        assert len(failed) == 1
        assert "4000 Error parsing query" in (failed[0].error or "")

    def test_expired_token_is_renewed_and_the_next_one_kept(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        before = TokenStore().read("test")["refresh_token"]
        bench.handle.control("expire-tokens", system="quickbooks")
        bench.ingest({"terms"})
        assert TokenStore().read("test")["refresh_token"] != before

    def test_dead_refresh_token_needs_a_person(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name, value in (
            bench.handle.credentials("quickbooks") | {"refresh_token": "x"}
        ).items():
            monkeypatch.setenv(f"CONNECTIONS__OTHER__{name.upper()}", str(value))
        settings = {"realm_id": REALM}
        api = bench.api(Connection(name="other", system="quickbooks", settings=settings))
        with pytest.raises(CredentialError, match="invalid_grant"):
            api.get("query", params={"query": "SELECT * FROM Term"})

    def test_unknown_environment_is_named(self, bench: Bench) -> None:
        connection = Connection(
            name="test", system="quickbooks", sandbox=True, settings={"environment": "moon"}
        )
        with pytest.raises(IngestError, match=r"production or sandbox\. Got: moon"):
            bench.api(connection).get("query")

    def test_wrong_company_is_a_permanent_error(self, bench: Bench) -> None:
        settings = {"realm_id": "1"}
        connection = Connection(name="test", system="quickbooks", sandbox=True, settings=settings)
        with pytest.raises(PermanentError, match=r"3100.*ApplicationAuthorizationFailed"):
            bench.api(connection).get("query", params={"query": "SELECT * FROM Term"})


def call(bench: Bench, path: str, **params: str) -> requests.Response:
    """A call of the stand-in by hand, with a good token."""
    api = bench.api()
    request = requests.Request("GET", bench.handle.url, auth=api.auth).prepare()
    headers = {"Host": "quickbooks.api.intuit.com", "Accept": "application/json"}
    headers["Authorization"] = request.headers["Authorization"]
    url = f"{bench.handle.url}/v3/company/{REALM}/{path}"
    return requests.get(url, params=params, headers=headers)


class TestStandIn:
    @pytest.mark.parametrize(
        ("query", "code", "detail"),
        [
            ("SELECT Id FROM Invoice", "4000", "Encountered an error"),
            ("SELECT * FROM Shoe", "4001", "Invalid context declaration: Shoe"),
            ("SELECT * FROM Invoice WHERE Shoe = '4'", "4001", "Property Shoe not found"),
            ("SELECT * FROM Invoice WHERE Id = '1' OR Id = '2'", "4000", "Encountered an error"),
            ("SELECT * FROM Invoice MAXRESULTS 1001", "4001", "Max allowed value is 1000"),
            ("SELECT * FROM Invoice ORDERBY Balance", "4001", "not sortable"),
            ("SELECT * FROM Invoice WHERE MetaData.CreateTime > 'soon'", "4001", "Invalid date"),
        ],
    )
    def test_bad_queries_are_refused(
        self, bench: Bench, query: str, code: str, detail: str
    ) -> None:
        answer = call(bench, "query", query=query)
        (error,) = answer.json()["Fault"]["Error"]
        assert (answer.status_code, error["code"]) == (400, code)
        assert detail in error["Detail"]

    def test_inactive_rows_are_hidden_unless_asked_for(self, bench: Bench) -> None:
        row = bench.store.query("Vendor", limit=1)[0]
        bench.mutate("Vendor", row.id, delete=True)
        both = "SELECT COUNT(*) FROM Vendor WHERE Active IN (true, false)"
        counts = [
            call(bench, "query", query=query).json()["QueryResponse"]["totalCount"]
            for query in ("SELECT COUNT(*) FROM Vendor", both)
        ]
        assert counts[0] + bench.store.count("Vendor", deleted="only") == counts[1]
        gone = "SELECT * FROM Vendor WHERE Active = false"
        found = call(bench, "query", query=gone).json()["QueryResponse"]["Vendor"]
        assert all(one["DisplayName"].endswith("(deleted)") for one in found)

    def test_no_rows_is_an_empty_response(self, bench: Bench) -> None:
        answer = call(bench, "query", query="SELECT * FROM Term WHERE Id = '999'").json()
        assert answer["QueryResponse"] == {}

    def test_feed_refuses_what_intuit_leaves_out(self, bench: Bench) -> None:
        now = bench.handle.control("state")["now"]
        for entity, days in (("TimeActivity", 1), ("Invoice", 31)):
            since = clock.shift(now, days=-days)
            answer = call(bench, "cdc", entities=entity, changedSince=since)
            assert answer.status_code == 400, entity

    def test_eleventh_call_in_a_second_is_throttled(self, bench: Bench) -> None:
        api = bench.api()
        request = requests.Request("GET", bench.handle.url, auth=api.auth).prepare()
        headers = {"Host": "quickbooks.api.intuit.com", **request.headers}
        url = f"{bench.handle.url}/v3/company/{REALM}/nothing"
        with requests.Session() as session:
            statuses = [session.get(url, headers=headers).status_code for _ in range(11)]
        assert statuses[0] == 404
        assert statuses[-1] in (404, 429)


def test_exchanges_keep_to_the_description(bench: Bench, first_run: dict[str, Any]) -> None:
    contract = Contract.load("quickbooks/ballerina_openapi.yaml", EXCEPTIONS)
    bench.ingest({"invoices"})
    assert contract.differences(bench.exchanges()) == []


EXCEPTIONS = {
    "*/cdc: PathNotFound": "the description has no change data capture; Intuit documents it",
    "*request query parameter minorversion is not declared": "Intuit documents it for every call",
    "*/reports/*: PathNotFound": "the description has no reports; Intuit documents them",
    "*/oauth2/v1/tokens/bearer: PathNotFound": "the description has no token endpoint",
}


def test_records_keep_to_the_described_entities(bench: Bench, first_run: dict[str, Any]) -> None:
    components = read_spec("quickbooks/ballerina_openapi.yaml")["components"]
    described = {one: name for name, one in ENTITIES.items() if one in components["schemas"]}
    assert len(described) == 7
    found = set()
    for entity, stream in described.items():
        schema = {"$ref": f"#/components/schemas/{entity}", "components": components}
        check = OAS30Validator(schema)
        known = set(components["schemas"][entity]["properties"])
        for record in bench.alive(stream).values():
            found |= {f"{entity}.{name} is not described" for name in set(record) - known}
            for error in check.iter_errors(record):
                place = ".".join(str(step) for step in error.absolute_path if isinstance(step, str))
                found.add(f"{entity}.{place} {error.validator}")
    assert found - NOISE == ENTITY_DIFFERENCES


# Recorded records hold these as well; the description is wrong or silent there.
NOISE = {f"{name}.{key} is not described" for name in ENTITIES.values()
         for key in ("domain", "sparse")}  # fmt: skip
ENTITY_DIFFERENCES = {
    "Account.AccountType enum",
    "Account.AccountSubType enum",
    "Bill.Line oneOf",
    "Customer.CurrencyRef is not described",
    "Estimate.CustomField type",
    "Invoice.AllowIPNPayment is not described",
    "Invoice.AllowOnlinePayment is not described",
    "Payment.Line oneOf",
    "Payment.LinkedTxn is not described",
    "Payment.ProcessPayment is not described",
}


def recorded() -> dict[str, dict[str, Any]]:
    """Recorded records by stream and id; none where they are not here."""
    lines = RECORDED.read_text().splitlines() if RECORDED.exists() else []
    found: dict[str, dict[str, Any]] = {}
    for one in map(json.loads, lines):
        payload = {name: value for name, value in one["data"].items() if name != "airbyte_cursor"}
        found.setdefault(one["stream"], {})[payload["Id"]] = payload
    return {stream: rows for stream, rows in found.items() if stream in ENTITIES}


@pytest.fixture(scope="module")
def staged(
    bench: Bench, first_run: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Project:
    return bench.stage(tmp_path_factory.mktemp("staged"), recorded())


def row_of(project: Project, model: str, record_id: str) -> dict[str, Any]:
    """A recorded record as staged: the columns that are its own and not empty."""
    if not RECORDED.exists():
        pytest.skip("the recorded payloads are not here")
    rows = {row["record_key"]: row for row in project.rows(model)}
    (key,) = (key for key in rows if key.startswith("recorded/") and key.endswith(record_id))
    around = {"record_key", "connection", "system", "request_id", "_dlt_load_id", "version_count",
              "parent_record_id",
              "first_seen_at", "extracted_at", "lines"}  # fmt: skip
    assert rows[key]["extracted_at"] == rows[key]["first_seen_at"] == LOADED_AT
    return {
        name: value for name, value in rows[key].items() if value is not None and name not in around
    }


MEMO = "Thank you for your business and have a great day!"
ALIVE = {"is_deleted": False, "verdict": "accepted"}


class TestStaging:
    def test_nothing_recorded_is_quarantined_or_warned_about(self, staged: Project) -> None:
        for model in staged_models(staged):
            recorded_rows = [row for row in staged.rows(model) if row["connection"] == "recorded"]
            assert [row["reasons"] for row in recorded_rows if row["reasons"]] == [], model

    def test_invoice(self, staged: Project) -> None:
        assert row_of(staged, "stg_quickbooks__invoices", "invoices/119") == ALIVE | {
            "stream": "invoices", "record_id": "119", "invoice_number": "1035",
            "direction": "receivable", "document_type": "invoice", "customer_record_id": "17",
            "customer_stream": "customers", "customer_name": "Mark Cho",
            "customer_email": "mark@cho.com", "currency": "USD", "tax_amount": Decimal("23.28"),
            "total_amount": Decimal("314.28"), "balance_amount": Decimal("314.28"),
            "is_tax_included": False, "is_sent": False, "issued_date": dt.date(2023, 2, 18),
            "due_date": dt.date(2023, 3, 20), "note": MEMO,
            "created_at": dt.datetime(2023, 2, 18, 20, 57, 24),
        }  # fmt: skip

    def test_invoice_line(self, staged: Project) -> None:
        assert row_of(staged, "stg_quickbooks__invoice_items", "119:2") == ALIVE | {
            "stream": "invoice_items", "record_id": "119:2", "invoice_record_id": "119",
            "invoice_stream": "invoices", "line_number": 2, "product_record_id": "17",
            "product_stream": "items", "item_name": "Sprinkler Pipes", "quantity": Decimal(4),
            "unit_price_amount": Decimal(4), "total_amount": Decimal(16),
        }  # fmt: skip

    def test_lines_of_each_invoice_add_up(self, staged: Project) -> None:
        sums: dict[str, Decimal] = {}
        for model in ("stg_quickbooks__invoice_items", "stg_quickbooks__invoice_discounts"):
            for row in staged.rows(model):
                key = f"{row['connection']}/{row['invoice_record_id']}"
                sums[key] = sums.get(key, Decimal(0)) + row["total_amount"]
        invoices = [row for row in staged.rows("stg_quickbooks__invoices") if not row["is_deleted"]]
        off = [
            row["record_id"]
            for row in invoices
            if row["total_amount"] - (row["tax_amount"] or 0)
            != sums.get(f"{row['connection']}/{row['record_id']}", Decimal(0))
        ]
        assert len(off) <= len(invoices) * 0.1

    def test_voided_invoice_is_the_only_one_with_a_status(
        self, bench: Bench, staged: Project
    ) -> None:
        rows = staged.rows("stg_quickbooks__invoices")
        voided = [row for row in rows if row["status"] is not None]
        assert {row["status"] for row in voided} == {"voided"}
        assert {row["total_amount"] for row in voided} == {Decimal(0)}

    def test_customer(self, staged: Project) -> None:
        assert row_of(staged, "stg_quickbooks__customers", "customers/24") == ALIVE | {
            "stream": "customers", "record_id": "24", "first_name": "Russ",
            "last_name": "Sonnenschein", "company_name": "Sonnenschein Family Store",
            "email": "familiystore@intuit.com", "phone": "+16505578463",
            "street": "5647 Cypress Hill Ave.", "city": "Middlefield", "region": "CA",
            "postal_code": "94303", "currency": "USD", "balance_amount": Decimal("362.07"),
            "is_supplier": False, "is_customer": True, "is_active": True,
            "company_stream": "customers", "created_at": dt.datetime(2023, 2, 11, 1, 23, 24),
        }  # fmt: skip

    def test_item_and_its_stock(self, staged: Project) -> None:
        assert row_of(staged, "stg_quickbooks__items", "items/16") == ALIVE | {
            "stream": "items", "record_id": "16", "product_name": "Sprinkler Heads",
            "description": "Sprinkler Heads", "product_type": "good", "price_amount": Decimal(2),
            "cost_amount": Decimal("0.75"), "is_active": True, "is_stock_tracked": True,
            "is_taxable": True, "supplier_stream": "vendors",
            "created_at": dt.datetime(2023, 2, 15, 18, 51, 50),
        }  # fmt: skip
        assert row_of(staged, "stg_quickbooks__inventory_levels", "items/16") == ALIVE | {
            "stream": "items", "record_id": "16", "product_record_id": "16",
            "product_stream": "items", "on_hand_quantity": Decimal(25),
            "counted_at": dt.datetime(2023, 2, 18, 20, 51, 47),
        }  # fmt: skip

    def test_payment_of_one_invoice(self, staged: Project) -> None:
        assert row_of(staged, "stg_quickbooks__payments", "payments/101") == ALIVE | {
            "stream": "payments", "record_id": "101", "invoice_record_id": "67",
            "invoice_stream": "invoices", "customer_record_id": "1",
            "customer_stream": "customers", "direction": "in", "payment_type": "sale",
            "status": "completed", "currency": "USD", "amount": Decimal(220),
            "unapplied_amount": Decimal(0), "paid_at": dt.datetime(2023, 2, 17),
            "created_at": dt.datetime(2023, 2, 17, 21, 39, 32),
        }  # fmt: skip

    def test_bill_payment(self, staged: Project) -> None:
        assert row_of(staged, "stg_quickbooks__bill_payments", "bill_payments/117") == ALIVE | {
            "stream": "bill_payments", "record_id": "117", "reference": "1",
            "invoice_record_id": "105", "invoice_stream": "bills", "customer_record_id": "32",
            "customer_stream": "vendors", "direction": "out", "payment_type": "other",
            "method": "card", "gateway": "Mastercard", "status": "completed", "currency": "USD",
            "amount": Decimal("56.50"), "paid_at": dt.datetime(2023, 2, 18),
            "created_at": dt.datetime(2023, 2, 18, 20, 55, 23),
        }  # fmt: skip

    def test_sales_receipt_is_document_and_payment(self, staged: Project) -> None:
        assert row_of(
            staged, "stg_quickbooks__sales_receipt_payments", "sales_receipts/11"
        ) == ALIVE | {
            "stream": "sales_receipts", "record_id": "11", "reference": "10264",
            "invoice_record_id": "11", "invoice_stream": "sales_receipts",
            "customer_record_id": "6", "customer_stream": "customers", "direction": "in",
            "payment_type": "sale", "method": "check", "gateway": "Checking",
            "status": "completed", "currency": "USD", "amount": Decimal("337.50"),
            "paid_at": dt.datetime(2023, 2, 13),
            "created_at": dt.datetime(2023, 2, 15, 22, 59, 48),
        }  # fmt: skip

    def test_credit_memo(self, staged: Project) -> None:
        assert row_of(staged, "stg_quickbooks__credit_memos", "credit_memos/73") == ALIVE | {
            "stream": "credit_memos", "record_id": "73", "refund_number": "1026",
            "refund_type": "credit_note", "direction": "receivable",
            "invoice_stream": "invoices", "customer_record_id": "1",
            "customer_stream": "customers", "status": "completed", "currency": "USD",
            "amount": Decimal(100), "tax_amount": Decimal(0),
            "remaining_credit_amount": Decimal(0), "refunded_at": dt.datetime(2023, 2, 1),
            "created_at": dt.datetime(2023, 2, 17, 20, 51, 27),
        }  # fmt: skip

    def test_expense(self, staged: Project) -> None:
        assert row_of(staged, "stg_quickbooks__purchases", "purchases/140") == ALIVE | {
            "stream": "purchases", "record_id": "140", "reference": "Bought lunch for crew 102",
            "direction": "payable", "document_type": "expense", "customer_record_id": "56",
            "customer_stream": "vendors", "customer_name": "Bob's Burger Joint",
            "status": "paid", "currency": "USD", "total_amount": Decimal("18.97"),
            "paid_amount": Decimal("18.97"), "is_tax_included": False,
            "issued_date": dt.date(2023, 2, 23), "paid_date": dt.date(2023, 2, 23),
            "created_at": dt.datetime(2023, 3, 4, 22, 36, 37),
        }  # fmt: skip


def staged_models(project: Project) -> list[str]:
    """Names of the staging models that were built."""
    folder = project.folder / "dbt_project/models/staging/quickbooks"
    return sorted(path.stem for path in folder.glob("stg_*.sql"))
