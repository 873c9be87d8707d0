"""Xero: the connector against its stand-in, the vendor's specification and recorded answers."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import duckdb
import msgspec
import pytest
import requests

from pipelines.auth import TokenStore
from pipelines.connections import Connection
from pipelines.errors import CredentialError, PermanentError
from pipelines.sandbox import clock
from pipelines.sandbox.xero import RESOURCES, TENANT
from pipelines.stream import Window
from pipelines.systems import xero
from tests.contract import Contract, exchanges
from tests.mapping.project import ENTITIES, LOADED_AT, ROOT, Project
from tests.systems.bench import PAYLOADS, Bench

RECORDED = PAYLOADS / "xero" / "spec_examples"
STREAMS = {stream.name: stream for stream in xero.STREAMS}
LISTS = [name for name, stream in STREAMS.items() if stream.path]


@pytest.fixture(scope="module")
def first_run(bench: Bench) -> dict[str, Any]:
    return bench.ingest()


def expected(bench: Bench, stream: str) -> dict[str, Any]:
    """What bronze is to hold of a stream that is not deleted."""
    path = STREAMS[stream].path
    hides = RESOURCES[path].status != ("ContactStatus", "ARCHIVED")
    rows = bench.store.query(path, deleted="exclude" if hides else "include")
    return {row.id: archived(row) if row.deleted_at else row.json() for row in rows}


def archived(row: Any) -> dict[str, Any]:
    changed = clock.dotnet(row.updated_at)
    return dict(row.json() | {"ContactStatus": "ARCHIVED", "UpdatedDateUTC": changed})


class TestRuns:
    @pytest.mark.parametrize("stream", LISTS)
    def test_first_run_reads_everything_as_sent(
        self, bench: Bench, first_run: dict[str, Any], stream: str
    ) -> None:
        wanted = expected(bench, stream)
        assert wanted
        assert bench.alive(stream) == wanted
        assert first_run[stream].requests == 1

    def test_bronze_row_of_an_invoice(self, bench: Bench, first_run: dict[str, Any]) -> None:
        row = bench.store.query("Invoices", limit=1)[0]
        assert bench.newest("invoices")[row.id] == {
            "record_id": row.id,
            "payload": row.json(),
            "changed_at": dt.datetime.fromisoformat(row.updated_at).replace(tzinfo=None),
            "is_deleted": False,
            "connection": "test",
        }

    def test_second_run_reads_only_the_overlap(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        tallies = bench.ingest()
        assert sum(one.new + one.changed + one.deleted for one in tallies.values()) == 0
        assert tallies["invoices"].read < 5 < first_run["invoices"].read
        assert tallies["items"].read == first_run["items"].read

    def test_advance_brings_new_changed_and_deleted(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        bench.handle.control("advance", days=2)
        tallies = bench.ingest()
        for stream in LISTS:
            assert bench.alive(stream) == expected(bench, stream), stream
        invoices = tallies["invoices"]
        assert min(invoices.new, invoices.changed, invoices.deleted) > 0

    def test_deleted_invoice_is_kept_as_sent(self, bench: Bench, first_run: dict[str, Any]) -> None:
        row = bench.store.query("Invoices", limit=1)[0]
        bench.mutate("Invoices", row.id, delete=True)
        assert bench.ingest({"invoices"})["invoices"].deleted == 1
        newest = bench.newest("invoices")[row.id]
        assert (newest["is_deleted"], newest["payload"]["Status"]) == (True, "DELETED")

    def test_vanished_item_is_deleted(self, bench: Bench, first_run: dict[str, Any]) -> None:
        row = bench.store.query("Items", limit=1)[0]
        bench.mutate("Items", row.id, delete=True)
        assert bench.ingest({"items"})["items"].deleted == 1
        assert bench.newest("items")[row.id]["is_deleted"]

    def test_erased_contact_counts_as_deleted(self) -> None:
        judge = STREAMS["contacts"].is_deleted
        assert callable(judge)
        states = ("ACTIVE", "ARCHIVED", "GDPRREQUEST")
        assert [judge({"ContactStatus": one}) for one in states] == [False, False, True]


def cells(row: dict[str, Any]) -> list[str]:
    return [cell["Value"] for cell in row["Cells"]]


class TestReports:
    def test_each_month_is_a_report_of_its_own(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        months = bench.alive("profit_and_loss")
        assert len(months) == first_run["profit_and_loss"].read == 24
        october = months["2026-10-01:2026-10-31"]
        assert (october["BaseCurrency"], october["fromDate"]) == ("EUR", "2026-10-01")
        assert cells(october["Rows"][0]) == ["", "31 Oct 26"]
        titles = [section["Title"] for section in october["Rows"][1:]]
        assert titles == ["Income", "Less Cost of Sales", "", "Less Operating Expenses", ""]
        *rows, total = october["Rows"][1]["Rows"]
        assert cells(total)[0] == "Total Income"
        assert Decimal(cells(total)[1]) == sum(Decimal(cells(row)[1]) for row in rows) > 0
        # One for the organisation's currency and one for twelve months.
        assert bench.ingest({"profit_and_loss"})["profit_and_loss"].requests == 2

    def test_a_short_month_is_asked_for_by_itself(self, bench: Bench) -> None:
        now = dt.datetime(2026, 12, 5)
        window = Window(since=None, now=now, state={"history_read_at": now.isoformat()})
        api = bench.api()
        pages = list(xero.read_profit_and_loss(api, window))
        asked = [dict(parse_qsl(urlsplit(row["url"]).query)) for row in api.requests]
        periods = [one.get("periods") for one in asked if "fromDate" in one]
        assert ([len(page.records) for page in pages], periods) == ([1, 11], [None, "10"])

    def test_a_month_without_a_column_is_an_error(self) -> None:
        rows = [{"RowType": "Header", "Cells": [{"Value": ""}, {"Value": "Oct-26"}]}]
        month = (dt.date(2026, 10, 1), dt.date(2026, 10, 31))
        with pytest.raises(PermanentError, match=r"no column 31 Oct 26. Got: \['', 'Oct-26'\]"):
            list(xero._months(msgspec.Raw(json.dumps({"Rows": rows}).encode()), [month]))

    def test_receivables_are_read_contact_by_contact(
        self, bench: Bench, first_run: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        owing = xero.open_documents(bench.api())
        monkeypatch.setattr(xero, "MOST_CONTACTS", len(owing) - 1)
        state: dict[str, Any] = {}
        first, again = receivables(bench, state), receivables(bench, state)
        assert again == {}, "a run on the same day reads none that it need not"
        state["round"] = "2026-01-01T00:00:00"
        rest = receivables(bench, state)
        assert (len(first), len(rest), first | rest) == (len(owing) - 1, 1, {**first, **rest})
        assert set(first | rest) == set(owing)
        assert receivables(bench, state) == {}
        due = [
            Decimal(str(one["AmountDue"])) / Decimal(str(one["CurrencyRate"]))
            for one in (row.json() for row in bench.store.query("Invoices"))
            if (one["Type"], one["Status"]) == ("ACCREC", "AUTHORISED")
        ]
        listed = [
            Decimal(cells(row)[7])
            for one in (first | rest).values()
            for row in one["Rows"][2]["Rows"]
            if row["RowType"] == "Row" and not cells(row)[7].startswith("-")
        ]
        assert sum(listed) == pytest.approx(sum(due), abs=Decimal("0.3"))

    def test_a_settled_document_has_its_contact_read_again(self, bench: Bench) -> None:
        state: dict[str, Any] = {}
        before = receivables(bench, state)
        paid = next(
            row.json()
            for row in bench.store.query("Invoices")
            if (row.json()["Type"], row.json()["Status"]) == ("ACCREC", "AUTHORISED")
        )
        id_, contact = paid["InvoiceID"], paid["Contact"]["ContactID"]
        assert id_ in json.dumps(before[contact])
        bench.mutate("Invoices", id_, patch={"Status": "PAID", "AmountDue": 0})
        again = receivables(bench, state)
        bench.mutate("Invoices", id_, patch={one: paid[one] for one in ("Status", "AmountDue")})
        bench.ingest({"invoices"})
        assert list(again) == [contact]
        assert id_ not in json.dumps(again)

    def test_without_leave_to_see_reports_there_are_none(self, bench: Bench) -> None:
        bench.fault("*/Reports/*", status=403, body={"Title": "Forbidden"})
        read = STREAMS["profit_and_loss"].read
        window = Window(since=None, now=dt.datetime(2026, 11, 2), state={})
        assert read
        assert list(read(bench.api(), window)) == []
        assert window.state == {}


def receivables(bench: Bench, state: dict[str, Any]) -> dict[str, Any]:
    """The reports that a run with this state reads, by contact."""
    window = Window(since=None, now=dt.datetime(2026, 11, 20), state=state)
    pages = list(xero.read_aged_receivables(bench.api(), window))
    reports = [msgspec.json.decode(one) for page in pages for one in page.records]
    return {one["contactId"]: one for one in reports}


class TestPaging:
    def test_pages_go_on_from_the_newest_change(
        self, bench: Bench, first_run: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stream = xero.paged("invoices", "Invoices", "InvoiceID", size=101)
        small = xero.paged("payments", "Payments", "PaymentID", size=20)
        small.params["pageSize"] = 20  # type: ignore[index]
        monkeypatch.setattr(xero, "STREAMS", [stream, small])
        tallies = bench.ingest(full=True)
        assert tallies["payments"].pages > 2
        assert sum(one.new + one.changed for one in tallies.values()) == 0
        asked = [one for one in exchanges(bench.record, "xero") if "/Payments?" in one["url"]]
        stamps = {one["request_headers"].get("if-modified-since") for one in asked}
        assert len(stamps) > 2

    def test_edit_while_reading_hides_no_record(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        api = bench.api()
        params = {"page": 1, "pageSize": 10, "order": "UpdatedDateUTC ASC"}
        request = requests.Request("GET", api.url("PurchaseOrders"), params=params)
        paginator = xero.ByChangeTime(xero.CHANGED, 10, xero._go_on)
        pages = api.pages(request, "PurchaseOrders", paginator)
        first = [order_id(record) for record in next(iter(pages)).records]
        now = bench.handle.control("state")["now"]
        for id_ in first[:3]:
            patch = {"AttentionTo": "Ann", "UpdatedDateUTC": clock.dotnet(now)}
            bench.mutate("PurchaseOrders", id_, patch=patch)
        rest = {order_id(record) for page in pages for record in page.records}
        known = bench.store.query("PurchaseOrders", deleted="include")
        assert rest | set(first) == {row.id for row in known}


def order_id(record: Any) -> str:
    return str(msgspec.json.decode(record)["PurchaseOrderID"])


class TestTrouble:
    def test_throttling_is_waited_out(
        self, bench: Bench, first_run: dict[str, Any], no_sleep: list[float]
    ) -> None:
        headers = {"Retry-After": "21", "X-Rate-Limit-Problem": "minute"}
        bench.fault("*/Users", status=429, headers=headers)
        assert bench.ingest({"users"})["users"].requests == 2
        assert any(wait == pytest.approx(21.05, 0.01) for wait in no_sleep)

    def test_no_more_calls_today_ends_the_stream(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        headers = {"Retry-After": "40000", "X-Rate-Limit-Problem": "day"}
        bench.fault("*/Users", status=429, headers=headers)
        tally = bench.ingest({"users"}, fails=True)["users"]
        assert "no more calls today" in (tally.error or "")

    @pytest.mark.parametrize(
        "fault",
        [
            {"status": 503, "body": "The organisation is offline"},
            {"status": 200, "body": '{"Users": [{"UserID":'},
            {"cut": 60},
        ],
    )
    def test_broken_answers_are_asked_again(
        self, bench: Bench, first_run: dict[str, Any], no_sleep: list[float], fault: dict[str, Any]
    ) -> None:
        bench.fault("*/Users", **fault)
        assert bench.ingest({"users"})["users"].requests == 2
        assert bench.alive("users") == expected(bench, "users")

    def test_error_inside_200_fails_that_stream_only(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        body = {"ErrorNumber": 10, "Type": "ValidationException", "Message": "A validation error"}
        bench.fault("*/Users", status=200, body=body)
        tallies = bench.ingest({"users", "currencies"}, fails=True)
        assert "A validation error" in (tallies["users"].error or "")
        assert not tallies["currencies"].failed

    def test_expired_token_is_renewed_and_the_next_one_kept(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        before = TokenStore().read("test")["refresh_token"]
        bench.handle.control("expire-tokens", system="xero")
        bench.ingest({"users"})
        assert TokenStore().read("test")["refresh_token"] != before

    def test_dead_refresh_token_needs_a_person(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        secrets = bench.handle.credentials("xero") | {"refresh_token": "x"}
        for name, value in secrets.items():
            monkeypatch.setenv(f"CONNECTIONS__OTHER__{name.upper()}", str(value))
        settings = {"tenant_id": TENANT}
        api = bench.api(Connection(name="other", system="xero", settings=settings))
        with pytest.raises(CredentialError, match="invalid_grant"):
            api.get("Users", records="Users")

    def test_wrong_tenant_is_a_permanent_error(self, bench: Bench) -> None:
        settings = {"tenant_id": "00000000-0000-0000-0000-000000000000"}
        connection = Connection(name="test", system="xero", sandbox=True, settings=settings)
        with pytest.raises(PermanentError, match=r"403.*AuthenticationUnsuccessful"):
            bench.api(connection).get("Users", records="Users")

    def test_custom_connection_signs_in_without_tenant(self) -> None:
        settings = {"grant": "client_credentials"}
        connection = Connection(name="test", system="xero", sandbox=True, settings=settings)
        assert xero.headers(connection) == {"Accept": "application/json"}
        auth = xero.sign_in(connection, requests.Session())
        assert isinstance(auth, xero.ClientCredentials)


def call(bench: Bench, path: str, **headers: str) -> requests.Response:
    """A call of the stand-in by hand, with a good token."""
    signed = requests.Request("GET", bench.handle.url, auth=bench.api().auth).prepare()
    known = {"Host": "api.xero.com", "Accept": "application/json", "Xero-Tenant-Id": TENANT}
    known["Authorization"] = signed.headers["Authorization"]
    return requests.get(f"{bench.handle.url}/api.xro/2.0/{path}", headers=known | headers)


class TestStandIn:
    def test_lines_come_with_pages_only(self, bench: Bench) -> None:
        whole = call(bench, "Invoices").json()
        paged = call(bench, "Invoices?page=1&pageSize=5").json()
        assert all(one["LineItems"] == [] for one in whole["Invoices"])
        assert all(one["LineItems"] for one in paged["Invoices"])
        assert "pagination" not in whole
        assert (paged["pagination"]["pageSize"], len(paged["Invoices"])) == (5, 5)

    @pytest.mark.parametrize(
        ("path", "kind", "message"),
        [
            ("Invoices?page=1&pageSize=1001", "ValidationException", "between 1 and 1000"),
            ("Invoices?page=0", "ValidationException", "not a valid page"),
            ("Invoices?shoe=4", "QueryParseException", "No property or field 'shoe' exists"),
            ("Invoices?order=Shoe", "QueryParseException", "No property or field 'Shoe' exists"),
            ("Quotes?page=1&pageSize=5", "QueryParseException", "'pageSize' exists"),
            ('Quotes?where=Shoe=="4"', "QueryParseException", "No property or field"),
            ("Reports/AgedReceivablesByContact", "ValidationException", "valid contactId"),
            ("Reports/ProfitAndLoss?fromDate=May", "ValidationException", "not a valid date"),
            ("Reports/ProfitAndLoss?periods=12", "ValidationException", "between 1 and 11"),
            ("Reports/ProfitAndLoss?shoe=4", "ValidationException", "not known"),
        ],
    )
    def test_bad_requests_are_refused(
        self, bench: Bench, path: str, kind: str, message: str
    ) -> None:
        answer = call(bench, path)
        body = answer.json()
        assert (answer.status_code, body["Type"]) == (400, kind)
        assert message in body["Message"]

    def test_malformed_time_is_ignored_without_a_word(self, bench: Bench) -> None:
        everything = len(call(bench, "Items").json()["Items"])
        good, bad = "2030-01-01T00:00:00", "2030-01-01T00:00:00.000Z"
        counts = [
            len(call(bench, "Items", **{"If-Modified-Since": one}).json()["Items"])
            for one in (good, bad)
        ]
        assert counts == [0, everything]

    def test_xml_unless_asked_for_json(self, bench: Bench) -> None:
        assert call(bench, "Users", Accept="*/*").text.startswith("<Response")

    def test_unknown_resource_is_not_found(self, bench: Bench) -> None:
        assert call(bench, "Shoes").status_code == 404

    def test_remaining_calls_are_told(self, bench: Bench) -> None:
        headers = call(bench, "Users").headers
        assert int(headers["X-MinLimit-Remaining"]) < 60
        assert int(headers["X-DayLimit-Remaining"]) < 5000

    def test_sixty_first_call_in_a_minute_is_throttled(self, bench: Bench) -> None:
        answers = [call(bench, "Shoes") for _ in range(61)]
        assert answers[59].status_code == 404
        assert answers[60].status_code == 429
        assert answers[60].headers["X-Rate-Limit-Problem"] == "minute"
        assert int(answers[60].headers["Retry-After"]) >= 1


def test_exchanges_keep_to_xeros_specification(bench: Bench, first_run: dict[str, Any]) -> None:
    contract = Contract.load("xero/xero_accounting.yaml", EXCEPTIONS)
    bench.ingest({"invoices"})
    assert contract.differences(bench.exchanges(most=2)) == []


EXCEPTIONS = {
    "*If-Modified-Since at top: * is not a 'date-time'": "Xero ignores a time with a zone",
    "*/connect/token: PathNotFound": "the token endpoint is described elsewhere",
}


def answer(resource: str, key: str) -> dict[str, Any]:
    """The records of one of Xero's recorded answers by id; none where they are not here."""
    found: dict[str, Any] = {}
    for name in (f"get{resource}.json", f"get{resource.removesuffix('s')}.json"):
        path = RECORDED / name
        records = json.loads(path.read_text())[resource] if path.exists() else []
        found = {one[key]: one for one in records} | found
    return found


@pytest.fixture(scope="module")
def staged(
    bench: Bench, first_run: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Project:
    recorded = {
        name: answer(stream.path, str(stream.key))
        for name, stream in STREAMS.items()
        if stream.path and not stream.unmapped
    }
    recorded["aged_receivables"] = aged_receivables()
    bench.calm()
    bench.ingest()
    bench.ingest({"profit_and_loss", "aged_receivables"}, full=True)
    return bench.stage(tmp_path_factory.mktemp("staged"), recorded)


def aged_receivables() -> dict[str, Any]:
    """The recorded report with what the connector adds; none where it is not here."""
    path = RECORDED / "getReportAgedReceivablesByContact.json"
    if not path.exists():
        return {}
    (report,) = json.loads(path.read_text())["Reports"]
    return {"abc": {"contactId": "abc", "BaseCurrency": "NZD"} | report}


def row_of(project: Project, model: str, record_id: str) -> dict[str, Any]:
    """A recorded record as staged: the columns that are its own and not empty."""
    if not RECORDED.exists():
        pytest.skip("the recorded payloads are not here")
    rows = {row["record_key"]: row for row in project.rows(model)}
    (key,) = (key for key in rows if key.startswith("recorded/") and key.endswith(record_id))
    around = {"record_key", "connection", "system", "request_id", "_dlt_load_id", "version_count",
              "parent_record_id",
              "first_seen_at", "extracted_at", "line_items"}  # fmt: skip
    assert rows[key]["extracted_at"] == rows[key]["first_seen_at"] == LOADED_AT
    return {
        name: value for name, value in rows[key].items() if value is not None and name not in around
    }


ALIVE = {"is_deleted": False, "verdict": "accepted"}
RUBBLE, GALLAGHER = "a3675fc4-f8dd-4f03-ba5b-f1870566bcd7", "430fa14a-f945-44d3-9f97-5df5e28441b8"


class TestStaging:
    def test_contact(self, staged: Project) -> None:
        id_ = "5cc8cf28-567e-4d43-b287-687cfcaec47c"
        assert row_of(staged, "stg_xero__contacts", id_) == ALIVE | {
            "stream": "contacts", "record_id": id_, "first_name": "Katherine",
            "last_name": "Warren", "company_name": "Katherine Warren",
            "email": "kat.warren@clampett.com", "phone": "+16268471294",
            "company_number": "NumberBusiness1234", "city": "Palo Alto", "region": "CA",
            "postal_code": "94020", "country": "US", "balance_amount": Decimal(760),
            "is_supplier": True, "is_customer": True, "is_active": True,
            "merged_into_stream": "contacts",
        }  # fmt: skip

    def test_paid_invoice(self, staged: Project) -> None:
        id_ = "046d8a6d-1ae1-4b4d-9340-5601bdf41b87"
        assert row_of(staged, "stg_xero__invoices", id_) == ALIVE | {
            "stream": "invoices", "record_id": id_, "invoice_number": "INV-0002",
            "reference": "Red Fish, Blue Fish", "order_number_reference": "Red Fish, Blue Fish",
            "direction": "receivable", "document_type": "invoice", "customer_record_id": RUBBLE,
            "customer_stream": "contacts", "customer_name": "Barney Rubble-83203",
            "status": "paid", "currency": "NZD", "booked_exchange_rate": Decimal(1),
            "subtotal_amount": Decimal(40),
            "tax_amount": Decimal(6), "total_amount": Decimal(46), "paid_amount": Decimal(46),
            "credited_amount": Decimal(0), "balance_amount": Decimal(0),
            "is_tax_included": False, "is_sent": True, "issued_date": dt.date(2018, 10, 20),
            "due_date": dt.date(2018, 12, 30), "paid_date": dt.date(2018, 11, 29),
        }  # fmt: skip

    def test_invoice_line(self, staged: Project) -> None:
        id_ = "b18f39d9-7739-4246-9288-72afe939d2d5"
        invoice = "a03ffcd2-5d91-4c7e-b483-318584e9e439"
        assert row_of(staged, "stg_xero__invoice_items", id_) == ALIVE | {
            "stream": "invoice_items", "record_id": f"{invoice}:{id_}",
            "invoice_record_id": invoice, "invoice_stream": "invoices",
            "product_stream": "items", "sku": "123", "item_name": "Guitars Fender Strat",
            "account_code": "200", "quantity": Decimal(1),
            "unit_price_amount": Decimal("148062.76"), "tax_amount": Decimal(0),
            "total_amount": Decimal("148062.76"),
        }  # fmt: skip

    def test_lines_of_each_invoice_add_up(self, staged: Project) -> None:
        sums: dict[str, Decimal] = {}
        for row in staged.rows("stg_xero__invoice_items"):
            key = f"{row['connection']}/{row['invoice_record_id']}"
            sums[key] = sums.get(key, Decimal(0)) + row["total_amount"]
        invoices = [
            row
            for row in staged.rows("stg_xero__invoices")
            if row["connection"] == "test" and not row["is_deleted"]
        ]
        off = [
            row["record_id"]
            for row in invoices
            if sums[f"test/{row['record_id']}"]
            != (row["total_amount"] if row["is_tax_included"] else row["subtotal_amount"])
        ]
        assert len(off) <= len(invoices) * 0.1

    def test_credit_note(self, staged: Project) -> None:
        id_ = "249f15fa-f2a7-4acc-8769-0984103f2225"
        assert row_of(staged, "stg_xero__credit_notes", f"credit_notes/{id_}") == ALIVE | {
            "stream": "credit_notes", "record_id": id_, "refund_number": "CN-0005",
            "reference": "US Tour", "refund_type": "credit_note", "direction": "receivable",
            "invoice_stream": "invoices", "customer_record_id": GALLAGHER,
            "customer_stream": "contacts", "status": "completed", "currency": "NZD",
            "booked_exchange_rate": Decimal(1),
            "amount": Decimal("34.5"), "tax_amount": Decimal("4.5"),
            "remaining_credit_amount": Decimal("32.5"),
            "refunded_at": dt.datetime(2019, 3, 5),
        }  # fmt: skip

    def test_payment_back_to_a_customer(self, staged: Project) -> None:
        id_ = "6b037c9b-2e5d-4905-84d3-eabfb3438242"
        assert row_of(staged, "stg_xero__payments", id_) == ALIVE | {
            "stream": "payments", "record_id": id_, "reference": "Too much",
            "invoice_record_id": "249f15fa-f2a7-4acc-8769-0984103f2225",
            "invoice_stream": "credit_notes", "customer_record_id": GALLAGHER,
            "customer_stream": "contacts", "direction": "out", "payment_type": "refund",
            "gateway": "980", "status": "completed", "currency": "NZD", "amount": Decimal(2),
            "paid_at": dt.datetime(2019, 3, 14),
        }  # fmt: skip

    def test_overpayment_made(self, staged: Project) -> None:
        id_ = "098b4dcb-5622-4699-87f8-9d40c4ccceb3"
        assert row_of(staged, "stg_xero__overpayments", id_) == ALIVE | {
            "stream": "overpayments", "record_id": id_, "reference": "Reference for payment1",
            "invoice_stream": "invoices",
            "customer_record_id": "af3ffcc1-c578-4658-82f3-5d8d458cc7af",
            "customer_stream": "contacts", "direction": "out", "payment_type": "prepayment",
            "status": "completed", "currency": "NZD", "amount": Decimal(500),
            "unapplied_amount": Decimal(500), "paid_at": dt.datetime(2019, 3, 12),
        }  # fmt: skip

    def test_prepayment(self, staged: Project) -> None:
        id_ = "ce0cddef-cf5a-4e59-b638-f225679115a7"
        assert row_of(staged, "stg_xero__prepayments", id_) == ALIVE | {
            "stream": "prepayments", "record_id": id_, "reference": "INV-0011",
            "invoice_stream": "invoices",
            "customer_record_id": "be392c72-c121-4f83-9512-03ac71e54c20",
            "customer_stream": "contacts", "direction": "in", "payment_type": "prepayment",
            "status": "completed", "currency": "NZD", "amount": Decimal(3450),
            "unapplied_amount": Decimal(3450), "paid_at": dt.datetime(2019, 3, 13),
        }  # fmt: skip

    def test_money_received_without_an_invoice(self, staged: Project) -> None:
        id_ = "db54aab0-ad40-4ced-bcff-0940ba20db2c"
        assert row_of(staged, "stg_xero__bank_transactions", id_) == ALIVE | {
            "stream": "bank_transactions", "record_id": id_,
            "customer_record_id": "9c2c64de-12c9-4167-b503-e2c0e1aa1f49",
            "customer_stream": "contacts", "direction": "in", "payment_type": "other",
            "gateway": "Business Wells Fargo", "status": "completed", "currency": "USD",
            "amount": Decimal(10), "paid_at": dt.datetime(2016, 10, 13),
        }  # fmt: skip

    def test_item(self, staged: Project) -> None:
        id_ = "c8c54d65-f3f2-452d-926e-bf450b12fb07"
        assert row_of(staged, "stg_xero__items", id_) == ALIVE | {
            "stream": "items", "record_id": id_, "sku": "123", "product_name": "Guitars",
            "description": "Guitars Fender Strat", "price_amount": Decimal(5000),
            "is_stock_tracked": False,
        }  # fmt: skip

    def test_what_a_customer_owes(self, staged: Project) -> None:
        about = {"report_grouping": "abc", "currency": "NZD", "amount": Decimal(150)}
        assert row_of(staged, "stg_xero__receivables", "receivables/abc:4") == ALIVE | about | {
            "stream": "receivables", "record_id": "abc:4",
        }  # fmt: skip

    def test_an_open_document(self, staged: Project) -> None:
        id_ = "ca0483ce-fa43-4335-8512-751e655337b8"
        assert row_of(staged, "stg_xero__open_documents", id_) == ALIVE | {
            "stream": "open_documents", "record_id": f"abc:3:{id_}", "report_grouping": id_,
            "currency": "NZD", "amount": Decimal(50),
        }  # fmt: skip

    def test_income_of_a_month(self, bench: Bench, staged: Project) -> None:
        report = bench.alive("profit_and_loss")["2026-10-01:2026-10-31"]
        rows = {row["record_key"]: row for row in staged.rows("stg_xero__income")}
        at = len(report["Rows"][1]["Rows"])
        row = rows[f"test/income/2026-10-01:2026-10-31:{at}"]
        wanted = (dt.date(2026, 10, 1), dt.date(2026, 10, 31), "EUR")
        assert (row["period_start_date"], row["period_end_date"], row["currency"]) == wanted
        assert row["amount"] == Decimal(cells(report["Rows"][1]["Rows"][-1])[1])


OPS = "dbt_project/models/ops"
SOURCES = "dbt_project/models/staging/_bronze_meta__sources.yml"
COMPARED = ("control_members", "control_memory", "control_totals", "control_total_keys")
FIGURES = """
    select stream, coalesce(report_grouping, cast(period_end_date as text)), state,
        reported_amount, computed_amount
    from ops.control_totals where connection = 'test'
"""


class TestControlTotals:
    def test_a_document_deleted_from_bronze_is_named(
        self, bench: Bench, first_run: dict[str, Any], staged: Project
    ) -> None:
        for model in (*COMPARED, "freshness"):
            (staged.folder / OPS).mkdir(exist_ok=True)
            shutil.copy(ROOT / f"{OPS}/{model}.sql", staged.folder / OPS)
        shutil.copy(ROOT / SOURCES, staged.folder / SOURCES)
        for entity in ("invoices", "refunds", "payments", "control_totals"):
            lines = (ROOT / ENTITIES / f"{entity}_records.sql").read_text().splitlines()
            own = [line for line in lines if "ref(" not in line or "stg_xero__" in line]
            staged.write(f"{ENTITIES}/{entity}_records.sql", "\n".join(own))
        chosen = next(
            row
            for row in staged.rows("stg_xero__invoices")
            if (row["connection"], row["direction"], row["status"], row["currency"])
            == ("test", "receivable", "open", "EUR")
            and row["issued_date"] < dt.date(2026, 11, 1)
            and not row["is_deleted"]
        )
        with duckdb.connect(str(staged.warehouse)) as db:
            id_ = chosen["record_id"]
            db.execute("delete from bronze_xero.invoices where record_id = ?", [id_])
        staged.build("stg_xero__invoices", "silver", "freshness", *COMPARED)
        with duckdb.connect(str(staged.warehouse)) as db:
            figures = {tuple(row[:2]): row[2:] for row in db.execute(FIGURES).fetchall()}
        differing = {key for key, (state, *_) in figures.items() if state == "differs"}
        last = (chosen["issued_date"].replace(day=1) + dt.timedelta(days=32)).replace(day=1)
        month = ("income", str(last - dt.timedelta(days=1)))
        document = ("open_documents", id_)
        contact = ("receivables", chosen["customer_record_id"])
        assert differing == {month, document, contact}
        net = chosen["total_amount"] - (chosen["tax_amount"] or 0)
        missing = {key: figures[key][1] - figures[key][2] for key in differing}
        assert missing[month] == pytest.approx(net, abs=Decimal("0.1"))
        assert missing[document] == missing[contact] == chosen["balance_amount"]
        assert {state for state, *_ in figures.values()} == {"agrees", "differs", "not compared"}
