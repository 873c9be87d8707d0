"""HubSpot: CRM objects with their associations, marketing and e-mail; API version 2026-03.

A CRM record is stored as search sent it, with one more key, ``associations``: per object type
what the associations endpoint answered for the record, the primary one first, each with the
``toObjectType`` that was asked for. A campaign likewise has its ``reports``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

import msgspec
import requests
from dlt.sources.helpers.rest_client.paginators import JSONResponseCursorPaginator
from msgspec import Raw, json

from pipelines.api import LONGEST_WAIT, Api
from pipelines.auth import BearerTokenAuth, retry_after
from pipelines.errors import CredentialError, PermanentError, ThrottledError, TransientError
from pipelines.records import timestamp
from pipelines.stream import (
    Deletes,
    FanOut,
    Limit,
    Page,
    Stream,
    System,
    Trailing,
    Window,
)

VERSION = "2026-03"
REPORTS = ("revenue", "metrics")
CAMPAIGN_PROPERTIES = (
    "hs_name",
    "hs_notes",
    "hs_start_date",
    "hs_end_date",
    "hs_campaign_status",
    "hs_currency_code",
    "hs_budget_items_sum_amount",
    "hs_spend_items_sum_amount",
    "hs_owner",
)
SEARCH_PAGE, LIST_PAGE, MEMBER_PAGE, EVENT_PAGE = 200, 100, 250, 1000
INDEX_LAG = timedelta(hours=1)  # search shows changes late and out of order
COMPLETE = timedelta(days=7)
PROPERTIES_KEPT = timedelta(days=1)
LATELY_AT_MOST = 2_000  # records that are remembered between two runs
ASSOCIATIONS = Trailing(
    span=timedelta(days=30), why="associations change without their record's change time"
)


class _Identified(msgspec.Struct):
    id: str


class _Changed(_Identified):
    updatedAt: str  # noqa: N815 - HubSpot's name


_id = json.Decoder(_Identified)
_changed = json.Decoder(_Changed)


def explain(answer: requests.Response) -> Exception | None:
    """HubSpot's own ways of saying no; None where the status says enough."""
    status = answer.status_code
    if status == 207:
        return _partial(answer)
    if status == 530:
        return CredentialError("api.hubapi.com answered 530: the access token is malformed")
    if status == 477:
        wait = retry_after(answer) or 0.0
        message = "api.hubapi.com answered 477: the account is being moved"
        return PermanentError(message) if wait > LONGEST_WAIT else TransientError(message, wait)
    return _throttled(answer) if status == 429 else None


def _throttled(answer: requests.Response) -> Exception:
    body = _body(answer)
    policy = str(body.get("policyName", ""))
    message = f"api.hubapi.com answered 429 {policy}: {body.get('message', '')}"
    if policy == "DAILY":
        return PermanentError(f"{message}; the day's allowance is used up, the next run goes on")
    wait = retry_after(answer)
    return ThrottledError(message, wait if wait is not None else _policy_wait(answer, policy))


def _policy_wait(answer: requests.Response, policy: str) -> float:
    if policy == "SECONDLY":
        return 1.0
    return float(answer.headers.get("X-HubSpot-RateLimit-Interval-Milliseconds", 10_000)) / 1000


def _partial(answer: requests.Response) -> Exception | None:
    """A batch answered in part: ids without associations are no error, all else is."""
    bad = [one for one in _body(answer).get("errors", []) if one.get("category") not in _ABSENT]
    if not bad:
        return None
    return TransientError(f"batch answered in part: {bad[0].get('message', bad[0])}")


_ABSENT = ("OBJECT_NOT_FOUND",)


def _body(answer: requests.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except requests.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}


# -- CRM objects ------------------------------------------------------------------------------


def crm(
    name: str,
    properties: str,
    *,
    associated: Sequence[str] = (),
    modified: str = "hs_lastmodifieddate",
    unmapped: str = "",
) -> Stream:
    """The stream of a CRM object type: changed records by search, then the archived ones."""

    def read(api: Api, window: Window) -> Iterable[Page]:
        names = [*properties.split(), *custom_properties(api, window, name)]
        found = search(api, name, names, modified, window.iso("milliseconds"))
        fresh = unread(found, window)
        alive = (with_associations(api, page, name, associated) for page in fresh)
        return chain(alive, archived(api, f"/crm/objects/{VERSION}/{name}"))

    def sweep(api: Api, window: Window) -> Iterator[list[str]]:
        path = f"/crm/objects/{VERSION}/{name}"
        return map(_ids, listed(api, path, limit=LIST_PAGE, properties="hs_object_id"))

    return Stream(
        name=name,
        read=read,
        changed="updatedAt",
        incremental=True,
        overlap=INDEX_LAG,
        refresh=COMPLETE,
        trailing=ASSOCIATIONS if associated else None,
        sweep=sweep,
        sweep_every=COMPLETE,
        deletes=Deletes.KEY_SWEEP,
        deletes_note=(
            "Archived records are listed for about 90 days and read on every run; merged and "
            "GDPR-deleted ones leave no trace and are found by comparing ids once a week."
        ),
        unmapped=unmapped,
    )


def custom_properties(api: Api, window: Window, object_type: str) -> list[str]:
    """Names of the properties that the account itself added; asked once a day."""
    asked_at = timestamp(window.state.get("properties_asked_at"))
    if window.full or asked_at is None or window.now >= asked_at + PROPERTIES_KEPT:
        window.state["properties"] = own_properties(api, object_type)
        window.state["properties_asked_at"] = window.now.isoformat()
    names: list[str] = window.state["properties"]
    return names


def own_properties(api: Api, object_type: str) -> list[str]:
    """Names of the properties that the account itself added to an object type."""
    page = api.get(f"/crm/properties/{VERSION}/{object_type}", records="results")
    made = (json.decode(record) for record in page.records)
    return sorted(
        one["name"] for one in made if not one.get("hubspotDefined") and not one.get("archived")
    )


def search(
    api: Api, object_type: str, properties: list[str], modified: str, since: str | None
) -> Iterator[Page]:
    """Every record changed since a time, in pages that follow the record id.

    A query ends after 10,000 results, so each page is a query of its own that starts after the
    last id of the page before.
    """
    changed = [{"propertyName": modified, "operator": "GTE", "value": since}] if since else []
    last = "0"
    while True:
        after = {"propertyName": "hs_object_id", "operator": "GT", "value": last}
        body = {
            "filterGroups": [{"filters": [*changed, after]}],
            "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
            "properties": properties,
            "limit": SEARCH_PAGE,
        }
        url = api.url(f"/crm/objects/{VERSION}/{object_type}/search")
        request = requests.Request("POST", url, json=body)
        page = api.page(request, "results", "search", doubt=is_cut_short)
        ids = _ids(page)
        yield page
        if "paging" not in page.body or not ids:
            return
        last = max(ids, key=int)


def is_cut_short(page: Page) -> str | None:
    """A page without records cannot say where the next one begins."""
    return "an empty page while more follow" if "paging" in page.body and not page.records else None


def unread(pages: Iterable[Page], window: Window) -> Iterator[Page]:
    """The pages without records that the run before read in the very state they are in.

    A search starts an hour behind the newest change, and each record in that hour would cost
    requests for its associations.
    """
    is_plain = window.since and not window.again
    read_before = window.state.get("lately", {}) if is_plain else {}
    lately: dict[str, str] = {}
    for page in pages:
        stamps = [_changed.decode(record) for record in page.records]
        lately |= {one.id: one.updatedAt for one in stamps}
        page.records = [
            record
            for record, one in zip(page.records, stamps, strict=True)
            if read_before.get(one.id) != one.updatedAt
        ]
        yield page
    window.state["lately"] = _last_hour(lately)


def _last_hour(changes: dict[str, str]) -> dict[str, str]:
    """What the next search will find again; nothing when that is too much to remember."""
    times = {id_: timestamp(changed) or datetime.min for id_, changed in changes.items()}
    start = max(times.values(), default=datetime.max) - INDEX_LAG
    last = {id_: changes[id_] for id_, time in times.items() if time >= start}
    return last if len(last) <= LATELY_AT_MOST else {}


def with_associations(api: Api, page: Page, kind: str, others: Sequence[str]) -> Page:
    """The page with each record's associations put into it."""
    ids = _ids(page)
    if not others or not ids:
        return page
    found = {other: associations(api, kind, other, ids) for other in others}
    page.records = [
        _with_key(record, "associations", {other: found[other].get(id_, []) for other in others})
        for id_, record in zip(ids, page.records, strict=True)
    ]
    return page


def associations(api: Api, kind: str, other: str, ids: list[str]) -> dict[str, list[Any]]:
    """What is associated with each record, the primary one first, then by id."""
    found: dict[str, list[Any]] = defaultdict(list)
    inputs: list[dict[str, str]] = [{"id": id_} for id_ in ids]
    while inputs:
        path = f"/crm/associations/{VERSION}/{kind}/{other}/batch/read"
        page = api.post(path, records="results", json={"inputs": inputs})
        inputs = []
        for one in map(json.decode, page.records):
            found[one["from"]["id"]] += ({**to, "toObjectType": other} for to in one["to"])
            if after := one.get("paging", {}).get("next", {}).get("after"):
                inputs.append({"id": one["from"]["id"], "after": after})
    return {id_: sorted(to, key=_primary_first) for id_, to in found.items()}


def _primary_first(to: dict[str, Any]) -> tuple[bool, int]:
    labels = [kind.get("label") or "" for kind in to.get("associationTypes", [])]
    return not any(label.startswith("Primary") for label in labels), int(to["toObjectId"])


def _with_key(record: Raw, key: str, value: Any) -> Raw:
    start = bytes(record).rstrip()[:-1]
    return Raw(start + b"," + json.encode(key) + b":" + json.encode(value) + b"}")


def _ids(page: Page) -> list[str]:
    return [_id.decode(record).id for record in page.records]


# -- lists with an archived half, and the older endpoints -----------------------------------------


def after_cursor() -> JSONResponseCursorPaginator:
    """The cursor of most lists: ``paging.next.after``."""
    return JSONResponseCursorPaginator("paging.next.after", "after")


def offset_cursor() -> JSONResponseCursorPaginator:
    """The cursor of the e-mail event lists: ``offset`` for as long as ``hasMore``."""
    return JSONResponseCursorPaginator("offset", "offset", has_more_path="hasMore")


def offset_in_body() -> JSONResponseCursorPaginator:
    """The cursor of the lists' search: ``offset``, sent in the body."""
    return JSONResponseCursorPaginator("offset", cursor_body_path="offset", has_more_path="hasMore")


def listed(api: Api, path: str, **params: Any) -> Iterator[Page]:
    """All pages of a list."""
    request = requests.Request("GET", api.url(path), params=params)
    return api.pages(request, "results", after_cursor())


def archived(api: Api, path: str, limit: int = LIST_PAGE, **params: Any) -> Iterator[Page]:
    """All pages of a list's archived half, marked as deleted."""
    for page in listed(api, path, limit=limit, archived="true", **params):
        page.deleted = True
        yield page


def both_halves(path: str, limit: int, **params: Any) -> Callable[[Api, Window], Iterable[Page]]:
    """A reader of a list's live records, then its archived ones."""

    def read(api: Api, window: Window) -> Iterable[Page]:
        return chain(listed(api, path, limit=limit, **params), archived(api, path, limit, **params))

    return read


def campaigns(api: Api, window: Window) -> Iterator[Page]:
    """Every campaign with its revenue and metrics reports."""
    path = f"/marketing/campaigns/{VERSION}"
    for page in listed(api, path, limit=LIST_PAGE, properties=",".join(CAMPAIGN_PROPERTIES)):
        reports = api.map(lambda id_: _reports(api, f"{path}/{id_}/reports"), _ids(page))
        pairs = zip(page.records, reports, strict=True)
        page.records = [_with_key(record, "reports", found) for record, found in pairs]
        yield page


def _reports(api: Api, path: str) -> dict[str, Raw]:
    return {kind: api.get(f"{path}/{kind}", records=".").records[0] for kind in REPORTS}


def stage_totals(api: Api, window: Window) -> Iterator[Page]:
    """How many live deals search finds in each stage of each pipeline, and in all.

    No endpoint adds up amounts.
    """
    pipelines = api.get(f"/crm/pipelines/{VERSION}/deals", records="results")
    places = [
        (pipeline["id"], stage["id"])
        for pipeline in map(json.decode, pipelines.records)
        for stage in pipeline["stages"]
    ]
    for pipeline, stage in [(None, None), *places]:
        filters = {"pipeline": pipeline, "dealstage": stage} if pipeline else {}
        page = _counted(api, filters)
        total = {"id": f"{pipeline}:{stage}" if pipeline else "all", "pipeline": pipeline}
        page.records = [Raw(json.encode({**total, "stage": stage, "total": page.body["total"]}))]
        yield page


def _counted(api: Api, filters: dict[str, str]) -> Page:
    """The shortest page of the deals that have these values; its body has their number."""
    equal = [{"propertyName": name, "operator": "EQ", "value": filters[name]} for name in filters]
    body = {
        "filterGroups": [{"filters": equal}] if equal else [],
        "properties": ["hs_object_id"],
        "limit": 1,
    }
    request = requests.Request("POST", api.url(f"/crm/objects/{VERSION}/deals/search"), json=body)
    return api.page(request, "results", "search")


def submissions(api: Api, window: Window) -> Iterator[Page]:
    """A form's submissions, newest first, down to the last one known."""
    for page in listed(api, f"/form-integrations/v1/submissions/forms/{window.parent}", limit=50):
        yield page
        times = [timestamp(json.decode(record).get("submittedAt")) for record in page.records]
        if window.since and any(time and time < window.since for time in times):
            return


def since_ms(window: Window) -> dict[str, Any]:
    """The e-mail endpoints' start: milliseconds since 1970."""
    since = window.since
    start = None if since is None else int(since.replace(tzinfo=UTC).timestamp() * 1000)
    return {"limit": EVENT_PAGE, "startTimestamp": start}


SYSTEM = System(
    name="hubspot",
    base_url=lambda connection, auth: "https://api.hubapi.com",
    auth=lambda connection, session: BearerTokenAuth(token=connection.secret("access_token")),
    limits={
        "": (Limit(calls=100, seconds=10, quote="100 requests per 10 seconds, Free and Starter"),),
        "search": (Limit(calls=5, seconds=1, quote="search: five requests per second"),),
    },
    explain=explain,
    secrets=("access_token",),
)

NO_ENTITY = "no entity of the warehouse takes it yet"
PARTIES = ("contacts", "companies", "deals")

STREAMS = [
    crm(
        "contacts",
        "email firstname lastname phone mobilephone company jobtitle website industry address "
        "city state zip country lifecyclestage hs_lead_status hs_language hubspot_owner_id "
        "associatedcompanyid hs_email_optout hs_marketable_status hs_analytics_source "
        "hs_latest_source hs_merged_object_ids hs_calculated_merged_vids date_of_birth "
        "num_associated_deals total_revenue createdate lastmodifieddate hs_object_id",
        modified="lastmodifieddate",
    ),
    crm(
        "companies",
        "name domain website industry type annualrevenue numberofemployees phone address address2 "
        "city state zip country lifecyclestage hs_lead_status hubspot_owner_id "
        "hs_parent_company_id hs_analytics_source hs_merged_object_ids description "
        "createdate hs_lastmodifieddate hs_object_id",
    ),
    crm(
        "deals",
        "dealname amount deal_currency_code amount_in_home_currency hs_exchange_rate dealstage "
        "pipeline closedate hs_closed_won_date hs_is_closed hs_is_closed_won "
        "hs_deal_stage_probability dealtype "
        "hubspot_owner_id hs_analytics_source hs_campaign closed_lost_reason closed_won_reason "
        "hs_v2_date_entered_current_stage hs_acv hs_arr hs_mrr hs_tcv hs_next_step description "
        "createdate hs_lastmodifieddate hs_object_id",
        associated=("companies", "contacts"),
    ),
    crm(
        "tickets",
        "subject content hs_pipeline hs_pipeline_stage hs_ticket_priority hs_ticket_category "
        "source_type closed_date time_to_close hubspot_owner_id createdate hs_lastmodifieddate "
        "hs_object_id",
        associated=("companies", "contacts"),
        unmapped=NO_ENTITY,
    ),
    crm(
        "products",
        "name description price hs_sku hs_cost_of_goods_sold hs_url hs_product_type "
        "recurringbillingfrequency hs_recurring_billing_period createdate hs_lastmodifieddate "
        "hs_object_id",
    ),
    crm(
        "line_items",
        "name description quantity price amount discount hs_discount_percentage hs_total_discount "
        "hs_line_item_currency_code hs_product_id hs_sku hs_cost_of_goods_sold "
        "recurringbillingfrequency hs_recurring_billing_period hs_mrr hs_position_on_quote "
        "createdate hs_lastmodifieddate hs_object_id",
        associated=("deals", "orders", "invoices", "quotes"),
    ),
    crm(
        "quotes",
        "hs_title hs_quote_number hs_status hs_quote_amount hs_currency hs_expiration_date "
        "hubspot_owner_id hs_createdate hs_lastmodifieddate hs_object_id",
        associated=PARTIES,
        unmapped=NO_ENTITY,
    ),
    crm(
        "orders",
        "hs_order_name hs_currency_code hs_total_price hs_subtotal_price hs_order_discount hs_tax "
        "hs_shipping_cost hs_refund_amount hs_payment_status hs_fulfillment_status hs_source_store "
        "hs_external_order_id hs_external_created_date hs_external_order_status hs_processed_date "
        "hs_cancelled_date hs_tags hs_order_note hs_shipping_address_name "
        "hs_shipping_address_street hs_shipping_address_city hs_shipping_address_state "
        "hs_shipping_address_postal_code hs_shipping_address_country hubspot_owner_id "
        "hs_createdate hs_lastmodifieddate hs_object_id",
        associated=PARTIES,
    ),
    crm(
        "invoices",
        "hs_number hs_title hs_invoice_status hs_invoice_date hs_due_date hs_currency "
        "hs_amount_billed hs_amount_paid hs_balance_due hs_subtotal hs_tax hs_discount "
        "hs_payment_date hs_purchase_order_number hs_comments hubspot_owner_id hs_createdate "
        "hs_lastmodifieddate hs_object_id",
        associated=PARTIES,
    ),
    crm(
        "commerce_payments",
        "hs_initial_amount hs_currency_code hs_latest_status hs_initiated_date hs_reference_number "
        "hs_payment_method_type hs_processor_type hs_refunds_amount hs_fees_amount hs_net_amount "
        "hs_customer_email hs_createdate hs_lastmodifieddate hs_object_id",
        associated=("contacts", "invoices", "orders"),
    ),
    crm(
        "leads",
        "hs_lead_name hs_lead_type hs_lead_label hs_pipeline hs_pipeline_stage hubspot_owner_id "
        "hs_createdate hs_lastmodifieddate hs_object_id",
        associated=("companies", "contacts"),
        unmapped="names no one itself: the person is in contacts with its own lead status",
    ),
    crm(
        "calls",
        "hs_timestamp hs_call_title hs_call_body hs_call_direction hs_call_duration "
        "hs_call_status hs_call_disposition hubspot_owner_id hs_createdate hs_lastmodifieddate "
        "hs_object_id",
        associated=PARTIES,
    ),
    crm(
        "emails",
        "hs_timestamp hs_email_subject hs_email_text hs_email_direction hs_email_status "
        "hubspot_owner_id hs_createdate hs_lastmodifieddate hs_object_id",
        associated=PARTIES,
    ),
    crm(
        "meetings",
        "hs_timestamp hs_meeting_title hs_meeting_body hs_meeting_start_time hs_meeting_end_time "
        "hs_meeting_outcome hs_meeting_location hubspot_owner_id hs_createdate "
        "hs_lastmodifieddate hs_object_id",
        associated=PARTIES,
    ),
    crm(
        "notes",
        "hs_timestamp hs_note_body hubspot_owner_id hs_createdate hs_lastmodifieddate hs_object_id",
        associated=PARTIES,
    ),
    crm(
        "tasks",
        "hs_timestamp hs_task_subject hs_task_body hs_task_status hs_task_priority hs_task_type "
        "hs_task_completion_date hubspot_owner_id hs_createdate hs_lastmodifieddate hs_object_id",
        associated=PARTIES,
    ),
    Stream(
        name="owners",
        read=both_halves(f"/crm/owners/{VERSION}", 500),
        changed="updatedAt",
        deletes=Deletes.ARCHIVED_ENDPOINT,
    ),
    Stream(
        name="deal_pipelines",
        path=f"/crm/pipelines/{VERSION}/deals",
        records="results",
        changed="updatedAt",
        deletes=Deletes.KEY_SWEEP,
        unmapped="stages reach the deals through the code list hubspot_deal_stage",
    ),
    Stream(name="deal_totals", read=stage_totals, deletes=Deletes.KEY_SWEEP),
    Stream(
        name="ticket_pipelines",
        path=f"/crm/pipelines/{VERSION}/tickets",
        records="results",
        changed="updatedAt",
        deletes=Deletes.KEY_SWEEP,
        unmapped=NO_ENTITY,
    ),
    Stream(
        name="lists",
        key="listId",
        path=f"/crm/lists/{VERSION}/search",
        method="POST",
        body=lambda window: {
            "count": 500,
            "offset": 0,
            "sort": "HS_LIST_ID",
            "additionalProperties": ["hs_list_size", "hs_lastmodifieddate"],
        },
        records="lists",
        paginator=offset_in_body,
        changed="updatedAt",
        deletes=Deletes.KEY_SWEEP,
        unmapped="a list is no record of an entity; its members are contacts",
    ),
    Stream(
        name="list_memberships",
        key=("^", "recordId"),
        path=f"/crm/lists/{VERSION}/{{parent}}/memberships/join-order",
        params={"limit": MEMBER_PAGE},
        records="results",
        paginator=after_cursor,
        changed="membershipTimestamp",
        fan_out=FanOut(stream="lists"),
        deletes=Deletes.KEY_SWEEP,
        unmapped="holds two ids and a time; consent and address are in contacts",
    ),
    Stream(
        name="forms",
        read=both_halves("/marketing/v3/forms", LIST_PAGE),
        changed="updatedAt",
        deletes=Deletes.ARCHIVED_ENDPOINT,
        unmapped=NO_ENTITY,
    ),
    Stream(
        name="form_submissions",
        key=("^", "#"),
        read=submissions,
        changed="submittedAt",
        incremental=True,
        overlap=INDEX_LAG,
        fan_out=FanOut(stream="forms"),
        deletes=Deletes.NEVER,
        unmapped="whoever submits a form becomes a contact",
    ),
    Stream(
        name="marketing_emails",
        # Statistics change without updatedAt, so every run reads all e-mails.
        read=both_halves(f"/marketing/emails/{VERSION}", LIST_PAGE, includeStats="true"),
        changed="updatedAt",
        deletes=Deletes.ARCHIVED_ENDPOINT,
    ),
    Stream(
        name="email_events",
        key=("id", "created"),
        path="/email/public/v1/events",
        params=since_ms,
        records="events",
        paginator=offset_cursor,
        changed="created",
        incremental=True,
        overlap=INDEX_LAG,
        deletes=Deletes.NEVER,
        unmapped="each e-mail's statistics come with marketing_emails",
    ),
    Stream(
        name="subscription_changes",
        key="#",
        path="/email/public/v1/subscriptions/timeline",
        params=since_ms,
        records="timeline",
        paginator=offset_cursor,
        changed="timestamp",
        incremental=True,
        overlap=INDEX_LAG,
        deletes=Deletes.NEVER,
        unmapped="the present consent is in contacts",
    ),
    Stream(
        name="subscription_definitions",
        path=f"/communication-preferences/{VERSION}/definitions",
        records="results",
        changed="updatedAt",
        deletes=Deletes.KEY_SWEEP,
        unmapped=NO_ENTITY,
    ),
    Stream(
        name="campaigns",
        read=campaigns,
        changed="updatedAt",
        deletes=Deletes.KEY_SWEEP,
    ),
    Stream(
        name="marketing_events",
        key="objectId",
        path=f"/marketing/marketing-events/{VERSION}",
        params={"limit": LIST_PAGE},
        records="results",
        paginator=after_cursor,
        changed="updatedAt",
        deletes=Deletes.KEY_SWEEP,
    ),
    Stream(
        name="workflows",
        path="/automation/v4/flows",
        params={"limit": LIST_PAGE},
        records="results",
        paginator=after_cursor,
        changed="updatedAt",
        deletes=Deletes.KEY_SWEEP,
        unmapped=NO_ENTITY,
    ),
]
