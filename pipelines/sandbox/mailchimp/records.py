"""What Mailchimp keeps of the demo company, in the shapes of the Marketing API 3.0."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import chain
from typing import Any

from pipelines.sandbox import clock
from pipelines.sandbox.answers import number
from pipelines.sandbox.store import Document
from pipelines.sandbox.world import Row, World
from pipelines.sandbox.world.ids import record_id
from pipelines.sandbox.world.people import TAGS

ROOT = "https://us21.api.mailchimp.com/3.0"
LISTS = 3
INTERESTS = ("Tea", "Coffee", "Workshops")
STORE = "goldpan_shop"
STATUSES = {"subscribed": "subscribed", "unsubscribed": "unsubscribed", "never": "transactional"}
CAMPAIGN_STATUSES = {"draft": "save", "sent": "sent", "cancelled": "canceled"}
MERGE_FIELDS = (
    ("ADDRESS", "Address", "address"),
    ("PHONE", "Phone Number", "phone"),
    ("BIRTHDAY", "Birthday", "birthday"),
    ("COMPANY", "Company", "text"),
    ("FNAME", "First Name", "text"),
    ("LNAME", "Last Name", "text"),
)
AUTOMATIONS = (("Welcome new subscribers", "sending", 3), ("Birthday greeting", "paused", 1))
SAVED_SEGMENT = 900


def documents(world: World, since: str | None) -> Iterator[Document]:
    """Every record that came into being, changed or was deleted after ``since``."""
    if since is None:
        yield from chain(_settings(), _stores())
    yield from _automations(world)
    yield from _growth(world)
    for row in world.rows("mailchimp.list", since):
        yield _list(row)
    for row in world.rows("mailchimp.member", since):
        yield from _members(row)
    for row in world.rows("mailchimp.campaign", since):
        yield from _campaign(row)
    for row in world.rows("mailchimp.event", since):
        yield _event(row)
    yield from _shop(world, since)


def list_id(n: int) -> str:
    return record_id("mailchimp", "list", n)


def segment_id(list_n: int, tag: str) -> int:
    return list_n * 1000 + (TAGS.index(tag) if tag in TAGS else SAVED_SEGMENT)


def whole(at: str) -> str:
    """An instant of the sandbox without its fraction: Mailchimp's times have whole seconds."""
    return at[:19] + ".000Z"


def time(at: str | None) -> str:
    """A time as Mailchimp writes it; an unknown one is an empty text."""
    return clock.offset(at) if at else ""


def document(stream: str, body: Row, created: str, updated: str, **more: Any) -> Document:
    id_ = str(more.pop("id", None) or body["id"])
    return Document(stream, id_, whole(created), whole(updated), body, **more)


def links(path: str) -> list[Row]:
    """The links that every record carries."""
    schema = f"{ROOT}/Schemas/{path.split('/')[0].title()}/Instance.json"
    return [
        {"rel": "self", "href": f"{ROOT}/{path}", "method": "GET", "targetSchema": schema},
        {"rel": "delete", "href": f"{ROOT}/{path}", "method": "DELETE"},
    ]


def _opened() -> tuple[str, str]:
    return clock.iso(clock.START), clock.iso(clock.START)


def _list(row: Row) -> Document:
    id_ = row["record_id"]
    body = {
        "id": id_,
        "web_id": 400_000 + row["n"],
        "name": row["name"],
        "contact": {
            "company": "Goldpan & Daughters",
            "address1": "12 Mill Lane",
            "address2": "",
            "city": "Leeds",
            "state": "West Yorkshire",
            "zip": "LS1 4AB",
            "country": "GB",
            "phone": "",
        },
        "permission_reminder": "You signed up in our shop.",
        "use_archive_bar": True,
        "campaign_defaults": {
            "from_name": "Goldpan & Daughters",
            "from_email": "hello@goldpan.example",
            "subject": "",
            "language": "en",
        },
        "notify_on_subscribe": "",
        "notify_on_unsubscribe": "",
        "date_created": time(row["created_at"]),
        "list_rating": 3.5,
        "email_type_option": False,
        "subscribe_url_short": f"http://eepurl.com/{id_[:5]}",
        "subscribe_url_long": f"https://goldpan.us21.list-manage.com/subscribe?id={id_}",
        "beamer_address": f"us21-{id_}@inbound.mailchimp.com",
        "visibility": "prv",
        "double_optin": row["is_double_opt_in"],
        "has_welcome": False,
        "marketing_permissions": False,
        "modules": [],
        "stats": {
            "unsubscribe_count": 0,
            "cleaned_count": 0,
            "unsubscribe_count_since_send": 0,
            "cleaned_count_since_send": 0,
            "campaign_count": 0,
            "campaign_last_sent": "",
            "merge_field_count": len(MERGE_FIELDS),
            "avg_sub_rate": 0,
            "avg_unsub_rate": 0,
            "target_sub_rate": 0,
            "open_rate": 38.25,
            "click_rate": 9.5,
            "last_sub_date": "",
            "last_unsub_date": "",
        },
        "_links": links(f"lists/{id_}"),
    }
    return document(
        "lists", body, row["created_at"], row["updated_at"], deleted_at=row["deleted_at"]
    )


def _members(row: Row) -> Iterator[Document]:
    is_archived = bool(row["deleted_at"]) and row["n"] % 2 == 0
    changed = row["deleted_at"] or row["updated_at"]
    for list_n in row["list_ns"]:
        audience = list_id(list_n)
        body = _member(row, list_n, changed)
        times = (row["created_at"], changed)
        key = {"id": f"{audience}:{row['record_id']}", "parent_id": audience}
        yield document("list_members", body, *times, deleted_at=row["deleted_at"], **key)
        if is_archived:
            archived = body | {"status": "archived"}
            yield document("archived_members", archived, *times, **key)
        for segment in _segments_of(row, list_n):
            member = f"{segment}:{row['record_id']}"
            yield document("segment_members", body, *times, id=member, parent_id=str(segment),
                           deleted_at=row["deleted_at"])  # fmt: skip


def _segments_of(row: Row, list_n: int) -> list[int]:
    saved = [segment_id(list_n, "")] if row["consent"] == "subscribed" else []
    return [segment_id(list_n, tag) for tag in row["tags"]] + saved


def _member(row: Row, list_n: int, changed: str) -> Row:
    status = STATUSES[row["consent"]]
    revenue = row["n"] % 3 * 42.5
    return {
        "id": row["record_id"],
        "email_address": row["email"],
        "unique_email_id": row["record_id"][:10],
        "contact_id": hashlib.md5(f"contact {row['n']}".encode()).hexdigest(),
        "full_name": row["name"],
        "web_id": 500_000_000 + row["n"],
        "email_type": "html",
        "status": status,
        "unsubscribe_reason": "N/A (Unsubscribed by an admin)" if status == "unsubscribed" else "",
        "consents_to_one_to_one_messaging": True,
        "sms_phone_number": "",
        "sms_subscription_status": "nonsubscribed",
        "sms_subscription_last_updated": "",
        "merge_fields": _merged(row),
        "interests": {
            _interest(list_n, at): (row["n"] + at) % 3 == 0 for at in range(len(INTERESTS))
        },
        "stats": {
            "avg_open_rate": row["n"] % 10 / 10,
            "avg_click_rate": row["n"] % 5 / 10,
            "ecommerce_data": {
                "total_revenue": revenue,
                "number_of_orders": row["n"] % 3,
                "currency_code": "EUR",
            },
        },
        "ip_signup": "",
        "timestamp_signup": time(row["created_at"]) if row["n"] % 4 else "",
        "ip_opt": f"198.51.100.{row['n'] % 250}",
        "timestamp_opt": time(row["created_at"]),
        "member_rating": 1 + row["n"] % 5,
        "last_changed": time(changed),
        "language": row["language"] or "",
        "vip": "vip" in row["tags"],
        "email_client": "Gmail" if row["n"] % 2 else "",
        "location": {
            "latitude": 0,
            "longitude": 0,
            "gmtoff": 0,
            "dstoff": 0,
            "country_code": row["country_code"],
            "timezone": "",
            "region": "",
        },
        "source": "API - Generic" if row["n"] % 2 else "Hosted Signup Form",
        "tags_count": len(row["tags"]),
        "tags": [{"id": segment_id(list_n, tag), "name": tag} for tag in row["tags"]],
        "list_id": list_id(list_n),
        "_links": links(f"lists/{list_id(list_n)}/members/{row['record_id']}"),
    }


def _merged(row: Row) -> Row:
    address: Any = ""
    if row["address"]:
        given = row["address"]
        address = {
            "addr1": given["street"],
            "addr2": given["street2"] or "",
            "city": given["city"],
            "state": given["region"] or "",
            "zip": given["postal_code"],
            "country": given["country"] or "",
        }
    birth_date = row["birth_date"] or ""
    return {
        "FNAME": row["first_name"] or "",
        "LNAME": row["last_name"] or "",
        "ADDRESS": address,
        "PHONE": row["phone"] or "",
        "BIRTHDAY": birth_date[5:].replace("-", "/") if birth_date else "",
        "COMPANY": row["company_name"] or "",
    }


def _interest(list_n: int, at: int) -> str:
    return record_id("mailchimp", "interest", list_n * 10 + at)


def _settings() -> Iterator[Document]:
    for list_n in range(1, LISTS + 1):
        audience = list_id(list_n)
        yield from _segments(list_n, audience)
        yield from _interests(list_n, audience)
        for merge_id, (tag, name, kind) in enumerate(MERGE_FIELDS, start=1):
            field = {
                "merge_id": merge_id,
                "tag": tag,
                "name": name,
                "type": kind,
                "required": False,
                "default_value": "",
                "public": False,
                "display_order": merge_id + 1,
                "options": {"size": 25},
                "help_text": "",
                "list_id": audience,
                "_links": links(f"lists/{audience}/merge-fields/{merge_id}"),
            }
            yield document("merge_fields", field, *_opened(), id=f"{audience}:{merge_id}",
                           parent_id=audience)  # fmt: skip


def _segments(list_n: int, audience: str) -> Iterator[Document]:
    for tag in (*TAGS, ""):
        body: Row = {
            "id": segment_id(list_n, tag),
            "name": tag or "Reads every mail",
            "type": "static" if tag else "saved",
            "created_at": time(clock.iso(clock.START)),
            "updated_at": time(clock.iso(clock.START)),
            "list_id": audience,
            "_links": links(f"lists/{audience}/segments/{segment_id(list_n, tag)}"),
        }
        if not tag:
            rule = {"condition_type": "EmailActivity", "field": "opened", "op": "open"}
            body["options"] = {"match": "all", "conditions": [{**rule, "value": "last_5"}]}
        yield document("segments", body, *_opened(), parent_id=audience)


def _interests(list_n: int, audience: str) -> Iterator[Document]:
    group = record_id("mailchimp", "interest_category", list_n)
    path = f"lists/{audience}/interest-categories/{group}"
    body = {
        "list_id": audience,
        "id": group,
        "title": "I like",
        "display_order": 0,
        "type": "checkboxes",
        "_links": links(path),
    }
    yield document("interest_categories", body, *_opened(), parent_id=audience)
    for at, name in enumerate(INTERESTS):
        one = {
            "category_id": group,
            "list_id": audience,
            "id": _interest(list_n, at),
            "name": name,
            "subscriber_count": f"{40 + at}",
            "display_order": at + 1,
            "_links": links(f"{path}/interests/{_interest(list_n, at)}"),
        }
        yield document("interests", one, *_opened(), parent_id=group)


def _growth(world: World) -> Iterator[Document]:
    first, now = clock.START, clock.parse(world.now)
    months = (now.year - first.year) * 12 + now.month - first.month
    members = world.count("mailchimp.member")
    for list_n in range(1, LISTS + 1):
        audience = list_id(list_n)
        for back in range(months + 1):
            total = now.year * 12 + now.month - 1 - back
            month = f"{total // 12}-{total % 12 + 1:02d}"
            # Past months stand still; only the current one follows the number of members.
            size = members // list_n if back == 0 else 25 * (months - back + 1) // list_n
            body = {
                "list_id": audience,
                "month": month,
                "existing": 0,
                "imports": 0,
                "optins": 0,
                "subscribed": size,
                "unsubscribed": size // 40,
                "reconfirm": 0,
                "cleaned": size // 90,
                "pending": 0,
                "deleted": 0,
                "transactional": size // 20,
                "_links": links(f"lists/{audience}/growth-history/{month}"),
            }
            yield document("growth_history", body, f"{month}-01T00:00:00.000Z", world.now,
                           id=f"{audience}:{month}", parent_id=audience)  # fmt: skip


def _campaign(row: Row) -> Iterator[Document]:
    is_sent = row["status"] == "sent"
    stats = row["stats"] if is_sent else None
    status = "archived" if row["is_archived"] else CAMPAIGN_STATUSES[row["status"]]
    id_ = row["record_id"]
    body = {
        "id": id_,
        "web_id": 600_000 + row["n"],
        "type": "regular",
        "create_time": time(row["created_at"]),
        "archive_url": f"http://eepurl.com/{id_[:6]}",
        "long_archive_url": f"https://mailchi.mp/goldpan/{id_}",
        "status": status,
        "emails_sent": stats["sent"] if stats else 0,
        "send_time": time(row["sent_at"]),
        "content_type": "template",
        "needs_block_refresh": False,
        "resendable": False,
        "recipients": {
            "list_id": list_id(row["list_n"]),
            "list_is_active": True,
            "list_name": ("Newsletter", "Trade partners", "Events")[row["list_n"] - 1],
            "segment_text": "",
            "recipient_count": stats["sent"] if stats else 0,
        },
        "settings": {
            "subject_line": row["subject"],
            "preview_text": row["preview"],
            "title": row["name"],
            "from_name": row["from_name"],
            "reply_to": row["from_email"],
            "use_conversation": False,
            "to_name": "*|FNAME|*",
            "folder_id": "",
            "authenticate": True,
            "auto_footer": False,
            "inline_css": False,
            "auto_tweet": False,
            "fb_comments": True,
            "timewarp": False,
            "template_id": 10_000_001,
            "drag_and_drop": True,
        },
        "tracking": {
            "opens": True,
            "html_clicks": True,
            "text_clicks": False,
            "goal_tracking": False,
            "ecomm360": True,
            "google_analytics": "",
            "clicktale": "",
        },
        "delivery_status": {"enabled": False},
        "_links": links(f"campaigns/{id_}"),
    }
    if stats:
        body["report_summary"] = _summary(stats)
    times = (row["created_at"], row["updated_at"])
    yield document("campaigns", body, *times, deleted_at=row["deleted_at"])
    if stats:
        report = _report(row, body, stats)
        yield document("reports", report, row["sent_at"], row["updated_at"],
                       deleted_at=row["deleted_at"])  # fmt: skip


def _share(part: int, total: int) -> float:
    return round(part / total, 6) if total else 0


def _shop_figures(stats: Row) -> Row:
    revenue = number(stats["revenue"], "EUR")
    return {"total_orders": stats["orders"], "total_spent": revenue, "total_revenue": revenue}


def _summary(stats: Row) -> Row:
    return {
        "opens": stats["opens"],
        "unique_opens": stats["unique_opens"],
        "open_rate": _share(stats["unique_opens"], stats["delivered"]),
        "clicks": stats["clicks"],
        "subscriber_clicks": stats["unique_clicks"],
        "click_rate": _share(stats["unique_clicks"], stats["delivered"]),
        "ecommerce": _shop_figures(stats),
    }


def _report(row: Row, campaign: Row, stats: Row) -> Row:
    hard = stats["bounces"] // 3
    id_ = row["record_id"]
    return {
        "id": id_,
        "campaign_title": row["name"],
        "type": "regular",
        "list_id": campaign["recipients"]["list_id"],
        "list_is_active": True,
        "list_name": campaign["recipients"]["list_name"],
        "subject_line": row["subject"],
        "preview_text": row["preview"],
        "emails_sent": stats["sent"],
        "abuse_reports": 0,
        "unsubscribed": stats["unsubscribes"],
        "send_time": time(row["sent_at"]),
        "bounces": {
            "hard_bounces": hard,
            "soft_bounces": stats["bounces"] - hard,
            "syntax_errors": 0,
        },
        "forwards": {"forwards_count": 0, "forwards_opens": 0},
        "opens": {
            "opens_total": stats["opens"],
            "proxy_excluded_opens": stats["opens"],
            "unique_opens": stats["unique_opens"],
            "proxy_excluded_unique_opens": stats["unique_opens"],
            "open_rate": _share(stats["unique_opens"], stats["delivered"]),
            "proxy_excluded_open_rate": _share(stats["unique_opens"], stats["delivered"]),
            "last_open": time(row["updated_at"]) if stats["opens"] else "",
        },
        "clicks": {
            "clicks_total": stats["clicks"],
            "unique_clicks": stats["unique_clicks"],
            "unique_subscriber_clicks": stats["unique_clicks"],
            "click_rate": _share(stats["unique_clicks"], stats["delivered"]),
            "last_click": time(row["updated_at"]) if stats["clicks"] else "",
        },
        "facebook_likes": {"recipient_likes": 0, "unique_likes": 0, "facebook_likes": 0},
        "industry_stats": {
            "type": "Home and Garden",
            "open_rate": 0.3907,
            "bounce_rate": 0.0038,
            "unopen_rate": 0.6055,
            "unsub_rate": 0.0026,
            "abuse_rate": 0.0001,
        },
        "list_stats": {"sub_rate": 4, "unsub_rate": 1, "open_rate": 38.25, "click_rate": 9.5},
        "timeseries": [
            {
                "timestamp": time(row["sent_at"]),
                "emails_sent": stats["sent"],
                "unique_opens": stats["unique_opens"],
                "proxy_excluded_unique_opens": stats["unique_opens"],
                "recipients_clicks": stats["unique_clicks"],
            }
        ],
        "ecommerce": {**_shop_figures(stats), "currency_code": "EUR"},
        "delivery_status": {"enabled": False},
        "_links": links(f"reports/{id_}"),
    }


def _event(row: Row) -> Document:
    body = {
        "type": row["type"],
        "at": time(row["at"]),
        "url": row["url"],
        "email_id": row["member"]["record_id"],
        "email_address": row["member"]["email"],
    }
    return document("events", body, row["at"], row["at"], id=row["record_id"],
                    parent_id=row["campaign_record_id"])  # fmt: skip


def _automations(world: World) -> Iterator[Document]:
    sent = world.count("mailchimp.member")
    for n, (title, status, mails) in enumerate(AUTOMATIONS, start=1):
        created = clock.shift(clock.iso(clock.START), days=n)
        id_ = record_id("mailchimp", "automation", n)
        figures = {
            "opens": sent // n,
            "unique_opens": sent // (2 * n),
            "open_rate": 0.5,
            "clicks": sent // (5 * n),
            "subscriber_clicks": sent // (6 * n),
            "click_rate": 0.16,
        }
        body: Row = {
            "id": id_,
            "create_time": time(created),
            "start_time": time(created),
            "status": status,
            "emails_sent": sent // n,
            "recipients": {
                "list_id": list_id(1),
                "list_is_active": True,
                "list_name": "Newsletter",
                "segment_opts": {},
                "store_id": "",
            },
            "settings": {
                "title": title,
                "from_name": "Goldpan & Daughters",
                "reply_to": "hello@goldpan.example",
                "use_conversation": False,
                "to_name": "",
                "authenticate": True,
                "auto_footer": False,
                "inline_css": False,
            },
            "tracking": {"opens": True, "html_clicks": True, "text_clicks": False},
            "trigger_settings": {
                "workflow_type": "welcomeSeries" if n == 1 else "birthday",
                "workflow_title": title,
                "runtime": {"days": [], "hours": {"type": "send_asap"}},
                "workflow_emails_count": mails,
            },
            "report_summary": figures,
            "_links": links(f"automations/{id_}"),
        }
        yield document("automations", body, created, world.now)
        for position in range(1, mails + 1):
            yield _automation_email(id_, n, position, body, created, world.now)


def _automation_email(
    workflow: str, n: int, position: int, automation: Row, created: str, now: str
) -> Document:
    id_ = record_id("mailchimp", "automation_email", n * 10 + position)
    body = {
        "id": id_,
        "web_id": 700_000 + n * 10 + position,
        "workflow_id": workflow,
        "position": position,
        "delay": {"amount": position, "type": "day", "direction": "after", "action": "signup"},
        "create_time": automation["create_time"],
        "start_time": automation["start_time"],
        "status": automation["status"],
        "emails_sent": automation["emails_sent"] // position,
        "send_time": automation["start_time"],
        "content_type": "template",
        "recipients": automation["recipients"],
        "settings": {**automation["settings"], "subject_line": f"A warm welcome ({position})"},
        "report_summary": automation["report_summary"],
        "_links": links(f"automations/{workflow}/emails/{id_}"),
    }
    return document("automation_emails", body, created, now, parent_id=workflow)


def _stores() -> Iterator[Document]:
    body = {
        "id": STORE,
        "list_id": list_id(1),
        "name": "Goldpan & Daughters",
        "platform": "Shopify",
        "domain": "shop.goldpan.example",
        "is_syncing": False,
        "email_address": "hello@goldpan.example",
        "currency_code": "EUR",
        "money_format": "€",
        "primary_locale": "en",
        "timezone": "Europe/London",
        "phone": "",
        "address": {"address1": "12 Mill Lane", "city": "Leeds", "country_code": "GB"},
        "connected_site": {"site_foreign_id": "", "site_script": {"url": "", "fragment": ""}},
        "automations": {"abandoned_cart": {"is_supported": True}},
        "list_is_active": True,
        "created_at": time(clock.iso(clock.START)),
        "updated_at": time(clock.iso(clock.START)),
        "_links": links(f"ecommerce/stores/{STORE}"),
    }
    yield document("ecommerce_stores", body, *_opened())


def _shop(world: World, since: str | None) -> Iterator[Document]:
    """The fifth of the shop's customers that the connection to the shop has synced."""
    for row in world.rows("shopify.customer", since):
        if row["n"] % 5 == 0 and row["email"]:
            yield _stored("ecommerce_customers", _shop_customer(row), row)
    for row in world.rows("product", since):
        if "shopify" in row["records"]:
            yield _stored("ecommerce_products", _shop_product(world, row), row)
    for row in world.rows("shopify.order", since):
        customer = row["customer"]
        if customer and customer["n"] and customer["n"] % 5 == 0 and row["email"]:
            yield _stored("ecommerce_orders", _shop_order(row), row)
            if row["n"] % 3 == 0:
                yield _stored("ecommerce_carts", _cart(row), row)


def _stored(stream: str, body: Row, row: Row) -> Document:
    body |= {"created_at": time(row["created_at"]), "updated_at": time(row["updated_at"])}
    body["_links"] = links(f"ecommerce/stores/{STORE}/{stream.removeprefix('ecommerce_')}")
    return document(stream, body, row["created_at"], row["updated_at"], parent_id=STORE,
                    deleted_at=row["deleted_at"])  # fmt: skip


def _place(address: Row | None) -> Row:
    given = address or {}
    return {
        "address1": given.get("street") or "",
        "address2": given.get("street2") or "",
        "city": given.get("city") or "",
        "province": given.get("region") or "",
        "province_code": "",
        "postal_code": given.get("postal_code") or "",
        "country": "",
        "country_code": given.get("country") or "",
    }


def _shop_customer(row: Row) -> Row:
    return {
        "id": row["record_id"],
        "email_address": row["email"],
        "sms_phone_number": "",
        "opt_in_status": row["consent"] == "subscribed",
        "company": row["company_name"] or "",
        "first_name": row["first_name"] or "",
        "last_name": row["last_name"] or "",
        "orders_count": row["n"] % 4,
        "total_spent": row["n"] % 4 * 42.5,
        "address": _place(row["address"]),
    }


def _shop_product(world: World, row: Row) -> Row:
    url = f"https://shop.goldpan.example/products/{row['n']}"
    variants = [world.get("variant", n) for n in row["variant_ns"]]
    return {
        "id": row["records"]["shopify"],
        "currency_code": "EUR",
        "title": row["titles"]["shopify"],
        "handle": f"product-{row['n']}",
        "url": url,
        "description": row["description"],
        "type": row["category"],
        "vendor": row["vendor"],
        "image_url": "",
        "variants": [
            {
                "id": one["records"]["shopify"],
                "title": one["option"],
                "url": url,
                "sku": one["skus"]["shopify"],
                "price": number(one["prices"]["EUR"], "EUR"),
                "inventory_quantity": 12,
                "image_url": "",
                "backorders": "",
                "visibility": "visible",
            }
            for one in variants
            if "shopify" in one["records"]
        ],
        "images": [],
        "published_at_foreign": time(row["created_at"]),
    }


def _lines(row: Row) -> list[Row]:
    return [
        {
            "id": line["record_id"],
            "product_id": record_id("shopify", "product", line["product_n"]),
            "product_title": line["title"],
            "product_variant_id": line["variant_record_id"],
            "product_variant_title": line["option"],
            "image_url": "",
            "quantity": line["quantity"],
            "price": number(line["unit_price"], row["currency"]),
            "discount": number(line["discount"], row["currency"]),
        }
        for line in row["lines"]
    ]


def _buyer(row: Row) -> Row:
    return {
        "id": row["customer"]["record_id"],
        "email_address": row["email"],
        "opt_in_status": True,
        "company": row["company_name"] or "",
        "first_name": row["first_name"] or "",
        "last_name": row["last_name"] or "",
        "orders_count": 1,
        "total_spent": number(row["total"], row["currency"]),
    }


def _shop_order(row: Row) -> Row:
    currency = row["currency"]
    return {
        "id": row["record_id"],
        "customer": _buyer(row),
        "store_id": STORE,
        "campaign_id": "",
        "landing_site": "",
        "financial_status": row["financial_status"],
        "fulfillment_status": row["fulfillment_status"],
        "currency_code": currency,
        "order_total": number(row["total"], currency),
        "order_url": f"https://shop.goldpan.example/orders/{row['n']}",
        "discount_total": number(row["discount_total"], currency),
        "tax_total": number(row["tax_total"], currency),
        "shipping_total": number(row["shipping_total"], currency),
        "tracking_code": "",
        "processed_at_foreign": time(row["placed_at"]),
        "cancelled_at_foreign": time(row["cancelled_at"]),
        "updated_at_foreign": time(row["updated_at"]),
        "shipping_address": _place(row["shipping_address"]),
        "billing_address": _place(row["billing_address"]),
        "promos": [],
        "lines": _lines(row),
        "outreach": {"id": ""},
        "tracking_number": "",
        "tracking_carrier": "",
        "tracking_url": "",
    }


def _cart(row: Row) -> Row:
    return {
        "id": f"cart-{row['record_id']}",
        "customer": _buyer(row),
        "campaign_id": "",
        "checkout_url": "https://shop.goldpan.example/checkout",
        "currency_code": row["currency"],
        "order_total": number(row["total"], row["currency"]),
        "tax_total": number(row["tax_total"], row["currency"]),
        "lines": _lines(row),
    }
