"""HubSpot: the connector against its stand-in, the fact sheet and recorded answers."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec
import pytest
import requests
import yaml

from pipelines.api import Api
from pipelines.errors import PermanentError, ThrottledError
from pipelines.sandbox import clock
from pipelines.sandbox.hubspot import CREDENTIALS, catalogue
from pipelines.sandbox.store import Document
from pipelines.stream import Page, Window
from pipelines.systems import hubspot
from tests.contract import exchanges
from tests.mapping.project import ROOT, Project
from tests.systems.bench import PAYLOADS, Bench

RECORDED = PAYLOADS / "hubspot" / "amp_labs_fixtures"
OBJECTS = {
    "contacts": (), "companies": (), "deals": ("companies", "contacts"), "products": (),
    "line_items": ("deals", "orders", "invoices", "quotes"),
    "calls": ("contacts", "companies", "deals"), "emails": ("contacts", "companies", "deals"),
    "meetings": ("contacts", "companies", "deals"), "notes": ("contacts", "companies", "deals"),
    "tasks": ("contacts", "companies", "deals"),
}  # fmt: skip
AS_STORED = ("owners", "deal_pipelines", "forms", "marketing_emails", "marketing_events")
LEGACY_PATHS = (
    "/marketing/v3/forms",
    "/form-integrations/v1/submissions/forms/",
    "/email/public/v1/",
    "/automation/v4/flows",
)


def asked_properties(bench: Bench, stream: str) -> set[str]:
    """The properties that the connector asked of an object type."""
    path = f"/crm/objects/2026-03/{stream}/search"
    found = (one for one in exchanges(bench.record, "hubspot") if path in one["url"])
    bodies = (json.loads(one["request_body"]) for one in found)
    return next(set(body["properties"]) for body in bodies if "sorts" in body)


def expected_record(bench: Bench, stream: str, id_: str) -> dict[str, Any]:
    """A CRM record as bronze should hold it: the stand-in's, with what was asked for."""
    row = bench.store.get(stream, id_)
    assert row is not None
    document = row.json()
    asked = asked_properties(bench, stream)
    properties = {name: document["properties"].get(name) for name in asked}
    if OBJECTS[stream]:
        document["associations"] = {
            other: expected_associations(bench, stream, id_, other) for other in OBJECTS[stream]
        }
    return document | {"properties": properties}


def expected_associations(bench: Bench, stream: str, id_: str, other: str) -> list[Any]:
    rows = bench.store.query("associations", parent_id=f"{stream}:{id_}:{other}")
    return [row.json() | {"toObjectType": other} for row in rows]


@pytest.fixture(scope="module")
def first_run(bench: Bench) -> Iterator[dict[str, Any]]:
    """The first run, with pages so small that search goes through several."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hubspot, "SEARCH_PAGE", 40)
        yield bench.ingest()


def recorded(name: str) -> Any:
    """One recorded answer; the test is skipped where the recordings are absent."""
    if not RECORDED.exists():
        pytest.skip("recorded payloads are not next to the project (../shared/payloads/hubspot)")
    return json.loads((RECORDED / name).read_text())


class TestRuns:
    def test_first_run_holds_every_record_of_the_stand_in(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        for stream in OBJECTS:
            rows = bench.store.query(stream)
            alive = bench.alive(stream)
            assert alive == {row.id: expected_record(bench, stream, row.id) for row in rows}

    def test_archived_records_arrive_as_deleted(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        recent = clock.shift(bench.handle.control("state")["now"], days=-90)
        for stream in OBJECTS:
            gone = {
                row.id
                for row in bench.store.query(stream, deleted="only")
                if row.updated_at >= recent
            }
            newest = bench.newest(stream).items()
            assert {id_ for id_, row in newest if row["is_deleted"]} == gone

    def test_lists_hold_the_documents_as_they_are(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        for stream in AS_STORED:
            documents = {row.id: row.json() for row in bench.store.query(stream)}
            assert bench.alive(stream) == documents

    def test_children_and_events_are_complete(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        for stream in ("email_events", "subscription_changes", "form_submissions"):
            assert len(bench.alive(stream)) == bench.store.count(stream)
        members = {
            f"{row.parent_id}:{row.json()['recordId']}"
            for row in bench.store.query("list_memberships")
        }
        assert set(bench.alive("list_memberships")) == members

    def test_deals_are_counted_by_stage_and_in_all(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        deals = [row.json()["properties"] for row in bench.store.query("deals")]
        counts = Counter((one["pipeline"], one["dealstage"]) for one in deals)
        (pipeline,) = (row.json() for row in bench.store.query("deal_pipelines"))
        expected = {"all": {"id": "all", "pipeline": None, "stage": None, "total": len(deals)}}
        for stage in pipeline["stages"]:
            place = (pipeline["id"], stage["id"])
            expected[":".join(place)] = {
                "id": ":".join(place), "pipeline": place[0], "stage": place[1],
                "total": counts[place],
            }  # fmt: skip
        assert sum(counts.values()) == len(deals) > 0
        assert bench.alive("deal_totals") == expected

    def test_a_campaign_comes_with_its_reports(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        campaigns = bench.alive("campaigns")
        assert campaigns
        for campaign in campaigns.values():
            assert set(campaign["reports"]) == {"revenue", "metrics"}
            assert set(campaign["reports"]["revenue"]) == {
                "contactsNumber", "currencyCode", "dealAmount", "dealsNumber", "revenueAmount",
            }  # fmt: skip

    def test_second_run_adds_nothing(self, bench: Bench, first_run: dict[str, Any]) -> None:
        bench.calm()
        tallies = bench.ingest()
        added = {
            name: one for name, one in tallies.items() if one.new or one.changed or one.deleted
        }
        assert added == {}
        assert tallies["contacts"].read < first_run["contacts"].read

    def test_after_a_day_only_what_happened_comes(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        before = {stream: set(bench.newest(stream)) for stream in OBJECTS}
        then = bench.handle.control("state")["now"]
        bench.handle.control("advance", days=2)
        tallies = bench.ingest(set(OBJECTS))
        for stream, known in before.items():
            rows = bench.store.query(stream, deleted="include")
            touched = [row for row in rows if row.updated_at > then]
            new = {row.id for row in touched} - known
            assert tallies[stream].new + tallies[stream].changed + tallies[stream].deleted == len(
                touched
            ), stream
            assert new <= set(bench.newest(stream))
            alive = {
                row.id: expected_record(bench, stream, row.id) for row in rows if not row.deleted_at
            }
            assert bench.alive(stream) == alive

    def test_what_leaves_no_trace_is_found_by_the_weekly_reading(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        """A record erased for good, and a value calculated anew under its old change time."""
        erased, *recalculated = bench.store.query("companies")
        long_ago = clock.shift(bench.handle.control("state")["now"], days=-100)
        documents = [Document("companies", erased.id, long_ago, long_ago, erased.body, long_ago)]
        for row in recalculated:
            body = row.json()
            body["properties"]["description"] = "recalculated"
            documents.append(Document("companies", row.id, long_ago, long_ago, body))
        bench.store.put(documents)
        tally = bench.ingest({"companies"})["companies"]
        assert (tally.changed, tally.deleted) == (0, 0)
        bench.handle.control("advance", days=7)
        bench.ingest({"companies"})
        assert bench.newest("companies")[erased.id]["is_deleted"]
        rows = bench.store.query("companies")
        expected = {row.id: expected_record(bench, "companies", row.id) for row in rows}
        assert bench.alive("companies") == expected


class TestTrouble:
    def test_throttling_is_waited_out(
        self, bench: Bench, first_run: dict[str, Any], no_sleep: list[float]
    ) -> None:
        body = {"status": "error", "errorType": "RATE_LIMIT", "message": "slow down"}
        headers = {"X-HubSpot-RateLimit-Interval-Milliseconds": "10000"}
        policies = ("TEN_SECONDLY_ROLLING", "SECONDLY")
        for policy in policies:
            answer = {"status": 429, "body": body | {"policyName": policy}, "headers": headers}
            bench.fault("*/companies/search", **answer)
        assert not bench.ingest({"companies"})["companies"].failed
        assert {10.05, 1.05} <= {round(seconds, 2) for seconds in no_sleep}

    def test_the_day_s_allowance_ends_the_stream(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        body = {"status": "error", "policyName": "DAILY", "message": "daily limit reached"}
        bench.fault("*/companies/search", status=429, body=body)
        tally = bench.ingest({"companies"}, fails=True)["companies"]
        assert "the day's allowance is used up" in str(tally.error)

    def test_an_expired_token_names_what_to_do(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        body = {"status": "error", "category": "EXPIRED_AUTHENTICATION"}
        bench.fault("*", status=401, body=body, times=5)
        tally = bench.ingest({"companies"}, fails=True)["companies"]
        assert "renew the connection's credentials" in str(tally.error)
        assert CREDENTIALS["access_token"] not in str(tally.error)

    def test_a_batch_answered_in_part_is_asked_again(
        self, bench: Bench, first_run: dict[str, Any], no_sleep: list[float]
    ) -> None:
        error = {"status": "error", "category": "INTERNAL_ERROR", "message": "try later"}
        body = {"status": "COMPLETE", "results": [], "numErrors": 1, "errors": [error]}
        bench.fault("*/associations/*", status=207, body=body)
        bench.ingest({"deals"}, full=True)
        row = bench.store.query("deals", limit=1)[0]
        assert bench.alive("deals")[row.id] == expected_record(bench, "deals", row.id)

    def test_an_answer_that_breaks_off_is_asked_again(
        self, bench: Bench, first_run: dict[str, Any], no_sleep: list[float]
    ) -> None:
        bench.fault("*/companies/search", cut=40)
        bench.fault("*/companies/search", status=200, body='{"results": [{"id":')
        assert not bench.ingest({"companies"})["companies"].failed

    def test_an_account_being_moved_is_left_alone_for_long_waits(self) -> None:
        answer = requests.Response()
        answer.status_code = 477
        answer.headers["Retry-After"] = "86400"
        assert isinstance(hubspot.explain(answer), PermanentError)


class TestStandIn:
    """What the vendor refuses, the stand-in refuses."""

    @pytest.fixture
    def api(self, bench: Bench) -> Api:
        return bench.api(attempts=1)

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"limit": 201}, "limit must be between 1 and 200"),
            ({"after": "9900", "limit": 200}, "must not exceed 10000"),
            ({"sorts": [{"propertyName": "no_such"}]}, "one sort"),
            (
                {"filterGroups": [{"filters": [{"propertyName": "no_such", "operator": "EQ"}]}]},
                "no property",
            ),
        ],
    )
    def test_search_is_checked(self, api: Api, change: dict[str, Any], message: str) -> None:
        with pytest.raises(PermanentError, match=message):
            api.post("/crm/objects/2026-03/contacts/search", json=change)

    def test_lists_are_checked(self, api: Api) -> None:
        with pytest.raises(PermanentError, match="limit must be between 1 and 100"):
            api.get("/crm/objects/2026-03/contacts", params={"limit": 101})
        with pytest.raises(PermanentError, match="Unable to infer object type from: butterflies"):
            api.get("/crm/objects/2026-03/butterflies")
        with pytest.raises(PermanentError, match="cursor is not valid"):
            api.get("/crm/objects/2026-03/contacts", params={"after": "é"})

    def test_a_search_without_properties_gives_the_few_defaults(self, api: Api) -> None:
        page = api.post(
            "/crm/objects/2026-03/contacts/search", records="results", json={"limit": 1}
        )
        shown = set(json.loads(bytes(page.records[0]))["properties"])
        assert shown == {
            "createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname",
        }  # fmt: skip

    def test_more_than_five_searches_a_second_are_refused(self, bench: Bench, api: Api) -> None:
        api._limiters = {}
        searches = (
            api.post("/crm/objects/2026-03/contacts/search", json={"limit": 1}) for _ in range(7)
        )
        with pytest.raises(ThrottledError, match="secondly limit"):
            list(searches)


def test_every_request_is_as_the_fact_sheet_says(bench: Bench, first_run: dict[str, Any]) -> None:
    for one in exchanges(bench.record, "hubspot"):
        path = one["url"].removeprefix("https://api.hubapi.com").partition("?")[0]
        assert "2026-03" in path or path.startswith(LEGACY_PATHS), path
        if path.endswith("/search") and "/objects/" in path and one["status"] == 200:
            assert_search(json.loads(one["request_body"]))
        if path.endswith("/batch/read"):
            assert len(json.loads(one["request_body"])["inputs"]) <= 1000


def test_every_mapped_property_is_asked_for(bench: Bench, first_run: dict[str, Any]) -> None:
    folder = ROOT / "dbt_project/models/staging/hubspot"
    text = (folder / "_hubspot__models.yml").read_text()
    checked = 0
    for model in yaml.safe_load(text)["models"]:
        sql = (folder / f"{model['name']}.sql").read_text()
        stream = sql.split("'")[3]
        mapped = set(re.findall(r"properties\.(\w+)", yaml.safe_dump(model)))
        if stream in catalogue.TYPE_IDS:
            assert mapped <= asked_properties(bench, stream), model["name"]
            checked += 1
    assert checked > 10


def assert_search(body: dict[str, Any]) -> None:
    if set(body) == {"limit"}:
        return
    if body["limit"] == 1:
        names = [one["propertyName"] for group in body["filterGroups"] for one in group["filters"]]
        assert names in ([], ["pipeline", "dealstage"])
        return
    assert body["limit"] <= 200
    assert "after" not in body
    assert body["sorts"] == [{"propertyName": "hs_object_id", "direction": "ASCENDING"}]
    (group,) = body["filterGroups"]
    operators = [(one["propertyName"], one["operator"]) for one in group["filters"]]
    assert operators[-1] == ("hs_object_id", "GT")
    assert operators[:-1] in ([], [("lastmodifieddate", "GTE")], [("hs_lastmodifieddate", "GTE")])


class TestRecorded:
    """Answers that the vendor itself gave, through the connector and the mapping."""

    def test_search_goes_on_after_the_last_id(self, bench: Bench) -> None:
        for name in ("1-first-page", "2-second-page"):
            body = recorded(f"test__search__contacts__{name}.json")
            bench.fault("*/contacts/search", status=200, body=body)
        pages = list(hubspot.search(bench.api(), "contacts", ["email"], "lastmodifieddate", None))
        ids = [json.loads(bytes(page.records[0]))["id"] for page in pages]
        assert ids == ["501", "103107104018"]
        last = [
            one for one in exchanges(bench.record, "hubspot") if "contacts/search" in one["url"]
        ]
        (group,) = json.loads(last[-1]["request_body"])["filterGroups"]
        assert group["filters"] == [
            {"propertyName": "hs_object_id", "operator": "GT", "value": "501"}
        ]

    def test_records_without_associations_are_no_error(self, bench: Bench) -> None:
        body = recorded("test__search__contacts__contacts-to-companies.json")
        bench.fault("*/associations/*", status=207, body=body)
        found = hubspot.associations(bench.api(), "contacts", "companies", ["501", "103107104018"])
        kinds = [("Primary", 1), (None, 279)]
        types = [
            {"category": "HUBSPOT_DEFINED", "typeId": type_id, "label": label}
            for label, type_id in kinds
        ]
        assert found == {
            "501": [
                {"toObjectId": 29022297485, "associationTypes": types, "toObjectType": "companies"}
            ]
        }

    def test_lists_are_followed_by_their_offset(self, bench: Bench) -> None:
        for name in ("test__read-lists-1-first-page.json", "test__read-lists-2-second-page.json"):
            bench.fault("*/lists/*/search", status=200, body=recorded(name))
        (lists,) = [stream for stream in hubspot.STREAMS if stream.name == "lists"]
        window = Window(since=None, now=dt.datetime(2026, 11, 2), state={})
        assert callable(lists.body)
        api = bench.api()
        request = requests.Request("POST", api.url(lists.path), json=dict(lists.body(window)))
        pages = list(api.pages(request, "lists", hubspot.offset_in_body()))
        assert [json.loads(bytes(one))["listId"] for page in pages for one in page.records] == [
            "3", "4", "5",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("stream", "names"),
        [
            (
                "campaigns",
                ("test__read__campaigns__1-first-page", "test__read__campaigns__2-last-page"),
            ),
            (
                "emails",
                (
                    "test__read__marketing-emails__1-first-page",
                    "test__read__marketing-emails__2-last-page",
                ),
            ),
        ],
    )
    def test_cursors_are_followed_to_the_end(
        self, bench: Bench, stream: str, names: tuple[str, str]
    ) -> None:
        answers = [recorded(f"{name}.json") for name in names]
        for body in answers:
            bench.fault(f"/marketing/{stream}/*", status=200, body=body)
        pages = list(hubspot.listed(bench.api(), f"/marketing/{stream}/2026-03", limit=3))
        ids = [json.loads(bytes(one))["id"] for page in pages for one in page.records]
        assert ids == [one["id"] for body in answers for one in body["results"]]

    def test_refusals_are_permanent(self, bench: Bench) -> None:
        cases = (
            (403, "test__metadata-err-schemas-scope.json", "scopes are required"),
            (400, "test__search__error-invalid-object.json", "butterflies"),
        )
        for status, name, message in cases:
            bench.fault("*", status=status, body=recorded(name))
            with pytest.raises(PermanentError, match=message):
                bench.api().get("/crm/objects/2026-03/contacts")

    def test_custom_properties_are_told_from_hubspot_s(self, bench: Bench) -> None:
        described = recorded("test__metadata-contacts-properties-sampled.json")
        own = sorted(one["name"] for one in described["results"] if not one.get("hubspotDefined"))
        bench.fault("*/properties/*", status=200, body=described)
        assert hubspot.own_properties(bench.api(), "contacts") == own


@pytest.fixture(scope="module")
def staged(
    bench: Bench, first_run: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Project:
    """What was ingested, recorded and hand-made records, through the staging models."""
    project = Project(tmp_path_factory.mktemp("hubspot_staged"))
    project.add_system("hubspot")
    for stream in OBJECTS:
        for id_, row in bench.newest(stream).items():
            gone = row["is_deleted"]
            payload = row["payload"] | {"id": id_}
            name = bench.connection.name
            project.add_records("hubspot", stream, [payload], connection=name, is_deleted=gone)
    pages = {
        "contacts": ["test__search__contacts__1-first-page",
                     "test__search__contacts__2-second-page",
                     "test__read-via-search__contacts-response"],
        "marketing_emails": ["test__read__marketing-emails__2-last-page"],
        "campaigns": ["test__read__campaigns__1-first-page"],
        "marketing_events": ["test__read__marketing-events"],
    }  # fmt: skip
    for stream, names in pages.items():
        for name in names:
            key = "objectId" if stream == "marketing_events" else "id"
            found = recorded(f"{name}.json")["results"]
            project.add_records("hubspot", stream, found, key=key, connection="recorded")
    for stream, records in HAND_MADE.items():
        project.add_records("hubspot", stream, records, connection="recorded")
    project.build()
    return project


def associated(kind: str, id_: int) -> list[dict[str, Any]]:
    return [{"toObjectId": id_, "associationTypes": [], "toObjectType": kind}]


CREATED = {"createdAt": "2026-10-01T08:00:00.000Z", "updatedAt": "2026-10-02T08:00:00.000Z"}
HAND_MADE: dict[str, list[dict[str, Any]]] = {
    "deal_totals": [
        {"id": "all", "pipeline": None, "stage": None, "total": 12},
        {"id": "default:closedwon", "pipeline": "default", "stage": "closedwon", "total": 7},
        {"id": "92:1093", "pipeline": "92", "stage": "1093", "total": 5},
    ],
    "orders": [
        {
            "id": "71", **CREATED,
            "properties": {
                "hs_order_name": "#1007", "hs_external_order_id": "5001", "hs_tax": "1.90",
                "hs_currency_code": "EUR", "hs_total_price": "21.90", "hs_payment_status": "Paid",
                "hs_fulfillment_status": "Shipped", "hs_shipping_address_country": "Germany",
                "hs_external_created_date": "2026-09-30T21:15:00Z",
            },
            "associations": {"contacts": [], "companies": associated("companies", 9), "deals": []},
        }
    ],
    "line_items": [
        {
            "id": "81", **CREATED,
            "properties": {"name": "Kettle", "quantity": "2", "price": "10.00", "amount": "20.00",
                           "hs_sku": "KE-1", "hs_product_id": "55",
                           "hs_line_item_currency_code": "EUR"},
            "associations": {"deals": [], "orders": associated("orders", 71), "invoices": []},
        },
        {
            "id": "82", **CREATED,
            "properties": {"name": "Tin", "quantity": "1.5", "price": "4", "amount": "6"},
            "associations": {"deals": [], "orders": [], "invoices": associated("invoices", 91)},
        },
        {
            "id": "83", **CREATED, "properties": {"name": "Cup", "quantity": "3"},
            "associations": {"deals": associated("deals", 4), "orders": [], "invoices": []},
        },
    ],
    "invoices": [
        {
            "id": "91", **CREATED,
            "properties": {"hs_number": "INV-7", "hs_invoice_status": "voided",
                           "hs_amount_billed": "6.00", "hs_balance_due": "0",
                           "hs_currency": "USD", "hs_due_date": "2026-11-01T00:00:00Z"},
            "associations": {"contacts": associated("contacts", 501), "companies": [], "deals": []},
        }
    ],
    "commerce_payments": [
        {
            "id": "95", **CREATED,
            "properties": {"hs_initial_amount": "6.00", "hs_currency_code": "USD",
                           "hs_latest_status": "succeeded", "hs_payment_method_type": "CARD",
                           "hs_initiated_date": "2026-10-01T09:30:00Z"},
            "associations": {"contacts": [], "invoices": associated("invoices", 91), "orders": []},
        }
    ],
}  # fmt: skip


def whole(project: Project, model: str, id_: str) -> dict[str, Any]:
    """A staged row without its empty columns and without those of the load."""
    found = project.rows(f"stg_hubspot__{model}")
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
    place = {"connection": "recorded", "system": "hubspot", "stream": stream}
    return {**key, **place, "is_deleted": False, "verdict": "accepted", **columns}


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


class TestMapping:
    def test_totals_of_stages(self, staged: Project) -> None:
        rows = staged.rows("stg_hubspot__deal_totals", ["record_id, report_grouping, record_count"])
        assert [tuple(row.values()) for row in rows] == [
            ("92:1093", "unknown", 5),
            ("all", None, 12),
            ("default:closedwon", "Closed Won", 7),
        ]

    def test_recorded_contacts(self, staged: Project) -> None:
        streams = {"company_stream": "companies", "owner_stream": "owners"}
        external = {"external_system": "shopify", "external_stream": "customers"}
        assert whole(staged, "contacts", "501") == base(
            "contacts", "501", customer_type="person", first_name="Johnnie", last_name="Heller",
            email="johnnie77@hotmail.com", created_at=at("2023-12-14 23:31:55.758"),
            **streams, **external,
        )  # fmt: skip
        row = whole(staged, "contacts", "103107104018")
        assert row["verdict"] == "warned"
        assert row["reasons"] == (
            "phone holds '9199767082', which is not a phone number (field properties.phone)"
        )
        assert json.loads(row["unreadable_values"]) == {"phone": "9199767082"}
        assert whole(staged, "contacts", "220006890315")["email"] == "effieklestz@yahoo.com"

    def test_recorded_marketing_email(self, staged: Project) -> None:
        assert whole(staged, "email_campaigns", "149139108889") == base(
            "marketing_emails", "149139108889", campaign_name="Ticket received",
            subject="Your ticket '{{ticket.subject}}' has been received", channel="email",
            campaign_type="TICKET_EMAIL", status="active",
            scheduled_at=at("2023-12-08 17:47:59"), sent_at=at("2023-12-08 17:47:58.956"),
            created_at=at("2023-12-08 17:47:58.334"),
        )  # fmt: skip

    def test_recorded_campaign_and_event(self, staged: Project) -> None:
        id_ = "430318c4-abb7-4bf7-a75e-9c5fa8f475a6"
        assert whole(staged, "campaigns", id_) == base(
            "campaigns", id_, campaign_name="Clothing Promotion", channel="other",
            budget_amount=Decimal("2.0"), created_at=at("2026-05-05 23:41:20.330"),
        )  # fmt: skip
        assert whole(staged, "marketing_events", "555442196839") == base(
            "marketing_events", "555442196839", campaign_name="Party", channel="event",
            status="active", recipient_count=0, response_count=0,
            created_at=at("2026-05-11 22:07:29.059"),
        )  # fmt: skip

    def test_order_and_its_line(self, staged: Project) -> None:
        assert whole(staged, "orders", "71") == base(
            "orders", "71", order_number="#1007", reference="5001", customer_record_id="9",
            customer_stream="companies", deal_stream="deals", employee_stream="owners",
            payment_status="paid", fulfillment_status="fulfilled", currency="EUR",
            tax_amount=Decimal("1.90"), total_amount=Decimal("21.90"), shipping_country="DE",
            ordered_at=at("2026-09-30 21:15:00"), created_at=at("2026-10-01 08:00:00"),
        )  # fmt: skip
        lines = staged.rows("stg_hubspot__order_items")
        assert [row["record_id"] for row in lines] == ["81"]
        assert whole(staged, "order_items", "81") == base(
            "line_items", "81", order_record_id="71", order_stream="orders",
            product_record_id="55", product_stream="products", sku="KE-1", item_name="Kettle",
            quantity=Decimal(2), unit_price_amount=Decimal(10), total_amount=Decimal(20),
            currency="EUR",
        )  # fmt: skip

    def test_invoice_its_line_and_its_payment(self, staged: Project) -> None:
        assert whole(staged, "invoices", "91") == base(
            "invoices", "91", invoice_number="INV-7", direction="receivable",
            document_type="invoice", customer_record_id="501", customer_stream="contacts",
            deal_stream="deals", status="voided", currency="USD", total_amount=Decimal(6),
            balance_amount=Decimal(0), due_date=dt.date(2026, 11, 1),
            created_at=at("2026-10-01 08:00:00"),
        )  # fmt: skip
        assert [row["record_id"] for row in staged.rows("stg_hubspot__invoice_items")] == ["82"]
        assert whole(staged, "payments", "95") == base(
            "commerce_payments", "95", order_stream="orders", invoice_record_id="91",
            invoice_stream="invoices", customer_stream="contacts", direction="in",
            payment_type="sale", method="card", status="completed", currency="USD",
            amount=Decimal(6), paid_at=at("2026-10-01 09:30:00"),
            created_at=at("2026-10-01 08:00:00"),
        )  # fmt: skip

    def test_what_the_stand_in_shows_is_staged(self, bench: Bench, staged: Project) -> None:
        deals = {row["record_key"]: row for row in staged.rows("stg_hubspot__deals")}
        for id_, deal in bench.alive("deals").items():
            row = deals[f"{bench.connection.name}/deals/{id_}"]
            company = deal["associations"]["companies"][0]["toObjectId"]
            assert row["customer_record_id"] == str(company)
            assert row["customer_stream"] == "companies"
            assert row["stage"] != "unknown"
        tasks = staged.rows("stg_hubspot__tasks")
        assert tasks
        assert not any("<b>" in (row["body"] or "") for row in tasks)
        assert not any(
            row["verdict"] == "quarantined"
            for model in ("contacts", "companies", "deals", "calls", "campaigns")
            for row in staged.rows(f"stg_hubspot__{model}")
        )


def test_many_associations_come_in_pages(bench: Bench) -> None:
    one = {"toObjectId": 7, "associationTypes": []}
    other = {
        "toObjectId": 5,
        "associationTypes": [{"category": "HUBSPOT_DEFINED", "typeId": 5, "label": "Primary"}],
    }
    first = {"from": {"id": "1"}, "to": [one], "paging": {"next": {"after": "7"}}}
    second = {"from": {"id": "1"}, "to": [other]}
    for answer in (first, second):
        bench.fault(
            "*/associations/*", status=200, body={"status": "COMPLETE", "results": [answer]}
        )
    found = hubspot.associations(bench.api(), "deals", "companies", ["1"])
    assert [to["toObjectId"] for to in found["1"]] == [5, 7]


def test_a_key_is_added_without_touching_the_record() -> None:
    record = msgspec.Raw(b'{"id": "1", "amount": 1.10} ')
    assert (
        bytes(hubspot._with_key(record, "more", [1])) == b'{"id": "1", "amount": 1.10,"more":[1]}'
    )


class TestVerification:
    def test_a_contact_that_vanished_without_a_trace_is_found(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        bench.ingest({"contacts"})
        gone = next(iter(bench.alive("contacts")))
        with bench.store.connection as store:
            store.execute("delete from contacts where id = ?", [gone])
        assert bench.ingest({"contacts"})["contacts"].deleted == 0
        found = bench.ingest({"contacts"}, verify=True)["contacts"].verification
        assert found is not None
        assert (found.missing, found.vanished, found.unresolved) == (0, 1, 0)
        assert found.requests == -(-found.vendor_count // hubspot.LIST_PAGE)
        assert bench.newest("contacts")[gone]["is_deleted"]

    def test_a_record_in_the_state_it_was_read_in_is_left_out(self) -> None:
        records = [
            msgspec.Raw(json.dumps({"id": str(n), "updatedAt": f"2026-01-01T1{n}:00:00Z"}).encode())
            for n in range(3)
        ]
        state: dict[str, Any] = {}

        def left(**window: Any) -> list[msgspec.Raw]:
            given = Window(since=dt.datetime(2026, 1, 1), now=clock.BASE, state=state, **window)
            page = Page(records=list(records), body={}, request_id="")
            return next(hubspot.unread([page], given)).records

        (page,) = hubspot.unread(
            [Page(records=list(records), body={}, request_id="")],
            Window(since=None, now=clock.BASE, state=state),
        )
        assert page.records == records
        assert left() == records[:1]  # older than the last hour: not remembered
        assert left(again=True) == records
