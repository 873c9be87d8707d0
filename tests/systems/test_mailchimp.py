"""Mailchimp: the connector against its stand-in and the fact sheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from pipelines.connections import Connection
from pipelines.errors import CredentialError, ThrottledError
from pipelines.sandbox.mailchimp import (
    CREDENTIALS,
    click_details,
    counted,
    email_activity,
    membership,
    sent_to,
)
from pipelines.sandbox.mailchimp import unsubscribed as left_after
from pipelines.sandbox.store import Document
from pipelines.stream import Window
from pipelines.systems import mailchimp
from tests.contract import exchanges
from tests.mapping.project import Project
from tests.systems.bench import Bench

HOST = "us21.api.mailchimp.com"
DETAILS = {
    "email_activity": (email_activity, "email_id"),
    "sent_to": (sent_to, "email_id"),
    "unsubscribes": (left_after, "email_id"),
    "click_details": (click_details, "id"),
}
BELOW = {
    "segment_members", "interests", "automation_emails", "ecommerce_customers",
    "ecommerce_products", "ecommerce_orders", "ecommerce_carts",
}  # fmt: skip
OF_LIST = {"segments": "id", "interest_categories": "id", "merge_fields": "merge_id"}
OF_LIST |= {"growth_history": "month"}
HIDDEN = {
    "segment_members": ("merge_fields", "location", "stats"),
    "reports": ("list_stats", "industry_stats"),
    "sent_to": ("merge_fields",),
    "unsubscribes": ("merge_fields",),
}


@pytest.fixture(scope="module")
def first_run(bench: Bench) -> Iterator[dict[str, Any]]:
    """The first run, with pages of members so small that there are several."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mailchimp, "PAGE", 7)
        yield bench.ingest()


def asked(stream: str, body: dict[str, Any]) -> dict[str, Any]:
    """A record without the fields that the connector leaves out."""
    hidden = {"_links", *HIDDEN.get(stream, ())}
    return {name: value for name, value in body.items() if name not in hidden}


def expected(bench: Bench, stream: str) -> dict[str, Any]:
    """What bronze is to hold of a stream now: the stand-in's records as they were asked for."""
    if stream in DETAILS:
        return details(bench, stream)
    rows = [row for row in bench.store.query(stream) if stream != "segment_members" or saved(row)]
    found = {record_id(bench, stream, row): asked(stream, row.json()) for row in rows}
    for id_, body in found.items() if stream == "lists" else ():
        body["stats"] |= membership(bench.store, id_)
    if stream in ("campaigns", "reports"):
        now = bench.handle.control("state")["now"]
        return {id_: counted(bench.store, body, now) for id_, body in found.items()}
    return found


def saved(row: Any) -> bool:
    """Whether a segment's member belongs to a saved segment, not to a tag."""
    return int(row.parent_id) % 1000 == 900


def record_id(bench: Bench, stream: str, row: Any) -> str:
    body = row.json()
    if stream == "list_members":
        return f"{body['list_id']}:{body['id']}"
    if stream in OF_LIST:
        return f"{row.parent_id}:{body[OF_LIST[stream]]}"
    if stream in BELOW:
        return f"{parent_id(bench, stream, row)}:{body['id']}"
    return str(body["id"])


def parent_id(bench: Bench, stream: str, row: Any) -> str:
    above = {"segment_members": "segments", "interests": "interest_categories"}.get(stream)
    if above is None:
        return str(row.parent_id)
    parent = bench.store.get(above, row.parent_id)
    assert parent is not None
    return f"{parent.parent_id}:{parent.id}"


def details(bench: Bench, stream: str) -> dict[str, Any]:
    make, key = DETAILS[stream]
    found = {}
    for report in bench.store.query("reports"):
        events = [
            row.json() for row in bench.store.query("events", parent_id=report.id, order="created")
        ]
        for one in make(events, report.json()):
            found[f"{report.id}:{one[key]}"] = asked(stream, one)
    return found


class TestRuns:
    @pytest.mark.parametrize("stream", [one.name for one in mailchimp.STREAMS])
    def test_first_run_reads_everything_as_sent(
        self, bench: Bench, first_run: dict[str, Any], stream: str
    ) -> None:
        wanted = expected(bench, stream)
        assert wanted
        assert bench.alive(stream) == wanted
        assert first_run[stream].new >= len(wanted)

    def test_members_are_read_page_by_page(self, bench: Bench, first_run: dict[str, Any]) -> None:
        audiences = len(expected(bench, "lists"))
        assert first_run["list_members"].pages > 2 * audiences + 5

    def test_bronze_row_carries_the_change_time(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        row = bench.store.query("list_members", limit=1)[0]
        bronze = bench.newest("list_members")[row.id]
        changed_at = dt.datetime.fromisoformat(row.updated_at[:19])
        assert (bronze["connection"], bronze["changed_at"]) == ("test", changed_at)

    def test_second_run_reads_only_the_overlap(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        tallies = bench.ingest()
        assert sum(one.new + one.changed + one.deleted for one in tallies.values()) == 0
        assert tallies["list_members"].read < first_run["list_members"].read / 3
        assert all(tallies[stream].requests == 0 for stream in DETAILS)

    def test_advance_brings_new_changed_and_deleted(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        bench.handle.control("advance", days=3)
        tallies = bench.ingest()
        for stream in [one.name for one in mailchimp.STREAMS if one.name not in DETAILS]:
            assert bench.alive(stream) == expected(bench, stream), stream
        for stream in DETAILS:
            wanted = expected(bench, stream)
            assert wanted.items() <= bench.alive(stream).items(), stream
        assert all(tallies["campaigns"].__dict__[one] for one in ("new", "changed", "deleted"))
        assert 0 < tallies["email_activity"].requests < tallies["reports"].read
        assert tallies["list_members"].changed + tallies["list_members"].new > 0

    def test_archived_member_is_deleted_and_keeps_its_fields(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        row = bench.store.query("list_members", order="id", limit=1)[0]
        bench.mutate("list_members", row.id, patch={"last_changed": "$now"})
        changed = bench.store.get("list_members", row.id)
        assert changed
        at, body = changed.updated_at, changed.json() | {"status": "archived"}
        body["last_changed"] = at[:19] + "+00:00"
        store(bench, "archived_members", row.id, body, at, row.parent_id)
        bench.mutate("list_members", row.id, delete=True)
        bench.ingest({"lists", "list_members"})
        newest = bench.newest("list_members")[row.id]
        assert newest["is_deleted"]
        assert newest["payload"]["status"] == "archived"

    def test_erased_member_is_found_by_the_daily_list(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        row = bench.store.query("list_members", order="id", limit=1)[0]
        bench.mutate("list_members", row.id, delete=True)
        bench.ingest({"lists", "list_members"})
        assert not bench.newest("list_members")[row.id]["is_deleted"]
        bench.handle.control("advance", days=1)
        bench.ingest({"lists", "list_members"})
        newest = bench.newest("list_members")[row.id]
        assert (newest["is_deleted"], newest["payload"]) == (True, {})


def store(bench: Bench, stream: str, id_: str, body: dict[str, Any], at: str, parent: Any) -> None:
    bench.store.put([Document(stream, id_, at, at, body, None, parent)])


class TestMembersByChange:
    def pages(self, bench: Bench, audience: str) -> list[str]:
        window = Window(since=None, now=dt.datetime(2026, 11, 2), state={}, parent=audience)
        read = mailchimp.members_by_change(bench.api(), window, None)
        return [id_ for page in read for id_ in mailchimp.ids(page)]

    def test_import_of_one_second_is_left_by_offset(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(mailchimp, "PAGE", 4)
        audience = bench.store.query("lists", limit=1)[0].id
        template = bench.store.query("list_members", parent_id=audience, limit=1)[0].json()
        for number in range(11):
            body = template | {"id": f"m{number:02d}", "last_changed": "2026-10-30T10:00:00+00:00"}
            store(bench, "list_members", f"x:{number}", body, "2026-10-30T10:00:00.000Z", "import")
        store(
            bench,
            "lists",
            "import",
            {"id": "import", "stats": {}},
            "2026-10-30T10:00:00.000Z",
            None,
        )
        assert sorted(set(self.pages(bench, "import"))) == [
            f"m{number:02d}" for number in range(11)
        ]

    def test_edit_during_the_reading_loses_nobody(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(mailchimp, "PAGE", 5)
        audience = bench.store.query("lists", order="id")[0].id
        rows = bench.store.query("list_members", parent_id=audience, order="updated")
        window = Window(since=None, now=dt.datetime(2026, 11, 2), state={}, parent=audience)
        read = mailchimp.members_by_change(bench.api(), window, None)
        seen = set(mailchimp.ids(next(read)))
        bench.mutate("list_members", rows[0].id, patch={"vip": True, "last_changed": "$now"})
        for page in read:
            seen |= set(mailchimp.ids(page))
        assert seen == {row.json()["id"] for row in rows}


class TestTrouble:
    def test_too_many_connections_are_waited_out(
        self, bench: Bench, first_run: dict[str, Any], no_sleep: list[float]
    ) -> None:
        body = {"title": "Too Many Requests", "status": 429}
        bench.fault("/3.0/campaigns", status=429, body=body, times=2)
        assert bench.ingest({"campaigns"})["campaigns"].requests == 3
        assert len([wait for wait in no_sleep if wait >= 1]) >= 2

    @pytest.mark.parametrize(
        "fault",
        [
            {"status": 200, "body": {"title": "Internal Server Error", "status": 500}},
            {"status": 200, "body": '{"automations": [{"id":'},
            {"status": 403, "body": "Forbidden", "headers": {"content-type": "text/html"}},
            {"status": 504, "body": ""},
            {"cut": 50},
        ],
    )
    def test_broken_answers_are_asked_again(
        self, bench: Bench, no_sleep: list[float], fault: dict[str, Any]
    ) -> None:
        bench.fault("/3.0/automations", **fault)
        api = bench.api()
        params = {"count": 9, "exclude_fields": "_links"}
        page = api.get("automations", params=params, records="automations")
        assert (len(page.records), len(api.requests)) == (2, 2)

    def test_missing_permission_is_no_throttling(self) -> None:
        said = requests.Response()
        said.status_code, said._content = 403, b'{"title": "Forbidden"}'
        said.headers["Content-Type"] = "application/problem+json"
        assert mailchimp.explain(said) is None
        said.headers["Content-Type"] = "text/html"
        assert isinstance(mailchimp.explain(said), ThrottledError)

    def test_wrong_key_names_what_to_do(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CONNECTIONS__OTHER__API_KEY", "wrong-us21")
        api = bench.api(Connection(name="other", system="mailchimp"))
        with pytest.raises(CredentialError, match=r"(?s)401.*API Key Invalid.*renew"):
            api.get("lists", records="lists")

    def test_key_without_its_data_centre_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CONNECTIONS__OTHER__API_KEY", "0f6b2d7c9a4e")
        with pytest.raises(CredentialError, match="ends with its data centre"):
            mailchimp.base_url(Connection(name="other", system="mailchimp"), None)


def call(bench: Bench, path: str, host: str = HOST, key: str = "") -> requests.Response:
    """A call of the stand-in by hand."""
    return requests.get(
        f"{bench.handle.url}/3.0/{path}",
        headers={"Host": host},
        auth=("anybody", key or CREDENTIALS["api_key"]),
    )


class TestStandIn:
    @pytest.mark.parametrize(
        ("path", "field"),
        [
            ("campaigns?count=1001", "count"),
            ("campaigns?offset=x", "offset"),
            ("campaigns?sort_field=colour", "sort_field"),
            ("campaigns?sort_dir=up", "sort_dir"),
            ("campaigns?since_create_time=yesterday", "since_create_time"),
            ("campaigns?fields=campaigns.id&exclude_fields=_links", "fields"),
        ],
    )
    def test_bad_requests_are_refused_as_mailchimp_does(
        self, bench: Bench, path: str, field: str
    ) -> None:
        answer = call(bench, path)
        body = answer.json()
        assert (answer.status_code, body["title"]) == (400, "Invalid Resource")
        assert [one["field"] for one in body["errors"]] == [field]
        assert answer.headers["Content-Type"].startswith("application/problem+json")

    def test_keys_and_data_centres_are_checked(self, bench: Bench) -> None:
        titles = [
            requests.get(f"{bench.handle.url}/3.0/lists", headers={"Host": HOST}).json()["title"],
            call(bench, "lists", key="wrong").json()["title"],
            call(bench, "lists", host="us1.api.mailchimp.com").json()["title"],
        ]
        assert titles == ["API Key Missing", "API Key Invalid", "API Key Invalid"]

    def test_unknown_records_are_not_found(self, bench: Bench) -> None:
        for path in ("lists/nope/members", "reports/nope/sent-to", "nothing"):
            answer = call(bench, path)
            assert (answer.status_code, answer.json()["title"]) == (404, "Resource Not Found")

    def test_page_has_ten_records_unless_more_are_asked_for(self, bench: Bench) -> None:
        body = call(bench, "campaigns").json()
        assert len(body["campaigns"]) == 10
        assert body["total_items"] == bench.store.count("campaigns")
        assert "_links" in body["campaigns"][0]

    def test_fields_choose_what_is_returned(self, bench: Bench) -> None:
        body = call(bench, "campaigns?count=2&fields=campaigns.id,total_items").json()
        assert [set(one) for one in body["campaigns"]] == [{"id"}, {"id"}]
        assert set(body) == {"campaigns", "total_items"}

    def test_since_is_exclusive(self, bench: Bench) -> None:
        audience = bench.store.query("lists", limit=1)[0].id
        path = f"lists/{audience}/members?sort_field=last_changed&count=1000"
        members = call(bench, path).json()["members"]
        since = members[0]["last_changed"].replace("+", "%2B")
        later = call(bench, f"{path}&since_last_changed={since}").json()["members"]
        assert members[0]["id"] not in {one["id"] for one in later}


def test_every_request_is_as_the_fact_sheet_says(bench: Bench, first_run: dict[str, Any]) -> None:
    """Version 3.0 on the key's data centre, pages of at most 1000, bounds with second precision."""
    for one in exchanges(bench.record, "mailchimp"):
        if one["request_headers"].get("user-agent") != "goldpan" or one["status"] != 200:
            continue
        parts, query = urlsplit(one["url"]), parse_qs(urlsplit(one["url"]).query)
        assert (parts.netloc, parts.path[:5]) == (HOST, "/3.0/")
        assert int(query["count"][0]) <= 1000
        assert {"fields", "exclude_fields"} & query.keys()
        for since in query.get("since_last_changed", ()):
            assert dt.datetime.fromisoformat(since).utcoffset() == dt.timedelta(0)
            assert len(since) == 25


@pytest.fixture(scope="module")
def staged(
    bench: Bench, first_run: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Project:
    recorded = {
        "list_members": {"aud1:9f": MEMBER},
        "campaigns": {"c1": CAMPAIGN, "c2": SENT},
        "reports": {"c2": REPORT},
    }
    return bench.stage(tmp_path_factory.mktemp("staged"), recorded)


# Shapes as the fact sheet describes them: unknown values are empty texts, an address may be one.
MEMBER: dict[str, Any] = {
    "id": "9f", "email_address": "Ana@Example.com", "full_name": "Ana Ruiz", "list_id": "aud1",
    "status": "cleaned", "merge_fields": {"FNAME": "Ana", "LNAME": "Ruiz", "ADDRESS": "",
                                          "PHONE": "+34 600 111 222", "BIRTHDAY": "03/14"},
    "stats": {"avg_open_rate": 0.25, "avg_click_rate": 0.05, "ecommerce_data": {
        "total_revenue": 120.5, "number_of_orders": 3, "currency_code": "EUR"}},
    "timestamp_signup": "", "timestamp_opt": "2026-06-12T14:26:23+00:00", "language": "es",
    "location": {"country_code": "ES"}, "source": "Admin Add", "sms_phone_number": "",
    "sms_subscription_status": "nonsubscribed", "tags": [{"id": 7, "name": "vip"},
                                                         {"id": 8, "name": "b2b"}],
    "last_changed": "2026-06-12T14:26:23+00:00",
}  # fmt: skip
CAMPAIGN: dict[str, Any] = {
    "id": "c1", "type": "regular", "create_time": "2026-06-01T08:00:00+00:00", "status": "schedule",
    "send_time": "", "emails_sent": 0, "settings": {"subject_line": "Tea &amp; more", "title": "",
                                                    "from_name": "Goldpan"},
    "recipients": {"list_id": "aud1", "list_name": "Friends", "recipient_count": 12},
}  # fmt: skip


SENT_AT = {"id": "c2", "emails_sent": 9, "send_time": "2026-06-02T08:00:00+00:00"}
SENT = CAMPAIGN | SENT_AT | {"status": "sent", "report_summary": {"opens": 5, "clicks": 3}}
REPORT = SENT_AT | {"opens": {"opens_total": 5}, "clicks": {"clicks_total": 3}}


def recorded_row(project: Project, model: str, record_id: str = "") -> dict[str, Any]:
    """The one record of connection `recorded` without what every staging row has."""
    rows = (one for one in project.rows(model) if one["connection"] == "recorded")
    (row,) = (one for one in rows if record_id in ("", one["record_id"]))
    common = {
        "record_key", "connection", "system", "stream", "record_id", "is_deleted", "verdict",
        "version_count", "first_seen_at", "extracted_at", "request_id", "_dlt_load_id",
    }  # fmt: skip
    return {name: one for name, one in row.items() if one is not None and name not in common}


class TestStaging:
    def test_member_is_a_subscriber(self, staged: Project) -> None:
        assert recorded_row(staged, "stg_mailchimp__subscribers") == {
            "email": "ana@example.com", "phone": "+34600111222", "first_name": "Ana",
            "last_name": "Ruiz", "customer_record_id": "aud1:9f",
            "customer_stream": "list_members", "list_record_id": "aud1", "list_stream": "lists",
            "status": "bounced", "sms_status": "never_subscribed", "source": "Admin Add",
            "language": "es", "country": "ES", "open_rate_pct": Decimal(25),
            "click_rate_pct": Decimal(5), "lifetime_value_amount": Decimal("120.5"),
            "currency": "EUR", "tags": "vip, b2b",
            "subscribed_at": dt.datetime(2026, 6, 12, 14, 26, 23),
        }  # fmt: skip

    def test_member_is_a_customer(self, staged: Project) -> None:
        assert recorded_row(staged, "stg_mailchimp__customers") == {
            "customer_type": "person", "first_name": "Ana", "last_name": "Ruiz",
            "full_name": "Ana Ruiz", "email": "ana@example.com", "phone": "+34600111222",
            "language": "es", "lead_source": "Admin Add", "tags": "vip, b2b",
            "created_at": dt.datetime(2026, 6, 12, 14, 26, 23),
        }  # fmt: skip

    def test_campaign_that_was_not_sent(self, staged: Project) -> None:
        assert recorded_row(staged, "stg_mailchimp__campaigns", "c1") == {
            "campaign_name": "Tea & more", "subject": "Tea & more", "channel": "email",
            "campaign_type": "regular", "status": "scheduled", "list_record_id": "aud1",
            "list_stream": "lists", "list_name": "Friends", "from_name": "Goldpan",
            "recipient_count": 12, "sent_count": 0, "created_at": dt.datetime(2026, 6, 1, 8),
        }  # fmt: skip

    def test_what_mailchimp_itself_says_of_a_campaign(self, staged: Project) -> None:
        assert recorded_row(staged, "stg_mailchimp__campaign_deliveries") == {
            "period_end_date": dt.date(2026, 6, 2), "report_grouping": "c2", "record_count": 9,
            "amount": 5,
        }  # fmt: skip
        assert recorded_row(staged, "stg_mailchimp__campaign_clicks") == {
            "period_end_date": dt.date(2026, 6, 2), "report_grouping": "c2", "amount": 3,
        }  # fmt: skip

    def test_report_belongs_to_its_campaign(self, bench: Bench, staged: Project) -> None:
        row = staged.rows("stg_mailchimp__reports")[-1]
        report = bench.newest("reports")[row["record_id"]]["payload"]
        found = (row["campaign_record_id"], row["sent_count"], row["unique_open_count"])
        assert found == (report["id"], report["emails_sent"], report["opens"]["unique_opens"])
        assert (row["hard_bounce_count"], row["soft_bounce_count"]) == (
            report["bounces"]["hard_bounces"], report["bounces"]["soft_bounces"],
        )  # fmt: skip
        assert (row["campaign_stream"], row["currency"]) == ("campaigns", "EUR")
        assert row["revenue_amount"] == Decimal(str(report["ecommerce"]["total_revenue"]))

    def test_automations_go_on_without_an_end(self, staged: Project) -> None:
        rows = staged.rows("stg_mailchimp__automations")
        assert {row["campaign_name"]: row["status"] for row in rows} == {
            "Welcome new subscribers": "active", "Birthday greeting": "paused",
        }  # fmt: skip

    def test_shop_customer_keeps_the_shops_id(self, bench: Bench, staged: Project) -> None:
        row = staged.rows("stg_mailchimp__store_customers")[0]
        payload = bench.newest("ecommerce_customers")[row["record_id"]]["payload"]
        assert (row["external_id"], row["is_email_opted_in"]) == (
            payload["id"], payload["opt_in_status"],
        )  # fmt: skip

    def test_nothing_is_quarantined(self, staged: Project) -> None:
        for model in ("subscribers", "customers", "campaigns", "reports", "store_customers"):
            rows = staged.rows(f"stg_mailchimp__{model}")
            assert {row["verdict"] for row in rows} <= {"accepted", "warned"}, model


def test_details_of_a_report_are_read_when_mails_were_sent() -> None:
    fan_outs = {one.name: one.fan_out for one in mailchimp.STREAMS if one.name in DETAILS}
    assert {one and (one.stream, one.changed_only) for one in fan_outs.values()} == {
        ("reports", True)
    }
    assert not mailchimp.is_sent({"emails_sent": 0})
