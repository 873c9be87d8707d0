"""Asana: the connector against its stand-in, the specification and recorded payloads."""

from __future__ import annotations

import copy
import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.requests import Request

from pipelines import systems
from pipelines.connections import Connection
from pipelines.errors import CredentialError, ExpiredPageError, PermanentError
from pipelines.sandbox.asana import ACCESS_TOKEN, guard, shown
from pipelines.sandbox.limits import FixedWindow
from pipelines.sandbox.state import State
from pipelines.stream import Page, Stream, Window
from pipelines.systems import asana
from tests.contract import Contract, read_spec
from tests.mapping.project import Project
from tests.systems.bench import LOADED_AT, PAYLOADS, Bench

SMALL_PAGE = 20
FIELDS = {
    "workspaces": "email_domains,is_organization,name",
    "users": "email,name",
    "teams": "description,name,organization.name,permalink_url,visibility",
    "projects": asana.PROJECT,
    "sections": "created_at,name,project.name",
    "tasks": asana.TASK,
    "stories": asana.STORY,
    "tags": "color,created_at,name,notes,permalink_url,workspace.name",
    "custom_fields": asana.CUSTOM_FIELD,
    "time_tracking_entries": asana.TIME_ENTRY,
}
EXCEPTIONS = {
    "POST /-/oauth_token: PathNotFound": "the token endpoint is not part of the API's file",
    "*: None is not of type 'object'": "recorded tasks hold null where the file has nullable allOf",
    "*: None for not nullable": "recorded tasks hold null where the file has nullable allOf",
}
CHILDREN = {"sections": "projects", "stories": "tasks", "time_tracking_entries": "tasks"}


def expected(bench: Bench, stream: str) -> dict[str, Any]:
    """What bronze should hold of a stream: the stand-in's documents with the fields asked for."""
    documents = bench.store.query(stream)
    if stream in CHILDREN:
        parents = {row.id for row in bench.store.query(CHILDREN[stream])}
        documents = [row for row in documents if row.parent_id in parents]
    under_task = stream in ("stories", "time_tracking_entries")
    return {
        f"{row.parent_id}:{row.id}" if under_task else row.id: shown(
            stream, row.json(), FIELDS[stream].split(",")
        )
        for row in documents
    }


@pytest.fixture(scope="module")
def first_run(bench: Bench) -> Iterator[dict[str, Any]]:
    """The first run, with pages so small that most lists have several."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asana, "PAGE_SIZE", SMALL_PAGE)
        bench.calm()
        yield bench.ingest()


@pytest.mark.parametrize("stream", FIELDS)
def test_first_run_reads_everything_whole(
    bench: Bench, first_run: dict[str, Any], stream: str
) -> None:
    wanted = expected(bench, stream)
    assert wanted
    assert bench.alive(stream) == wanted
    assert first_run[stream].new == len(wanted)


def test_lists_are_read_page_by_page(bench: Bench, first_run: dict[str, Any]) -> None:
    users = len(expected(bench, "users"))
    assert users > 2 * SMALL_PAGE
    assert first_run["users"].pages == -(-users // SMALL_PAGE)


def test_bronze_row_carries_the_change_time(bench: Bench, first_run: dict[str, Any]) -> None:
    row = bench.store.query("tasks", limit=1)[0]
    bronze = bench.newest("tasks")[row.id]
    changed_at = dt.datetime.fromisoformat(row.updated_at[:-1])
    assert (bronze["connection"], bronze["changed_at"]) == ("test", changed_at)
    assert bronze["is_deleted"] is False


def test_second_run_reads_only_the_overlap(bench: Bench, first_run: dict[str, Any]) -> None:
    tallies = bench.ingest()
    assert sum(one.new + one.changed + one.deleted for one in tallies.values()) == 0
    assert tallies["tasks"].read < first_run["tasks"].read / 5
    assert tallies["stories"].requests == 0
    assert tallies["time_tracking_entries"].requests == 0


def test_advance_brings_new_changed_and_deleted(bench: Bench, first_run: dict[str, Any]) -> None:
    before = {stream: bench.newest(stream) for stream in FIELDS}
    bench.handle.control("advance", days=2)
    tallies = bench.ingest()
    for stream in FIELDS:
        assert bench.alive(stream) == expected(bench, stream), stream
    gone = {id for id, row in bench.newest("tasks").items() if row["is_deleted"]}
    assert gone <= before["tasks"].keys()
    counts = ("new", "changed", "deleted")
    assert all(getattr(tallies["tasks"], count) for count in counts)
    assert all(tallies[stream].deleted for stream in ("projects", "sections"))
    assert tallies["stories"].read < len(before["stories"]) / 5
    assert bench.ingest()["tasks"].new == 0


def test_task_in_two_projects_is_one_record(bench: Bench, first_run: dict[str, Any]) -> None:
    twice = [one for one in bench.alive("tasks").values() if len(one["projects"]) == 2]
    assert twice
    assert len({one["gid"] for one in twice}) == len(twice)


def test_unassigned_subtasks_are_found_by_their_parents(
    bench: Bench, first_run: dict[str, Any]
) -> None:
    alone = [
        one
        for one in bench.alive("tasks").values()
        if one["parent"] and not one["assignee"] and not one["projects"]
    ]
    assert alone


def test_change_of_an_open_parents_subtask_is_seen(bench: Bench, first_run: dict[str, Any]) -> None:
    tasks = bench.alive("tasks")
    subtask = next(
        gid
        for gid, one in tasks.items()
        if one["parent"] and not one["assignee"] and not tasks[one["parent"]["gid"]]["completed"]
    )
    bench.mutate("tasks", subtask, patch={"name": "Renamed", "modified_at": "$now"})
    assert bench.ingest({"tasks", "stories"})["tasks"].changed == 1
    assert bench.alive("tasks")[subtask]["name"] == "Renamed"


def test_removed_story_goes_when_its_task_is_read(bench: Bench, first_run: dict[str, Any]) -> None:
    story = bench.store.query("stories", limit=1)[0]
    bench.mutate("stories", story.id, delete=True)
    assert story.parent_id
    bench.mutate("tasks", story.parent_id, patch={"modified_at": "$now"})
    tallies = bench.ingest({"tasks", "stories"})
    assert (tallies["stories"].requests, tallies["stories"].deleted) == (1, 1)


def test_throttling_errors_and_cut_answers_are_survived(
    bench: Bench, first_run: dict[str, Any], no_sleep: list[float]
) -> None:
    chill = {"errors": [{"message": "You have made too many requests recently. Please, be chill."}]}
    bench.fault("*/users", status=429, headers={"Retry-After": "7"}, body=chill)
    phrase = {"errors": [{"message": "Server Error", "phrase": "6 sad squid snuggle softly"}]}
    bench.fault("*/projects", status=500, body=phrase)
    bench.fault("*/tags", cut=40)
    bench.fault("*/custom_fields", status=200, body="<html>a proxy's page</html>")
    bench.ingest({"workspaces", "users", "projects", "tags", "custom_fields"})
    assert 7 < max(no_sleep) < 8
    assert sum(wait > 0.1 for wait in no_sleep) >= 4


def test_stand_in_throttles_as_asana_does(bench: Bench) -> None:
    played = State(bench.handle.folder, ["asana"]).vendor("asana")
    played.limits.of("minute", lambda: FixedWindow(1, 60))
    scope = {
        "type": "http", "method": "GET", "path": "/api/1.0/workspaces", "query_string": b"",
        "headers": [(b"authorization", f"Bearer {ACCESS_TOKEN}".encode())], "vendor": played,
        "answer_headers": {}, "held": [],
    }  # fmt: skip
    assert guard(Request(scope)) is None
    refused = guard(Request(scope))
    assert refused is not None
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    assert b"Please, be chill." in refused.body


def test_expired_access_token_is_renewed(bench: Bench, first_run: dict[str, Any]) -> None:
    api = bench.api()
    api.get("workspaces")
    assert bench.handle.control("expire-tokens", system="asana")["expired"]
    assert api.get("workspaces", records="data").records


def test_personal_access_token(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = Connection(name="own_token", system="asana")
    monkeypatch.setenv("CONNECTIONS__OWN_TOKEN__ACCESS_TOKEN", ACCESS_TOKEN)
    assert bench.api(connection).get("workspaces", records="data").records
    monkeypatch.setenv("CONNECTIONS__OWN_TOKEN__ACCESS_TOKEN", "1/2:revoked")
    with pytest.raises(CredentialError, match="Not Authorized"):
        bench.api(connection).get("workspaces")


def test_free_plan_has_no_custom_fields_but_loses_none(
    bench: Bench, first_run: dict[str, Any]
) -> None:
    message = {"errors": [{"message": "Custom Fields are not available for free users."}]}
    bench.fault("*/custom_fields", status=402, body=message)
    tally = bench.ingest({"workspaces", "custom_fields"})["custom_fields"]
    assert (tally.read, tally.deleted) == (0, 0)
    assert bench.alive("custom_fields") == expected(bench, "custom_fields")


def test_expired_page_token_starts_the_list_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ExpiredPageError):
        bench.api().get("workspaces", params={"limit": 1, "offset": "eyJvbGQiOjF9"})
    tries: list[int] = []

    def read(api: Any, window: Window) -> Iterator[Page]:
        tries.append(1)
        yield from asana.listed(api, "workspaces", asana.paged("name"))
        if len(tries) == 1:
            raise ExpiredPageError("the token of page 2 has expired")

    stream = Stream(name="workspaces", key="gid", read=read)
    module = SimpleNamespace(SYSTEM=asana.SYSTEM, STREAMS=[stream])
    monkeypatch.setattr(systems, "load", lambda name: module)
    assert bench.ingest()["workspaces"].status == "done"
    assert len(tries) == 2


@pytest.mark.parametrize(
    ("path", "params", "message"),
    [
        ("workspaces", {"limit": 101}, "limit: Must be between 1 and 100"),
        ("workspaces", {"limit": 0}, "limit: Must be between 1 and 100"),
        ("projects", {"limit": 1}, "workspace: Missing input"),
        ("projects", {"workspace": "17"}, "workspace: Unknown object"),
        ("tasks", {"limit": 1}, "exactly one of project"),
        ("tasks", {"project": "17"}, "project: Unknown object"),
        ("tasks/17/subtasks", {}, "task: Unknown object"),
        ("portfolios", {}, "No matching route"),
    ],
)
def test_stand_in_refuses_as_asana_does(
    bench: Bench, path: str, params: dict[str, Any], message: str
) -> None:
    with pytest.raises(PermanentError, match=message):
        bench.api().get(path, params=params)


def test_stand_in_refuses_what_is_no_time(bench: Bench) -> None:
    project = bench.store.query("projects", limit=1)[0].id
    params = {"project": project, "modified_since": "yesterday"}
    with pytest.raises(PermanentError, match="modified_since: Not a valid datetime"):
        bench.api().get("tasks", params=params)


def test_without_opt_fields_records_are_compact(bench: Bench) -> None:
    project = bench.store.query("projects", limit=1)[0].id
    page = bench.api().get("tasks", params={"project": project}, records="data")
    record = json.loads(bytes(page.records[0]))
    assert record.keys() == {"gid", "resource_type", "name", "resource_subtype", "created_by"}
    assert "next_page" not in page.body


def test_completed_since_leaves_out_older_completed_tasks(bench: Bench) -> None:
    tasks = [row.json() for row in bench.store.query("tasks")]
    project = next(one["projects"][0]["gid"] for one in tasks if one["completed"])
    params = {"project": project, "completed_since": "2100-01-01T00:00:00Z"}
    params |= {"opt_fields": "completed"}
    records = bench.api().get("tasks", params=params, records="data").records
    assert not any(json.loads(bytes(record))["completed"] for record in records)


def whole_records(spec: dict[str, Any]) -> dict[str, Any]:
    """The specification, its lists of compact records replaced by lists of whole ones."""
    spec = copy.deepcopy(spec)
    for path in spec["paths"].values():
        content = path.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema", {})
        items = schema.get("properties", {}).get("data", {}).get("items", {})
        whole = items.get("$ref", "").replace("TimeTrackingEntryCompact", "TimeTrackingEntryBase")
        whole = whole.replace("Compact", "Response")
        if whole.rpartition("/")[2] in spec["components"]["schemas"]:
            items["$ref"] = whole
    return spec


def test_exchanges_keep_to_asanas_specification(bench: Bench, first_run: dict[str, Any]) -> None:
    contract = Contract(whole_records(read_spec("asana/asana_oas.yaml")), EXCEPTIONS)
    assert contract.differences(bench.exchanges()) == []


def payloads(stream: str) -> list[dict[str, Any]]:
    """Recorded records of one stream; none where the recordings are not here."""
    path = PAYLOADS / "asana" / "faros_all_streams.jsonl"
    if not path.exists():
        return []
    records = [json.loads(line)["record"] for line in path.read_text().splitlines()]
    return [one["data"] for one in records if one["stream"].endswith(f"__{stream}")]


@pytest.fixture(scope="module")
def staged(
    bench: Bench, first_run: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Project:
    """The staging models over a run and, as another connection, the recorded payloads."""
    recorded = {
        stream: {one["gid"]: one for one in payloads(stream)}
        for stream in ("projects", "tasks", "users")
    }
    return bench.stage(tmp_path_factory.mktemp("staged"), recorded)


def rows_of(project: Project, model: str, connection: str) -> list[dict[str, Any]]:
    return [row for row in project.rows(model) if row["connection"] == connection]


def contract_row(stream: str, record_id: str) -> dict[str, Any]:
    """The columns around the entity's, of an accepted record that was read once."""
    return {
        "record_key": f"recorded/{stream}/{record_id}", "connection": "recorded", "system": "asana",
        "stream": stream, "record_id": record_id, "custom_fields": None, "is_deleted": False,
        "verdict": "accepted", "reasons": None, "unreadable_values": None,
        "field_changed_at": None, "former_values": None, "version_count": 1,
        "quarantined_payload": None, "changed_at": None, "first_seen_at": LOADED_AT,
        "extracted_at": LOADED_AT, "request_id": "request", "_dlt_load_id": "load",
    }  # fmt: skip


needs_payloads = pytest.mark.skipif(
    not payloads("tasks"), reason="the recorded payloads are not here"
)


@needs_payloads
def test_recorded_project(staged: Project) -> None:
    assert rows_of(staged, "stg_asana__projects", "recorded") == [
        contract_row("projects", "1201076013221028")
        | {
            "project_name": "Faros", "description": None, "status": None, "health": None,
            "owner_record_id": None, "owner_stream": "users", "customer_record_id": None,
            "customer_stream": None, "team_name": None, "is_completed": None,
            "is_archived": None, "is_template": None, "budget_amount": None, "currency": None,
            "start_date": None, "due_date": None, "completed_at": None,
            "created_at": dt.datetime(2021, 9, 28, 9, 49, 0, 842000),
        }
    ]  # fmt: skip


@needs_payloads
def test_recorded_task(staged: Project) -> None:
    rows = rows_of(staged, "stg_asana__tasks", "recorded")
    assert [row["verdict"] for row in rows] == ["warned", "warned", "accepted"]
    assert rows[2] == contract_row("tasks", "1201076013221047") | {
        "task_name": "Task 3", "description": None, "task_type": None,
        "project_record_id": None, "project_stream": "projects",
        "parent_task_record_id": None, "parent_task_stream": "tasks", "section_name": None,
        "assignee_record_id": None, "assignee_stream": "users", "status": None,
        "priority": "high", "is_completed": None, "estimated_minutes": None,
        "actual_minutes": None, "tags": None, "start_date": None, "due_date": None,
        "completed_at": None, "created_at": dt.datetime(2021, 9, 28, 9, 51, 21, 984000),
    }  # fmt: skip


@needs_payloads
def test_recorded_user(staged: Project) -> None:
    (row,) = rows_of(staged, "stg_asana__users", "recorded")
    known = {name: value for name, value in row.items() if value is not None}
    assert known == {
        name: value
        for name, value in contract_row("users", "1201075972474976").items()
        if value is not None
    } | {
        "full_name": "Redacted Person", "email": "redacted1@example.com", "is_hr_record": False,
    }  # fmt: skip


def test_staging_of_a_run(bench: Bench, staged: Project) -> None:
    tasks = rows_of(staged, "stg_asana__tasks", "test")
    assert len(tasks) == len(bench.newest("tasks"))
    verdicts = {row["verdict"] for row in tasks if not row["is_deleted"]}
    assert verdicts == {"accepted", "quarantined"}
    assert {row["reasons"] for row in tasks if row["verdict"] == "quarantined"} == {
        "task_name is missing (field name)"
    }
    document = next(
        one for one in bench.alive("tasks").values()
        if one["name"] and one["tags"] and one["memberships"] and one["actual_time_minutes"]
        and all(field["display_value"] for field in one["custom_fields"][:2])
    )  # fmt: skip
    row = next(one for one in tasks if one["record_id"] == document["gid"])
    membership, (priority, estimate, _) = document["memberships"][0], document["custom_fields"]
    wanted = {
        "task_name": document["name"],
        "project_record_id": membership["project"]["gid"],
        "section_name": membership["section"]["name"],
        "priority": {"Low": "low", "Medium": "normal", "High": "high"}[priority["display_value"]],
        "estimated_minutes": Decimal(estimate["number_value"]),
        "actual_minutes": Decimal(document["actual_time_minutes"]),
        "tags": ", ".join(tag["name"] for tag in document["tags"]),
    }
    assert {name: row[name] for name in wanted} == wanted
    assert {row["health"] for row in staged.rows("stg_asana__projects")} <= {
        "on_track", "at_risk", "off_track", "on_hold", "complete", None
    }  # fmt: skip
