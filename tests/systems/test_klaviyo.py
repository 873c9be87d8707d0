"""Klaviyo: the connector against its stand-in, the vendor's specification and recorded answers."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests

from pipelines.connections import Connection
from pipelines.errors import CredentialError, ExpiredPageError, PermanentError
from pipelines.sandbox.klaviyo import counted_lately, with_counts
from pipelines.sandbox.klaviyo.listing import KINDS
from pipelines.sandbox.store import Document
from pipelines.stream import Window
from pipelines.systems import klaviyo
from tests.contract import Contract, exchanges
from tests.mapping.project import LOADED_AT, Project
from tests.systems.bench import PAYLOADS, Bench

RECORDED = PAYLOADS / "klaviyo"
MEMBERS = ("list_members", "segment_members")
RESULTS = ("campaign_results", "flow_results")
SIZES = ("list_sizes", "segment_sizes")
AS_STORED = sorted({stream.name for stream in klaviyo.STREAMS} - {*MEMBERS, *RESULTS, *SIZES})
NOW = dt.datetime(2026, 11, 2)


@pytest.fixture(scope="module")
def first_run(bench: Bench) -> dict[str, Any]:
    return bench.ingest()


def expected(bench: Bench, stream: str) -> dict[str, Any]:
    """What bronze is to hold of a stream now: the stand-in's documents as they were asked for."""
    if stream in SIZES:
        return sizes(bench, stream.removesuffix("_sizes"))
    rows = bench.store.query(stream)
    if stream == "campaign_results":
        rows = [
            row
            for row in rows
            if dt.datetime.fromisoformat(row.created_at[:19]) >= last_year(bench)
        ]
    if stream in RESULTS:
        lately = counted_lately(bench.store, bench.handle.control("state")["now"])
        bodies = [with_counts(row.json(), lately) for row in rows]
        return {"{}:{}".format(*group_of(body)): asked_result(body) for body in bodies}
    if stream in MEMBERS:
        return {row.id: member(bench, row) for row in rows}
    return {row.id: row.json() for row in rows}


def sizes(bench: Bench, one: str) -> dict[str, Any]:
    """Lists or segments with the number of their profiles."""
    found = {}
    for row in bench.store.query(f"{one}s"):
        body = row.json()
        body["attributes"]["profile_count"] = bench.store.count(f"{one}_members", parent_id=row.id)
        url = f"https://a.klaviyo.com/api/{one}s/{row.id}"
        query = f"additional-fields%5B{one}%5D=profile_count"
        found[row.id] = {"data": body, "links": {"self": f"{url}?{query}"}}
    return found


def last_year(bench: Bench) -> dt.datetime:
    now = dt.datetime.fromisoformat(bench.handle.control("state")["now"][:19])
    return now - klaviyo.YEAR


def group_of(result: dict[str, Any]) -> list[str]:
    ids = {name: value for name, value in result["groupings"].items() if name != "send_channel"}
    return list(ids.values())


def asked_result(result: dict[str, Any]) -> dict[str, Any]:
    found = result["statistics"]
    return {**result, "statistics": {name: found[name] for name in klaviyo.STATISTICS}}


def member(bench: Bench, row: Any) -> dict[str, Any]:
    profile = bench.store.get("profiles", row.json()["id"])
    assert profile is not None
    joined = row.created_at[:19] + "+00:00"
    return profile.json() | {"attributes": {"joined_group_at": joined}}


class TestRuns:
    @pytest.mark.parametrize("stream", [one.name for one in klaviyo.STREAMS])
    def test_first_run_reads_everything_as_sent(
        self, bench: Bench, first_run: dict[str, Any], stream: str
    ) -> None:
        wanted = expected(bench, stream)
        assert wanted
        assert bench.alive(stream) == wanted
        assert first_run[stream].new == len(wanted)

    def test_bronze_row_carries_the_change_time(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        row = bench.store.query("profiles", limit=1)[0]
        bronze = bench.newest("profiles")[row.id]
        changed_at = dt.datetime.fromisoformat(row.updated_at[:19])
        assert (bronze["connection"], bronze["changed_at"]) == ("test", changed_at)

    def test_second_run_reads_only_the_overlap(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        tallies = bench.ingest()
        assert sum(one.new + one.changed + one.deleted for one in tallies.values()) == 0
        assert tallies["profiles"].read < first_run["profiles"].read / 5
        assert tallies["events"].read < first_run["events"].read / 5
        asked = [one["url"] for one in exchanges(bench.record, "klaviyo")]
        assert any("filter=greater-than%28updated%2C2026-" in url for url in asked)
        assert any("filter=greater-or-equal%28datetime%2C2026-" in url for url in asked)

    def test_advance_brings_new_changed_and_deleted(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        old_results = bench.alive("campaign_results")
        bench.handle.control("advance", days=2)
        tallies = bench.ingest()
        for stream in [*AS_STORED, *MEMBERS, *SIZES, "flow_results"]:
            assert bench.alive(stream) == expected(bench, stream), stream
        assert bench.alive("campaign_results").keys() >= old_results.keys()
        assert all(tallies["campaigns"].__dict__[one] for one in ("new", "changed", "deleted"))
        assert tallies["profiles"].new + tallies["profiles"].changed > 0
        assert tallies["events"].new > 0
        assert tallies["profiles"].read < first_run["profiles"].read / 2

    def test_erased_profile_leaves_its_lists(self, bench: Bench, first_run: dict[str, Any]) -> None:
        row = bench.store.query("list_members", limit=1)[0]
        profile = row.json()["id"]
        bench.mutate("profiles", profile, delete=True)
        bench.mutate("list_members", row.id, delete=True)
        bench.handle.control("advance", days=1)
        bench.ingest({"profiles", "lists", "list_members"})
        assert bench.newest("profiles")[profile]["is_deleted"]
        assert bench.newest("list_members")[row.id]["is_deleted"]

    def test_event_of_the_future_does_not_carry_the_cursor_away(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        bench.ingest({"events"})
        row = bench.store.query("events", limit=1)[0]
        body = row.json() | {"id": "future"}
        body["attributes"]["datetime"] = "2031-01-01T00:00:00+00:00"
        at = "2031-01-01T00:00:00.000Z"
        bench.store.put([Document("events", "future", at, at, body, None, row.parent_id)])
        assert bench.ingest({"events"})["events"].new == 1
        reached = bench.ingest({"events"})["events"].cursor_after
        assert str(reached) < "2026-12-01"


class TestTrouble:
    def test_throttling_is_waited_out(
        self, bench: Bench, first_run: dict[str, Any], no_sleep: list[float]
    ) -> None:
        bench.fault("/api/profiles", status=429, headers={"Retry-After": "17"}, times=2)
        bench.ingest({"profiles"})
        assert [wait for wait in no_sleep if wait > 16.9][:2] == pytest.approx([17.05, 17.05], 0.01)

    @pytest.mark.parametrize(
        "fault",
        [
            {"status": 200, "body": {"errors": [{"code": "error", "detail": "try again"}]}},
            {"status": 200, "body": '{"data": [{"id":'},
            {"status": 502, "body": "<html>bad gateway</html>"},
            {"cut": 40},
        ],
    )
    def test_broken_answers_are_asked_again(
        self, bench: Bench, no_sleep: list[float], fault: dict[str, Any]
    ) -> None:
        bench.fault("/api/lists", **fault)
        api = bench.api()
        page = api.get("/api/lists", records="data")
        assert (len(page.records), len(api.requests)) == (3, 2)

    def test_expired_cursor_starts_the_list_again(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        errors = [{"status": 400, "code": "invalid", "detail": "Invalid cursor provided."}]
        bench.fault("/api/reviews", status=400, body={"errors": errors})
        tally = bench.ingest({"reviews"})["reviews"]
        assert (tally.requests, tally.error) == (2, None)

    def test_wrong_key_names_what_to_do(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CONNECTIONS__OTHER__API_KEY", "pk_wrong")
        api = bench.api(Connection(name="other", system="klaviyo"))
        with pytest.raises(CredentialError, match=r"(?s)401.*authentication_failed.*renew"):
            api.get("/api/accounts", records="data")

    def test_retired_revision_is_a_permanent_error(self, bench: Bench) -> None:
        with pytest.raises(PermanentError, match="retired revision"):
            bench.api().get("/api/accounts", records="data", headers={"revision": "2023-02-22"})

    def test_failure_of_one_stream_leaves_the_others(
        self, bench: Bench, first_run: dict[str, Any]
    ) -> None:
        bench.fault("/api/tags", status=403, body={"errors": [{"code": "permission_denied"}]})
        tallies = bench.ingest({"tags", "coupons"}, fails=True)
        assert "lack the permission" in (tallies["tags"].error or "")
        assert not tallies["coupons"].failed


class TestReports:
    def test_first_reading_goes_back_to_the_start_date_by_years(self, bench: Bench) -> None:
        connection = Connection(name="x", system="klaviyo", sandbox=True, start_date="2024-06-01")
        window = Window(since=None, now=NOW, state={})
        assert list(klaviyo.timeframes(bench.api(connection), window)) == [
            {"key": "last_365_days"},
            {"start": "2024-11-02T00:00:00+00:00", "end": "2025-11-02T00:00:00+00:00"},
            {"start": "2024-06-01T00:00:00+00:00", "end": "2024-11-02T00:00:00+00:00"},
        ]
        assert list(klaviyo.timeframes(bench.api(connection), window)) == [{"key": "last_365_days"}]

    def test_nothing_is_counted_from_before_a_late_start_date(self, bench: Bench) -> None:
        connection = Connection(name="x", system="klaviyo", sandbox=True, start_date="2026-06-01")
        window = Window(since=None, now=NOW, state={})
        assert list(klaviyo.timeframes(bench.api(connection), window)) == [
            {"start": "2026-06-01T00:00:00+00:00", "end": "2026-11-02T00:00:00+00:00"}
        ]

    def test_metric_that_is_not_there_is_named(self, bench: Bench) -> None:
        settings = {"conversion_metric": "Signed a treaty"}
        connection = Connection(name="x", system="klaviyo", sandbox=True, settings=settings)
        with pytest.raises(PermanentError, match=r"no metric 'Signed a treaty'.*connections\.yml"):
            klaviyo.conversion_metric(bench.api(connection))


def call(bench: Bench, path: str, **options: Any) -> requests.Response:
    """A call of the stand-in by hand, with a good key and revision."""
    key = bench.handle.credentials("klaviyo")["api_key"]
    headers = {"Host": "a.klaviyo.com", "Authorization": f"Klaviyo-API-Key {key}"}
    headers |= {"revision": klaviyo.REVISION} | options.pop("headers", {})
    method = options.pop("method", "GET")
    return requests.request(method, bench.handle.url + path, headers=headers, **options)


class TestStandIn:
    @pytest.mark.parametrize(
        ("path", "said"),
        [
            ("/api/lists?page[size]=11", "between 1 and 10"),
            ("/api/lists?page_size=5", "'page_size' is not a valid field for the resource 'list'"),
            ("/api/profiles?fields[profile]=shoe_size", "'shoe_size' is not a valid field"),
            ("/api/profiles?filter=equals(shoe_size,4)", "cannot filter 'shoe_size'"),
            (
                "/api/profiles?filter=greater-or-equal(updated,2026-01-01T00:00:00Z)",
                "cannot filter",
            ),
            ("/api/profiles?filter=greater-than(updated,2027-01-01T00:00:00Z)", "in the past"),
            ("/api/profiles?filter=greater-than(updated,yesterday)", "not a valid datetime"),
            ("/api/profiles?filter=updated>1", "not a valid filter"),
            ("/api/profiles?sort=shoe_size", "not a valid field to sort"),
            ("/api/profiles?page[cursor]=bm90aGluZw==", "Invalid cursor provided."),
            ("/api/campaigns", "'messages.channel' is required"),
            ("/api/coupon-codes", "'coupon.id' is required"),
            ("/api/events?include=weather", "'weather' is not a valid field"),
        ],
    )
    def test_bad_requests_are_refused_as_klaviyo_does(
        self, bench: Bench, path: str, said: str
    ) -> None:
        answer = call(bench, path)
        (error,) = answer.json()["errors"]
        assert (answer.status_code, error["code"], error["status"]) == (400, "invalid", 400)
        assert said in error["detail"]

    def test_revision_is_required(self, bench: Bench) -> None:
        answer = call(bench, "/api/accounts", headers={"revision": None})
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "invalid")

    def test_unknown_parents_and_paths_are_not_found(self, bench: Bench) -> None:
        for path in ("/api/lists/NOPE/profiles", "/api/nothing"):
            answer = call(bench, path)
            assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, "not_found")

    def test_what_is_not_asked_for_is_not_returned(self, bench: Bench) -> None:
        (plain,) = call(bench, "/api/profiles?page[size]=1").json()["data"]
        assert set(plain["attributes"]) == set(KINDS["profiles"].fields)
        (few,) = call(bench, "/api/profiles?page[size]=1&fields[profile]=email").json()["data"]
        assert set(few["attributes"]) == {"email"}
        (more,) = call(
            bench, "/api/profiles?page[size]=1&additional-fields[profile]=predictive_analytics"
        ).json()["data"]
        assert set(more["attributes"]["predictive_analytics"]) >= {"historic_clv", "total_clv"}

    def test_counting_a_list_is_limited_more_than_reading_it(self, bench: Bench) -> None:
        path = f"/api/lists/{bench.store.query('lists', limit=1)[0].id}"
        assert "profile_count" not in call(bench, path).json()["data"]["attributes"]
        counted = [call(bench, f"{path}?additional-fields[list]=profile_count") for _ in range(4)]
        assert counted[0].json()["data"]["attributes"]["profile_count"] > 0
        throttled = next(answer for answer in counted if answer.status_code == 429)
        assert int(throttled.headers["Retry-After"]) >= 1
        assert {call(bench, path).status_code for _ in range(4)} == {200}

    def test_archived_flows_come_only_when_asked_for(self, bench: Bench) -> None:
        names = [one["attributes"]["name"] for one in call(bench, "/api/flows").json()["data"]]
        assert "Welcome Series 2024" not in names
        archived = call(bench, "/api/flows?filter=equals(archived,true)").json()["data"]
        assert [one["attributes"]["name"] for one in archived] == ["Welcome Series 2024"]

    def test_third_report_in_a_minute_is_throttled(self, bench: Bench) -> None:
        options = {"method": "POST", "json": {"data": {}}, "headers": klaviyo.JSON_API}
        answers = [call(bench, "/api/flow-values-reports", **options) for _ in range(2)]
        assert [one.status_code for one in answers] == [400, 429]
        assert int(answers[1].headers["Retry-After"]) >= 1
        assert answers[1].json()["errors"][0]["code"] == "throttled"
        assert "RateLimit-Limit" not in answers[1].headers

    def test_usage_is_told_on_good_answers(self, bench: Bench) -> None:
        headers = call(bench, "/api/forms").headers
        assert headers["RateLimit-Limit"] == "3, 3;w=1, 60;w=60"
        assert headers["Content-Type"] == "application/vnd.api+json"


def test_exchanges_keep_to_klaviyos_specification(bench: Bench, first_run: dict[str, Any]) -> None:
    exchanges = bench.exchanges(most=2)
    sparse = [one for one in exchanges if SPARSE in one["url"]]
    whole = [one for one in exchanges if SPARSE not in one["url"]]
    assert Contract.load("klaviyo/stable.json", EXCEPTIONS).differences(whole) == []
    assert Contract.load("klaviyo/stable.json", NAMED_ATTRIBUTES).differences(sparse) == []


SPARSE = "fields%5Bcampaign%5D"
NAMED_ATTRIBUTES = {
    "*links.next: None *": "recorded answers hold null where there is no next page",
    "*links.prev: None *": "recorded answers hold null where there is no page before",
    "*is a required property": "the request names the attributes that it wants",
}

EXCEPTIONS = {
    "*links.next: None *": "recorded answers hold null where there is no next page",
    "*links.prev: None *": "recorded answers hold null where there is no page before",
    "*_options: * is valid under each of *": "the options of e-mail and SMS look the same",
    "*_options: *SMSTrackingOptions*": "the options of e-mail and SMS look the same",
    "*tude: None is not valid *": "recorded profiles without a place hold null",
    "*consent_timestamp: * is not a 'date-time'": "consent times may come with a blank for the T",
}


def recorded_profiles() -> dict[str, Any]:
    """Recorded profiles by id; none where the recordings are not here."""
    path = RECORDED / "airbyte_expected_records.jsonl"
    lines = path.read_text().splitlines() if path.exists() else []
    records = [json.loads(line) for line in lines]
    found = [one["data"] for one in records if one["stream"] == "profiles"]
    return {one["id"]: one for one in found} | answer("test__read-profiles-1-first-page.json")


def answer(name: str) -> dict[str, Any]:
    """The resources of a recorded answer by id."""
    path = RECORDED / "amp_labs_fixtures" / name
    content = json.loads(path.read_text()) if path.exists() else {"data": []}
    return {one["id"]: one for one in content["data"]}


@pytest.fixture(scope="module")
def staged(
    bench: Bench, first_run: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Project:
    recorded = {
        "profiles": recorded_profiles(),
        "campaigns": answer("test__read-campaigns.json"),
        "list_sizes": {"L1": {"data": {"id": "L1", "attributes": {"profile_count": 7}}}},
        "segment_sizes": {"S1": {"data": {"id": "S1", "attributes": {"profile_count": None}}}},
        "campaign_results": {"C1:M1": RESULT, "C1:M2": RESULT_OF_TEXTS},
    }
    return bench.stage(tmp_path_factory.mktemp("staged"), recorded)


# As klaviyo/openapi describes an answer of /api/campaign-values-reports.
RESULT = {
    "groupings": {"send_channel": "email", "campaign_id": "C1", "campaign_message_id": "M1"},
    "statistics": {"delivered": 120.0, "opens": 40.0, "clicks": 2.0},
}
RESULT_OF_TEXTS = RESULT | {"groupings": {"send_channel": "sms", "campaign_id": "C1"}}


def recorded_row(project: Project, model: str, record_id: str) -> dict[str, Any]:
    """A recorded record as staged, without the columns that are empty."""
    if not RECORDED.exists():
        pytest.skip("the recorded payloads are not here")
    rows = {row["record_key"]: row for row in project.rows(model)}
    (key,) = (key for key in rows if key.startswith("recorded/") and key.endswith(record_id))
    return {name: value for name, value in rows[key].items() if value is not None}


def contract_row(stream: str, record_id: str) -> dict[str, Any]:
    """The columns around the entity's that are not empty, of a record that was read once."""
    return {
        "record_key": f"recorded/{stream}/{record_id}", "connection": "recorded",
        "system": "klaviyo", "stream": stream, "record_id": record_id, "is_deleted": False,
        "verdict": "accepted", "version_count": 1, "first_seen_at": LOADED_AT,
        "extracted_at": LOADED_AT, "request_id": "request", "_dlt_load_id": "load",
    }  # fmt: skip


class TestStaging:
    def test_recorded_profile_is_a_customer(self, staged: Project) -> None:
        id_ = "01F5VTP8THZD8CGS2AKNE63370"
        assert recorded_row(staged, "stg_klaviyo__customers", id_) == contract_row(
            "profiles", id_
        ) | {
            "customer_type": "person", "first_name": "First Name", "last_name": "Last Name",
            "email": "some.email.that.dont.exist@airbyte.io", "city": "Springfield",
            "region": "Illinois", "created_at": dt.datetime(2021, 5, 17, 0, 12, 55),
        }  # fmt: skip

    def test_recorded_profile_is_a_subscriber(self, staged: Project) -> None:
        id_ = "01F5YBGPCQESZDRKGW3DB1WPZ0"
        assert recorded_row(staged, "stg_klaviyo__subscribers", id_) == contract_row(
            "profiles", id_
        ) | {
            "email": "some.email.that.dont.exist.7@airbyte.io", "first_name": "First Name 7",
            "last_name": "Last Name 7", "customer_record_id": id_, "customer_stream": "profiles",
            "status": "never_subscribed", "last_event_at": dt.datetime(2021, 5, 17, 23, 45, 27),
            "created_at": dt.datetime(2021, 5, 17, 23, 45, 27),
        }  # fmt: skip

    def test_recorded_campaign(self, staged: Project) -> None:
        id_ = "01JCPFHB29QZ1NDPR3GCGQS5G2"
        assert recorded_row(staged, "stg_klaviyo__campaigns", id_) == contract_row(
            "campaigns", id_
        ) | {
            "campaign_name": "Email Campaign - Nov 15, 2024, 1:18 AM", "status": "scheduled",
            "list_stream": "lists",
            "scheduled_at": dt.datetime(2024, 11, 14, 23, 20, 2, 718919),
            "sent_at": dt.datetime(2024, 11, 30, 18, 15),
            "created_at": dt.datetime(2024, 11, 14, 23, 18, 34, 827140),
        }  # fmt: skip

    def test_what_klaviyo_itself_counts(self, staged: Project) -> None:
        found = {
            model: [
                row for row in staged.rows(f"stg_klaviyo__{model}") if row["connection"] != "test"
            ]
            for model in (*SIZES, "campaign_totals")
        }
        named = ("stream", "record_id", "report_grouping", "record_count", "amount", "verdict")
        shown = [tuple(row[name] for name in named) for rows in found.values() for row in rows]
        assert shown == [
            ("list_sizes", "L1", "L1", 7, None, "accepted"),
            ("segment_sizes", "S1", "S1", None, None, "accepted"),
            ("campaign_results", "C1:M1", "C1", 120, 42, "accepted"),
        ]

    def test_suppression_outweighs_consent(
        self, bench: Bench, staged: Project, first_run: dict[str, Any]
    ) -> None:
        rows = staged.rows("stg_klaviyo__subscribers")
        rows = [row for row in rows if row["connection"] == "test"]
        assert {row["status"] for row in rows} == {"subscribed", "unsubscribed", "never_subscribed"}
        left = next(row for row in rows if row["status"] == "unsubscribed")
        assert left["unsubscribed_at"] == left["created_at"] + dt.timedelta(hours=30)
        subscribed = next(row for row in rows if row["status"] == "subscribed")
        assert subscribed["subscribed_at"].microsecond == 918411

    def test_result_of_a_campaign(self, bench: Bench, staged: Project) -> None:
        rows = {row["record_id"]: row for row in staged.rows("stg_klaviyo__campaign_results")}
        id_, payload = next(
            (id_, one)
            for id_, one in bench.alive("campaign_results").items()
            if one["statistics"]["clicks"] and id_ in rows
        )
        found, row = payload["statistics"], rows[id_]
        assert (row["campaign_record_id"], row["campaign_stream"], row["channel"]) == (
            payload["groupings"]["campaign_id"], "campaigns", "email",
        )  # fmt: skip
        assert (row["delivered_count"], row["unique_click_count"], row["order_count"]) == (
            found["delivered"], found["clicks_unique"], found["conversions"],
        )  # fmt: skip
        assert row["revenue_amount"] == Decimal(str(found["conversion_value"]))

    def test_message_of_a_campaign(self, bench: Bench, staged: Project) -> None:
        row = staged.rows("stg_klaviyo__campaign_messages")[0]
        payload = bench.newest("campaign_messages")[row["record_id"]]["payload"]
        content = payload["attributes"]["definition"]["content"]
        assert (row["subject"], row["from_name"]) == (content["subject"], content["from_label"])
        assert row["campaign_record_id"] == payload["relationships"]["campaign"]["data"]["id"]

    def test_flows_are_campaigns_without_an_end(self, staged: Project) -> None:
        found = {row["campaign_name"]: row["status"] for row in staged.rows("stg_klaviyo__flows")}
        assert found == {
            "Welcome Series": "active", "Abandoned Checkout Reminder": "active",
            "Happy Birthday": "paused", "Win-back (draft)": "draft",
            "Welcome Series 2024": "active",
        }  # fmt: skip

    def test_variant_keeps_the_shops_id(self, bench: Bench, staged: Project) -> None:
        row = staged.rows("stg_klaviyo__products")[0]
        payload = bench.newest("catalog_variants")[row["record_id"]]["payload"]
        assert row["external_system"] == "shopify"
        assert row["external_id"] == payload["attributes"]["external_id"]
        assert row["record_id"].endswith(row["external_id"])
        assert row["price_amount"] == Decimal(str(payload["attributes"]["price"]))
        assert row["description"].endswith("made for everyday use.")

    def test_nothing_is_quarantined(self, staged: Project) -> None:
        for model in ("customers", "subscribers", "campaigns", "products", "flow_results"):
            rows = staged.rows(f"stg_klaviyo__{model}")
            assert {row["verdict"] for row in rows} <= {"accepted", "warned"}, model


def test_explain_tells_cursors_from_other_refusals() -> None:
    said = requests.Response()
    said.status_code, said._content = 400, b'{"errors": [{"detail": "Invalid cursor provided."}]}'
    assert isinstance(klaviyo.explain(said), ExpiredPageError)
    said._content = b'{"errors": [{"detail": "Invalid input."}]}'
    assert klaviyo.explain(said) is None


def test_key_is_never_written_down(bench: Bench, first_run: dict[str, Any], tmp_path: Path) -> None:
    key = bench.handle.credentials("klaviyo")["api_key"]
    assert key not in bench.warehouse.read_bytes().decode("latin-1")
