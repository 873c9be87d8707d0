"""What Klaviyo keeps of the demo company, as JSON:API resources of revision 2026-07-15."""

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

BASE = "https://a.klaviyo.com/api"
CURRENCY = "EUR"
METRICS = {
    "received": ("Received Email", "Klaviyo", "Internal"),
    "opened": ("Opened Email", "Klaviyo", "Internal"),
    "clicked": ("Clicked Email", "Klaviyo", "Internal"),
    "bounced": ("Bounced Email", "Klaviyo", "Internal"),
    "unsubscribed": ("Unsubscribed from Email Marketing", "Klaviyo", "Internal"),
    "ordered": ("Placed Order", "Shopify", "eCommerce"),
    "refunded": ("Refunded Order", "Shopify", "eCommerce"),
}
SEGMENTS = ("May be mailed", "Lives in the EU")
EU = frozenset({"DE", "FR", "NL", "IT", "ES", "PL", "GR", "SE", "DK", "IE", "AT", "BE", "BG"})
FLOWS = (
    ("Welcome Series", "live", False, "Added to List", 3),
    ("Abandoned Checkout Reminder", "live", False, "Metric", 2),
    ("Happy Birthday", "manual", False, "Date Based", 1),
    ("Win-back (draft)", "draft", False, "Metric", 1),
    ("Welcome Series 2024", "live", True, "Added to List", 1),
)
COUPONS = ("TEA10", "WELCOME15", "SPRING20", "FRIENDS5")
TAGS = ("seasonal", "automation", "product news")
FORMS = (("Newsletter Popup", "live"), ("Footer Sign-up", "live"), ("Old Popup", "draft"))
STATUSES = {"draft": "Draft", "sent": "Sent", "cancelled": "Cancelled: No Recipients"}
CONSENTS = {
    "subscribed": "SUBSCRIBED",
    "unsubscribed": "UNSUBSCRIBED",
    "never": "NEVER_SUBSCRIBED",
}


def documents(world: World, since: str | None) -> Iterator[Document]:
    """Every resource that came into being, changed or was deleted after ``since``."""
    if since is None:
        yield from chain(_account(), _metrics(), _segments(), _flows(), _coupons(), _small())
    yield from _flow_results(world)
    for row in world.rows("klaviyo.list", since):
        yield _list(row)
    for row in world.rows("klaviyo.profile", since):
        yield from _profile(row)
    for row in world.rows("klaviyo.event", since):
        yield from _events(row)
    for row in world.rows("klaviyo.campaign", since):
        yield from _campaign(row)
    for row in world.rows("product", since):
        yield from _item(row)
    for row in world.rows("variant", since):
        yield from _variant(row)


def whole(at: str) -> str:
    """An instant of the sandbox without its fraction, as most of Klaviyo's times are."""
    return at[:19] + ".000Z"


def resource(
    type_: str, id_: str, attributes: Row, relationships: Row | None = None, path: str | None = None
) -> Row:
    """A JSON:API resource; a relationship is None, an id pair or a list of such."""
    url = f"{BASE}/{path or type_ + 's'}/{id_}/"
    made: Row = {"type": type_, "id": id_, "attributes": attributes, "links": {"self": url}}
    if relationships is not None:
        made["relationships"] = {
            name: _relationship(url, name, data) for name, data in relationships.items()
        }
    return made


def _relationship(url: str, name: str, data: Any) -> Row:
    links = {"self": f"{url}relationships/{name}/", "related": f"{url}{name}/"}
    return {"links": links} if data is None else {"data": data, "links": links}


def of(type_: str, id_: str) -> Row:
    return {"type": type_, "id": id_}


def document(stream: str, body: Row, created: str, updated: str, **more: Any) -> Document:
    id_ = more.pop("id", None) or body["id"]
    return Document(stream, id_, whole(created), whole(updated), body, **more)


def _account() -> Iterator[Document]:
    attributes = {
        "test_account": False,
        "contact_information": {
            "default_sender_name": "Goldpan & Daughters",
            "default_sender_email": "hello@goldpan.example",
            "website_url": "https://shop.goldpan.example",
            "organization_name": "Goldpan & Daughters",
            "street_address": {
                "address1": "12 Mill Lane",
                "address2": None,
                "city": "Leeds",
                "region": "West Yorkshire",
                "country": "United Kingdom",
                "zip": "LS1 4AB",
            },
        },
        "industry": "Home & Garden",
        "timezone": "Europe/London",
        "preferred_currency": CURRENCY,
        "public_api_key": "GPd42x",
        "locale": "en-GB",
    }
    yield document("accounts", resource("account", "GPd42x", attributes), *_opened())


def _opened() -> tuple[str, str]:
    return clock.iso(clock.START), clock.iso(clock.START)


def _metrics() -> Iterator[Document]:
    for position, (key, (name, integration, category)) in enumerate(METRICS.items(), start=1):
        attributes = {
            "name": name,
            "created": clock.offset(clock.iso(clock.START)),
            "updated": clock.offset(clock.iso(clock.START)),
            "integration": {
                "object": "integration",
                "id": "7FtS4J" if integration == "Shopify" else "0eMvjm",
                "key": integration.lower(),
                "name": integration,
                "category": {"object": "integration-category", "id": "b3", "name": category},
            },
        }
        body = resource("metric", _metric(key), attributes, {"flow-triggers": None})
        created = clock.shift(clock.iso(clock.START), seconds=position)
        yield document("metrics", body, created, created)


def _metric(key: str) -> str:
    return record_id("klaviyo", "metric", list(METRICS).index(key) + 1)


def _segments() -> Iterator[Document]:
    for n, name in enumerate(SEGMENTS, start=1):
        at = clock.offset(clock.iso(clock.START))
        condition = {
            "type": "profile-property",
            "property": "location['country']",
            "filter": {"type": "string", "operator": "not-equals", "value": ""},
        }
        attributes = {
            "name": name,
            "definition": {"condition_groups": [{"conditions": [condition]}]},
            "created": at,
            "updated": at,
            "is_active": True,
            "is_processing": False,
            "is_starred": n == 1,
        }
        related = {"profiles": None, "tags": None, "flow-triggers": None}
        body = resource("segment", record_id("klaviyo", "segment", n), attributes, related)
        yield document("segments", body, *_opened())


def _list(row: Row) -> Document:
    attributes = {
        "name": row["name"],
        "created": clock.offset(row["created_at"]),
        "updated": clock.offset(row["updated_at"]),
        "opt_in_process": "double_opt_in" if row["is_double_opt_in"] else "single_opt_in",
    }
    related = {"profiles": None, "tags": None, "flow-triggers": None}
    body = resource("list", row["record_id"], attributes, related)
    return document(
        "lists", body, row["created_at"], row["updated_at"], deleted_at=row["deleted_at"]
    )


def _profile(row: Row) -> Iterator[Document]:
    created, updated = row["created_at"], row["updated_at"]
    address = row["address"] or {}
    attributes = {
        "email": row["email"],
        "phone_number": row["phone"],
        "external_id": row["external"].get("shopify"),
        "first_name": row["first_name"],
        "last_name": row["last_name"],
        "organization": row["company_name"],
        "locale": row["language"],
        "title": row["job_title"],
        "image": None,
        "created": clock.offset(created),
        "updated": clock.offset(updated),
        "last_event_date": clock.offset(updated),
        "location": {
            "address1": address.get("street"),
            "address2": address.get("street2"),
            "city": address.get("city"),
            "country": address.get("country"),
            "latitude": None,
            "longitude": None,
            "region": address.get("region"),
            "zip": address.get("postal_code"),
            "timezone": None,
            "ip": None,
        },
        "properties": _properties(row),
        "subscriptions": _subscriptions(row),
    }
    related = {"lists": None, "segments": None, "push-tokens": None, "conversations": None}
    body = resource("profile", row["record_id"], attributes, related)
    gone = row["deleted_at"]
    yield document("profiles", body, created, updated, deleted_at=gone)
    for stream, group in _groups(row):
        member = {"id": row["record_id"]}
        key = f"{group}:{row['record_id']}"
        yield document(stream, member, created, created, id=key, parent_id=group, deleted_at=gone)


def _groups(row: Row) -> Iterator[tuple[str, str]]:
    for n in row["list_ns"]:
        yield "list_members", record_id("klaviyo", "list", n)
    if row["consent"] == "subscribed":
        yield "segment_members", record_id("klaviyo", "segment", 1)
    if row["country_code"] in EU:
        yield "segment_members", record_id("klaviyo", "segment", 2)


def _properties(row: Row) -> Row:
    properties: Row = {"Shopify Tags": row["tags"]} if row["tags"] else {}
    if row["birth_date"]:
        properties["birthday"] = row["birth_date"]
    if row["note"]:
        properties["note"] = row["note"]
    if row["is_test"]:
        properties["$test"] = True
    return properties


def _subscriptions(row: Row) -> Row:
    consent = CONSENTS[row["consent"]]
    at = clock.offset(row["created_at"]) if row["consent"] != "never" else None
    left = clock.offset(clock.shift(row["created_at"], hours=30))
    reasons = [{"reason": "UNSUBSCRIBE", "timestamp": left}]
    marketing = {
        "can_receive_email_marketing": row["consent"] != "unsubscribed",
        "consent": consent,
        # Consent times come with a blank between date and time.
        "consent_timestamp": at and at.replace("T", " ").replace("+00:00", ".918411+00:00"),
        "last_updated": at,
        "method": "FORM" if at else None,
        "method_detail": "Newsletter Popup" if at else "",
        "custom_method_detail": None,
        "double_optin": True if at else None,
        "suppression": reasons if row["consent"] == "unsubscribed" else [],
        "list_suppressions": [],
    }
    no_sms = {"consent": "NEVER_SUBSCRIBED", "consent_timestamp": None, "method": None}
    no_sms |= {"method_detail": "", "last_updated": None}
    return {
        "email": {"marketing": marketing},
        "sms": {
            "marketing": {"can_receive_sms_marketing": False, **no_sms},
            "transactional": {"can_receive_sms_transactional": False, **no_sms},
        },
        "mobile_push": {
            "marketing": {
                "can_receive_push_marketing": False,
                "consent": "NEVER_SUBSCRIBED",
                "consent_timestamp": None,
            }
        },
    }


def _events(row: Row) -> Iterator[Document]:
    yield _event(row, row["record_id"], row["type"], _mail_properties(row))
    if row["type"] == "clicked" and row["n"] % 4 == 0:
        order = {
            "$event_id": f"{row['n']}",
            "$value": number(4290, CURRENCY),
            "$currency_code": CURRENCY,
            "$attributed_message": row["campaign_record_id"],
            "Items": ["Stoneware Mug"],
            "Item Count": 1,
        }
        bought = record_id("klaviyo", "event", 50_000_000 + row["n"])
        yield _event(row, bought, "ordered", order)


def _mail_properties(row: Row) -> Row:
    properties = {
        "$event_id": f"{clock.epoch_ms(row['at']) // 1000}",
        "$message": row["campaign_record_id"],
        "Recipient Email Address": row["member"]["email"],
        "Email Domain": str(row["member"]["email"]).rpartition("@")[2].lower(),
    }
    return properties | ({"URL": row["url"]} if row["url"] else {})


def _event(row: Row, id_: str, kind: str, properties: Row) -> Document:
    at = row["at"]
    attributes = {
        "timestamp": clock.epoch_ms(at) // 1000,
        "event_properties": properties,
        "datetime": clock.offset(at),
        "uuid": _uuid(id_),
    }
    related = {
        "profile": of("profile", row["member"]["record_id"]),
        "metric": of("metric", _metric(kind)),
        "attributions": None,
    }
    body = resource("event", id_, attributes, related)
    return document("events", body, at, at, parent_id=row["member"]["record_id"])


def _uuid(text: str) -> str:
    digits = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
    return "-".join((digits[:8], digits[8:12], "11f0", "8001", digits[20:]))


def _campaign(row: Row) -> Iterator[Document]:
    is_sent = row["status"] == "sent"
    attributes = {
        "name": row["name"],
        "status": STATUSES[row["status"]],
        "archived": row["is_archived"],
        "audiences": {"included": [record_id("klaviyo", "list", row["list_n"])], "excluded": []},
        "send_options": {"use_smart_sending": True},
        "tracking_options": {
            "add_tracking_params": True,
            "custom_tracking_params": None,
            "is_tracking_clicks": True,
            "is_tracking_opens": True,
        },
        "send_strategy": {
            "method": "static",
            "datetime": clock.offset(row["scheduled_at"]),
            "options": {"is_local": False},
        },
        "created_at": _micro(row["created_at"]),
        "scheduled_at": _micro(row["created_at"]) if is_sent else None,
        "updated_at": _micro(row["updated_at"]),
        "send_time": clock.offset(row["sent_at"]) if is_sent else None,
    }
    message = row["message_record_id"]
    related = {"campaign-messages": [of("campaign-message", message)], "tags": None}
    body = resource("campaign", row["record_id"], attributes, related)
    times = (row["created_at"], row["updated_at"])
    yield document("campaigns", body, *times, deleted_at=row["deleted_at"])
    yield _campaign_message(row)
    if row["stats"]:
        groupings = {
            "send_channel": "email",
            "campaign_id": row["record_id"],
            "campaign_message_id": message,
        }
        result = {"groupings": groupings, "statistics": statistics(row["stats"])}
        yield document("campaign_results", result, row["sent_at"], row["updated_at"],
                       id=message, deleted_at=row["deleted_at"])  # fmt: skip


def _micro(at: str) -> str:
    return at[:19] + f".{at[20:23]}140+00:00"


def _campaign_message(row: Row) -> Document:
    attributes = {
        "definition": {
            "channel": "email",
            "label": row["name"],
            "content": {
                "subject": row["subject"],
                "preview_text": row["preview"],
                "from_email": row["from_email"],
                "from_label": row["from_name"],
                "reply_to_email": row["from_email"],
                "cc_email": None,
                "bcc_email": None,
            },
        },
        "send_times": [{"datetime": clock.offset(row["sent_at"]), "is_local": False}]
        if row["sent_at"]
        else [],
        "created_at": _micro(row["created_at"]),
        "updated_at": _micro(row["updated_at"]),
    }
    related = {"campaign": of("campaign", row["record_id"]), "template": None, "image": None}
    body = resource("campaign-message", row["message_record_id"], attributes, related)
    return document("campaign_messages", body, row["created_at"], row["updated_at"],
                    parent_id=row["record_id"], deleted_at=row["deleted_at"])  # fmt: skip


def statistics(stats: Row) -> Row:
    """Every statistic that a values report knows, from the world's counts; revenue in euros."""
    sent, delivered, revenue = stats["sent"], stats["delivered"], stats["revenue"] / 100
    counts = {
        "recipients": sent,
        "delivered": delivered,
        "opens": stats["opens"],
        "opens_unique": stats["unique_opens"],
        "clicks": stats["clicks"],
        "clicks_unique": stats["unique_clicks"],
        "bounced": stats["bounces"],
        "failed": 0,
        "bounced_or_failed": stats["bounces"],
        "unsubscribes": stats["unsubscribes"],
        "unsubscribe_uniques": stats["unsubscribes"],
        "spam_complaints": 0,
        "conversions": stats["orders"],
        "conversion_uniques": stats["orders"],
        "conversion_value": revenue,
        "average_order_value": revenue / stats["orders"] if stats["orders"] else 0,
        "revenue_per_recipient": revenue / sent if sent else 0,
    }
    rates = {
        "delivery_rate": delivered / sent if sent else 0,
        "bounce_rate": stats["bounces"] / sent if sent else 0,
        "open_rate": stats["unique_opens"] / delivered if delivered else 0,
        "click_rate": stats["unique_clicks"] / delivered if delivered else 0,
        "unsubscribe_rate": stats["unsubscribes"] / delivered if delivered else 0,
        "conversion_rate": stats["orders"] / delivered if delivered else 0,
    }
    return {name: float(value) for name, value in {**counts, **rates}.items()}


def _flows() -> Iterator[Document]:
    for n, (name, status, archived, trigger, _) in enumerate(FLOWS, start=1):
        created = clock.shift(clock.iso(clock.START), days=n)
        updated = clock.shift(created, days=40 * n)
        attributes = {
            "name": name,
            "status": status,
            "archived": archived,
            "created": clock.offset(created),
            "updated": clock.offset(updated),
            "trigger_type": trigger,
        }
        actions = [of("flow-action", action) for action, _ in _messages(n)]
        body = resource("flow", _flow(n), attributes, {"flow-actions": actions, "tags": None})
        yield document("flows", body, created, updated)
        for action, message in _messages(n):
            yield _flow_action(n, action, message, created, updated)


def _flow(n: int) -> str:
    return record_id("klaviyo", "flow", n)


def _messages(flow_n: int) -> list[tuple[str, str]]:
    count = FLOWS[flow_n - 1][4]
    numbers = [flow_n * 10 + position for position in range(count)]
    return [
        (f"{81_000_000 + n}", record_id("klaviyo", "flow_message", n)) for n in numbers
    ]  # fmt: skip


def _flow_action(n: int, action: str, message: str, created: str, updated: str) -> Document:
    definition = {
        "id": action,
        "type": "send-email",
        "links": {"next": None},
        "data": {
            "message": {
                "from_email": "hello@goldpan.example",
                "from_label": "Goldpan & Daughters",
                "reply_to_email": None,
                "cc_email": None,
                "bcc_email": None,
                "subject_line": f"{FLOWS[n - 1][0]}: a cup for you",
                "preview_text": "",
                "template_id": "Ru6PLd",
                "smart_sending_enabled": True,
                "transactional": False,
                "add_tracking_params": False,
                "custom_tracking_params": None,
                "additional_filters": None,
                "name": f"{FLOWS[n - 1][0]} mail",
                "id": message,
            },
            "status": "live",
        },
    }
    attributes = {
        "created": clock.offset(created),
        "updated": clock.offset(updated),
        "definition": definition,
    }
    related = {"flow": of("flow", _flow(n)), "flow-messages": [of("flow-message", message)]}
    body = resource("flow-action", action, attributes, related)
    return document("flow_actions", body, created, updated, parent_id=_flow(n))


def _flow_results(world: World) -> Iterator[Document]:
    profiles = world.count("klaviyo.profile")
    for n in range(1, len(FLOWS) + 1):
        for position, (_, message) in enumerate(_messages(n)):
            sent = profiles // (n + position + 1)
            stats = {
                "sent": sent, "delivered": sent - sent // 90, "bounces": sent // 90,
                "opens": sent // 2, "unique_opens": sent // 3, "clicks": sent // 9,
                "unique_clicks": sent // 11, "unsubscribes": sent // 200, "orders": sent // 40,
                "revenue": sent // 40 * 5190,
            }  # fmt: skip
            groupings = {"flow_id": _flow(n), "send_channel": "email", "flow_message_id": message}
            result = {"groupings": groupings, "statistics": statistics(stats)}
            yield document("flow_results", result, world.now, world.now, id=message)


def _item(row: Row) -> Iterator[Document]:
    if "shopify" not in row["records"]:
        return
    id_ = catalog_id(row["records"]["shopify"])
    attributes = {
        "external_id": row["records"]["shopify"],
        "title": row["titles"]["shopify"],
        "description": f"<p>{row['description']}</p>",
        "price": None,
        "url": f"https://shop.goldpan.example/products/{row['n']}",
        "image_full_url": f"https://cdn.shopify.com/s/files/1/{row['n']}.jpg",
        "image_thumbnail_url": f"https://cdn.shopify.com/s/files/1/{row['n']}_thumb.jpg",
        "images": [],
        "custom_metadata": {},
        "published": row["status"] == "active",
        "created": clock.offset(row["created_at"]),
        "updated": clock.offset(row["updated_at"]),
    }
    body = resource("catalog-item", id_, attributes, {"variants": None})
    yield document("catalog_items", body, row["created_at"], row["updated_at"],
                   deleted_at=row["deleted_at"])  # fmt: skip
    if row["n"] % 5 == 0:
        yield _review(row, id_)


def catalog_id(external_id: str) -> str:
    return f"$shopify:::$default:::{external_id}"


def _variant(row: Row) -> Iterator[Document]:
    if "shopify" not in row["records"]:
        return
    attributes = {
        "external_id": row["records"]["shopify"],
        "title": row["titles"]["shopify"],
        "description": f"<p>{row['product_name']} made for everyday use.</p>",
        "sku": row["skus"]["shopify"],
        "inventory_policy": 1,
        "inventory_quantity": 12.0,
        "price": number(row["prices"][CURRENCY], CURRENCY),
        "url": f"https://shop.goldpan.example/products/{row['product_n']}?variant={row['n']}",
        "image_full_url": f"https://cdn.shopify.com/s/files/1/{row['product_n']}.jpg",
        "image_thumbnail_url": None,
        "images": [],
        "custom_metadata": {},
        "published": True,
        "created": clock.offset(row["created_at"]),
        "updated": clock.offset(row["updated_at"]),
    }
    item = catalog_id(record_id("shopify", "product", row["product_n"]))
    id_ = catalog_id(row["records"]["shopify"])
    body = resource("catalog-variant", id_, attributes, {"item": of("catalog-item", item)})
    yield document("catalog_variants", body, row["created_at"], row["updated_at"],
                   parent_id=item, deleted_at=row["deleted_at"])  # fmt: skip


def _review(row: Row, item: str) -> Document:
    attributes = {
        "email": f"reviewer{row['n']}@example.com",
        "status": {"value": "published"},
        "verified": True,
        "review_type": "review",
        "created": clock.offset(row["created_at"]),
        "updated": clock.offset(row["updated_at"]),
        "images": [],
        "product": {
            "url": f"https://shop.goldpan.example/products/{row['n']}",
            "name": row["titles"]["shopify"],
            "image_url": None,
            "external_id": row["records"]["shopify"],
        },
        "rating": 3 + row["n"] % 3,
        "author": "A. Reader",
        "content": "Pours without a drop.",
        "title": "Good",
        "smart_quote": None,
    }
    related = {"events": None, "item": of("catalog-item", item)}
    body = resource("review", f"{7_000_000 + row['n']}", attributes, related)
    return document("reviews", body, row["created_at"], row["updated_at"],
                    deleted_at=row["deleted_at"])  # fmt: skip


def _coupons() -> Iterator[Document]:
    for n, name in enumerate(COUPONS):
        attributes = {"external_id": name, "description": f"{name} for everybody"}
        attributes |= {"monitor_configuration": {"low_balance_threshold": 10}}  # type: ignore[dict-item]
        yield document("coupons", resource("coupon", name, attributes), *_opened())
        for position in range(3 + n):
            code = f"{name}-{hashlib.md5(f'{name}{position}'.encode()).hexdigest()[:8].upper()}"
            used = position % 2
            attributes = {
                "unique_code": code,
                "expires_at": "2027-12-31T00:00:00+00:00",
                "status": "ASSIGNED_TO_PROFILE" if used else "UNASSIGNED",
            }
            related = {"coupon": of("coupon", name), "profile": None}
            body = resource("coupon-code", f"{code}-{name}", attributes, related)
            yield document("coupon_codes", body, *_opened(), parent_id=name)


def _small() -> Iterator[Document]:
    for n, (name, status) in enumerate(FORMS, start=1):
        at = clock.shift(clock.iso(clock.START), days=n)
        attributes = {
            "name": name,
            "status": status,
            "ab_test": n == 1,
            "created_at": clock.offset(at),
            "updated_at": clock.offset(at),
        }
        form = resource(
            "form", record_id("klaviyo", "form", n), attributes, {"form-versions": None}
        )
        yield document("forms", form, at, at)
    group = _uuid("tag group")
    for name in TAGS:
        related = {"tag-group": of("tag-group", group), "lists": None, "segments": None}
        related |= {"campaigns": None, "flows": None}
        yield document("tags", resource("tag", _uuid(name), {"name": name}, related), *_opened())
    attributes = {"name": "Default", "exclusive": False, "default": True}
    yield document(
        "tag_groups", resource("tag-group", group, attributes, {"tags": None}), *_opened()
    )
