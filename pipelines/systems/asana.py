"""Asana REST API 1.0: projects, tasks and the time booked on them.

Lists give ids and names only unless ``opt_fields`` names more, and no list but that of tasks
can be filtered by change time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
import requests
from dlt.sources.helpers.rest_client.paginators import JSONResponseCursorPaginator
from requests.auth import AuthBase

from pipelines.api import Api
from pipelines.auth import BearerTokenAuth, RotatingRefreshToken
from pipelines.connections import Connection
from pipelines.errors import ExpiredPageError, PermanentError
from pipelines.stream import Deletes, FanOut, Limit, Page, Reader, Stream, System, Window

BASE_URL = "https://app.asana.com/api/1.0"
TOKEN_URL = "https://app.asana.com/-/oauth_token"
PAGE_SIZE = 100  # the maximum; some lists answer unpaged when no limit is sent

CUSTOM_FIELDS = ",".join(
    f"custom_fields.{field}"
    for field in (
        "name",
        "type",
        "representation_type",
        "display_value",
        "number_value",
        "text_value",
        "enum_value.name",
        "multi_enum_values.name",
        "date_value",
    )
)
CUSTOM_FIELD = (
    "currency_code,description,enabled,enum_options.enabled,enum_options.name,format,"
    "is_global_to_workspace,name,precision,representation_type,resource_subtype,type"
)
PROJECT = (
    "archived,color,completed,completed_at,completed_by.name,created_at,created_from_template.name,"
    "current_status_update.resource_subtype,current_status_update.title,current_status.color,"
    "current_status.title,default_view,due_on,members.name,modified_at,name,notes,owner,"
    f"permalink_url,privacy_setting,start_on,team.name,workspace.name,{CUSTOM_FIELDS}"
)
TASK = (
    "actual_time_minutes,approval_status,assignee.name,completed,completed_at,completed_by.name,"
    "created_at,created_by,due_at,due_on,followers.name,is_rendered_as_separator,"
    "memberships.project.name,memberships.section.name,modified_at,name,notes,num_likes,"
    "num_subtasks,parent.name,permalink_url,projects.name,resource_subtype,start_at,start_on,"
    f"tags.name,workspace.name,{CUSTOM_FIELDS}"
)
STORY = (
    "assignee.name,created_at,created_by.name,custom_field.name,is_edited,is_pinned,new_dates.due_on,"
    "new_enum_value.name,new_name,new_number_value,new_section.name,new_text_value,num_likes,"
    "old_dates.due_on,old_enum_value.name,old_name,old_number_value,old_section.name,"
    "old_text_value,resource_subtype,source,target.name,text,type"
)
IDS = "completed,num_subtasks"  # the gid comes unasked
TIME_ENTRY = "attributable_to.name,categories.name,created_by.name,duration_minutes,entered_on"


class PaidPlanError(PermanentError):
    """The workspace's plan does not include what was asked for (HTTP 402)."""


class GoneError(PermanentError):
    """What was asked about is not there, or no longer (HTTP 404)."""


class _Task(msgspec.Struct):
    gid: str
    num_subtasks: int = 0
    completed: bool | None = None


_task = msgspec.json.Decoder(_Task)


def explain(answer: requests.Response) -> Exception | None:
    """Asana's own meanings of 400, 402 and 404; None leaves the answer to the general rules."""
    place = answer.url.partition("?")[0]
    if answer.status_code == 402:
        return PaidPlanError(f"{place} needs a paid plan of Asana")
    if answer.status_code == 404:
        return GoneError(f"{place} is not there: {answer.text[:200]}")
    if answer.status_code == 400 and "offset=" in answer.url and "offset" in answer.text:
        return ExpiredPageError(f"Asana no longer accepts a page token: {answer.text[:200]}")
    return None


def authenticate(connection: Connection, session: requests.Session) -> AuthBase:
    """A personal access token, or an OAuth app's refresh token where there is one."""
    refresh_token = connection.secret("refresh_token", default="")
    if not refresh_token:
        return BearerTokenAuth(connection.secret("access_token"))
    return RotatingRefreshToken(
        connection=connection.name,
        token_url=TOKEN_URL,
        client_id=connection.secret("client_id"),
        client_secret=connection.secret("client_secret"),
        refresh_token=refresh_token,
        session=session,
        in_form=True,
    )


def paged(opt_fields: str, **params: Any) -> dict[str, Any]:
    """Query parameters of a list of whole records."""
    return {"limit": PAGE_SIZE, "opt_fields": opt_fields, **params}


def of_workspace(opt_fields: str) -> Callable[[Window], dict[str, Any]]:
    """Query parameters of a list that takes the workspace as a parameter."""
    return lambda window: paged(opt_fields, workspace=window.parent)


def by_offset() -> JSONResponseCursorPaginator:
    return JSONResponseCursorPaginator(cursor_path="next_page.offset", cursor_param="offset")


def listed(api: Api, path: str, params: dict[str, Any]) -> Iterator[Page]:
    """Every page of a list."""
    return api.pages(requests.Request("GET", api.url(path), params=params), "data", by_offset())


def with_a_paid_plan(path: str, params: dict[str, Any]) -> Reader:
    """Reads a list that free workspaces do not have; there it is empty, not broken."""

    def read(api: Api, window: Window) -> Iterator[Page]:
        try:
            yield from listed(api, path.format(parent=window.parent), params)
        except PaidPlanError:
            window.partial = True

    return read


@dataclass
class TaskLists:
    """The lists that together hold every task: by project, by assignee, by parent task.

    Subtasks are in no project's list, and tasks without a project only in their assignee's.
    """

    api: Api
    window: Window

    def changed(self) -> Iterator[Page]:
        """Pages of tasks changed since the window's start; a task may come more than once."""
        lists = self._lists()
        parents = self.window.state.setdefault("parents", {})
        due = [gid for gid, is_open in parents.items() if is_open]
        for pages in self.api.map(self._changed_of, lists):
            for page in pages:
                due += self._note_parents(page)
                yield page
        yield from self._subtasks(list(dict.fromkeys(due)), TASK)
        self.window.state["lists"] = [key for key, _ in lists]

    def ids(self) -> Iterator[list[str]]:
        """Ids of all tasks, a list a page."""
        for pages in self.api.map(lambda one: self._tasks(one[1], IDS), self._lists()):
            yield from map(_gids, pages)
        parents = list(self.window.state.get("parents", {}))
        yield from map(_gids, self._subtasks(parents, IDS))

    def _lists(self) -> list[tuple[str, dict[str, Any]]]:
        lists: list[tuple[str, dict[str, Any]]] = []
        for workspace in self._gids_of("workspaces"):
            projects = self._gids_of("projects", workspace=workspace)
            users = self._gids_of("users", workspace=workspace)
            lists += [(f"project {gid}", {"project": gid}) for gid in projects]
            lists += [
                (f"assignee {gid}", {"assignee": gid, "workspace": workspace}) for gid in users
            ]
        return lists

    def _gids_of(self, path: str, **params: Any) -> list[str]:
        pages = listed(self.api, path, paged("name", **params))
        return [gid for page in pages for gid in _gids(page)]

    def _changed_of(self, one: tuple[str, dict[str, Any]]) -> list[Page]:
        key, params = one
        is_known = key in self.window.state.get("lists", ())
        since = self.window.iso("milliseconds") if is_known else self._start()
        return self._tasks(params | ({"modified_since": since} if since else {}), TASK)

    def _start(self) -> str | None:
        start = self.api.connection.start_date
        return f"{start[:10]}T00:00:00.000Z" if start else None

    def _tasks(self, params: dict[str, Any], opt_fields: str) -> list[Page]:
        return self._while_there("tasks", paged(opt_fields, **params))

    def _while_there(self, path: str, params: dict[str, Any]) -> list[Page]:
        try:
            return list(listed(self.api, path, params))
        except GoneError:
            return []

    def _note_parents(self, page: Page) -> list[str]:
        tasks = [_task.decode(record) for record in page.records]
        parents = self.window.state["parents"]
        for task in tasks:
            parents.pop(task.gid, None)
            if task.num_subtasks:
                parents[task.gid] = not task.completed
        return [task.gid for task in tasks if task.num_subtasks]

    def _subtasks(self, parents: list[str], opt_fields: str) -> Iterator[Page]:
        asked: set[str] = set()
        while parents:
            asked |= set(parents)
            deeper: list[str] = []
            for pages in self.api.map(lambda gid: self._subtasks_of(gid, opt_fields), parents):
                for page in pages:
                    deeper += self._note_parents(page)
                    yield page
            parents = [gid for gid in dict.fromkeys(deeper) if gid not in asked]

    def _subtasks_of(self, gid: str, opt_fields: str) -> list[Page]:
        pages = self._while_there(f"tasks/{gid}/subtasks", paged(opt_fields))
        if not any(page.records for page in pages):
            self.window.state["parents"].pop(gid, None)
        return pages


def _gids(page: Page) -> list[str]:
    return [_task.decode(record).gid for record in page.records]


def read_tasks(api: Api, window: Window) -> Iterable[Page]:
    return TaskLists(api, window).changed()


def task_ids(api: Api, window: Window) -> Iterable[list[str]]:
    return TaskLists(api, window).ids()


SYSTEM = System(
    name="asana",
    base_url=lambda connection, auth: BASE_URL,
    auth=authenticate,
    headers={"Accept": "application/json"},
    limits={
        "": (
            Limit(
                calls=1500,
                seconds=60,
                quote="Rate limits: 1,500 requests per minute in paid domains (150 in free ones, "
                "whose 429 and Retry-After are waited for)",
            ),
        )
    },
    concurrency=10,
    explain=explain,
    secrets=("access_token", "client_id", "client_secret", "refresh_token"),
)

STREAMS = [
    Stream(
        name="workspaces",
        key="gid",
        path="workspaces",
        params=paged("email_domains,is_organization,name"),
        records="data",
        paginator=by_offset,
        deletes=Deletes.KEY_SWEEP,
        unmapped="the account itself; its lists are read by it",
    ),
    Stream(
        name="users",
        key="gid",
        path="users",
        params=of_workspace("email,name"),
        records="data",
        paginator=by_offset,
        fan_out=FanOut(stream="workspaces"),
        deletes=Deletes.KEY_SWEEP,
        deletes_note="a person who leaves the workspace is no longer listed",
    ),
    Stream(
        name="teams",
        key="gid",
        path="workspaces/{parent}/teams",
        params=paged("description,name,organization.name,permalink_url,visibility"),
        records="data",
        paginator=by_offset,
        fan_out=FanOut(stream="workspaces", where=lambda one: bool(one.get("is_organization"))),
        deletes=Deletes.KEY_SWEEP,
        unmapped="projects carry the name of their team",
    ),
    Stream(
        name="projects",
        key="gid",
        path="projects",
        params=of_workspace(PROJECT),
        records="data",
        paginator=by_offset,
        changed="modified_at",
        fan_out=FanOut(stream="workspaces"),
        deletes=Deletes.KEY_SWEEP,
    ),
    Stream(
        name="sections",
        key="gid",
        path="projects/{parent}/sections",
        params=paged("created_at,name,project.name"),
        records="data",
        paginator=by_offset,
        fan_out=FanOut(stream="projects"),
        deletes=Deletes.KEY_SWEEP,
        unmapped="tasks carry the name of their section",
    ),
    Stream(
        name="tasks",
        key="gid",
        read=read_tasks,
        changed="modified_at",
        incremental=True,
        overlap=timedelta(minutes=5),
        deletes=Deletes.KEY_SWEEP,
        sweep=task_ids,
        deletes_note="a task that has neither project nor assignee nor parent cannot be listed "
        "and counts as deleted; a subtask of a completed task is read again when the task changes",
    ),
    Stream(
        name="stories",
        key=("^", "gid"),
        path="tasks/{parent}/stories",
        params=paged(STORY),
        records="data",
        paginator=by_offset,
        changed="created_at",
        fan_out=FanOut(stream="tasks", changed_only=True),
        deletes=Deletes.KEY_SWEEP,
        deletes_note="adding and removing a story modifies its task, so the task's list is read",
        unmapped="comments and history of tasks; no entity speaks of them",
    ),
    Stream(
        name="tags",
        key="gid",
        path="tags",
        params=of_workspace("color,created_at,name,notes,permalink_url,workspace.name"),
        records="data",
        paginator=by_offset,
        fan_out=FanOut(stream="workspaces"),
        deletes=Deletes.KEY_SWEEP,
        unmapped="tasks carry the names of their tags",
    ),
    Stream(
        name="custom_fields",
        key="gid",
        read=with_a_paid_plan("workspaces/{parent}/custom_fields", paged(CUSTOM_FIELD)),
        fan_out=FanOut(stream="workspaces"),
        deletes=Deletes.KEY_SWEEP,
        unmapped="definitions; projects and tasks carry the values with their names",
    ),
    Stream(
        name="time_tracking_entries",
        key=("^", "gid"),
        path="tasks/{parent}/time_tracking_entries",
        params=paged(TIME_ENTRY),
        records="data",
        paginator=by_offset,
        fan_out=FanOut(
            stream="tasks",
            changed_only=True,
            where=lambda task: task.get("actual_time_minutes") is not None,
        ),
        deletes=Deletes.KEY_SWEEP,
        deletes_note="booking time modifies its task, so the task's list is read",
        unmapped="tasks carry the minutes booked on them; time entries become an entity later",
    ),
]
