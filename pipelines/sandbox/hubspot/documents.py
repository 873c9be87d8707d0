"""The demo company's sales and trade marketing as HubSpot documents."""

import hashlib
import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from pipelines.sandbox import clock
from pipelines.sandbox.answers import money
from pipelines.sandbox.hubspot import catalogue
from pipelines.sandbox.store import Document
from pipelines.sandbox.world import Row, World
from pipelines.sandbox.world.ids import record_id

PORTAL = 44237313
HOME_CURRENCY = "USD"
READERS = 200  # contacts who get a trade letter
STAGES = {
    "prospecting": "appointmentscheduled", "qualified": "qualifiedtobuy",
    "proposal": "presentationscheduled", "negotiation": "contractsent",
    "won": "closedwon", "lost": "closedlost",
}  # fmt: skip
PIPELINE = (
    ("appointmentscheduled", "Appointment Scheduled", "0.1"),
    ("qualifiedtobuy", "Qualified To Buy", "0.25"),
    ("presentationscheduled", "Presentation Scheduled", "0.5"),
    ("decisionmakerboughtin", "Decision Maker Bought-In", "0.6"),
    ("contractsent", "Contract Sent", "0.8"),
    ("closedwon", "Closed Won", "1.0"),
    ("closedlost", "Closed Lost", "0.0"),
)
LEAD_STATUS = {
    "Open - Not Contacted": "NEW", "Working - Contacted": "IN_PROGRESS",
    "Closed - Not Converted": "UNQUALIFIED", "Closed - Converted": "OPEN_DEAL",
}  # fmt: skip
SOURCES = {"Web": "ORGANIC_SEARCH", "Referral": "REFERRALS"}
DISPOSITIONS = {
    "completed": "f240bbac-87c9-4f6e-bf70-924b57d47db7",
    "no_answer": "73a0d17f-1163-4015-bdd5-ec830791da20",
    "left_message": "b2cf5968-551e-4856-9783-52b3da59a7d0",
}
MEETING_OUTCOMES = {"no_answer": "NO_SHOW", "rescheduled": "RESCHEDULED"}
LISTS = ("Trade customers", "Trade letter", "Met at a fair")
# Numbers that HubSpot itself gives to the kinds of association: to, and back.
ASSOCIATION_TYPES = {
    ("contacts", "companies"): (279, 280), ("deals", "companies"): (341, 342),
    ("deals", "contacts"): (3, 4), ("line_items", "deals"): (20, 19),
    ("calls", "contacts"): (194, 193), ("calls", "companies"): (182, 181),
    ("calls", "deals"): (206, 205), ("emails", "contacts"): (198, 197),
    ("emails", "companies"): (186, 185), ("emails", "deals"): (210, 209),
    ("meetings", "contacts"): (200, 199), ("meetings", "companies"): (188, 187),
    ("meetings", "deals"): (212, 211), ("notes", "contacts"): (202, 201),
    ("notes", "companies"): (190, 189), ("notes", "deals"): (214, 213),
    ("tasks", "contacts"): (204, 203), ("tasks", "companies"): (192, 191),
    ("tasks", "deals"): (216, 215),
}  # fmt: skip
MONTHS = tuple(
    clock.iso(datetime(year, month, 5, 9, tzinfo=UTC))
    for year in range(clock.START.year, clock.BASE.year + 4)
    for month in range(1, 13)
    if datetime(year, month, 5, tzinfo=UTC) > clock.START
)
PRIMARY_TYPES = {("contacts", "companies"): (1, 2), ("deals", "companies"): (5, 6)}


def documents(world: World, since: str | None) -> Iterator[Document]:
    """Every document, or those created, changed or deleted after `since`."""
    for make in (contacts, companies, deals, products, activities, owners):
        yield from make(world, since)
    yield from (one for one in marketing(world) if since is None or one.updated_at > since)


# -- CRM objects ------------------------------------------------------------------------------


def contacts(world: World, since: str | None) -> Iterator[Document]:
    """People with their company, their lists and their consent."""
    for row in world.rows("hubspot.contact", since):
        yield _crm("contacts", row, _contact(world, row))
        company = row["company"] and row["company"]["record_id"]
        yield from _associated("contacts", row, "companies", company)
        yield from _memberships(row)
        if row["consent"] == "unsubscribed" and row["email"]:
            yield _opt_out(row)
        if row["n"] % 7 == 0 and row["email"]:
            yield _submission(row)


def _contact(world: World, row: Row) -> dict[str, Any]:
    external = row["external"]
    return {
        "email": row["email"], "firstname": row["first_name"], "lastname": row["last_name"],
        "phone": row["phone"], "company": row["company_name"], "jobtitle": row["job_title"],
        "website": row["website"], **_place(row["address"]),
        "lifecyclestage": row["lifecycle"],
        "hs_lead_status": LEAD_STATUS.get(row["lead_status"], row["lead_status"]),
        "hs_language": row["language"], **_owner(world, row),
        "associatedcompanyid": row["company"] and row["company"]["record_id"],
        "hs_email_optout": {"unsubscribed": "true", "subscribed": "false"}.get(row["consent"]),
        "hs_email_domain": (row["email"] or "").partition("@")[2] or None,
        "hs_marketable_status": "false" if row["consent"] == "never" else "true",
        "hs_analytics_source": "OFFLINE", "hs_latest_source": "OFFLINE",
        "date_of_birth": row["birth_date"], "interests": ";".join(row["tags"]) or None,
        "shopify_customer_id": external.get("shopify"),
        "klaviyo_profile_id": external.get("klaviyo"),
        "square_customer_id": external.get("square"),
        "mailchimp_member_id": external.get("mailchimp"),
        "salesforce_record_id": external.get("salesforce"),
    }  # fmt: skip


def companies(world: World, since: str | None) -> Iterator[Document]:
    """Companies."""
    for row in world.rows("hubspot.company", since):
        address = row["address"] or {}
        properties = {
            "name": row["name"], "domain": _domain(row["website"]), "website": row["website"],
            "industry": row["industry"], "annualrevenue": row["annual_revenue"],
            "numberofemployees": row["employee_count"], "phone": row["phone"],
            **_place(row["address"]), "address2": address.get("street2"),
            "lifecyclestage": row["lifecycle"], **_owner(world, row),
            "description": row["note"], "vat_number": row["tax_number"],
            "salesforce_record_id": row["external"].get("salesforce"),
        }  # fmt: skip
        yield _crm("companies", row, properties)


def deals(world: World, since: str | None) -> Iterator[Document]:
    """Deals and their line items."""
    for row in world.rows("hubspot.deal", since):
        yield _crm("deals", row, _deal(world, row))
        yield from _associated("deals", row, "companies", row["company"]["record_id"])
        yield from _associated("deals", row, "contacts", (row["contact"] or {}).get("record_id"))
        for position, line in enumerate(row["lines"], 1):
            times = {name: row[name] for name in ("created_at", "updated_at", "deleted_at")}
            item = {**times, "record_id": line["record_id"], "primary": None}
            yield _crm("line_items", item, _line_item(row, line, position))
            yield from _associated("line_items", item, "deals", row["record_id"])


def _deal(world: World, row: Row) -> dict[str, Any]:
    entered = {f"hs_date_entered_{STAGES[step['stage']]}": step["at"] for step in row["history"]}
    amount = None if row["amount"] is None else money(row["amount"], row["currency"])
    closed_at = row["history"][-1]["at"] if row["is_closed"] else None
    return {
        "dealname": row["name"], "amount": amount, "deal_currency_code": row["currency"],
        "amount_in_home_currency": amount if row["currency"] == HOME_CURRENCY else None,
        "hs_exchange_rate": "1.0" if row["currency"] == HOME_CURRENCY else None,
        "dealstage": STAGES[row["stage"]], "pipeline": "default",
        "closedate": closed_at or f"{row['close_on']}T00:00:00Z",
        "hs_is_closed": row["is_closed"], "hs_is_closed_won": row["is_won"],
        "hs_closed_won_date": closed_at if row["is_won"] else None,
        "hs_deal_stage_probability": str(row["probability"] / 100),
        "dealtype": row["deal_type"], **_owner(world, row),
        "hs_analytics_source": SOURCES.get(row["source"], "OFFLINE"),
        "closed_lost_reason": row["lost_reason"], "hs_tcv": amount,
        "hs_v2_date_entered_current_stage": row["history"][-1]["at"],
        "hs_campaign": _campaign_id(row["created_at"]) if row["n"] % 3 == 0 else None,
        **entered,
    }  # fmt: skip


def _line_item(deal: Row, line: Row, position: int) -> dict[str, Any]:
    currency = deal["currency"]
    return {
        "name": line["title"], "quantity": line["quantity"],
        "price": money(line["unit_price"], currency), "amount": money(line["total"], currency),
        "discount": "0", "hs_total_discount": "0", "hs_discount_percentage": "0",
        "hs_line_item_currency_code": currency, "hs_product_id": line["variant_record_id"],
        "hs_sku": line["sku"], "hs_position_on_quote": position - 1,
    }  # fmt: skip


def products(world: World, since: str | None) -> Iterator[Document]:
    """The variants that the sales team quotes, as products."""
    for row in world.rows("variant", since):
        if "hubspot" not in row["records"]:
            continue
        properties = {
            "name": row["titles"].get("hubspot", row["product_name"]),
            "description": f"<p>{row['category']}</p>",
            "price": money(row["prices"][HOME_CURRENCY], HOME_CURRENCY),
            "hs_sku": row["skus"].get("hubspot", row["sku"]),
            "hs_cost_of_goods_sold": money(row["cost"], HOME_CURRENCY),
            "hs_product_type": "inventory",
        }
        yield _crm("products", {**row, "record_id": row["records"]["hubspot"]}, properties)


def activities(world: World, since: str | None) -> Iterator[Document]:
    """Calls, e-mails, meetings, notes and tasks."""
    for row in world.rows("hubspot.activity", since):
        stream = f"{row['type']}s"
        properties = {"hs_timestamp": row["at"], **_owner(world, row), **ACTIVITIES[stream](row)}
        yield _crm(stream, row, properties)
        for other in ("contact", "company", "deal"):
            found = (row[other] or {}).get("record_id")
            name = "companies" if other == "company" else f"{other}s"
            yield from _associated(stream, row, name, found)


def _call(row: Row) -> dict[str, Any]:
    return {
        "hs_call_title": row["subject"], "hs_call_body": row["body"],
        "hs_call_direction": "INBOUND" if row["is_inbound"] else "OUTBOUND",
        "hs_call_duration": row["duration_minutes"] * 60_000,
        "hs_call_status": "COMPLETED" if row["is_done"] else "SCHEDULED",
        "hs_call_disposition": DISPOSITIONS.get(row["outcome"]),
    }  # fmt: skip


def _email(row: Row) -> dict[str, Any]:
    return {
        "hs_email_subject": row["subject"], "hs_email_text": row["body"],
        "hs_email_html": f"<p>{row['body']}</p>",
        "hs_email_direction": "INCOMING_EMAIL" if row["is_inbound"] else "EMAIL",
        "hs_email_status": "SENT" if row["is_done"] else "SCHEDULED",
    }  # fmt: skip


def _meeting(row: Row) -> dict[str, Any]:
    done = MEETING_OUTCOMES.get(row["outcome"], "COMPLETED")
    return {
        "hs_meeting_title": row["subject"], "hs_meeting_body": row["body"],
        "hs_meeting_start_time": row["at"],
        "hs_meeting_end_time": clock.shift(row["at"], minutes=row["duration_minutes"]),
        "hs_meeting_outcome": done if row["is_done"] else "SCHEDULED",
    }  # fmt: skip


def _note(row: Row) -> dict[str, Any]:
    return {"hs_note_body": f"<p>{row['subject']}</p>{row['body']}"}


def _task(row: Row) -> dict[str, Any]:
    return {
        "hs_timestamp": f"{row['due_on']}T09:00:00Z" if row["due_on"] else row["at"],
        "hs_task_subject": row["subject"], "hs_task_body": row["body"],
        "hs_task_status": "COMPLETED" if row["is_done"] else "NOT_STARTED",
        "hs_task_priority": "HIGH" if row["n"] % 4 == 0 else "NONE", "hs_task_type": "TODO",
        "hs_task_completion_date": row["at"] if row["is_done"] else None,
        "hs_task_is_completed": row["is_done"],
    }  # fmt: skip


ACTIVITIES: dict[str, Callable[[Row], dict[str, Any]]] = {
    "calls": _call, "emails": _email, "meetings": _meeting, "notes": _note, "tasks": _task,
}  # fmt: skip


def _crm(stream: str, row: Row, properties: dict[str, Any]) -> Document:
    created, updated = row["created_at"], row["updated_at"]
    own = {
        "createdate": created, "hs_createdate": created, "hs_object_id": row["record_id"],
        catalogue.modified(stream): updated,
    }  # fmt: skip
    given = {**own, **properties}
    body = {
        "id": row["record_id"],
        "properties": {name: _text(given.get(name)) for name in catalogue.names(stream)},
        "createdAt": created,
        "updatedAt": updated,
        "archived": row["deleted_at"] is not None,
        "url": f"https://app.hubspot.com/contacts/{PORTAL}/record/"
        f"{catalogue.TYPE_IDS[stream]}/{row['record_id']}",
    }
    return Document(stream, row["record_id"], created, updated, body, row["deleted_at"])


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def _place(address: Row | None) -> dict[str, Any]:
    found = address or {}
    return {
        "address": found.get("street"), "city": found.get("city"), "state": found.get("region"),
        "zip": found.get("postal_code"), "country": found.get("country"),
    }  # fmt: skip


def _owner(world: World, row: Row) -> dict[str, Any]:
    owner = record_id("hubspot", "owner", row["owner_n"])
    return {"hubspot_owner_id": owner, "hs_all_owner_ids": owner}


def _domain(website: str | None) -> str | None:
    bare = (website or "").removeprefix("https://").removeprefix("http://")
    return bare.removeprefix("www.").partition("/")[0] or None


def _associated(kind: str, row: Row, other: str, other_id: str | None) -> Iterator[Document]:
    """The association of two records, as each of them shows it."""
    if other_id is None:
        return
    sides = ((kind, row["record_id"], other, other_id), (other, other_id, kind, row["record_id"]))
    for number, (from_kind, from_id, to_kind, to_id) in enumerate(sides):
        types = [_association_type(ASSOCIATION_TYPES[kind, other][number], None)]
        if (kind, other) in PRIMARY_TYPES:
            types.insert(0, _association_type(PRIMARY_TYPES[kind, other][number], "Primary"))
        parent = f"{from_kind}:{from_id}:{to_kind}"
        body = {"toObjectId": int(to_id), "associationTypes": types}
        times = (row["created_at"], row["updated_at"])
        gone = row["deleted_at"]
        yield Document("associations", f"{parent}:{to_id}", *times, body, gone, parent)


def _association_type(type_id: int, label: str | None) -> dict[str, Any]:
    return {"category": "HUBSPOT_DEFINED", "typeId": type_id, "label": label}


# -- people who work here, and marketing ------------------------------------------------------


def owners(world: World, since: str | None) -> Iterator[Document]:
    """Employees with a seat in HubSpot: the sales and marketing departments."""
    for row in world.rows("employee", since):
        if row["department"] not in ("Sales", "Marketing") and row["n"] > 8:
            continue
        owner_id = row["records"]["hubspot"]
        body = {
            "id": owner_id, "email": row["email"], "type": "PERSON",
            "firstName": row["first_name"], "lastName": row["last_name"],
            "userId": 60_000_000 + row["n"], "userIdIncludingInactive": 60_000_000 + row["n"],
            "createdAt": row["created_at"], "updatedAt": row["updated_at"],
            "archived": row["terminated_on"] is not None,
            "teams": [{"id": "601", "name": row["department"], "primary": True}],
        }  # fmt: skip
        times = (row["created_at"], row["updated_at"])
        left = row["updated_at"] if row["terminated_on"] else None
        yield Document("owners", owner_id, *times, body, deleted_at=left)


def _memberships(row: Row) -> Iterator[Document]:
    for number in range(1, len(LISTS) + 1):
        is_member = number in row["list_ns"] and row["deleted_at"] is None
        body = {"recordId": row["record_id"], "membershipTimestamp": row["created_at"]}
        times = (row["created_at"], row["updated_at"])
        left = None if is_member else row["updated_at"]
        id_ = f"{number}:{row['record_id']}"
        yield Document("list_memberships", id_, *times, body, left, str(number))


def _opt_out(row: Row) -> Document:
    at = clock.epoch_ms(row["updated_at"])
    change = {
        "changeType": "PORTAL_STATUS", "change": "UNSUBSCRIBED", "source": "SOURCE_RECIPIENT",
        "portalId": PORTAL, "timestamp": at,
        "causedByEvent": {"id": str(_uuid("opt-out", row["n"])), "created": at},
    }  # fmt: skip
    body = {"timestamp": at, "recipient": row["email"], "portalId": PORTAL, "changes": [change]}
    times = (row["updated_at"], row["updated_at"])
    return Document("subscription_changes", str(_uuid("change", row["n"])), *times, body)


def _submission(row: Row) -> Document:
    named = (("email", row["email"]), ("firstname", row["first_name"]))
    values = [{"name": name, "value": value, "objectTypeId": "0-1"} for name, value in named]
    body = {
        "submittedAt": clock.epoch_ms(row["created_at"]),
        "values": values,
        "pageUrl": "https://trade.goldpan.example/samples",
    }
    times = (row["created_at"], row["created_at"])
    form = _form_id(0)
    return Document("form_submissions", f"{form}:{row['n']}", *times, body, parent_id=form)


def marketing(world: World) -> Iterator[Document]:
    """What the marketing team set up itself, and what became of its monthly trade letter."""
    yield from _settings()
    months = [month for month in MONTHS if month <= world.now]
    for month in months[::3]:
        yield _campaign(month)
    for month in months[::6]:
        yield _fair(month)
    yield from _letters(world)


def _settings() -> Iterator[Document]:
    start = clock.iso(clock.START)
    stages = [
        {
            "label": label, "displayOrder": order, "id": id_, "archived": False,
            "metadata": {"isClosed": str(chance in ("0.0", "1.0")).lower(), "probability": chance},
            "createdAt": start, "updatedAt": start,
            "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
        }
        for order, (id_, label, chance) in enumerate(PIPELINE)
    ]  # fmt: skip
    pipeline = {"label": "Sales Pipeline", "displayOrder": 0, "id": "default", "stages": stages}
    yield _setting("deal_pipelines", "default", pipeline)
    support = {"label": "Support Pipeline", "displayOrder": 0, "id": "0", "stages": []}
    yield _setting("ticket_pipelines", "0", support)
    for number, name in enumerate(LISTS, 1):
        yield _setting("lists", str(number), _list(number, name))
    for number, name in enumerate(("Order samples", "Become a stockist")):
        yield _setting("forms", _form_id(number), {"id": _form_id(number), **_form(name)})
    for number, name in enumerate(("Trade letter", "One to One"), 1):
        kind = {"id": str(number), "name": name, "description": name, "purpose": "Marketing",
                "communicationMethod": "Email", "isActive": True, "isDefault": number == 2,
                "isInternal": False}  # fmt: skip
        yield _setting("subscription_definitions", str(number), kind)
    flow = {"id": "501", "isEnabled": True, "objectTypeId": "0-1", "revisionId": "3",
            "flowType": "WORKFLOW", "name": "Welcome new stockists"}  # fmt: skip
    yield _setting("workflows", "501", flow)


def _setting(stream: str, id_: str, body: dict[str, Any]) -> Document:
    start = clock.iso(clock.START)
    whole = {**body, "createdAt": start, "updatedAt": start, "archived": False}
    return Document(stream, id_, start, start, whole)


def _list(number: int, name: str) -> dict[str, Any]:
    start = clock.iso(clock.START)
    return {
        "listId": str(number), "listVersion": 1, "filtersUpdatedAt": start,
        "processingStatus": "COMPLETE", "createdById": "61526375", "updatedById": "61526375",
        "processingType": "MANUAL" if number == 3 else "DYNAMIC", "objectTypeId": "0-1",
        "name": name,
    }  # fmt: skip


def _form(name: str) -> dict[str, Any]:
    field = {"objectTypeId": "0-1", "name": "email", "label": "E-mail", "required": True,
             "hidden": False, "fieldType": "email"}  # fmt: skip
    return {
        "name": name, "formType": "hubspot",
        "fieldGroups": [{"groupType": "default_group", "richTextType": "text", "fields": [field]}],
        "configuration": {"language": "en", "cloneable": True, "editable": True},
        "displayOptions": {"theme": "default_style", "submitButtonText": "Submit"},
        "legalConsentOptions": {"type": "none"},
    }  # fmt: skip


def _campaign(month: str) -> Document:
    id_, number = _campaign_id(month), int(month[5:7])
    body = {
        "id": id_,
        "properties": {
            "hs_name": f"Wholesale {month[:7]}", "hs_notes": "Letters, fair and samples",
            "hs_start_date": month[:10], "hs_end_date": clock.shift(month, days=80)[:10],
            "hs_campaign_status": "completed", "hs_currency_code": HOME_CURRENCY,
            "hs_budget_items_sum_amount": f"{number * 250}.0",
            "hs_spend_items_sum_amount": f"{number * 240}.5",
            "hs_owner": record_id("hubspot", "owner", 1),
        },
        "createdAt": month, "updatedAt": month, "businessUnits": [{"id": 0}],
    }  # fmt: skip
    return Document("campaigns", id_, month, month, body)


def _campaign_id(at: str) -> str:
    begun = [month for month in MONTHS[::3] if month <= at]
    return str(_uuid("campaign", max(begun, default=MONTHS[0])))


def _fair(month: str) -> Document:
    id_ = record_id("hubspot", "marketing_event", int(month[:4] + month[5:7]))
    registered = int(month[5:7]) * 9
    body: dict[str, Any] = {
        "eventName": f"Trade fair {month[:7]}", "eventType": "CONFERENCE",
        "startDateTime": clock.shift(month, days=10), "endDateTime": clock.shift(month, days=12),
        "eventOrganizer": "Goldpan & Daughters", "eventDescription": None, "eventUrl": None,
        "eventCancelled": False, "eventCompleted": True, "customProperties": [],
        "objectId": id_, "externalEventId": f"fair-{month[:7]}", "eventStatus": "PAST",
        "eventStatusV2": "past", "appInfo": {"id": "123", "name": "Fair desk"},
        "registrants": registered, "attendees": registered - 4, "cancellations": 3, "noShows": 1,
        "createdAt": month, "updatedAt": month,
    }  # fmt: skip
    return Document("marketing_events", id_, month, month, body)


def _letters(world: World) -> Iterator[Document]:
    """The letters sent so far with what became of them, and the next one, drafted two days on."""
    months = zip((clock.iso(clock.START), *MONTHS), MONTHS, strict=False)
    for number, (before, month) in enumerate(months, 1):
        drafted_at = clock.shift(before, days=2)
        if drafted_at > world.now:
            return
        if month > world.now:
            yield _letter(number, drafted_at, month, None)
            return
        readers = islice(_readers(world, month), READERS)
        events = [event for row in readers for event in _mail_events(number, month, row)]
        yield _letter(number, drafted_at, month, events)
        yield from (_event(one) for one in events)


def _readers(world: World, at: str) -> Iterator[Row]:
    """Subscribed contacts who were there at that time, whatever became of them."""
    for row in world.rows("hubspot.contact"):
        was_there = row["created_at"] < at and (row["deleted_at"] or at) >= at
        if was_there and row["consent"] == "subscribed" and row["email"]:
            yield row


def _mail_events(number: int, month: str, row: Row) -> Iterator[dict[str, Any]]:
    chance = hashlib.blake2b(f"{number}/{row['n']}".encode(), digest_size=2).digest()
    kinds = ["SENT", "BOUNCE"] if chance[0] < 8 else ["SENT", "DELIVERED"]
    if kinds[-1] == "DELIVERED" and chance[0] > 130:
        kinds += ["OPEN"] if chance[1] < 200 else ["OPEN", "CLICK"]
    for step, kind in enumerate(kinds):
        at = clock.epoch_ms(clock.shift(month, minutes=step * (1 + chance[1])))
        more = {"url": "https://trade.goldpan.example/new"} if kind == "CLICK" else {}
        yield {
            "id": str(_uuid("event", f"{number}/{row['n']}/{kind}")), "type": kind, "created": at,
            "recipient": row["email"], "emailCampaignId": 285_000_000 + number, "appId": 113,
            "appName": "Batch", "portalId": PORTAL,
            "sentBy": {"id": str(_uuid("event", f"{number}/{row['n']}/SENT")), "created": at},
            **more,
        }  # fmt: skip


def _event(body: dict[str, Any]) -> Document:
    at = clock.iso(datetime.fromtimestamp(body["created"] / 1000, UTC))
    return Document("email_events", body["id"], at, at, body)


def _letter(
    number: int, drafted_at: str, month: str, events: list[dict[str, Any]] | None
) -> Document:
    id_ = record_id("hubspot", "marketing_email", number)
    sent = events is not None
    updated_at = month if sent else drafted_at
    body = {
        "activeDomain": "trade.goldpan.example", "archived": False, "businessUnitId": "0",
        "content": {}, "createdAt": drafted_at, "createdById": "82226790",
        "emailTemplateMode": "DRAG_AND_DROP",
        "from": {"fromName": "Goldpan Trade", "replyTo": "trade@goldpan.example"},
        "id": id_, "isAb": False, "isPublished": sent, "isTransactional": False,
        "jitterSendTime": True, "language": "en", "name": f"Trade letter {number}",
        "publishDate": month, "state": "PUBLISHED" if sent else "DRAFT", "subcategory": "batch",
        "subject": f"News for stockists, no. {number}",
        "subscriptionDetails": {"subscriptionId": "1"},
        "to": {"contactIlsLists": {"include": ["2"], "exclude": []}},
        "type": "BATCH_EMAIL", "updatedAt": updated_at, "updatedById": "82226790",
        "webversion": {},
    }  # fmt: skip
    if sent:
        body |= {
            "publishedAt": month, "allEmailCampaignIds": [str(285_000_000 + number)],
            "primaryEmailCampaignId": str(285_000_000 + number), "stats": _stats(events or []),
        }  # fmt: skip
    return Document("marketing_emails", id_, drafted_at, updated_at, body)


def _stats(events: Iterable[dict[str, Any]]) -> dict[str, Any]:
    kinds = [event["type"] for event in events]
    sent, delivered = kinds.count("SENT"), kinds.count("DELIVERED")
    counters = {
        "sent": sent, "delivered": delivered, "open": kinds.count("OPEN"),
        "click": kinds.count("CLICK"), "bounce": kinds.count("BOUNCE"),
        "hardbounced": kinds.count("BOUNCE"), "softbounced": 0, "unsubscribed": 0,
        "spamreport": 0, "reply": 0, "dropped": 0, "suppressed": 0, "pending": 0,
        "selected": sent, "contactslost": 0, "notsent": 0,
    }  # fmt: skip
    ratios = {
        "openratio": 100 * counters["open"] / (delivered or 1),
        "clickratio": 100 * counters["click"] / (delivered or 1),
        "deliveredratio": 100 * delivered / (sent or 1),
    }
    return {"counters": counters, "ratios": ratios, "deviceBreakdown": {}}


def _form_id(number: int) -> str:
    return str(_uuid("form", number))


def _uuid(kind: str, number: object) -> uuid.UUID:
    digest = hashlib.blake2b(f"hubspot/{kind}/{number}".encode(), digest_size=16).digest()
    return uuid.UUID(bytes=digest, version=4)
