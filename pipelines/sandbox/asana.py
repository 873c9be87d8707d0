"""Asana: one organization with its people, teams, projects, tasks and booked hours."""

import base64
import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipelines.sandbox import clock
from pipelines.sandbox.answers import Refused, json_answer
from pipelines.sandbox.limits import Concurrency, FixedWindow
from pipelines.sandbox.server import add_headers, hold, vendor
from pipelines.sandbox.store import Between, Document, Row
from pipelines.sandbox.tokens import OAuth, OAuthError, bearer, refusal, token_endpoint
from pipelines.sandbox.world import World
from pipelines.sandbox.world.ids import record_id

HOSTS = ("app.asana.com",)
CREDENTIALS = {
    "client_id": "1199999999999999",
    "client_secret": "sandbox-client-secret",
    "refresh_token": "1/1199999999999998:sandbox-refresh-token",
}
ACCESS_TOKEN = "1/1199999999999998:sandbox-personal-access-token"
OAUTH = OAuth(grants=("refresh_token",), lifetime=3600)
MOST = 100
REQUESTS_A_MINUTE = 1500
READS_AT_ONCE = 50
HELP = (
    "For more information on API status codes and how to handle them, read the docs on errors: "
    "https://developers.asana.com/docs/errors"
)
WORKSPACE: dict[str, Any] = {
    "gid": record_id("asana", "workspace", 1),
    "resource_type": "workspace",
    "name": "Goldpan & Daughters",
    "email_domains": ["goldpan.example"],
    "is_organization": True,
}
COLORS = ("light-green", "light-blue", "dark-orange", "light-pink", "dark-teal")
HEALTH = ("green", "green", "yellow", "red", "blue", None)
HEALTH_TITLES = {"green": "On track", "yellow": "At risk", "red": "Off track", "blue": "On hold"}
PRIORITIES = {"Low": "aqua", "Medium": "yellow-orange", "High": "red"}
COMPACT = ("resource_type", "name")
COMPACT_FIELDS = {
    "tasks": (*COMPACT, "resource_subtype", "created_by"),
    "stories": ("resource_type", "resource_subtype", "created_at", "created_by", "text", "type"),
    "time_tracking_entries": (
        "resource_type", "duration_minutes", "entered_on", "attributable_to", "created_by",
        "categories",
    ),
    "custom_fields": (*COMPACT, "resource_subtype", "type"),
}  # fmt: skip


def compact(kind: str, gid: str, name: str) -> dict[str, str]:
    """A reference to another object."""
    return {"gid": gid, "resource_type": kind, "name": name}


HOME = compact("workspace", WORKSPACE["gid"], WORKSPACE["name"])


def enum_options() -> list[dict[str, Any]]:
    """The options of the field Priority."""
    return [
        {**compact("enum_option", record_id("asana", "enum_option", n), name), "color": color,
         "enabled": True}
        for n, (name, color) in enumerate(PRIORITIES.items(), start=1)
    ]  # fmt: skip


def custom_field(n: int, name: str, kind: str, **more: Any) -> dict[str, Any]:
    """What a field's definition and its values have in common."""
    return {
        **compact("custom_field", record_id("asana", "custom_field", n), name),
        "resource_subtype": kind, "type": kind, "representation_type": kind, "enabled": True,
        "is_formula_field": False, "id_prefix": None, "input_restrictions": [],
        "is_global_to_workspace": True, "has_notifications_enabled": False,
        "asana_created_field": None, "description": "", **more,
    }  # fmt: skip


PRIORITY = custom_field(1, "Priority", "enum", enum_options=enum_options())
ESTIMATE = custom_field(2, "Estimated time", "number", precision=0, format="duration")
BUDGET = custom_field(3, "Budget", "number", precision=2, format="currency", currency_code="EUR")


@dataclass(frozen=True, slots=True)
class Project:
    """A project's first section and when the project was deleted."""

    first_section_n: int
    deleted_at: str | None


@dataclass
class Office:
    """The world's rows as Asana's documents."""

    world: World
    since: str | None
    names: dict[tuple[str, int], dict[str, str]] = field(default_factory=dict)

    @cached_property
    def now(self) -> str:
        """The instant up to which things have happened."""
        return self.world.now

    def changed(self, kind: str) -> Iterator[dict[str, Any]]:
        """Rows to publish: those that have happened, and since the last time."""
        for row in self.world.rows(kind, self.since):
            if row["created_at"] <= self.now:
                yield row

    def reference(self, kind: str, n: int) -> dict[str, str]:
        """A compact object by its kind (user, project, section, team, tag) and number."""
        if (kind, n) not in self.names:
            row = self.world.get("employee" if kind == "user" else f"asana.{kind}", n)
            name = f"{row['first_name']} {row['last_name']}" if kind == "user" else row["name"]
            self.names[kind, n] = compact(kind, record_id("asana", kind, n), name)
        return self.names[kind, n]

    @cached_property
    def projects(self) -> dict[int, Project]:
        """What tasks need to know of their projects."""
        rows = self.world.rows("asana.project")
        return {row["n"]: Project(row["section_ns"][0], row["deleted_at"]) for row in rows}


def documents(world: World, since: str | None) -> Iterator[Document]:
    """Every object of the organization."""
    office = Office(world, since)
    if since is None:
        yield _document("workspaces", clock.iso(clock.START), WORKSPACE)
        for definition in (PRIORITY, ESTIMATE, BUDGET):
            yield _document(
                "custom_fields", clock.iso(clock.START), definition, parent_id=WORKSPACE["gid"]
            )
    yield from _users(office)
    yield from _teams_and_tags(office)
    yield from _projects(office)
    yield from Tasks(office).documents()
    yield from _stories(office)
    yield from _time_entries(office)


def _document(stream: str, created_at: str, body: dict[str, Any], **more: Any) -> Document:
    updated_at = more.pop("updated_at", created_at)
    return Document(stream, body["gid"], created_at, updated_at, body, **more)


def _users(office: Office) -> Iterator[Document]:
    for row in office.changed("employee"):
        body = {
            **compact("user", row["records"]["asana"], f"{row['first_name']} {row['last_name']}"),
            "email": row["email"], "photo": None,
            "workspaces": [HOME],
            "custom_fields": [],
        }  # fmt: skip
        gone_at = row["updated_at"] if row["status"] == "Inactive" else None
        yield _document(
            "users", row["created_at"], body, updated_at=row["updated_at"], deleted_at=gone_at,
            parent_id=WORKSPACE["gid"],
        )  # fmt: skip


def _teams_and_tags(office: Office) -> Iterator[Document]:
    for row in office.changed("asana.team"):
        body = {
            **compact("team", row["record_id"], row["name"]), "description": "",
            "html_description": "<body></body>", "organization": HOME, "visibility": "public",
            "permalink_url": f"https://app.asana.com/0/team/{row['record_id']}/overview",
        }  # fmt: skip
        yield _document("teams", row["created_at"], body, parent_id=WORKSPACE["gid"])
    for row in office.changed("asana.tag"):
        body = {
            **compact("tag", row["record_id"], row["name"]), "color": COLORS[row["n"] % 5],
            "notes": "", "created_at": row["created_at"], "followers": [], "workspace": HOME,
            "permalink_url": f"https://app.asana.com/0/{row['record_id']}/list",
        }  # fmt: skip
        yield _document("tags", row["created_at"], body, parent_id=WORKSPACE["gid"])


def _projects(office: Office) -> Iterator[Document]:
    for row in office.changed("asana.project"):
        yield _document(
            "projects", row["created_at"], _project(office, row), updated_at=row["updated_at"],
            deleted_at=row["deleted_at"], parent_id=WORKSPACE["gid"],
        )  # fmt: skip
    for row in office.changed("asana.section"):
        project = office.reference("project", row["project_n"])
        body = {
            **compact("section", row["record_id"], row["name"]),
            "created_at": row["created_at"], "project": project, "projects": [project],
        }  # fmt: skip
        yield _document("sections", row["created_at"], body, parent_id=project["gid"])


def _project(office: Office, row: dict[str, Any]) -> dict[str, Any]:
    owner = office.reference("user", row["owner_n"])
    return {
        **compact("project", row["record_id"], row["name"]), "archived": row["is_archived"],
        "color": COLORS[row["n"] % 5], "icon": "list", "completed": row["is_completed"],
        "completed_at": row["completed_at"],
        "completed_by": owner if row["is_completed"] else None,
        "created_at": row["created_at"], "created_from_template": None,
        **_status(row, owner), "custom_field_settings": [], "custom_fields": [],
        "default_access_level": "editor", "default_view": "board" if row["n"] % 2 else "list",
        "due_date": row["due_on"], "due_on": row["due_on"], "followers": [owner],
        "html_notes": f"<body>{html.escape(row['notes'])}</body>", "members": [owner],
        "minimum_access_level_for_customization": "editor",
        "minimum_access_level_for_sharing": "editor", "modified_at": row["updated_at"],
        "notes": row["notes"], "owner": owner,
        "permalink_url": f"https://app.asana.com/0/{row['record_id']}/list",
        "privacy_setting": "public_to_workspace", "project_brief": None, "public": True,
        "start_on": row["start_on"], "team": office.reference("team", row["team_n"]),
        "workspace": HOME,
    }  # fmt: skip


def _status(row: dict[str, Any], owner: dict[str, str]) -> dict[str, Any]:
    color = "complete" if row["is_completed"] else HEALTH[row["n"] % len(HEALTH)]
    if color is None:
        return {"current_status": None, "current_status_update": None}
    gid = record_id("asana", "status_update", row["n"])
    title = HEALTH_TITLES.get(color, "Complete")
    status = {
        "gid": gid, "resource_type": "project_status", "title": title, "text": title,
        "html_text": f"<body>{title}</body>", "color": color, "author": owner,
        "created_at": row["created_at"], "created_by": owner, "modified_at": row["updated_at"],
    }  # fmt: skip
    update = {**compact("status_update", gid, title), "title": title}
    update["resource_subtype"] = "project_status_update"
    return {"current_status": status, "current_status_update": update}


@dataclass(frozen=True, slots=True)
class Place:
    """What decides in which lists a task is: its parent, or else its projects."""

    project_n: int
    parent_n: int | None
    deleted_at: str | None


class Tasks:
    """Tasks, with what Asana derives from the objects around them."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.places: dict[int, Place] = {}
        self.children: dict[int, list[int]] = {}
        self.minutes: dict[int, int] = {}
        self.touched: dict[int, str] = {}
        self._survey()

    def documents(self) -> Iterator[Document]:
        """The tasks to publish, each with an entry in every list that it is in."""
        for row in self._due():
            gone_at = self._gone_at(row["n"])
            touched_at = self.touched.get(row["n"], "")
            modified_at = max(row["updated_at"], touched_at, gone_at or "")
            body = self._body(row, modified_at)
            yield _document(
                "tasks", row["created_at"], body, updated_at=modified_at, deleted_at=gone_at
            )
            for place, left_at in self._lists(row):
                link, out_at = f"{place}|{body['gid']}", gone_at or left_at
                yield Document(
                    "task_lists", link, row["created_at"], modified_at, {}, out_at, place
                )

    def _survey(self) -> None:
        world = self.office.world
        for row in world.rows("asana.task"):
            if row["created_at"] <= self.office.now:
                place = Place(row["project_n"], row["parent_n"], row["deleted_at"])
                self.places[row["n"]] = place
                if place.parent_n:
                    self.children.setdefault(place.parent_n, []).append(row["n"])
                    self._touch(place.parent_n, row["deleted_at"] or row["created_at"])
                homes = [] if place.parent_n else self._homes(row["n"], place.project_n)
                for home in homes:
                    self._touch(row["n"], self.office.projects[home].deleted_at or "")
        for row in world.rows("asana.time_entry"):
            if row["created_at"] <= self.office.now:
                task_n = row["task_n"]
                self.minutes[task_n] = self.minutes.get(task_n, 0) + row["minutes"]
                self._touch(task_n, row["created_at"])
        for row in self.office.changed("asana.story"):
            self._touch(row["task_n"], row["created_at"])

    def _touch(self, n: int, at: str) -> None:
        self.touched[n] = max(at, self.touched.get(n, ""))

    def _due(self) -> Iterator[dict[str, Any]]:
        since, world = self.office.since, self.office.world
        if since is None:
            yield from self.office.changed("asana.task")
            return
        due = {row["n"] for row in self.office.changed("asana.task")}
        due |= {n for n, at in self.touched.items() if at > since}
        due |= {n for n in self.places if (self._gone_at(n) or "") > since}
        yield from (world.get("asana.task", n) for n in sorted(due & self.places.keys()))

    def _gone_at(self, n: int) -> str | None:
        place = self.places[n]
        if place.deleted_at:
            return place.deleted_at
        if place.parent_n:
            return self._gone_at(place.parent_n)
        projects = self.office.projects
        gone = [projects[home].deleted_at for home in self._homes(n, place.project_n)]
        return max(filter(None, gone)) if all(gone) else None

    def _homes(self, n: int, project_n: int) -> list[int]:
        """Every twentieth task is in two projects."""
        return [project_n, project_n - 1] if n % 20 == 0 and project_n > 1 else [project_n]

    def _living_homes(self, row: dict[str, Any]) -> list[int]:
        if row["parent_n"]:
            return []
        homes = self._homes(row["n"], row["project_n"])
        return [home for home in homes if not self.office.projects[home].deleted_at]

    def _lists(self, row: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
        """(list, when the task left it)"""
        if row["parent_n"]:
            yield f"parent {record_id('asana', 'task', row['parent_n'])}", None
        else:
            for n in self._homes(row["n"], row["project_n"]):
                left_at = self.office.projects[n].deleted_at
                yield f"project {record_id('asana', 'project', n)}", left_at
        if row["assignee_n"]:
            yield f"assignee {record_id('asana', 'user', row['assignee_n'])}", None

    def _body(self, row: dict[str, Any], modified_at: str) -> dict[str, Any]:
        reference = self.office.reference
        creator = reference("user", row["created_by_n"])
        assignee = reference("user", row["assignee_n"]) if row["assignee_n"] else None
        memberships = self._memberships(row)
        return {
            **compact("task", row["record_id"], _name(row)), **self._kind(row),
            "created_by": {"gid": creator["gid"], "resource_type": "user"},
            "created_at": row["created_at"], "modified_at": modified_at,
            "assignee": assignee, "assigned_by": creator if assignee else None,
            "assignee_status": "upcoming", "completed": row["is_completed"],
            "completed_at": row["completed_at"],
            "completed_by": (assignee or creator) if row["is_completed"] else None,
            "dependencies": [], "dependents": [], "due_at": None, "due_on": row["due_on"],
            "start_at": None, "start_on": row["start_on"], "followers": [creator],
            "hearted": False, "hearts": [], "num_hearts": 0, "liked": False, "likes": [],
            "num_likes": 0, "html_notes": f"<body>{html.escape(row['notes'])}</body>",
            "notes": row["notes"], "memberships": memberships,
            "projects": [one["project"] for one in memberships],
            "num_subtasks": self._living_children(row["n"]), "parent": self._parent(row),
            "permalink_url": f"https://app.asana.com/0/0/{row['record_id']}",
            "tags": [reference("tag", n) for n in row["tag_ns"]],
            "workspace": HOME,
            "actual_time_minutes": self.minutes.get(row["n"]), "custom_fields": _values(row),
        }  # fmt: skip

    def _kind(self, row: dict[str, Any]) -> dict[str, Any]:
        """Some tasks ask for approval; some are section headings of the old kind."""
        is_heading = row["n"] % 97 == 0 and not row["parent_n"]
        kind: dict[str, Any] = {
            "resource_subtype": row["subtype"],
            "is_rendered_as_separator": is_heading,
        }
        if row["n"] % 41 == 0 and not is_heading:
            state = "approved" if row["is_completed"] else "pending"
            kind |= {"resource_subtype": "approval", "approval_status": state}
        return kind

    def _memberships(self, row: dict[str, Any]) -> list[dict[str, Any]]:
        office, found = self.office, []
        for n in self._living_homes(row):
            first_section_n = office.projects[n].first_section_n
            section_n = row["section_n"] if n == row["project_n"] else first_section_n
            section = office.reference("section", section_n)
            found.append({"project": office.reference("project", n), "section": section})
        return found

    def _living_children(self, n: int) -> int:
        return sum(self._gone_at(child) is None for child in self.children.get(n, ()))

    def _parent(self, row: dict[str, Any]) -> dict[str, Any] | None:
        if not row["parent_n"]:
            return None
        parent = self.office.world.get("asana.task", row["parent_n"])
        return {
            **compact("task", parent["record_id"], parent["name"]),
            "resource_subtype": parent["subtype"],
        }


def _name(row: dict[str, Any]) -> str:
    """Here and there somebody left an empty line among the tasks."""
    return "" if row["n"] % 83 == 0 else str(row["name"])


def _values(row: dict[str, Any]) -> list[dict[str, Any]]:
    priority, hours, budget = row["priority"], row["estimated_hours"], row["budget"]
    minutes = None if hours is None else hours * 60
    chosen = next((one for one in PRIORITY["enum_options"] if one["name"] == priority), None)
    amount = None if budget is None else budget / 100
    return [
        {**PRIORITY, "enum_value": chosen, "display_value": priority},
        {**ESTIMATE, "number_value": minutes, "display_value": hours and f"{hours}h"},
        {**BUDGET, "number_value": amount, "display_value": _euros(amount)},
    ]


def _euros(amount: float | None) -> str | None:
    return None if amount is None else f"€{amount:,.2f}"


def _stories(office: Office) -> Iterator[Document]:
    for row in office.changed("asana.story"):
        task = office.world.get("asana.task", row["task_n"])
        body = {
            "gid": row["record_id"], "resource_type": "story", "created_at": row["created_at"],
            "created_by": office.reference("user", row["author_n"]), "type": row["type"],
            "resource_subtype": row["subtype"], "text": row["text"],
            "html_text": f"<body>{html.escape(row['text'])}</body>", "is_pinned": False,
            "is_editable": row["type"] == "comment", "is_edited": False, "hearted": False,
            "hearts": [], "num_hearts": 0, "liked": False, "likes": [], "num_likes": 0,
            "reaction_summary": [], "previews": [], "source": "web",
            "target": {
                **compact("task", task["record_id"], task["name"]),
                "resource_subtype": task["subtype"],
            },
        }  # fmt: skip
        yield _document("stories", row["created_at"], body, parent_id=task["record_id"])


def _time_entries(office: Office) -> Iterator[Document]:
    for row in office.changed("asana.time_entry"):
        task = office.world.get("asana.task", row["task_n"])
        project = None if task["parent_n"] else office.reference("project", task["project_n"])
        body = {
            "gid": row["record_id"], "resource_type": "time_tracking_entry",
            "duration_minutes": row["minutes"], "entered_on": row["entered_on"],
            "attributable_to": project, "categories": [],
            "created_by": office.reference("user", row["employee_n"]),
            "created_at": row["created_at"], "approval_status": "DRAFT",
            "billable_status": "billable" if row["is_billable"] else "nonBillable",
            "description": "", "task": compact("task", task["record_id"], task["name"]),
        }  # fmt: skip
        yield _document(
            "time_tracking_entries", row["created_at"], body, parent_id=task["record_id"]
        )


def error(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    """An error as Asana words it."""
    return json_answer({"errors": [{"message": message, "help": HELP}]}, status, headers)


def not_found(request: Request, _: Exception) -> Response:
    """An unknown path."""
    return error(404, f"No matching route for request: {request.url.path}")


def guard(request: Request) -> Response | None:
    """Token and limits, before every path but the token's own."""
    if request.url.path == "/-/oauth_token":
        return None
    token = bearer(request)
    if token != ACCESS_TOKEN and vendor(request).tokens.verdict(token) != "valid":
        return error(401, "Not Authorized", {"WWW-Authenticate": 'Bearer realm="asana"'})
    limits = vendor(request).limits
    taken = limits.of("minute", lambda: FixedWindow(REQUESTS_A_MINUTE, 60)).take()
    if not taken.granted:
        headers = {"Retry-After": str(int(taken.wait) + 1)}
        return error(429, "You have made too many requests recently. Please, be chill.", headers)
    if not hold(request, limits.of("running", lambda: Concurrency(READS_AT_ONCE))):
        return error(429, "You have too many concurrent requests.", {"Retry-After": "1"})
    add_headers(request, {"X-Asana-Api-Version": "1.1"})
    return None


async def token(request: Request) -> Response:
    """The token endpoint."""
    try:
        grant = await token_endpoint(request, vendor(request).tokens, OAUTH)
    except OAuthError as problem:
        return refusal(problem)
    return json_answer(grant.body())


def workspaces(request: Request) -> Response:
    return listing(request, "workspaces")


def users(request: Request) -> Response:
    workspace = request.query_params.get("workspace")
    return listing(request, "users", parent_id=existing(request, "workspace", workspace))


def projects(request: Request) -> Response:
    return listing(request, "projects", parent_id=required(request, "workspace"), only=archived)


def tags(request: Request) -> Response:
    return listing(request, "tags", parent_id=required(request, "workspace"))


def of_workspace(stream: str) -> Any:
    """A list under /workspaces/{gid}."""

    def handle(request: Request) -> Response:
        gid = existing(request, "workspace", request.path_params["gid"])
        return listing(request, stream, parent_id=gid)

    return handle


def of_parent(stream: str, kind: str) -> Any:
    """A list under /projects/{gid} or /tasks/{gid}."""

    def handle(request: Request) -> Response:
        gid = existing(request, kind, request.path_params["gid"])
        return listing(request, stream, parent_id=gid)

    return handle


def tasks(request: Request) -> Response:
    """Tasks of a project, or of an assignee in a workspace."""
    given = request.query_params
    if ("project" in given) == ("assignee" in given):
        return error(
            400,
            "Must specify exactly one of project, tag, section, user task list, or assignee + "
            "workspace",
        )
    if "project" in given:
        return task_listing(request, f"project {existing(request, 'project', given['project'])}")
    required(request, "workspace")
    return task_listing(request, f"assignee {existing(request, 'user', given['assignee'])}")


def subtasks(request: Request) -> Response:
    return task_listing(request, f"parent {existing(request, 'task', request.path_params['gid'])}")


def task_listing(request: Request, place: str) -> Response:
    """The tasks of one list, changed and completed since the given times."""
    modified = Between(start=instant(request, "modified_since"))
    links = vendor(request).store.query("task_lists", parent_id=place)
    ids = [link.id.partition("|")[2] for link in links]
    return listing(request, "tasks", ids=ids, updated=modified, only=open_or_done_since)


def open_or_done_since(request: Request, document: dict[str, Any]) -> bool:
    since = instant(request, "completed_since")
    return since is None or not document["completed"] or document["completed_at"] >= since


def archived(request: Request, document: dict[str, Any]) -> bool:
    wanted = request.query_params.get("archived")
    if wanted not in (None, "true", "false"):
        raise Refused(error(400, f"archived: Not a boolean: {wanted}"))
    return wanted is None or document["archived"] == (wanted == "true")


def listing(request: Request, stream: str, only: Any = None, **filters: Any) -> Response:
    """A page of a list; without a limit, the whole list."""
    limit, after = page_size(request), cursor(request)
    rows = vendor(request).store.query(
        stream, order="id", after=(after, after) if after else None,
        limit=limit and limit + 1, **filters,
    )  # fmt: skip
    found = rows[:limit] if limit else rows
    chosen = [one for one in (row.json() for row in found) if not only or only(request, one)]
    data = [shown(stream, one, asked_fields(request)) for one in chosen]
    if limit is None:
        return json_answer({"data": data})
    return json_answer({"data": data, "next_page": next_page(request, rows, found)})


def next_page(request: Request, rows: Sequence[Row], found: Sequence[Row]) -> Any:
    """Where the rest of the list is, or None."""
    if len(rows) <= len(found):
        return None
    content = {"after": found[-1].id, "of": request.url.path}
    offset = base64.urlsafe_b64encode(orjson.dumps(content)).decode().rstrip("=")
    parameters = request.url.include_query_params(offset=offset).query
    path = request.url.path.removeprefix("/api/1.0") + f"?{parameters}"
    return {"offset": offset, "path": path, "uri": f"https://app.asana.com/api/1.0{path}"}


def cursor(request: Request) -> str | None:
    """The id after which the page begins. Raises Refused for a token from elsewhere."""
    offset = request.query_params.get("offset")
    if offset is None:
        return None
    try:
        content = orjson.loads(base64.urlsafe_b64decode(offset + "=" * (-len(offset) % 4)))
        if content["of"] == request.url.path:
            return str(content["after"])
    except (ValueError, KeyError, TypeError):
        pass
    message = "offset: Your pagination token has expired. Please start again without an offset."
    raise Refused(error(400, message))


def page_size(request: Request) -> int | None:
    """The limit asked for. Raises Refused outside 1 to 100."""
    given = request.query_params.get("limit")
    if given is None:
        return None
    if not given.isdigit() or not 1 <= int(given) <= MOST:
        raise Refused(error(400, f"limit: Must be between 1 and {MOST}, got {given}"))
    return int(given)


def instant(request: Request, name: str) -> str | None:
    """A time among the parameters. Raises Refused when it is none."""
    given = request.query_params.get(name)
    try:
        return clock.normal(given) if given else None
    except ValueError:
        raise Refused(error(400, f"{name}: Not a valid datetime: {given}")) from None


def required(request: Request, name: str) -> str:
    """A parameter that names an object. Raises Refused when it is missing or unknown."""
    given = request.query_params.get(name)
    if given is None:
        raise Refused(error(400, f"{name}: Missing input"))
    return str(existing(request, name, given))


def existing(request: Request, kind: str, gid: str | None) -> str | None:
    """The gid of an object that is there. Raises Refused with 404 otherwise."""
    row = vendor(request).store.get(f"{kind}s", gid) if gid else None
    if gid and (row is None or row.deleted_at):
        raise Refused(error(404, f"{kind}: Unknown object: {gid}"))
    return gid


def asked_fields(request: Request) -> list[str] | None:
    given = request.query_params.get("opt_fields")
    return None if given is None else [one.strip() for one in given.split(",") if one.strip()]


def shown(stream: str, document: dict[str, Any], fields: list[str] | None) -> Any:
    """The fields asked for, or else the compact form; the gid is always there."""
    wanted = COMPACT_FIELDS.get(stream, COMPACT) if fields is None else fields
    tree: dict[str, Any] = {}
    for path in wanted:
        node = tree
        for step in path.split("."):
            node = node.setdefault(step, {})
    return _pick(document, tree)


def _pick(value: Any, tree: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [_pick(one, tree) for one in value]
    if not isinstance(value, dict):
        return value
    if "gid" not in value:
        return {name: _pick(value[name], tree[name]) for name in tree if name in value} or value
    wanted = {"gid": {}, **(tree or {"resource_type": {}})}
    return {name: _pick(value[name], branch) for name, branch in wanted.items() if name in value}


def routes() -> list[Route]:
    """Asana's paths."""
    base = "/api/1.0"
    return [
        Route("/-/oauth_token", token, methods=["POST"]),
        Route(f"{base}/workspaces", workspaces),
        Route(f"{base}/users", users),
        Route(f"{base}/projects", projects),
        Route(f"{base}/tags", tags),
        Route(f"{base}/tasks", tasks),
        Route(f"{base}/workspaces/{{gid}}/teams", of_workspace("teams")),
        Route(f"{base}/workspaces/{{gid}}/custom_fields", of_workspace("custom_fields")),
        Route(f"{base}/projects/{{gid}}/sections", of_parent("sections", "project")),
        Route(f"{base}/tasks/{{gid}}/subtasks", subtasks),
        Route(f"{base}/tasks/{{gid}}/stories", of_parent("stories", "task")),
        Route(
            f"{base}/tasks/{{gid}}/time_tracking_entries",
            of_parent("time_tracking_entries", "task"),
        ),
    ]
