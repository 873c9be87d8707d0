"""BambooHR: the connector against its stand-in, the specification and recorded payloads."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest

from pipelines.connections import Connection
from pipelines.errors import CredentialError, PermanentError, ThrottledError
from pipelines.sandbox.answers import select
from pipelines.systems import bamboohr
from tests.contract import Contract
from tests.mapping.project import Project
from tests.systems.bench import LOADED_AT, PAYLOADS, Bench

TABLES = {
    "job_info": "jobInfo", "compensation": "compensation",
    "employment_status": "employmentStatus",
}  # fmt: skip
LISTS = (
    "time_off_requests", "time_off_types", "time_off_policies", "users", "fields", "lists",
    "tables", "jobs", "applications", "timesheet_entries",
)  # fmt: skip


def expected(bench: Bench, stream: str) -> dict[str, Any]:
    """What bronze should hold of a stream: the stand-in's documents."""
    rows = bench.store.query(TABLES.get(stream, stream))
    if stream == "employees":
        fields = ["id", *bamboohr.EMPLOYEE_FIELDS]
        return {row.id: select(row.json(), fields) for row in rows}
    if stream in TABLES:
        alive = {row.id for row in bench.store.query("employees")}
        rows = [row for row in rows if row.parent_id in alive]
    return {row.id: row.json() for row in rows}


@pytest.fixture(scope="module")
def first_run(bench: Bench) -> dict[str, Any]:
    return bench.ingest()


@pytest.mark.parametrize("stream", ["employees", *TABLES, *LISTS])
def test_first_run_reads_everything_whole(
    bench: Bench, first_run: dict[str, Any], stream: str
) -> None:
    wanted = expected(bench, stream)
    assert wanted
    assert bench.alive(stream) == wanted
    assert first_run[stream].new == len(wanted)


def test_who_is_out_holds_absences_and_holidays(bench: Bench, first_run: dict[str, Any]) -> None:
    kinds = {id.partition(":")[0] for id in bench.alive("whos_out")}
    assert kinds == {"timeOff", "holiday"}
    assert bench.alive("whos_out")["holiday:20263"] == {
        "id": 20263, "type": "holiday", "name": "Christmas Day",
        "start": "2026-12-25", "end": "2026-12-25",
    }  # fmt: skip


def test_bronze_row_carries_the_change_time(bench: Bench, first_run: dict[str, Any]) -> None:
    row = bench.store.query("employees", limit=1)[0]
    bronze = bench.newest("employees")[row.id]
    changed_at = dt.datetime.fromisoformat(row.updated_at[:19])
    assert (bronze["connection"], bronze["changed_at"]) == ("test", changed_at)
    assert bronze["is_deleted"] is False


def test_personal_data_without_use_are_not_asked_for(
    bench: Bench, first_run: dict[str, Any]
) -> None:
    private = {"ssn", "dateOfBirth", "address1", "gender", "ethnicity", "maritalStatus"}
    known = bench.store.query("employees", limit=1)[0].json()
    assert private <= known.keys()
    assert all(private.isdisjoint(one) for one in bench.alive("employees").values())


def test_more_fields_are_asked_for_where_the_connection_says_so(bench: Bench) -> None:
    connection = Connection(
        name="test", system="bamboohr", sandbox=True, settings={"extra_fields": ["dateOfBirth"]}
    )
    window = bamboohr.Window(since=None, now=dt.datetime(2026, 11, 2), state={})
    pages = list(bamboohr.read_employees(bench.api(connection), window))
    assert all("dateOfBirth" in json.loads(bytes(page.records[0])) for page in pages[1:])
    connection.settings["extra_fields"] = [f"custom{n}" for n in range(400)]
    with pytest.raises(PermanentError, match="at most 400 fields"):
        list(bamboohr.read_employees(bench.api(connection), window))


def test_employees_are_counted_by_status(bench: Bench, first_run: dict[str, Any]) -> None:
    statuses = [row.json()["status"] for row in bench.store.query("employees")]
    counts = {status: statuses.count(status) for status in bamboohr.STATUSES}
    assert sum(counts.values()) == len(statuses) > 0
    expected = {id: {"id": id, "status": id, "employees": counts[id]} for id in counts}
    expected["all"] = {"id": "all", "status": None, "employees": len(statuses)}
    assert bench.alive("headcount") == expected


@pytest.mark.parametrize("status", [403, 404])
def test_without_leave_to_report_nothing_is_counted(
    bench: Bench, first_run: dict[str, Any], status: int
) -> None:
    bench.fault("*/datasets/employee/data", status=status)
    tally = bench.ingest({"headcount"})["headcount"]
    assert (tally.read, tally.deleted, tally.failed) == (0, 0, False)


@pytest.mark.parametrize(
    ("name", "body", "message"),
    [
        ("payroll", {"fields": ["status"]}, "does not exist"),
        ("employee", {"filter": "status eq 'Active'"}, "must name fields"),
        ("employee", {"fields": ["status"], "pageSize": 1001}, "between 1 and 1000"),
        ("employee", {"fields": ["status"], "filter": "status = Active"}, "filter expression"),
    ],
)
def test_stand_in_checks_what_is_asked_of_a_dataset(
    bench: Bench, name: str, body: dict[str, Any], message: str
) -> None:
    with pytest.raises(PermanentError, match=message):
        bench.api().post(f"v2/datasets/{name}/data", json=body, records="data")


def test_applications_are_read_page_by_page(bench: Bench, first_run: dict[str, Any]) -> None:
    applications = len(expected(bench, "applications"))
    assert applications > 2 * 50
    assert first_run["applications"].pages == -(-applications // 50)


def test_second_run_reads_only_the_overlap(bench: Bench, first_run: dict[str, Any]) -> None:
    tallies = bench.ingest()
    assert sum(one.new + one.changed + one.deleted for one in tallies.values()) == 0
    assert tallies["employees"].read < first_run["employees"].read / 5
    assert tallies["time_off_requests"].requests == 2
    assert [tallies[stream].read for stream in TABLES] == [0, 0, 0]


def test_advance_brings_new_and_changed(bench: Bench, first_run: dict[str, Any]) -> None:
    bench.handle.control("advance", days=2)
    tallies = bench.ingest()
    for stream in ("employees", *TABLES, "users", "jobs", "applications"):
        assert bench.alive(stream) == expected(bench, stream), stream
    assert tallies["employees"].new
    assert tallies["employees"].changed
    assert tallies["employees"].read < first_run["employees"].read / 4
    assert tallies["job_info"].new
    assert expected(bench, "time_off_requests").items() <= bench.alive("time_off_requests").items()


def test_removed_request_is_seen_when_all_years_are_read(
    bench: Bench, first_run: dict[str, Any]
) -> None:
    bench.handle.control("advance", days=8)
    tally = bench.ingest({"time_off_requests"})["time_off_requests"]
    assert tally.deleted
    assert tally.requests > 10
    assert bench.alive("time_off_requests") == expected(bench, "time_off_requests")


def test_deleted_employee_comes_by_the_change_feed(bench: Bench, first_run: dict[str, Any]) -> None:
    employee = bench.store.query("employees", limit=3)[2].id
    bench.mutate("employees", employee, delete=True)
    tallies = bench.ingest()
    assert tallies["employees"].deleted == 1
    row = bench.newest("employees")[employee]
    assert (row["is_deleted"], row["payload"]["action"]) == (True, "Deleted")
    assert bench.alive("job_info") == expected(bench, "job_info")
    assert tallies["job_info"].deleted >= 1
    assert bench.ingest({"employees"})["employees"].deleted == 0


@pytest.mark.parametrize("status", [429, 503])
def test_throttling_by_either_status_is_waited_for(
    bench: Bench, first_run: dict[str, Any], no_sleep: list[float], status: int
) -> None:
    headers = {"Retry-After": "9", "X-BambooHR-Error-Message": "Limit exceeded"}
    bench.fault("*/meta/users", status=status, headers=headers)
    bench.ingest({"users"})
    assert 9 < max(no_sleep) < 10


def test_errors_and_cut_answers_are_survived(
    bench: Bench, first_run: dict[str, Any], no_sleep: list[float]
) -> None:
    bench.fault("*/meta/users", status=598)
    bench.fault("*/meta/fields", cut=30)
    bench.fault("*/meta/lists", status=200, body="<html>a proxy's page</html>")
    bench.ingest({"users", "fields", "lists"})
    assert sum(wait > 0.1 for wait in no_sleep) >= 3


def test_error_says_what_the_header_says(bench: Bench, first_run: dict[str, Any]) -> None:
    headers = {"X-BambooHR-Error-Message": "The directory is not shared"}
    bench.fault("*/meta/users", status=403, headers=headers)
    tally = bench.ingest({"users", "fields"}, fails=True)
    assert "The directory is not shared" in str(tally["users"].error)
    assert tally["fields"].status == "done"


def test_wrong_key_is_a_matter_of_credentials(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONNECTIONS__REAL__API_KEY", "wrong-key")
    connection = Connection(name="real", system="bamboohr", settings={"company_domain": "goldpan"})
    with pytest.raises(CredentialError, match="Invalid API key"):
        bench.api(connection).get("v1/meta/users")


def test_key_is_in_no_message(bench: Bench) -> None:
    api = bench.api()
    key = bench.connection.secret("api_key")
    assert api.redact(f"key {key}") == "key ***"


@pytest.mark.parametrize(
    ("path", "params", "message"),
    [
        ("v1/employees/changed", {}, "Missing or invalid since"),
        ("v1/employees/changed", {"since": "last week"}, "Missing or invalid since"),
        ("v1/employees/changed", {"since": "2026-01-01T00:00:00Z", "type": "moved"}, "type"),
        ("v1/employees/0815", {"fields": "firstName"}, "Employee not found"),
        ("v1/employees/all/tables/salaries", {}, "Unknown table"),
        ("v1/time_off/requests", {"start": "2026-01-01"}, "Missing or invalid end"),
        ("v1/time_off/requests", {"start": "2026-01-01", "end": "soon"}, "invalid end"),
        ("v1/time_tracking/timesheet_entries", {"start": "2020-01-01", "end": "2026-11-01"},
         "within the last 365 days"),
        ("v1/applicant_tracking/applications", {"page": "0"}, "Invalid page"),
        ("v1/employees/11", {"fields": ",".join(["firstName"] * 401)}, "maximum is 400"),
        ("v1/nothing", {}, "Unknown path"),
    ],
)  # fmt: skip
def test_stand_in_refuses_as_bamboohr_does(
    bench: Bench, path: str, params: dict[str, Any], message: str
) -> None:
    with pytest.raises(PermanentError, match=message):
        bench.api().get(path, params=params)


def test_stand_in_throttles(bench: Bench) -> None:
    api = bench.api(attempts=1)

    def hammer() -> None:
        for _ in range(700):
            api.get("v1/meta/tables")

    with pytest.raises(ThrottledError, match="Limit exceeded") as caught:
        hammer()
    assert caught.value.wait


def test_unknown_company_is_not_served(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONNECTIONS__OTHER__API_KEY", bench.connection.secret("api_key"))
    connection = Connection(name="other", system="bamboohr", settings={"company_domain": "else"})
    with pytest.raises(PermanentError, match="Unknown company"):
        bench.api(connection).get("v1/meta/users")


def test_xml_is_what_comes_without_an_accept_header(bench: Bench) -> None:
    api = bench.api(attempts=1)
    answer = api.session.get(
        api.url("v1/employees/11?fields=firstName"), auth=api.auth, headers={"Accept": "*/*"}
    )
    assert answer.headers["Content-Type"].startswith("text/xml")
    assert answer.text.startswith('<?xml version="1.0"?>')


def test_unknown_fields_are_left_out_silently(bench: Bench) -> None:
    page = bench.api().get("v1/employees/12", params={"fields": "firstName,shoeSize"}, records=".")
    assert json.loads(bytes(page.records[0])).keys() == {"id", "firstName"}


def test_exchanges_keep_to_bamboohrs_specification(bench: Bench, first_run: dict[str, Any]) -> None:
    assert Contract.load("bamboohr/public.yaml").differences(bench.exchanges()) == []


def recorded_employees() -> dict[str, Any]:
    """Recorded employees by id; none where the recordings are not here."""
    folder = PAYLOADS / "bamboohr"
    if not folder.exists():
        return {}
    lines = (folder / "faros_all_streams.jsonl").read_text().splitlines()
    employees = [json.loads(line)["record"]["data"] for line in lines]
    employees.append(json.loads((folder / "user_details_input.json").read_text()))
    return {one["id"]: one for one in employees}


def recorded_users() -> dict[str, Any]:
    path = PAYLOADS / "bamboohr" / "users_input.json"
    return json.loads(path.read_text()) if path.exists() else {}


needs_payloads = pytest.mark.skipif(
    not recorded_employees(), reason="the recorded payloads are not here"
)


@pytest.fixture(scope="module")
def staged(
    bench: Bench, first_run: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Project:
    """The staging models over a run and, as another connection, the recorded payloads."""
    headcount = {"Inactive": {"id": "Inactive", "status": "Inactive", "employees": 4}}
    recorded = {
        "employees": recorded_employees(),
        "users": recorded_users(),
        "headcount": headcount,
    }
    return bench.stage(tmp_path_factory.mktemp("staged"), recorded)


def rows_of(project: Project, model: str, connection: str) -> dict[str, dict[str, Any]]:
    rows = (row for row in project.rows(model) if row["connection"] == connection)
    return {row["record_id"]: row for row in rows}


def contract_row(stream: str, record_id: str) -> dict[str, Any]:
    """The columns around the entity's, of an accepted record that was read once."""
    return {
        "record_key": f"recorded/{stream}/{record_id}", "connection": "recorded",
        "system": "bamboohr", "stream": stream, "record_id": record_id, "custom_fields": None,
        "is_deleted": False, "verdict": "accepted", "reasons": None, "unreadable_values": None,
        "field_changed_at": None, "former_values": None, "version_count": 1,
        "quarantined_payload": None, "changed_at": None,
        "first_seen_at": LOADED_AT, "extracted_at": LOADED_AT, "request_id": "request",
        "_dlt_load_id": "load",
    }  # fmt: skip


EMPLOYEE = {
    "manager_stream": "employees", "status": "active", "is_active": True, "is_hr_record": True,
    "terminated_date": None, "external_system": None, "external_stream": None,
    "external_id": None, "is_test": None, "created_at": None,
}  # fmt: skip


@needs_payloads
def test_recorded_employee(staged: Project) -> None:
    row = rows_of(staged, "stg_bamboohr__employees", "recorded")["17"]
    assert row == contract_row("employees", "17") | EMPLOYEE | {
        "employee_number": "14", "first_name": "Dorothy", "last_name": "Chou",
        "full_name": "Dorothy Chou", "email": "dchou@efficientoffice.com",
        "phone": "+18017246600", "job_title": "Chief Financial Officer",
        "department": "Finance", "division": "North America",
        "location_name": "Lindon, Utah", "country": "US", "manager_record_id": "8",
        "employment_type": "full_time", "pay_rate_amount": Decimal("140000.0000"),
        "pay_currency": "USD", "pay_period": "year", "birth_date": dt.date(1985, 3, 13),
        "hired_date": dt.date(2019, 2, 28),
    }  # fmt: skip


@needs_payloads
def test_recorded_employee_with_bad_dates(staged: Project) -> None:
    row = rows_of(staged, "stg_bamboohr__employees", "recorded")["1"]
    assert row == contract_row("employees", "1") | EMPLOYEE | {
        "employee_number": "59", "first_name": "Dwight", "last_name": "Goodman",
        "full_name": "Dwight Goodman", "email": "dwight@efficientoffice.com",
        "phone": "+16045553134", "job_title": "Technical Recruiter",
        "department": "Human Resources", "division": "North America",
        "location_name": "Vancouver, Canada", "country": "CA", "manager_record_id": "7",
        "employment_type": "contractor", "pay_rate_amount": Decimal("68000.0000"),
        "pay_currency": "CAD", "pay_period": "year", "birth_date": dt.date(1992, 4, 15),
        "hired_date": None, "verdict": "warned",
        "reasons": "hired_date holds 'Bad Date', which is not a date (field hireDate); "
        "terminated_date holds 'Bad Date Again', which is not a date (field terminationDate)",
        "unreadable_values": '{"hired_date":"Bad Date","terminated_date":"Bad Date Again"}',
    }  # fmt: skip


def test_number_of_former_employees(staged: Project) -> None:
    row = rows_of(staged, "stg_bamboohr__headcount", "recorded")["Inactive"]
    expected = {"report_grouping": "terminated", "record_count": 4, "amount": None}
    more = {"period_start_date": None, "period_end_date": None, "timezone": None, "currency": None}
    assert row == contract_row("headcount", "Inactive") | expected | more


@needs_payloads
def test_recorded_managers_are_recorded_employees(staged: Project) -> None:
    rows = rows_of(staged, "stg_bamboohr__employees", "recorded")
    managers = {row["manager_record_id"] for row in rows.values()} - {None}
    names = {one["supervisorEId"]: one["supervisor"] for one in recorded_employees().values()}
    found = managers & rows.keys()
    assert len(found) > 20
    assert all(names[id].split(",")[0] in rows[id]["last_name"] for id in found)


@needs_payloads
def test_recorded_user(staged: Project) -> None:
    (row,) = rows_of(staged, "stg_bamboohr__users", "recorded").values()
    known = {name: value for name, value in row.items() if value is not None}
    wanted = contract_row("users", "0") | {
        "first_name": "yen", "last_name": "hai", "email": "redacted1@example.com",
        "is_hr_record": False, "external_system": "bamboohr", "external_stream": "employees",
        "external_id": "109",
    }  # fmt: skip
    assert known == {name: value for name, value in wanted.items() if value is not None}


def test_staging_of_a_run(bench: Bench, staged: Project) -> None:
    rows = rows_of(staged, "stg_bamboohr__employees", "test")
    assert len(rows) == len(bench.newest("employees"))
    assert {row["verdict"] for row in rows.values()} <= {"accepted", "warned"}
    unknown = [row for row in rows.values() if row["employment_type"] == "unknown"]
    assert [row["reasons"] for row in unknown] == [
        "employment_type holds 'Zero-Hours', which is not a known code "
        "(field employmentHistoryStatus)"
    ] * len(unknown)
    assert unknown
    requests = rows_of(staged, "stg_bamboohr__time_off_requests", "test")
    id, document = next(iter(bench.alive("time_off_requests").items()))
    wanted = {
        "employee_record_id": str(document["employeeId"]), "employee_stream": "employees",
        "time_off_type": document["type"]["name"], "unit": document["amount"]["unit"],
        "quantity": Decimal(document["amount"]["amount"]),
        "start_date": dt.date.fromisoformat(document["start"]),
        "end_date": dt.date.fromisoformat(document["end"]),
        "requested_date": dt.date.fromisoformat(document["created"]),
    }  # fmt: skip
    assert {name: requests[id][name] for name in wanted} == wanted
    statuses = {row["status"] for row in requests.values() if not row["is_deleted"]}
    assert statuses <= {"requested", "approved", "denied", "superseded", "cancelled"}
