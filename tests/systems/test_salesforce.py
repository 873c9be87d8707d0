"""Salesforce: the connector against its stand-in, the fact sheet and recorded answers."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from pipelines.api import Api
from pipelines.errors import CredentialError, ExpiredPageError, PermanentError
from pipelines.sandbox import clock
from pipelines.sandbox.salesforce import catalogue
from pipelines.sandbox.salesforce.aggregate import understand_aggregate
from pipelines.sandbox.salesforce.soql import SoqlError, understand
from pipelines.sandbox.store import Document
from pipelines.stream import Window
from pipelines.systems import salesforce
from tests.contract import exchanges
from tests.mapping.project import LOADED_AT, Project
from tests.systems.bench import PAYLOADS, Bench

RECORDED = PAYLOADS / "salesforce" / "amp_labs_fixtures"
OBJECTS = {
    "accounts": "Account", "contacts": "Contact", "leads": "Lead",
    "opportunities": "Opportunity", "opportunity_line_items": "OpportunityLineItem",
    "opportunity_stages": "OpportunityStage", "opportunity_history": "OpportunityHistory",
    "products": "Product2", "pricebook_entries": "PricebookEntry", "campaigns": "Campaign",
    "campaign_members": "CampaignMember", "tasks": "Task", "events": "Event", "users": "User",
    "record_types": "RecordType",
}  # fmt: skip
NOW = dt.datetime(2026, 11, 2)
HOST = {"Host": "goldpan.my.salesforce.com"}
NOT_IN_THE_ORG = ("orders", "order_items", "quotes", "quote_line_items")
RELATED = {"Task": ("Who.Type", "What.Type", "Account.Name")}
RELATED["Event"] = RELATED["Task"]


def fields_of(name: str) -> list[str]:
    """What the connector should select of an object."""
    kinds = catalogue.fields(name)
    own = [
        field
        for field, kind in kinds.items()
        if kind not in ("address", "location", "base64") and not field.startswith("UserPreferences")
    ]
    return [*own, *RELATED.get(name, ())]


def expected(bench: Bench, stream: str, deleted: str = "exclude") -> dict[str, Any]:
    """The records that bronze should hold, by id, as the stand-in would answer them."""
    name = OBJECTS[stream]
    wanted = understand(f"SELECT {', '.join(fields_of(name))} FROM {name}")
    found = {}
    for row in bench.store.query(name, deleted=deleted):  # type: ignore[arg-type]
        document = row.json()
        changed = f"{row.updated_at[:19]}.000+0000"
        document["SystemModstamp"] = changed
        if "LastModifiedDate" in document:
            document["LastModifiedDate"] = changed
        if "IsDeleted" in document:
            document["IsDeleted"] = row.deleted_at is not None
        found[row.id] = wanted.row(document)
    return found


@pytest.fixture(scope="module")
def first_run(bench: Bench) -> dict[str, Any]:
    """The first run."""
    return bench.ingest()


def recorded(name: str) -> Any:
    """One recorded answer; the test is skipped where the recordings are absent."""
    if not RECORDED.exists():
        pytest.skip("recorded payloads are not next to the project (../shared/payloads/salesforce)")
    return json.loads((RECORDED / name).read_text())


class TestRuns:
    def test_first_run_holds_every_record_of_the_stand_in(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        for stream in OBJECTS:
            assert bench.alive(stream) == expected(bench, stream), stream

    def test_deleted_records_come_while_they_are_in_the_recycle_bin(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        recent = clock.shift(bench.handle.control("state")["now"], days=-15)
        for stream, name in OBJECTS.items():
            rows = bench.store.query(name, deleted="only")
            gone = {row.id for row in rows if str(row.deleted_at) >= recent}
            newest = bench.newest(stream).items()
            assert {id_ for id_, row in newest if row["is_deleted"]} == gone

    def test_an_object_that_the_org_does_not_have_is_empty(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        for stream in NOT_IN_THE_ORG:
            assert (first_run[stream].read, first_run[stream].status) == (0, "done")

    def test_second_run_adds_nothing(self, bench: Bench, first_run: dict[str, Any]) -> None:
        tallies = bench.ingest()
        added = {
            name: one for name, one in tallies.items() if one.new or one.changed or one.deleted
        }
        assert added == {}
        assert tallies["tasks"].read < first_run["tasks"].read

    def test_after_a_day_only_what_happened_comes(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        then = bench.handle.control("state")["now"]
        bench.handle.control("advance", days=2)
        tallies = bench.ingest()
        for stream, name in OBJECTS.items():
            rows = bench.store.query(name, deleted="include")
            touched = [row for row in rows if row.updated_at > then]
            one = tallies[stream]
            assert one.new + one.changed + one.deleted == len(touched), stream
            assert bench.alive(stream) == expected(bench, stream)

    def test_a_record_deleted_for_good_is_found_by_the_weekly_reading(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        row = bench.store.query("Product2", limit=1)[0]
        long_ago = clock.shift(bench.handle.control("state")["now"], days=-30)
        erased = Document("Product2", row.id, long_ago, long_ago, row.body, long_ago)
        bench.store.put([erased])
        assert bench.ingest({"products"})["products"].deleted == 0
        bench.handle.control("advance", days=7)
        assert bench.ingest({"products"})["products"].deleted >= 1
        assert bench.newest("products")[row.id]["is_deleted"]


class TestTrouble:
    def test_an_expired_session_is_renewed(self, bench: Bench, first_run: dict[str, Any]) -> None:
        api = bench.api()
        api.get("limits", records=".")
        bench.handle.control("expire-tokens", system="salesforce")
        assert api.get("limits", records=".").records
        statuses = [row["status"] for row in api.requests]
        assert statuses == [200, 401, 200]

    def test_a_used_up_allowance_ends_the_stream_and_is_not_tried_again(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        body = [{"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}]
        bench.fault("*/queryAll", status=403, body=body)
        tally = bench.ingest({"accounts"}, fails=True)["accounts"]
        assert "the next run goes on" in str(tally.error)
        assert tally.requests == 2

    def test_a_slow_query_is_tried_again(
        self, bench: Bench, first_run: dict[str, Any], no_sleep: list[float]
    ) -> None:
        body = [
            {"message": "Your query request was running too long.", "errorCode": "QUERY_TIMEOUT"}
        ]
        bench.fault("*/queryAll", status=400, body=body)
        bench.fault("*/queryAll", status=503, body="")
        bench.fault("*/queryAll", cut=30)
        assert not bench.ingest({"accounts"})["accounts"].failed

    def test_an_expired_locator_starts_the_query_again(self, bench: Bench) -> None:
        at = "2026-10-01T08:00:00.000Z"
        bodies = {f"00a{n}": {"attributes": {"type": "CaseComment"}, "Id": n} for n in range(250)}
        bench.store.put(
            [Document("CaseComment", id_, at, at, body) for id_, body in bodies.items()]
        )
        error = [{"message": "invalid query locator", "errorCode": "INVALID_QUERY_LOCATOR"}]
        bench.fault("*/query/01g*", status=400, body=error)
        api = paged_by_200(bench.api())
        soql = "SELECT Id FROM CaseComment"
        pages = salesforce.narrow_rows(api, soql, "SystemModstamp", None)
        assert [len(page.records) for page in pages] == [200, 200, 50]

    def test_a_locator_that_never_works_is_given_up(self, bench: Bench) -> None:
        body = [{"message": "invalid query locator", "errorCode": "INVALID_QUERY_LOCATOR"}]
        bench.fault("*/queryAll", status=400, body=body, times=5)
        with pytest.raises(ExpiredPageError):
            list(salesforce.narrow_rows(bench.api(), "SELECT Id FROM Task", "SystemModstamp", None))

    def test_a_wrong_user_is_refused_in_words(self, bench: Bench) -> None:
        connection = bench.connection
        connection.settings = {"username": "nobody@goldpan.example"}
        with pytest.raises(CredentialError, match="user hasn't approved this consumer"):
            bench.api(connection).get("limits")

    def test_an_object_with_too_many_fields_is_read_by_key(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(salesforce, "WIDE_PAGE", 20)
        monkeypatch.setattr(salesforce, "LONGEST_QUERY", 100)
        read = salesforce.rows_of("Task", ["Who.Type"], "SystemModstamp")
        window = Window(since=None, now=dt.datetime(2026, 11, 2), state={})
        pages = list(read(bench.api(), window))
        tasks = [json.loads(bytes(one)) for page in pages for one in page.records]
        expected_ids = sorted(row.id for row in bench.store.query("Task", deleted="include"))
        assert len(pages) > 2
        assert sorted(task["Id"] for task in tasks) == expected_ids
        assert {"Who", "CallDurationInSeconds"} <= set(tasks[0])

    def test_an_object_that_is_hidden_for_a_while_loses_nothing(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        known = set(bench.alive("campaigns"))
        body = [{"message": "The requested resource does not exist", "errorCode": "NOT_FOUND"}]
        bench.fault("*/sobjects/Campaign/describe", status=404, body=body)
        assert bench.ingest({"campaigns"}, full=True)["campaigns"].deleted == 0
        assert set(bench.alive("campaigns")) == known


def paged_by_200(api: Api) -> Api:
    """The same way in, asking for the smallest pages that Salesforce gives."""
    api.session.headers["Sforce-Query-Options"] = "batchSize=200"
    return api


class TestStandIn:
    """What the vendor refuses, the stand-in refuses."""

    @pytest.mark.parametrize(
        ("soql", "code"),
        [
            ("SELECT Id, AccountNumer FROM Account", "INVALID_FIELD"),
            ("SELECT Id FROM Accout", "INVALID_TYPE"),
            ("SELECT FROM Account", "MALFORMED_QUERY"),
            ("SELECT FIELDS(ALL) FROM Account", "MALFORMED_QUERY"),
            ("SELECT Id FROM Account WHERE", "MALFORMED_QUERY"),
            ("SELECT Id FROM Account WHERE Name LIKE 'A'", "MALFORMED_QUERY"),
            ("SELECT Owner.Name FROM Account", "INVALID_FIELD"),
        ],
    )
    def test_soql_is_checked(self, soql: str, code: str) -> None:
        with pytest.raises(SoqlError) as refused:
            understand(soql)
        assert refused.value.code == code

    def test_conditions_hold_as_written(self) -> None:
        query = understand(
            "SELECT Id FROM Account WHERE (SystemModstamp > 2026-01-01T00:00:00Z OR "
            "(SystemModstamp = 2026-01-01T00:00:00Z AND Id > 'b')) AND Name IN ('x', 'y')"
        )
        assert query.test is not None

        def holds(stamp: str, id_: str, name: str) -> bool:
            document = {"attributes": {"type": "Account"}, "Id": id_, "Name": name}
            assert query.test is not None
            return query.test(document | {"SystemModstamp": f"{stamp}T00:00:00.000+0000"})

        assert holds("2026-01-01", "c", "x")
        assert holds("2026-01-02", "a", "y")
        assert not holds("2026-01-01", "a", "x")
        assert not holds("2026-01-02", "a", "z")

    def test_requests_without_session_or_too_long_are_refused(self, bench: Bench) -> None:
        api = bench.api(attempts=1)
        with pytest.raises(PermanentError, match="414"):
            api.get("query", params={"q": "SELECT Id FROM Account WHERE Name = '" + "x" * 17_000})
        answer = requests.get(f"{bench.handle.url}/services/data/v67.0/limits", headers=HOST)
        assert (answer.status_code, answer.json()[0]["errorCode"]) == (401, "INVALID_SESSION_ID")

    def test_unknown_locators_are_refused(self, bench: Bench) -> None:
        with pytest.raises(ExpiredPageError):
            bench.api().get("query/01gunknown-2000")


def test_every_request_is_as_the_fact_sheet_says(bench: Bench, first_run: dict[str, Any]) -> None:
    asked = list(exchanges(bench.record, "salesforce"))
    assert asked
    for one in asked:
        parts = urlsplit(one["url"])
        if parts.path == "/services/oauth2/token":
            assert (one["method"], parts.netloc) == ("POST", "login.salesforce.com")
            continue
        assert parts.netloc == "goldpan.my.salesforce.com"
        assert parts.path.startswith("/services/data/v67.0/")
        assert one["status"] == 414 or len(one["url"]) < 16_384
        for soql in parse_qs(parts.query).get("q", []):
            if one["status"] == 200:
                assert " ORDER BY " in soql or " GROUP BY " in soql or "CurrencyType" in soql


def totals_of(bench: Bench) -> dict[str, dict[str, Any]]:
    """What Salesforce should say of stages and currencies, from the stand-in's opportunities."""
    found: dict[str, dict[str, Any]] = {}
    for deal in (row.json() for row in bench.store.query("Opportunity")):
        stage, currency = deal["StageName"], deal["CurrencyIsoCode"]
        for places in ((currency, stage), (currency, None), (None, None)):
            one = found.setdefault(
                f"{places[0] or 'all'}:{places[1] or 'all'}",
                {"CurrencyIsoCode": places[0], "StageName": places[1], "deals": 0, "total": None},
            )
            one["deals"] += 1
            if deal["Amount"] is not None:
                one["total"] = (one["total"] or 0) + deal["Amount"] / RATES[currency]
    for id_, one in found.items():
        one["total"] = None if one["total"] is None else round(one["total"], 2)
        one |= {"id": id_, "corporateCurrency": "USD", "attributes": {"type": "AggregateResult"}}
        if one["CurrencyIsoCode"] == "USD":
            one["amount"] = one["total"]
    return found


RATES = {"USD": 1.0, "EUR": 0.92}


class TestTotals:
    """Salesforce's own counts and sums of opportunities."""

    def test_each_stage_and_currency_is_counted_and_added_up(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        deal = bench.store.query("Opportunity", limit=1)[0]
        bench.mutate("Opportunity", deal.id, patch={"CurrencyIsoCode": "EUR", "Amount": 100.0})
        bench.ingest({"opportunity_totals"})
        expected = totals_of(bench)
        assert bench.alive("opportunity_totals") == expected
        in_euros = bench.alive("opportunity_totals")[f"EUR:{deal.json()['StageName']}"]
        assert (in_euros["deals"], in_euros["total"], "amount" in in_euros) == (1, 108.7, False)

    def test_an_org_with_one_currency_groups_by_stage_only(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        path = "*/sobjects/Opportunity/describe"
        described = catalogue.described("Opportunity")
        described["fields"] = [
            one for one in described["fields"] if one["name"] != "CurrencyIsoCode"
        ]
        bench.fault(path, status=200, body=described)
        (page,) = salesforce.stage_totals(bench.api(), Window(since=None, now=NOW, state={}))
        rows = {one["id"]: one for one in map(json.loads, map(bytes, page.records))}
        stages = {id_.partition(":")[2]: one for id_, one in totals_of(bench).items()}
        assert rows.keys() == {f"all:{stage}" for stage in stages}
        assert all(one["amount"] == one["total"] for one in rows.values())
        assert rows["all:all"]["deals"] == bench.store.count("Opportunity")

    def test_an_org_without_opportunities_has_no_totals(self, bench: Bench) -> None:
        missing = [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]
        bench.fault("*/sobjects/Opportunity/describe", status=404, body=missing)
        window = Window(since=None, now=NOW, state={})
        assert list(salesforce.stage_totals(bench.api(), window)) == []
        assert window.partial

    @pytest.mark.parametrize(
        ("soql", "code"),
        [
            ("SELECT Name, COUNT(Id) FROM Opportunity GROUP BY StageName", "MALFORMED_QUERY"),
            ("SELECT SUM(Name) FROM Opportunity GROUP BY StageName", "INVALID_FIELD"),
            ("SELECT COUNT(Idd) FROM Opportunity GROUP BY StageName", "INVALID_FIELD"),
            (
                "SELECT COUNT(Id) n FROM Opportunity "
                "GROUP BY ROLLUP(StageName, Type, OwnerId, AccountId)",
                "MALFORMED_QUERY",
            ),
        ],
    )
    def test_grouped_soql_is_checked(self, soql: str, code: str) -> None:
        with pytest.raises(SoqlError) as refused:
            understand_aggregate(soql)
        assert refused.value.code == code

    def test_figures_without_a_name_are_numbered(self, bench: Bench) -> None:
        soql = "SELECT StageName, COUNT(Id), SUM(Amount) FROM Opportunity GROUP BY StageName"
        page = bench.api().get("query", params={"q": soql}, records="records")
        assert {"StageName", "expr0", "expr1"} < json.loads(bytes(page.records[0])).keys()


class TestRecorded:
    """Answers that the vendor itself gave, through the connector."""

    def test_fields_come_from_describe(self, bench: Bench) -> None:
        whole = recorded("test__metadata__read__accounts-sampled.json")
        described = whole["compositeResponse"][0]["body"]
        bench.fault("*/sobjects/Account/describe", status=200, body=described)
        names = [one["name"] for one in described["fields"] if one["type"] != "address"]
        assert salesforce.fields(bench.api(), "Account") == names

    def test_a_page_of_opportunities_keeps_every_digit(self, bench: Bench) -> None:
        name = "test__read-opportunity-with-account.json"
        records = recorded(name)["records"]
        bench.fault("*/queryAll", status=200, body=(RECORDED / name).read_text())
        soql = "SELECT Id FROM Opportunity"
        (page,) = salesforce.narrow_rows(bench.api(), soql, "SystemModstamp", None)
        assert [json.loads(bytes(one)) for one in page.records] == records
        assert b"50000.00" in bytes(page.records[0])

    def test_records_without_id_are_rejected_and_kept(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        body = recorded("test__read-list-contacts.json")
        bench.fault("*/queryAll", status=200, body=body)
        tally = bench.ingest({"contacts"}, fails=True)["contacts"]  # a sweep may refuse the page
        assert (tally.read, tally.rejected, tally.new) == (20, 20, 0)

    def test_the_next_page_is_not_asked_for_when_the_query_is_done(self, bench: Bench) -> None:
        body = recorded("test__read-list-leads.json")
        assert (body["done"], "nextRecordsUrl" in body) == (True, True)
        bench.fault("*/queryAll", status=200, body=body)
        pages = list(
            salesforce.narrow_rows(bench.api(), "SELECT Id FROM Lead", "SystemModstamp", None)
        )
        assert len(pages) == 1

    def test_errors_are_told_apart(self, bench: Bench) -> None:
        bench.fault("*/queryAll", status=400, body=recorded("test__unknown-field.json"))
        with pytest.raises(PermanentError, match="No such column 'AccountNumer'"):
            bench.api().get("queryAll")
        bench.fault("*/queryAll", status=400, body=recorded("test__unknown-object.json"))
        with pytest.raises(salesforce.MissingObjectError, match="Accout"):
            bench.api().get("queryAll")


HAND_MADE: dict[str, list[dict[str, Any]]] = {
    "opportunity_totals": [
        {
            "attributes": {"type": "AggregateResult"}, "Id": "EUR:Prospecting", "deals": 3,
            "CurrencyIsoCode": "EUR", "StageName": "Prospecting", "total": 1.254E5,
            "amount": 1.254E5, "corporateCurrency": "EUR",
        }
    ],
    "orders": [
        {
            "attributes": {"type": "Order"}, "Id": "801gP0000000001QAA", "OrderNumber": "00000100",
            "AccountId": "001ak00000OKNPHAA5", "Account": {"Name": "Acme"}, "PoNumber": "PO-7",
            "Status": "Activated", "TotalAmount": 120.5, "EffectiveDate": "2026-10-01",
            "CurrencyIsoCode": "EUR", "OpportunityId": "006ak00000OQ4RxAAL",
            "ShippingCountry": "Germany", "OwnerId": "005ak000005hvjJAAQ",
            "CreatedDate": "2026-10-01T08:00:00.000+0000",
        }
    ],
    "order_items": [
        {
            "attributes": {"type": "OrderItem"}, "Id": "802gP0000000001QAA",
            "OrderId": "801gP0000000001QAA", "Product2Id": "01tgP0000000001QAA",
            "Product2": {"Name": "Kettle", "ProductCode": "KE-1", "StockKeepingUnit": None},
            "Quantity": 2.0, "UnitPrice": 60.25, "ListPrice": 70.0, "TotalPrice": 120.5,
            "CurrencyIsoCode": "EUR",
        }
    ],
    "accounts": [
        {
            "attributes": {"type": "Account"}, "Id": "001gP0000000009QAA", "Name": "Ann Lee",
            "IsPersonAccount": True, "FirstName": "Ann", "LastName": "Lee",
            "PersonEmail": "Ann@Example.com", "Type": "Customer",
            "BillingCountry": "United Kingdom", "Phone": "020 7946 0958",
            "CreatedDate": "2026-10-01T08:00:00.000+0000",
        }
    ],
    "leads": [
        {
            "attributes": {"type": "Lead"}, "Id": "00QgP0000000009UAA", "LastName": "Ohm",
            "Company": "Ohm &amp; Sons", "Status": "Closed - Converted", "IsConverted": True,
            "ConvertedContactId": "003gP0000000009QAA", "HasOptedOutOfEmail": True,
            "ConvertedAccountId": "001gP0000000009QAA",
            "CreatedDate": "2026-10-01T08:00:00.000+0000",
        }
    ],
}  # fmt: skip


LOSER = {
    "attributes": {"type": "Contact"}, "Id": "003gP0000000007QAA", "LastName": "Lee",
    "MasterRecordId": None, "IsDeleted": False, "CreatedDate": "2026-10-01T08:00:00.000+0000",
}  # fmt: skip
MERGED = LOSER | {"MasterRecordId": "003gP0000000008QAA", "IsDeleted": True}


@pytest.fixture(scope="module")
def staged(
    bench: Bench, first_run: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Project:
    """What was ingested, recorded and hand-made records, through the staging models."""
    project = Project(tmp_path_factory.mktemp("salesforce_staged"))
    project.add_system("salesforce")
    name = bench.connection.name
    for stream in OBJECTS:
        for row in bench.newest(stream).values():
            gone = row["is_deleted"]
            payload = row["payload"]
            project.add_records(
                "salesforce", stream, [payload], key="Id", connection=name, is_deleted=gone
            )
    found = recorded("test__read-opportunity-with-account.json")["records"]
    project.add_records("salesforce", "opportunities", found, key="Id", connection="recorded")
    for stream, records in HAND_MADE.items():
        project.add_records("salesforce", stream, records, key="Id", connection="recorded")
    for contact, hours in ((LOSER, 0), (MERGED, 1)):
        project.add_records(
            "salesforce", "contacts", [contact], key="Id", connection="recorded",
            is_deleted=bool(hours), extracted_at=LOADED_AT + dt.timedelta(hours=hours),
        )  # fmt: skip
    project.build()
    return project


def whole(project: Project, model: str, id_: str) -> dict[str, Any]:
    """A staged row without its empty columns and without those of the load."""
    found = project.rows(f"stg_salesforce__{model}")
    rows = {row["record_id"]: row for row in found if row["connection"] == "recorded"}
    left_out = {"first_seen_at", "extracted_at", "request_id", "_dlt_load_id", "version_count"}
    return {
        name: value
        for name, value in rows[id_].items()
        if value is not None and name not in left_out
    }


def base(stream: str, id_: str, **columns: Any) -> dict[str, Any]:
    """The contract columns of an accepted row, and the given ones."""
    key = {"record_key": f"recorded/{stream}/{id_}", "record_id": id_}
    place = {"connection": "recorded", "system": "salesforce", "stream": stream}
    return {**key, **place, "is_deleted": False, "verdict": "accepted", **columns}


CREATED = dt.datetime(2026, 10, 1, 8)


class TestMapping:
    def test_recorded_opportunities(self, staged: Project) -> None:
        streams = {
            "customer_stream": "accounts", "contact_stream": "contacts", "owner_stream": "users",
            "campaign_stream": "campaigns",
        }  # fmt: skip
        assert whole(staged, "opportunities", "006ak00000OQ4RxAAL") == base(
            "opportunities", "006ak00000OQ4RxAAL", deal_name="Test Opportunity 1",
            customer_record_id="001ak00000OKNPHAA5", stage="Prospecting", amount=Decimal(50000),
            **streams,
        )  # fmt: skip
        assert whole(staged, "opportunities", "006ak00000OQ4RyAAL") == base(
            "opportunities", "006ak00000OQ4RyAAL", deal_name="Test Opportunity 2",
            stage="Qualification", amount=Decimal(30000), **streams,
        )  # fmt: skip

    def test_order_and_its_line(self, staged: Project) -> None:
        assert whole(staged, "orders", "801gP0000000001QAA") == base(
            "orders", "801gP0000000001QAA", order_number="00000100", reference="PO-7",
            customer_record_id="001ak00000OKNPHAA5", customer_stream="accounts",
            customer_name="Acme", channel="sales_team", status="open", currency="EUR",
            subtotal_amount=Decimal("120.5"), total_amount=Decimal("120.5"), is_tax_included=False,
            shipping_country="DE", employee_record_id="005ak000005hvjJAAQ",
            employee_stream="users", deal_record_id="006ak00000OQ4RxAAL",
            deal_stream="opportunities", ordered_at=dt.datetime(2026, 10, 1), created_at=CREATED,
        )  # fmt: skip
        assert whole(staged, "order_items", "802gP0000000001QAA") == base(
            "order_items", "802gP0000000001QAA", order_record_id="801gP0000000001QAA",
            order_stream="orders", product_record_id="01tgP0000000001QAA",
            product_stream="products", sku="KE-1", item_name="Kettle", quantity=Decimal(2),
            unit_price_amount=Decimal("60.25"), total_amount=Decimal("120.5"), currency="EUR",
        )  # fmt: skip

    def test_person_account_and_converted_lead(self, staged: Project) -> None:
        assert whole(staged, "accounts", "001gP0000000009QAA") == base(
            "accounts", "001gP0000000009QAA", customer_type="person", first_name="Ann",
            last_name="Lee", company_name="Ann Lee", email="ann@example.com",
            phone="+442079460958", country="GB", lifecycle_stage="customer",
            company_stream="accounts", merged_into_stream="accounts", owner_stream="users",
            external_system="hubspot", external_stream="companies", created_at=CREATED,
        )  # fmt: skip
        assert whole(staged, "leads", "00QgP0000000009UAA") == base(
            "leads", "00QgP0000000009UAA", customer_type="person", last_name="Ohm",
            company_name="Ohm & Sons", lifecycle_stage="lead", lead_status="converted",
            is_email_opted_in=False, company_record_id="001gP0000000009QAA",
            company_stream="accounts", merged_into_record_id="003gP0000000009QAA",
            merged_into_stream="contacts", owner_stream="users", external_system="hubspot",
            external_stream="contacts", created_at=CREATED,
        )  # fmt: skip

    def test_a_total_of_a_stage(self, staged: Project) -> None:
        assert whole(staged, "opportunity_totals", "EUR:Prospecting") == base(
            "opportunity_totals", "EUR:Prospecting", report_grouping="Prospecting",
            currency="EUR", record_count=3, amount=Decimal(125_400),
        )  # fmt: skip

    def test_a_merged_contact_names_the_one_that_stayed(self, staged: Project) -> None:
        (row,) = (
            row
            for row in staged.rows("stg_salesforce__contacts")
            if row["record_key"] == f"recorded/contacts/{LOSER['Id']}"
        )
        assert (row["last_name"], row["is_deleted"]) == ("Lee", True)
        assert row["merged_into_record_id"] == MERGED["MasterRecordId"]

    def test_activities_name_whom_they_were_with(self, bench: Bench, staged: Project) -> None:
        tasks = {row["record_key"]: row for row in staged.rows("stg_salesforce__tasks")}
        for id_, task in bench.alive("tasks").items():
            row = tasks[f"{bench.connection.name}/tasks/{id_}"]
            who = task["WhoId"] or task["AccountId"]
            kinds = {"003": "contacts", "001": "accounts", "00Q": "leads", "006": "opportunities"}
            assert row["customer_record_id"] == who
            assert row["customer_stream"] == (who and kinds[who[:3]])
            assert row["deal_stream"] == (task["WhatId"] and kinds[task["WhatId"][:3]])

    def test_nothing_of_the_stand_in_is_quarantined(self, staged: Project) -> None:
        for model in ("opportunities", "products", "tasks", "events", "campaigns", "employees"):
            verdicts = {row["verdict"] for row in staged.rows(f"stg_salesforce__{model}")}
            assert "quarantined" not in verdicts
