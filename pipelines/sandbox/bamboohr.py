"""BambooHR: the company's employees with their histories, days off, hours, and applicants."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from xml.sax.saxutils import escape

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipelines.sandbox import clock
from pipelines.sandbox.answers import Refused, json_answer, raw, select
from pipelines.sandbox.limits import FixedWindow
from pipelines.sandbox.server import vendor
from pipelines.sandbox.store import Between, Document, Row
from pipelines.sandbox.tokens import basic
from pipelines.sandbox.world import World

HOSTS = ("*.bamboohr.com",)
CREDENTIALS = {
    "company_domain": "goldpan",
    "api_key": "5a6d0f3b9c8e4d7fa1b2c3d4e5f60718293a4b5c",
}
REQUESTS_A_MINUTE = 600  # BambooHR publishes no figure
FIELDS_AT_MOST = 400
DATASET_PAGE = 1000
ODATA = re.compile(r"(?P<field>\w+) (?P<sign>eq|ne) '(?P<value>[^']*)'")
APPLICATIONS_A_PAGE = 50
TIMESHEET_DAYS = 365
NO_DATE = "0000-00-00"
COUNTRIES = {
    "US": "United States", "GB": "United Kingdom", "DE": "Germany", "NL": "Netherlands",
}  # fmt: skip
DIVISIONS = {"US": "North America", "GB": "Europe", "DE": "Europe", "NL": "Europe"}
TIME_OFF_TYPES = {
    "Vacation": (78, "days", "palm-trees"), "Sick": (79, "hours", "medical-kit"),
    "Parental": (80, "days", "stroller"), "Volunteer": (81, "hours", "heart"),
}  # fmt: skip
HOLIDAYS = (("01-01", "New Year's Day"), ("07-04", "Independence Day"), ("12-25", "Christmas Day"))
WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
FIELDS = (
    (1, "First Name", "text", "firstName"), (2, "Last Name", "text", "lastName"),
    (3, "Hire Date", "date", "hireDate"), (4, "Department", "list", "department"),
    (17, "Job Title", "list", "jobTitle"), (18, "Location", "list", "location"),
    (19, "Pay rate", "currency", "payRate"), (91, "Reporting to", "employee", "supervisor"),
    (1355, "Division", "list", "division"), (158, "Termination Date", "date", "terminationDate"),
    (4339, "Secondary Language", "list", "customSecondaryLanguage1"),
    (4378, "Shirt size", "list", "customShirtsize"), ("4340.4", "Asset: Serial #", "text", None),
)  # fmt: skip
TABLES = {
    "jobInfo": (("date", "date"), ("location", "list"), ("department", "list"),
                ("division", "list"), ("jobTitle", "list"), ("reportsTo", "employee")),
    "compensation": (("startDate", "date"), ("rate", "currency"), ("type", "list"),
                     ("exempt", "list"), ("reason", "list"), ("comment", "textarea"),
                     ("paidPer", "list"), ("paySchedule", "list")),
    "employmentStatus": (("date", "date"), ("employmentStatus", "list"),
                         ("comment", "textarea"), ("terminationReasonId", "list")),
}  # fmt: skip
LISTS = {
    "4": ("Department", "department",
          ("Sales", "Marketing", "Operations", "Stores", "Product", "Finance", "People")),
    "16": ("Employment Status", "employmentHistoryStatus",
           ("Full-Time", "Part-Time", "Contractor", "Intern", "Terminated", "Zero-Hours")),
    "18": ("Location", "location", ("Portland", "Seattle", "Austin", "Leeds", "Rotterdam")),
}  # fmt: skip


def documents(world: World, since: str | None) -> Iterator[Document]:
    """Every record of the company."""
    if since is None:
        yield from _definitions()
    for row in world.rows("employee", since):
        yield from _employee(world, row)
    for row in world.rows("time_off", since):
        yield _time_off(world, row)
    yield from _hiring(world, since)
    yield from _timesheets(world, since)


def _at_start(stream: str, id: str, body: dict[str, Any]) -> Document:
    return Document(stream, id, clock.iso(clock.START), clock.iso(clock.START), body)


def _definitions() -> Iterator[Document]:
    for id, name, kind, alias in FIELDS:
        field = {"id": id, "name": name, "type": kind} | ({"alias": alias} if alias else {})
        yield _at_start("fields", str(id), field)
    for alias, columns in TABLES.items():
        fields = [
            {"id": 5000 + n, "name": name, "alias": name, "type": kind}
            for n, (name, kind) in enumerate(columns)
        ]
        yield _at_start("tables", alias, {"alias": alias, "fields": fields})
    for field_id, (name, alias, options) in LISTS.items():
        yield _at_start("lists", field_id, _list_field(field_id, name, alias, options))
    for name, (id, units, icon) in TIME_OFF_TYPES.items():
        shown = {"id": id, "name": name, "units": units, "color": "56afdd", "icon": icon}
        yield _at_start("time_off_types", str(id), {**shown, "source": "internal"})
        policy = {"id": id + 100, "timeOffTypeId": id, "name": f"{name} Policy"}
        more = {"effectiveDate": None, "type": "accruing" if units == "days" else "manual"}
        yield _at_start("time_off_policies", str(id + 100), policy | more)


def _list_field(id: str, name: str, alias: str, options: tuple[str, ...]) -> dict[str, Any]:
    chosen = [
        {"id": int(id) * 1000 + n, "name": option, "archived": "no",
         "createdDate": clock.offset(clock.iso(clock.START)), "archivedDate": None}
        for n, option in enumerate(options)
    ]  # fmt: skip
    return {
        "fieldId": id, "name": name, "alias": alias, "manageable": "yes", "multiple": "no",
        "options": chosen,
    }  # fmt: skip


def _employee(world: World, row: dict[str, Any]) -> Iterator[Document]:
    id, times = row["records"]["bamboohr"], (row["created_at"], row["updated_at"])
    boss = world.get("employee", row["supervisor_n"]) if row["supervisor_n"] else None
    yield Document("employees", id, *times, _fields(row, id, boss))
    user = {
        "id": int(id) + 2000, "employeeId": int(id), "firstName": row["first_name"],
        "lastName": row["last_name"], "email": row["email"],
        "status": "enabled" if row["status"] == "Active" else "disabled",
        "lastLogin": clock.offset(row["created_at"]),
    }  # fmt: skip
    yield Document("users", str(user["id"]), *times, user)
    for table, rows in _history(row, boss).items():
        for position, one in enumerate(rows):
            row_id = str(row["n"] * 100 + position)
            body = {"id": row_id, "employeeId": id, **one}
            yield Document(table, row_id, *times, body, parent_id=id)


def _fields(row: dict[str, Any], id: str, boss: dict[str, Any] | None) -> dict[str, Any]:
    """Every field of an employee; values are texts, as BambooHR sends them."""
    first, last = row["first_name"], row["last_name"]
    address, pay, born = row["address"] or {}, row["pay"], row["birth_date"] or ""
    return {
        "id": id, "employeeNumber": row["number"], "firstName": first, "middleName": None,
        "lastName": last, "preferredName": row["preferred_name"], "displayName": f"{first} {last}",
        "fullName1": f"{first} {last}", "fullName2": f"{last}, {first}",
        "fullName3": f"{last}, {first}", "fullName4": f"{last}, {first}",
        "fullName5": f"{first} {last}", "gender": row["gender"], "maritalStatus": None,
        "dateOfBirth": born or NO_DATE, "birthday": born[5:] or None, "ssn": None,
        "address1": address.get("street"), "address2": address.get("street2"),
        "city": address.get("city"), "state": address.get("region"), "stateCode": "",
        "zipcode": address.get("postal_code"), "country": COUNTRIES[row["country"]],
        "workEmail": row["email"], "homeEmail": None, "bestEmail": row["email"],
        "workPhone": row["phone"], "workPhoneExtension": None,
        "workPhonePlusExtension": row["phone"], "mobilePhone": None, "homePhone": None,
        "jobTitle": row["job_title"], "department": row["department"],
        "division": DIVISIONS[row["country"]], "location": row["location"],
        "status": row["status"], "employmentHistoryStatus": _employment(row),
        "supervisor": f"{boss['last_name']}, {boss['first_name']}" if boss else None,
        "supervisorId": boss["number"] if boss else None,
        "supervisorEId": boss["records"]["bamboohr"] if boss else None,
        "supervisorEmail": boss["email"] if boss else None, "hireDate": row["hired_on"],
        "originalHireDate": NO_DATE, "terminationDate": row["terminated_on"] or NO_DATE,
        "payRate": f"{pay['amount']}{'.00' if row['n'] % 2 else ''} {pay['currency']}",
        "payType": pay["type"], "paidPer": pay["period"], "paySchedule": "Twice a month",
        "payScheduleId": "18347", "payFrequency": "Twice a month", "payGroupId": None,
        "payRateEffectiveDate": row["pays"][-1]["date"],
        "payChangeReason": row["pays"][-1]["reason"], "exempt": "Exempt", "eeo": None,
        "ethnicity": None, "acaStatus": None, "flsaCode": "Exempt", "isPhotoUploaded": "false",
        "createdByUserId": None, "lastChanged": clock.offset(row["updated_at"]),
        "customShirtsize": ("S", "M", "L", None)[row["n"] % 4],
    }  # fmt: skip


def _employment(row: dict[str, Any]) -> str:
    """The latest employment status; a few are of a kind that the company invented."""
    latest = str(row["statuses"][-1]["status"])
    if latest == "Terminated":
        return latest
    return "Zero-Hours" if row["n"] % 23 == 0 else str(row["employment"])


def _history(row: dict[str, Any], boss: dict[str, Any] | None) -> dict[str, list[dict[str, Any]]]:
    reports_to = f"{boss['first_name']} {boss['last_name']}" if boss else None
    jobs = [
        {"date": job["date"], "location": job["location"], "department": job["department"],
         "division": DIVISIONS[row["country"]], "jobTitle": job["title"], "reportsTo": reports_to}
        for job in row["jobs"]
    ]  # fmt: skip
    pays = [
        {"startDate": pay["date"], "type": pay["type"], "exempt": "Exempt",
         "rate": {"currency": pay["currency"], "value": f"{pay['amount']}.00"},
         "reason": pay["reason"], "comment": "", "paidPer": pay["period"],
         "paySchedule": "Twice a month",
         "overtimeRate": {"currency": pay["currency"], "value": ""}}
        for pay in row["pays"]
    ]  # fmt: skip
    statuses = [
        {"date": one["date"], "employmentStatus": one["status"], "comment": "",
         "terminationReasonId": None, "terminationTypeId": None, "terminationRehireId": None}
        for one in row["statuses"]
    ]  # fmt: skip
    return {"jobInfo": jobs, "compensation": pays, "employmentStatus": statuses}


def _time_off(world: World, row: dict[str, Any]) -> Document:
    employee = world.get("employee", row["employee_n"])
    type_id, unit, icon = TIME_OFF_TYPES[row["type"]]
    a_day = 8 if unit == "hours" else 1
    first = date.fromisoformat(row["start_on"])
    days = [(first + timedelta(days=n)).isoformat() for n in range(row["days"])]
    superseded = row["n"] % 37 == 0 and row["status"] == "approved"
    body = {
        "id": int(row["record_id"]), "employeeId": int(employee["records"]["bamboohr"]),
        "name": f"{employee['first_name']} {employee['last_name']}",
        "status": {
            "lastChanged": row["status_changed_on"], "lastChangedByUserId": 2011,
            "status": "superceded" if superseded else row["status"],
        },
        "start": row["start_on"], "end": row["end_on"], "created": row["requested_on"],
        "type": {"id": type_id, "name": row["type"], "icon": icon},
        "amount": {"unit": unit, "amount": row["days"] * a_day},
        "actions": {"view": True, "edit": True, "cancel": row["status"] == "approved",
                    "approve": row["status"] == "requested",
                    "deny": row["status"] == "requested", "bypass": False},
        "dates": dict.fromkeys(days, a_day),
        "notes": {"employee": row["note"]} if row["note"] else {},
    }  # fmt: skip
    return Document(
        "time_off_requests", row["record_id"], row["created_at"], row["updated_at"], body,
        deleted_at=row["deleted_at"],
    )  # fmt: skip


def _hiring(world: World, since: str | None) -> Iterator[Document]:
    counts: dict[int, list[str]] = {}
    for row in world.rows("application"):
        counts.setdefault(row["opening_n"], []).append(row["status"])
    for row in world.rows("job_opening"):
        statuses = counts.get(row["n"], [])
        body = {
            "id": int(row["record_id"]), "title": {"id": None, "label": row["title"]},
            "postedDate": clock.offset(row["created_at"]),
            "location": {"id": 18, "label": row["location"], "address": {}}, "department": None,
            "status": {"id": 1 if row["status"] == "Open" else 3, "label": row["status"]},
            "hiringLead": None, "newApplicantsCount": statuses.count("New"),
            "activeApplicantsCount": sum(one not in ("Hired", "Not a Fit") for one in statuses),
            "totalApplicantsCount": len(statuses),
            "postingUrl": f"https://goldpan.bamboohr.com/careers/{row['record_id']}",
        }  # fmt: skip
        yield Document("jobs", row["record_id"], row["created_at"], row["updated_at"], body)
    for row in world.rows("application", since):
        yield _application(world, row)


def _application(world: World, row: dict[str, Any]) -> Document:
    opening = world.get("job_opening", row["opening_n"])
    statuses = ("New", "Reviewed", "Schedule Interview", "Not a Fit", "Hired")
    body = {
        "id": int(row["record_id"]), "appliedDate": clock.offset(row["created_at"]),
        "status": {"id": statuses.index(row["status"]) + 1, "label": row["status"]},
        "rating": row["rating"],
        "applicant": {"id": int(row["record_id"]) + 5000, "firstName": row["first_name"],
                      "lastName": row["last_name"], "avatar": None, "email": row["email"] or "",
                      "source": row["source"]},
        "job": {"id": int(opening["record_id"]),
                "title": {"id": None, "label": opening["title"]}},
    }  # fmt: skip
    return Document("applications", row["record_id"], row["created_at"], row["updated_at"], body)


def _timesheets(world: World, since: str | None) -> Iterator[Document]:
    """Part-time staff of the stores book their hours each Friday; they are approved on Monday."""
    today = clock.parse(world.now).date()
    for row in world.rows("employee"):
        if row["employment"] != "Part-Time" or row["department"] != "Stores":
            continue
        for back in range(TIMESHEET_DAYS, 0, -1):
            day = today - timedelta(days=back)
            is_employed = row["created_at"][:10] <= day.isoformat() < (row["terminated_on"] or "9")
            if day.weekday() == 4 and is_employed:
                document = _timesheet(row, day, world.now)
                if since is None or document.updated_at > since:
                    yield document


def _timesheet(row: dict[str, Any], day: date, now: str) -> Document:
    created_at = f"{day.isoformat()}T18:00:00.000Z"
    approved_at = f"{(day + timedelta(days=3)).isoformat()}T09:00:00.000Z"
    is_approved = approved_at <= now
    id = str(row["n"] * 100_000 + day.toordinal() % 100_000)
    body = {
        "id": int(id), "employeeId": int(row["records"]["bamboohr"]), "type": "hour",
        "date": day.isoformat(), "start": None, "end": None, "timezone": "America/Los_Angeles",
        "hours": 18 + row["n"] % 5 + day.day % 3 / 2, "note": None, "projectInfo": None,
        "approvedAt": clock.offset(approved_at) if is_approved else None, "approved": is_approved,
        "createdAt": clock.offset(created_at),
        "updatedAt": clock.offset(approved_at if is_approved else created_at),
    }  # fmt: skip
    return Document(
        "timesheet_entries", id, created_at, approved_at if is_approved else created_at, body
    )


def refused(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    """An error of the v1 paths: no body, the message in a header."""
    return Response(
        status_code=status, headers={"X-BambooHR-Error-Message": message} | (headers or {})
    )


def problem(status: int, detail: str) -> Response:
    """An error of the newer paths (RFC 7807)."""
    body = {"type": "about:blank", "title": "Bad Request", "status": status, "detail": detail}
    return Response(orjson.dumps(body), status, media_type="application/problem+json")


def not_found(request: Request, _: Exception) -> Response:
    """An unknown path."""
    return refused(404, f"Unknown path {request.url.path}")


def guard(request: Request) -> Response | None:
    """Company, API key and throttling, before every path."""
    known = vendor(request).credentials
    if request.headers.get("host", "").partition(".")[0] != known["company_domain"]:
        return refused(404, "Unknown company")
    user, _ = basic(request.headers.get("authorization")) or ("", "")
    if user != known["api_key"]:
        return refused(401, "Invalid API key", {"WWW-Authenticate": 'Basic realm="BambooHR"'})
    taken = vendor(request).limits.of("minute", lambda: FixedWindow(REQUESTS_A_MINUTE, 60)).take()
    if not taken.granted:
        return refused(429, "Limit exceeded", {"Retry-After": str(int(taken.wait) + 1)})
    return None


def answered(request: Request, content: Any, root: str) -> Response:
    """JSON where it is asked for; XML otherwise, which is the default of the v1 paths."""
    accepts = request.headers.get("accept", "")
    if "application/json" in accepts or request.query_params.get("format") == "json":
        return json_answer(content)
    body = f'<?xml version="1.0"?>\n{xml(root, orjson.loads(orjson.dumps(content)))}'
    return Response(body, media_type="text/xml")


def xml(name: str, value: Any) -> str:
    """A plain rendering of JSON as XML."""
    if isinstance(value, dict):
        inner = "".join(
            xml("field" if key[:1].isdigit() else key, one) for key, one in value.items()
        )
    elif isinstance(value, list):
        inner = "".join(xml("item", one) for one in value)
    else:
        inner = "" if value is None else escape(str(value))
    return f"<{name}>{inner}</{name}>"


def changed(request: Request) -> Response:
    """Ids of employees that changed, with what happened to them."""
    since = instant(request, "since")
    wanted = request.query_params.get("type", "all")
    if wanted not in ("inserted", "updated", "deleted", "all"):
        return refused(400, "Invalid type parameter")
    after = Between(start=since, start_inclusive=False)
    rows = vendor(request).store.query("employees", updated=after, deleted="include", order="seq")
    found = {row.id: _change(row, since) for row in rows}
    chosen = {id: one for id, one in found.items() if wanted in ("all", str(one["action"]).lower())}
    latest = max((one["lastChanged"] for one in chosen.values()), default=clock.offset(since))
    return answered(request, {"latest": latest, "employees": chosen}, "employees")


def _change(row: Row, since: str) -> dict[str, str]:
    action = "Deleted" if row.deleted_at else "Inserted" if row.created_at > since else "Updated"
    return {"id": row.id, "action": action, "lastChanged": clock.offset(row.updated_at)}


def employee(request: Request) -> Response:
    """The named fields of one employee; unknown names are left out."""
    row = vendor(request).store.get("employees", request.path_params["id"])
    if row is None or row.deleted_at:
        return refused(404, "Employee not found")
    names = request.query_params.get("fields", "firstName,lastName").split(",")
    if len(names) > FIELDS_AT_MOST:
        return refused(400, f"Too many fields requested, the maximum is {FIELDS_AT_MOST}")
    return answered(request, select(row.json(), ["id", *names]), "employee")


def table(request: Request) -> Response:
    """Rows of a table, of one employee or of all."""
    name, id = request.path_params["table"], request.path_params["id"]
    if name not in TABLES:
        return refused(404, "Unknown table")
    store = vendor(request).store
    alive = {row.id for row in store.query("employees", ids=None if id == "all" else [id])}
    if id != "all" and id not in alive:
        return refused(404, "Employee not found")
    rows = store.query(name, parent_id=None if id == "all" else id, order="updated")
    return answered(request, raw(row for row in rows if row.parent_id in alive), "table")


async def dataset(request: Request) -> Response:
    """A page of the dataset of employees: the wanted fields, the rows that pass the filter."""
    if request.path_params["name"] != "employee":
        return problem(404, "The specified dataset does not exist or is not accessible.")
    try:
        asked = orjson.loads(await request.body())
        names, page, size = asked["fields"], asked.get("page", 1), asked.get("pageSize", 100)
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return problem(400, "The request body must name fields")
    if not (page >= 1 and 1 <= size <= DATASET_PAGE):
        return problem(422, f"pageSize must be between 1 and {DATASET_PAGE}")
    rows = [row.json() for row in vendor(request).store.query("employees")]
    rows = _filtered(rows, asked.get("filter"))
    shown = [{"fields": select(row, names)} for row in rows[(page - 1) * size : page * size]]
    pages = -(-len(rows) // size)
    links = {"next": f"{request.url.path}?page={page + 1}" if page < pages else None, "prev": None}
    meta = {"page": page, "pageSize": size, "totalPages": pages, "totalItems": len(rows)}
    return json_answer({"data": shown, "links": links, "meta": meta})


def _filtered(rows: list[dict[str, Any]], text: str | None) -> list[dict[str, Any]]:
    """Rows that pass an OData filter of one comparison. Raises Refused for anything else."""
    if not text:
        return rows
    match = ODATA.fullmatch(text)
    if not match or match["field"] not in {alias for *_, alias in FIELDS} | {"status"}:
        raise Refused(problem(422, "The filter expression is invalid"))
    is_wanted = match["sign"] == "eq"
    return [row for row in rows if (row.get(match["field"]) == match["value"]) is is_wanted]


def time_off_requests(request: Request) -> Response:
    """Requests that overlap a span of days, of whatever state unless states are named."""
    first, last = day(request, "start"), day(request, "end")
    statuses = request.query_params.get("status")
    rows = vendor(request).store.query("time_off_requests")
    bodies = [row.json() for row in rows]
    found = [
        body for body in bodies
        if body["start"] <= last and body["end"] >= first
        and (statuses is None or body["status"]["status"] in statuses.split(","))
    ]  # fmt: skip
    return answered(request, found, "requests")


def whos_out(request: Request) -> Response:
    """Approved absences and holidays, by date."""
    given = request.query_params
    today = vendor(request).now[:10]
    first = day(request, "start") if "start" in given else today
    later = clock.date(clock.shift(clock.normal(first), days=14))
    last = day(request, "end") if "end" in given else later
    bodies = (row.json() for row in vendor(request).store.query("time_off_requests"))
    found: list[dict[str, Any]] = [
        {"id": body["id"], "type": "timeOff", "employeeId": body["employeeId"],
         "name": body["name"], "start": body["start"], "end": body["end"]}
        for body in bodies if body["status"]["status"] == "approved"
    ]  # fmt: skip
    for year in range(int(first[:4]), int(last[:4]) + 1):
        for number, (month_day, name) in enumerate(HOLIDAYS, start=1):
            on = f"{year}-{month_day}"
            holiday = {"id": year * 10 + number, "type": "holiday", "name": name}
            found.append(holiday | {"start": on, "end": on})
    inside = [one for one in found if one["start"] <= last and one["end"] >= first]
    return answered(request, sorted(inside, key=lambda one: one["start"]), "calendar")


def time_off_types(request: Request) -> Response:
    rows = vendor(request).store.query("time_off_types")
    hours = [{"name": name, "amount": "8" if name[0] != "S" else "0"} for name in WEEK]
    return answered(request, {"timeOffTypes": raw(rows), "defaultHours": hours}, "timeOffTypes")


def users(request: Request) -> Response:
    rows = vendor(request).store.query("users")
    return answered(request, {row.id: row.json() for row in rows}, "users")


def whole(stream: str) -> Callable[[Request], Response]:
    """A list without paging or filters."""

    def handle(request: Request) -> Response:
        return answered(request, raw(vendor(request).store.query(stream)), stream)

    return handle


def jobs(request: Request) -> Response:
    return json_answer(raw(vendor(request).store.query("jobs")))


def applications(request: Request) -> Response:
    """A page of applications, sent in after a time where one is given."""
    given = request.query_params
    page = given.get("page", "1")
    if not page.isdigit() or int(page) < 1:
        return refused(400, "Invalid page")
    created = Between(start=instant(request, "newSince")) if "newSince" in given else None
    offset = (int(page) - 1) * APPLICATIONS_A_PAGE
    rows = vendor(request).store.query(
        "applications", created=created, offset=offset, limit=APPLICATIONS_A_PAGE + 1
    )
    is_last = len(rows) <= APPLICATIONS_A_PAGE
    host = request.headers["host"]
    url = f"https://{host}{request.url.include_query_params(page=int(page) + 1).path}"
    query = request.url.include_query_params(page=int(page) + 1).query
    return json_answer(
        {
            "paginationComplete": is_last,
            "nextPageUrl": None if is_last else f"{url}?{query}",
            "applications": raw(rows[:APPLICATIONS_A_PAGE]),
        }
    )


def timesheet_entries(request: Request) -> Response:
    """Entries of the last 365 days, by employee."""
    given = request.query_params
    oldest = clock.date(clock.shift(vendor(request).now, days=-TIMESHEET_DAYS))
    for name in ("start", "end"):
        if not is_day(given.get(name)):
            return problem(400, f"{name} must be a date of the form YYYY-MM-DD")
        if given[name] < oldest:
            return problem(400, f"{name} must be within the last {TIMESHEET_DAYS} days")
    bodies = [row.json() for row in vendor(request).store.query("timesheet_entries", order="id")]
    return json_answer([body for body in bodies if given["start"] <= body["date"] <= given["end"]])


def instant(request: Request, name: str) -> str:
    """A time among the parameters. Raises Refused when it is missing or no time."""
    try:
        return clock.normal(request.query_params[name].replace(" ", "T"))
    except (KeyError, ValueError):
        raise Refused(refused(400, f"Missing or invalid {name} parameter")) from None


def day(request: Request, name: str) -> str:
    """A day among the parameters. Raises Refused when it is missing or no date."""
    given = request.query_params.get(name)
    if given is None or not is_day(given):
        raise Refused(refused(400, f"Missing or invalid {name} date"))
    return given


def is_day(text: str | None) -> bool:
    try:
        return text is not None and len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False


def routes() -> list[Route]:
    """BambooHR's paths."""
    base = "/api/v1"
    return [
        Route(f"{base}/employees/changed", changed),
        Route(f"{base}/employees/{{id}}/tables/{{table}}", table),
        Route(f"{base}/employees/{{id}}", employee),
        Route("/api/v2/datasets/{name}/data", dataset, methods=["POST"]),
        Route(f"{base}/time_off/requests", time_off_requests),
        Route(f"{base}/time_off/whos_out", whos_out),
        Route(f"{base}/meta/time_off/types", time_off_types),
        Route(f"{base}/meta/time_off/policies", whole("time_off_policies")),
        Route(f"{base}/meta/users", users),
        Route(f"{base}/meta/fields", whole("fields")),
        Route(f"{base}/meta/lists", whole("lists")),
        Route(f"{base}/meta/tables", whole("tables")),
        Route(f"{base}/applicant_tracking/jobs", jobs),
        Route(f"{base}/applicant_tracking/applications", applications),
        Route(f"{base}/time_tracking/timesheet_entries", timesheet_entries),
    ]
