"""BambooHR REST v1: employees, the history of their jobs and pay, time off, hiring.

Lists come whole, without pages. Answers are XML unless JSON is asked for, errors are an empty
body with the message in a header, and every value of an employee is a string.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import msgspec
import requests
from dlt.sources.helpers.rest_client.paginators import JSONLinkPaginator
from msgspec import Raw

from pipelines.api import Api
from pipelines.auth import HttpBasicAuth, retry_after
from pipelines.connections import Connection
from pipelines.errors import (
    CredentialError,
    PermanentError,
    ThrottledError,
    TransientError,
)
from pipelines.records import timestamp
from pipelines.stream import Deletes, Page, Stream, System, Window

# Only what the mapping reads: no social security number, birth date, address or ethnicity.
EMPLOYEE_FIELDS = (
    "employeeNumber",
    "firstName",
    "middleName",
    "lastName",
    "preferredName",
    "displayName",
    "workEmail",
    "workPhone",
    "workPhoneExtension",
    "mobilePhone",
    "jobTitle",
    "department",
    "division",
    "location",
    "country",
    "status",
    "employmentHistoryStatus",
    "supervisorId",
    "supervisorEId",
    "hireDate",
    "originalHireDate",
    "terminationDate",
    "payRate",
    "payType",
    "paidPer",
    "payRateEffectiveDate",
    "createdByUserId",
    "lastChanged",
)
FIELDS_AT_MOST = 400
DATASET = "employee"  # one row for each employee, future and former ones too
STATUSES = ("Active", "Inactive")
EPOCH = "1970-01-01T00:00:00Z"
OVERLAP = timedelta(minutes=5)
FOUNDED = 2008  # the vendor's first year: nothing was asked for in it before
YEARS_AHEAD = 2
WINDOW_BACK = timedelta(days=60)
WHOLE_EVERY = timedelta(days=7)
TIMESHEET_DAYS = 364  # "must be within the last 365 days"


class _Change(msgspec.Struct):
    id: str
    action: str = ""


class NotThereError(PermanentError):
    """What was asked about is not there, or no longer (HTTP 404)."""


class NotAllowedError(PermanentError):
    """The key's user may not see it (HTTP 403)."""


def explain(answer: requests.Response) -> Exception | None:
    """BambooHR's errors, whose message is in a header; None when the answer is good."""
    status = answer.status_code
    if status < 400:
        return None
    message = answer.headers.get("X-BambooHR-Error-Message", "")
    said = f"{answer.url.partition('?')[0]} answered {status}: {message or answer.text[:300]}"
    if status in (429, 503):
        return ThrottledError(said, retry_after(answer))
    if status == 408 or status >= 500:
        return TransientError(said, retry_after(answer))
    if status == 401:
        return CredentialError(f"{said}; the API key is wrong, or its user was disabled")
    if status == 404:
        return NotThereError(said)
    if status == 403:
        return NotAllowedError(said)
    return PermanentError(said)


def base_url(connection: Connection, auth: Any) -> str:
    return f"https://{connection.setting('company_domain')}.bamboohr.com/api/"


def changes(api: Api, since: str) -> Page:
    """Ids of the employees that were inserted, updated or deleted since then."""
    return api.get("v1/employees/changed", params={"since": since}, records="employees.*")


def read_employees(api: Api, window: Window) -> Iterator[Page]:
    """Every employee that changed, one request each; the deleted ones as stubs of the feed."""
    fields = [*EMPLOYEE_FIELDS, *api.connection.setting("extra_fields", [])]
    if len(fields) > FIELDS_AT_MOST:
        raise PermanentError(f"BambooHR gives at most {FIELDS_AT_MOST} fields of an employee")
    feed = changes(api, window.iso() or EPOCH)
    gone, alive = _split(feed.records)
    yield Page(records=gone, body={}, request_id=feed.request_id, deleted=True)
    yield from api.map(lambda one: _employee(api, one, fields), alive)


def _split(feed: list[Raw]) -> tuple[list[Raw], list[str]]:
    """(feed entries of deleted employees, ids of the others)."""
    entries = [(msgspec.json.decode(raw, type=_Change), raw) for raw in feed]
    gone = [raw for change, raw in entries if change.action == "Deleted"]
    return gone, [change.id for change, _ in entries if change.action != "Deleted"]


def _employee(api: Api, employee: str, fields: list[str]) -> Page:
    try:
        return api.get(f"v1/employees/{employee}", params={"fields": ",".join(fields)}, records=".")
    except NotThereError:
        return Page(records=[], body={}, request_id="")


def employee_ids(api: Api, window: Window) -> Iterator[list[str]]:
    """Ids of the employees that were not deleted."""
    yield _split(changes(api, EPOCH).records)[1]


def read_headcount(api: Api, window: Window) -> Iterator[Page]:
    """How many employees the reports know, by status and in all; nothing without leave to report.

    A page of one row with nothing but a status brings the number of all rows.
    """
    for status in (None, *STATUSES):
        chosen = {"filter": f"status eq '{status}'"} if status else {}
        body = {"fields": ["status"], **chosen, "page": 1, "pageSize": 1}
        try:
            page = api.post(f"v2/datasets/{DATASET}/data", json=body, records="data")
        except (NotAllowedError, NotThereError):
            window.partial = True
            return
        employees = page.body["meta"]["totalItems"]
        total = {"id": status or "all", "status": status, "employees": employees}
        page.records = [Raw(msgspec.json.encode(total))]
        yield page


def table(name: str, stream: str, what: str) -> Stream:
    """A stream of an employee table, read whole whenever any employee changed."""

    def read(api: Api, window: Window) -> Iterator[Page]:
        before = window.state.get("checked_at")
        if before and not window.full and not changes(api, before).records:
            window.partial = True
            return
        window.state["checked_at"] = (window.now - OVERLAP).isoformat() + "Z"
        yield api.get(f"v1/employees/all/tables/{name}")

    return Stream(
        name=stream,
        key="id",
        read=read,
        deletes=Deletes.KEY_SWEEP,
        deletes_note="a change of any row marks its employee as changed, so the table is read",
        unmapped=f"{what}; employees carry the current values",
    )


def years(connection: Connection, today: date) -> list[tuple[date, date]]:
    """Calendar years that requests for time off may lie in, as (first day, last day)."""
    first = int(connection.start_date[:4]) if connection.start_date else FOUNDED
    return [
        (date(year, 1, 1), date(year, 12, 31)) for year in range(first, today.year + YEARS_AHEAD)
    ]


def read_time_off(api: Api, window: Window) -> Iterator[Page]:
    """Requests by calendar year: all years once a week, else those that can still change."""
    today = window.now.date()
    whole_at = timestamp(window.state.get("whole_at"))
    is_whole = window.full or whole_at is None or window.now >= whole_at + WHOLE_EVERY
    for first, last in years(api.connection, today):
        if is_whole or last >= today - WINDOW_BACK:
            yield api.get(
                "v1/time_off/requests", params={"start": first.isoformat(), "end": last.isoformat()}
            )
    window.partial = not is_whole
    if is_whole:
        window.state["whole_at"] = window.now.isoformat()


def read_timesheets(api: Api, window: Window) -> Iterator[Page]:
    """Entries of the last year on the first run, then of the last 60 days."""
    is_first = window.full or not window.state.get("started")
    back = timedelta(days=TIMESHEET_DAYS) if is_first else WINDOW_BACK
    params = {"start": f"{window.now - back:%F}", "end": f"{window.now:%F}"}
    yield api.get("v1/time_tracking/timesheet_entries", params=params)
    window.state["started"] = True


def whos_out_window(window: Window) -> dict[str, str]:
    return {
        "start": f"{window.now - WINDOW_BACK:%F}",
        "end": f"{window.now + timedelta(days=365):%F}",
    }


SYSTEM = System(
    name="bamboohr",
    base_url=base_url,
    auth=lambda connection, session: HttpBasicAuth(connection.secret("api_key"), "x"),
    headers={"Accept": "application/json"},
    concurrency=4,  # no figure is published; throttling is told by 429, until September 2026 503
    explain=explain,
    settings=("company_domain", "extra_fields"),
    secrets=("api_key",),
)

STREAMS = [
    Stream(
        name="employees",
        read=read_employees,
        changed="lastChanged",
        incremental=True,
        overlap=OVERLAP,
        sweep=employee_ids,
        deletes=Deletes.CHANGE_FEED,
    ),
    Stream(
        name="headcount",
        read=read_headcount,
        deletes=Deletes.NEVER,
        deletes_note="stays empty where the key's user may not see reports",
    ),
    table("jobInfo", "job_info", "history of jobs"),
    table("compensation", "compensation", "history of pay"),
    table("employmentStatus", "employment_status", "history of employment"),
    Stream(
        name="time_off_requests",
        read=read_time_off,
        changed="status.lastChanged",
        deletes=Deletes.KEY_SWEEP,
        deletes_note="a cancelled request keeps its row with that status; a removed one is seen "
        "when all years are read, once a week",
    ),
    Stream(
        name="time_off_types",
        path="v1/meta/time_off/types",
        records="timeOffTypes",
        deletes=Deletes.KEY_SWEEP,
        deletes_note="only active types are listed",
        unmapped="requests carry the name of their type",
    ),
    Stream(
        name="time_off_policies",
        path="v1/meta/time_off/policies",
        deletes=Deletes.KEY_SWEEP,
        unmapped="rules of accrual; requests do not depend on them",
    ),
    Stream(
        name="whos_out",
        key=("type", "id"),
        path="v1/time_off/whos_out",
        params=whos_out_window,
        deletes=Deletes.UNKNOWABLE,
        deletes_note="a sliding window: what leaves it is no longer listed either",
        unmapped="absences are those of time_off_requests; holidays have no entity",
    ),
    Stream(
        name="users",
        path="v1/meta/users",
        records="*",
        deletes=Deletes.KEY_SWEEP,
        deletes_note="a user is disabled rather than deleted",
    ),
    Stream(
        name="fields",
        path="v1/meta/fields",
        deletes=Deletes.KEY_SWEEP,
        unmapped="definitions of fields, custom ones too; values are in employees",
    ),
    Stream(
        name="lists",
        key="fieldId",
        path="v1/meta/lists",
        deletes=Deletes.KEY_SWEEP,
        unmapped="options of list fields; employees carry the chosen ones",
    ),
    Stream(
        name="tables",
        key="alias",
        path="v1/meta/tables",
        deletes=Deletes.KEY_SWEEP,
        unmapped="definitions of employee tables",
    ),
    Stream(
        name="jobs",
        path="v1/applicant_tracking/jobs",
        deletes=Deletes.KEY_SWEEP,
        deletes_note="deleted openings are no longer listed",
        unmapped="candidates and applications become entities later",
    ),
    Stream(
        name="applications",
        path="v1/applicant_tracking/applications",
        records="applications",
        paginator=lambda: JSONLinkPaginator("nextPageUrl"),
        changed="appliedDate",
        deletes=Deletes.KEY_SWEEP,
        deletes_note="read whole: newSince filters by the day of applying, not of change",
        unmapped="candidates and applications become entities later",
    ),
    Stream(
        name="timesheet_entries",
        read=read_timesheets,
        changed="updatedAt",
        deletes=Deletes.UNKNOWABLE,
        deletes_note="only the last 365 days can be read, so a missing entry may be an old one",
        unmapped="hours worked become an entity later",
    ),
]
