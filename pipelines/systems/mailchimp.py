"""Mailchimp Marketing API 3.0: audiences, members, campaigns, reports, connected shops.

The key's suffix names the data centre. An API key has all rights of its owner; keep it secret.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec
import requests
from dlt.sources.helpers.rest_client.auth import HttpBasicAuth
from dlt.sources.helpers.rest_client.paginators import OffsetPaginator

from pipelines.api import Api, repeats
from pipelines.connections import Connection
from pipelines.errors import CredentialError, ThrottledError, TransientError
from pipelines.records import timestamp
from pipelines.stream import Deletes, FanOut, Page, Stream, System, Window

PAGE = 1000  # the ceiling of count
HEAVY_PAGE = 500  # reports time out (504) at the ceiling
SECOND = timedelta(seconds=1)


class ShortPagePaginator(OffsetPaginator):
    """Goes on behind the rows that came; total_items may lag behind the list.

    A page that is not full ends the list, unless more are said to exist than have come.
    """

    def __init__(self, size: int) -> None:
        super().__init__(size, limit_param="count", total_path=None)

    def update_state(self, response: Any, data: list[Any] | None = None) -> None:
        rows = len(data or ())
        self.current_value += rows
        self._has_next_page = is_more(response.json(), self.current_value, rows, self.limit)


def is_more(body: dict[str, Any], seen: int, rows: int, size: int) -> bool:
    """Whether rows follow a page of ``rows``, the list having ``seen`` of them up to here."""
    return rows >= size or (rows > 0 and seen < int(body.get("total_items", 0)))


def key_of(connection: Connection) -> tuple[str, str]:
    """The API key and its data centre, e.g. ('…-us21', 'us21').

    Raises CredentialError when the key names no data centre.
    """
    key = connection.secret("api_key")
    _, dash, centre = key.rpartition("-")
    if not dash or not centre.isalnum():
        raise CredentialError(
            f"connection '{connection.name}': a Mailchimp API key ends with its data centre, "
            "e.g. -us21; copy the whole key into .dlt/secrets.toml"
        )
    return key, centre


def base_url(connection: Connection, auth: Any) -> str:
    return f"https://{key_of(connection)[1]}.api.mailchimp.com/3.0/"


def auth(connection: Connection, session: requests.Session) -> HttpBasicAuth:
    return HttpBasicAuth("goldpan", key_of(connection)[0])


def explain(answer: requests.Response) -> Exception | None:
    """Mailchimp's own ways of saying no; None leaves the answer to the general rules."""
    is_json = "json" in answer.headers.get("Content-Type", "")
    if answer.status_code == 403 and not is_json:
        # The fundamentals page names a bare 403 as the answer to very high volume.
        return ThrottledError(f"{answer.url}: 403 without a reason, which means too many requests")
    if answer.status_code == 200 and b'"total_items"' not in answer.content:
        return TransientError(f"{answer.url}: an answer without a list: {answer.text[:300]}")
    return None


def since(window: Window) -> str | None:
    """``window.since`` in the form that Mailchimp filters by; its bound is exclusive."""
    return f"{window.since:%Y-%m-%dT%H:%M:%S}+00:00" if window.since else None


def members(api: Api, window: Window) -> Iterator[Page]:
    """Members of one audience by change time, then the archived ones, which need their own list."""
    for status in (None, "archived"):
        yield from members_by_change(api, window, status)


def members_by_change(api: Api, window: Window, status: str | None) -> Iterator[Page]:
    """Each page starts where the last one's change time ended, so that no edit shifts a row away.

    Only a page that is all of one second (an import) is left by offset.
    """
    after, offset, before = window.since, 0, None
    while True:
        place = Window(since=after, now=window.now, state={})
        params = {
            "count": PAGE,
            "offset": offset,
            "sort_field": "last_changed",
            "sort_dir": "ASC",
            "since_last_changed": since(place),
            "status": status,
            "exclude_fields": "members._links,_links",
        }
        params = {name: value for name, value in params.items() if value is not None}
        url = api.url(f"lists/{window.parent}/members")
        request = requests.Request("GET", url, params=params)
        page = api.page(request, "members", doubt=repeats(before))
        before = page.records
        yield page
        rows = len(page.records)
        if not is_more(page.body, offset + rows, rows, PAGE):
            return
        first, last = changed_at(page.records[0]), changed_at(page.records[-1])
        if last and first != last and (after is None or last - SECOND > after):
            after, offset = last - SECOND, 0
        else:
            offset += rows


def changed_at(member: msgspec.Raw) -> datetime | None:
    return timestamp(msgspec.json.decode(member)["last_changed"])


def member_ids(api: Api, window: Window) -> Iterator[list[str]]:
    """The ids of all members that are not archived, as '<audience>:<member>'."""
    for lists in listing(api, "lists", "lists"):
        for audience in ids(lists):
            for page in listing(api, f"lists/{audience}/members", "members"):
                yield [f"{audience}:{member}" for member in ids(page)]


def listing(api: Api, path: str, records: str) -> Iterator[Page]:
    """Every page of a list, ids only."""
    params = {"fields": f"{records}.id,total_items"}
    request = requests.Request("GET", api.url(path), params=params)
    return api.pages(request, records, ShortPagePaginator(PAGE))


def ids(page: Page) -> list[str]:
    return [str(msgspec.json.decode(record)["id"]) for record in page.records]


def is_sent(report: dict[str, Any]) -> bool:
    return bool(report.get("emails_sent"))


def has_own_rule(segment: dict[str, Any]) -> bool:
    """False for static segments: they are tags, which every member carries itself."""
    return segment.get("type") != "static"


def listed(
    name: str,
    path: str,
    *,
    records: str = "",
    leave_out: str = "",
    size: int = PAGE,
    **more: Any,
) -> Stream:
    """A stream that is read whole each time, so that a missing id is a deleted record."""
    records = records or name
    hidden = [f"{records}._links", "_links", *leave_out.split()]
    return Stream(
        name=name,
        path=path,
        params={**more.pop("params", {}), "exclude_fields": ",".join(hidden)},
        records=records,
        paginator=lambda: ShortPagePaginator(size),
        deletes=more.pop("deletes", Deletes.KEY_SWEEP),
        **more,
    )


def of_list(name: str, path: str, key: str = "id", **more: Any) -> Stream:
    """A whole stream of each audience."""
    return listed(
        name, f"lists/{{parent}}/{path}", key=("^", key), fan_out=FanOut(stream="lists"), **more
    )


def of_report(name: str, path: str, key: str, **more: Any) -> Stream:
    """Details of each campaign, read again when the figures of its report have moved."""
    return listed(
        name,
        f"reports/{{parent}}/{path}",
        key=("^", key),
        fan_out=FanOut(stream="reports", changed_only=True, where=is_sent),
        deletes=Deletes.PARENT,
        **more,
    )


def of_store(name: str, **more: Any) -> Stream:
    """A whole stream of each connected shop."""
    return listed(
        f"ecommerce_{name}",
        f"ecommerce/stores/{{parent}}/{name}",
        records=name,
        key=("^", "id"),
        changed="updated_at",
        fan_out=FanOut(stream="ecommerce_stores"),
        **more,
    )


SYSTEM = System(
    name="mailchimp",
    base_url=base_url,
    auth=auth,
    explain=explain,
    secrets=("api_key",),
    # "10 simultaneous connections" per user; 80 % of them are used.
    concurrency=8,
)

STREAMS = [
    listed("lists", "lists"),
    Stream(
        name="list_members",
        key=("list_id", "id"),
        read=members,
        fan_out=FanOut(stream="lists"),
        changed="last_changed",
        incremental=True,
        overlap=60 * SECOND,
        refresh=timedelta(days=7),  # a member's open and click rates do not move last_changed
        deletes=Deletes.KEY_SWEEP,
        deletes_note="archived members are flagged; erased ones are seen by the daily id list",
        is_deleted=lambda member: member.get("status") == "archived",
        sweep=member_ids,
    ),
    of_list(
        "segments",
        "segments",
        changed="updated_at",
        unmapped="names and rules of segments and tags; each member carries its tags",
    ),
    listed(
        "segment_members",
        "lists/{part[0]}/segments/{part[1]}/members",
        records="members",
        key=("^", "id"),
        fan_out=FanOut(stream="segments", where=has_own_rule),
        params={
            "include_cleaned": "true",
            "include_transactional": "true",
            "include_unsubscribed": "true",
        },
        leave_out="members.merge_fields members.location members.stats",
        unmapped="who is in a saved segment; the person is in list_members",
    ),
    of_list(
        "interest_categories",
        "interest-categories",
        records="categories",
        unmapped="titles of groups of interests",
    ),
    listed(
        "interests",
        "lists/{part[0]}/interest-categories/{part[1]}/interests",
        key=("^", "id"),
        fan_out=FanOut(stream="interest_categories"),
        unmapped="names of interests",
    ),
    of_list(
        "merge_fields",
        "merge-fields",
        key="merge_id",
        unmapped="names of an audience's own fields",
    ),
    of_list(
        "growth_history",
        "growth-history",
        key="month",
        records="history",
        deletes=Deletes.NEVER,
        unmapped="sizes of audiences by month; no entity holds them yet",
    ),
    listed("campaigns", "campaigns", params={"sort_field": "create_time", "sort_dir": "ASC"}),
    listed(
        "reports",
        "reports",
        size=HEAVY_PAGE,
        # Averages of the audience and the industry move daily and would make every report new.
        leave_out="reports.list_stats reports.industry_stats",
    ),
    of_report(
        "email_activity",
        "email-activity",
        "email_id",
        records="emails",
        unmapped="opens and clicks of single readers; results by campaign are in reports",
    ),
    of_report(
        "sent_to",
        "sent-to",
        "email_id",
        leave_out="sent_to.merge_fields",
        unmapped="who was mailed; results by campaign are in reports",
    ),
    of_report(
        "unsubscribes",
        "unsubscribed",
        "email_id",
        leave_out="unsubscribes.merge_fields",
        unmapped="who left after which campaign; the member's status is in list_members",
    ),
    of_report(
        "click_details",
        "click-details",
        "id",
        records="urls_clicked",
        unmapped="clicks by link; no entity holds links",
    ),
    listed("automations", "automations"),
    listed(
        "automation_emails",
        "automations/{parent}/emails",
        records="emails",
        key=("^", "id"),
        fan_out=FanOut(stream="automations"),
        unmapped="single mails of an automation; its totals are on the automation",
    ),
    listed(
        "ecommerce_stores",
        "ecommerce/stores",
        records="stores",
        changed="updated_at",
        unmapped="names of connected shops",
    ),
    of_store("customers"),
    of_store("products", unmapped="copies of what the connected shop itself holds"),
    of_store("orders", unmapped="copies of what the connected shop itself holds"),
    of_store("carts", unmapped="baskets that were left; no entity holds them yet"),
]
