"""The demo company's key accounts as Salesforce records."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pipelines.sandbox import clock
from pipelines.sandbox.answers import ZERO_DECIMAL
from pipelines.sandbox.salesforce import catalogue
from pipelines.sandbox.store import Document
from pipelines.sandbox.world import Row, World
from pipelines.sandbox.world.catalog import RATES_FROM_USD
from pipelines.sandbox.world.ids import record_id

VERSION = "v67.0"
PRICE_BOOK = "01sgP0000000001QAA"
STAGES = {
    "prospecting": ("Prospecting", "Pipeline", 10), "qualified": ("Qualification", "Pipeline", 25),
    "proposal": ("Proposal/Price Quote", "BestCase", 50),
    "negotiation": ("Negotiation/Review", "Forecast", 80),
    "won": ("Closed Won", "Closed", 100), "lost": ("Closed Lost", "Omitted", 0),
}  # fmt: skip
TYPES = {"newbusiness": "New Customer", "existingbusiness": "Existing Customer - Upgrade"}
ACCOUNT_TYPES = {"customer": "Customer - Direct", "evangelist": "Customer - Direct"}
SUBTYPES = {"call": "Call", "email": "Email", "task": "Task", "note": "Task"}
FAIRS = ("2025-06-16", "2026-01-19", "2026-06-15", "2027-01-18", "2027-06-14", "2028-01-17")


def documents(world: World, since: str | None) -> Iterator[Document]:
    """Every record, or those created, changed or deleted after `since`."""
    for make in (accounts, contacts, leads, opportunities, products, activities, users):
        yield from make(world, since)
    yield from (one for one in settings(world) if since is None or one.updated_at > since)


def accounts(world: World, since: str | None) -> Iterator[Document]:
    """Companies."""
    for row in world.rows("salesforce.account", since):
        values = {
            "Name": row["name"], "Type": ACCOUNT_TYPES.get(row["lifecycle"], "Prospect"),
            **_address("Billing", row["address"]), "Phone": row["phone"],
            "AccountNumber": f"GD-{row['n']:05d}", "Website": row["website"],
            "Industry": row["industry"], "AnnualRevenue": _float(row["annual_revenue"]),
            "NumberOfEmployees": row["employee_count"], "Description": row["note"],
            "CurrencyIsoCode": row["currency"], "OwnerId": _user(row["owner_n"]),
            "CleanStatus": "Pending", "AccountSource": "Web",
            "VAT_Number__c": row["tax_number"],
            "HubSpot_Record_ID__c": row["external"].get("hubspot"),
        }  # fmt: skip
        yield _record("Account", row, values)


def contacts(world: World, since: str | None) -> Iterator[Document]:
    """People at accounts, and those who answered a fair's invitation."""
    for row in world.rows("salesforce.contact", since):
        values = {
            **_person(row), **_address("Mailing", row["address"]),
            "AccountId": row["company"] and row["company"]["record_id"],
            "Birthdate": row["birth_date"], "LeadSource": "Web", "DoNotCall": False,
            "IsEmailBounced": False,
        }  # fmt: skip
        yield _record("Contact", row, values)
        yield from _member(row, "Contact")


def leads(world: World, since: str | None) -> Iterator[Document]:
    """People who have not bought yet."""
    for row in world.rows("salesforce.lead", since):
        values = {
            **_person(row), **_address("", row["address"]), "Company": row["company_name"] or "n/a",
            "Website": row["website"], "LeadSource": "Trade Show", "Status": row["lead_status"],
            "IsConverted": False, "IsUnreadByOwner": False,
        }  # fmt: skip
        yield _record("Lead", row, values)
        yield from _member(row, "Lead")


def _person(row: Row) -> dict[str, Any]:
    words = (row["first_name"], row["last_name"])
    return {
        "FirstName": row["first_name"], "LastName": row["last_name"],
        "Name": " ".join(word for word in words if word) or None, "Title": row["job_title"],
        "Phone": row["phone"], "Email": row["email"], "Description": row["note"],
        "HasOptedOutOfEmail": row["consent"] == "unsubscribed",
        "CurrencyIsoCode": row["currency"], "OwnerId": _user(row["owner_n"]),
        "CleanStatus": "Pending", "HubSpot_Record_ID__c": row["external"].get("hubspot"),
    }  # fmt: skip


def _member(row: Row, kind: str) -> Iterator[Document]:
    later = [number for number, day in enumerate(FAIRS, 1) if day > row["created_at"][:10]]
    if row["n"] % 4 or not later:
        return
    responded = row["n"] % 8 == 0
    values = {
        "CampaignId": record_id("salesforce", "campaign", later[0]),
        f"{kind}Id": row["record_id"], "Status": "Responded" if responded else "Sent",
        "HasResponded": responded, "Type": kind, "CurrencyIsoCode": row["currency"],
        "Name": " ".join(filter(None, (row["first_name"], row["last_name"]))),
    }  # fmt: skip
    number = row["n"] * 2 + (kind == "Lead")
    times = {name: row[name] for name in ("created_at", "updated_at", "deleted_at")}
    member = {**times, "record_id": record_id("salesforce", "campaign_member", number)}
    yield _record("CampaignMember", member, values)


def opportunities(world: World, since: str | None) -> Iterator[Document]:
    """Deals with their products and the stages they went through."""
    for row in world.rows("salesforce.opportunity", since):
        yield _record("Opportunity", row, _opportunity(row))
        for position, line in enumerate(row["lines"], 1):
            times = {name: row[name] for name in ("created_at", "updated_at", "deleted_at")}
            item = {**times, "record_id": line["record_id"]}
            yield _record("OpportunityLineItem", item, _line(row, line, position))
        yield from _history(row)


def _opportunity(row: Row) -> dict[str, Any]:
    stage, forecast, _ = STAGES[row["stage"]]
    amount = _major(row["amount"], row["currency"])
    close = clock.parse(f"{row['close_on']}T00:00:00Z")
    return {
        "Name": row["name"], "AccountId": row["company"]["record_id"], "IsPrivate": False,
        "StageName": stage, "Amount": amount, "Probability": float(row["probability"]),
        "ExpectedRevenue": None if amount is None else round(amount * row["probability"] / 100, 2),
        "TotalOpportunityQuantity": float(sum(line["quantity"] for line in row["lines"])),
        "CloseDate": row["close_on"], "Type": TYPES.get(row["deal_type"], row["deal_type"]),
        "LeadSource": row["source"], "IsClosed": row["is_closed"], "IsWon": row["is_won"],
        "ForecastCategory": forecast, "ForecastCategoryName": forecast,
        "HasOpportunityLineItem": bool(row["lines"]), "Pricebook2Id": PRICE_BOOK,
        "OwnerId": _user(row["owner_n"]), "ContactId": (row["contact"] or {}).get("record_id"),
        "CurrencyIsoCode": row["currency"], "LastStageChangeDate": row["history"][-1]["at"],
        "FiscalYear": close.year, "FiscalQuarter": (close.month + 2) // 3,
        "Fiscal": f"{close.year} {(close.month + 2) // 3}", "Loss_Reason__c": row["lost_reason"],
    }  # fmt: skip


def _line(deal: Row, line: Row, position: int) -> dict[str, Any]:
    price = _major(line["unit_price"], deal["currency"])
    total = _major(line["total"], deal["currency"])
    return {
        "OpportunityId": deal["record_id"], "SortOrder": position,
        "PricebookEntryId": record_id("salesforce", "pricebook_entry", line["variant_n"]),
        "Product2Id": line["variant_record_id"], "ProductCode": line["sku"],
        "Name": f"{deal['name']} {line['title']}", "Quantity": float(line["quantity"]),
        "UnitPrice": price, "ListPrice": price, "Subtotal": total, "TotalPrice": total,
        "CurrencyIsoCode": deal["currency"],
    }  # fmt: skip


def _history(row: Row) -> Iterator[Document]:
    """A row for each stage as it was then; later changes of the deal do not touch it."""
    amount = _major(sum(line["total"] for line in row["lines"]), row["currency"])
    for number, step in enumerate(row["history"]):
        stage, forecast, chance = STAGES[step["stage"]]
        values = {
            "OpportunityId": row["record_id"], "StageName": stage, "Amount": amount,
            "Probability": float(chance), "CloseDate": clock.shift(step["at"], days=45)[:10],
            "ForecastCategory": forecast, "CurrencyIsoCode": row["currency"],
        }  # fmt: skip
        id_ = record_id("salesforce", "opportunity_history", row["n"] * 10 + number)
        times = {"created_at": step["at"], "updated_at": step["at"], "deleted_at": None}
        yield _record("OpportunityHistory", {**times, "record_id": id_}, values)


def products(world: World, since: str | None) -> Iterator[Document]:
    """What key accounts buy, with the price of the standard book."""
    for row in world.rows("variant", since):
        if "salesforce" not in row["records"]:
            continue
        product, sku = row["records"]["salesforce"], row["skus"].get("salesforce", row["sku"])
        name = row["titles"].get("salesforce", row["product_name"])
        values = {
            "Name": name, "ProductCode": sku, "StockKeepingUnit": sku, "IsActive": True,
            "Family": row["category"], "QuantityUnitOfMeasure": "Each", "IsArchived": False,
            "CurrencyIsoCode": "USD",
        }  # fmt: skip
        yield _record("Product2", {**row, "record_id": product}, values)
        price = {
            "Name": name, "Pricebook2Id": PRICE_BOOK, "Product2Id": product,
            "UnitPrice": _major(row["prices"]["USD"], "USD"), "IsActive": True,
            "UseStandardPrice": False, "ProductCode": sku, "CurrencyIsoCode": "USD",
        }  # fmt: skip
        entry = record_id("salesforce", "pricebook_entry", row["n"])
        yield _record("PricebookEntry", {**row, "record_id": entry}, price)


def activities(world: World, since: str | None) -> Iterator[Document]:
    """Meetings as events, everything else as tasks."""
    for row in world.rows("salesforce.activity", since):
        make = _event if row["type"] == "meeting" else _task
        name = "Event" if row["type"] == "meeting" else "Task"
        yield _record(name, row, {**_parties(row), **make(row)})


def _parties(row: Row) -> dict[str, Any]:
    contact, company, deal = (row[name] or {} for name in ("contact", "company", "deal"))
    account, what = company.get("record_id"), deal.get("record_id") or company.get("record_id")
    what_type = "Opportunity" if deal else "Account"
    return {
        "WhoId": contact.get("record_id"), "WhatId": what, "AccountId": account,
        "WhoCount": int(bool(contact)), "WhatCount": int(bool(what)), "IsArchived": False,
        "Subject": row["subject"], "Description": row["body"], "CurrencyIsoCode": "USD",
        "OwnerId": _user(row["owner_n"]),
        "_related": {
            "Who": _related("Contact", contact.get("record_id"), Type="Contact"),
            "What": _related(what_type, what, Type=what_type),
            "Account": _related("Account", account),
        },
    }  # fmt: skip


def _related(kind: str, id_: str | None, **values: Any) -> dict[str, Any] | None:
    if id_ is None:
        return None
    return {"attributes": {"type": kind, "url": _url(kind, id_)}, **values}


def _task(row: Row) -> dict[str, Any]:
    is_call = row["type"] == "call"
    return {
        "ActivityDate": row["due_on"] or row["at"][:10], "IsClosed": row["is_done"],
        "Status": "Completed" if row["is_done"] else "Not Started",
        "Priority": "High" if row["n"] % 4 == 0 else "Normal",
        "IsHighPriority": row["n"] % 4 == 0, "TaskSubtype": SUBTYPES[row["type"]],
        "CallDurationInSeconds": row["duration_minutes"] * 60 if is_call else None,
        "CallType": ("Inbound" if row["is_inbound"] else "Outbound") if is_call else None,
        "CallDisposition": row["outcome"] if is_call else None,
        "CompletedDateTime": row["at"] if row["is_done"] else None,
    }  # fmt: skip


def _event(row: Row) -> dict[str, Any]:
    end = clock.shift(row["at"], minutes=row["duration_minutes"])
    return {
        "StartDateTime": row["at"], "EndDateTime": end, "ActivityDateTime": row["at"],
        "ActivityDate": row["at"][:10], "DurationInMinutes": row["duration_minutes"],
        "IsAllDayEvent": False, "IsPrivate": False, "ShowAs": "Busy", "EventSubtype": "Event",
    }  # fmt: skip


def users(world: World, since: str | None) -> Iterator[Document]:
    """Employees with a licence: the sales department."""
    for row in world.rows("employee", since):
        if row["department"] != "Sales" and row["n"] > 8:
            continue
        supervisor = row["supervisor_n"]
        values = {
            "Username": f"{row['number']}@goldpan.example.sales", "FirstName": row["first_name"],
            "LastName": row["last_name"], "Name": f"{row['first_name']} {row['last_name']}",
            "CompanyName": "Goldpan & Daughters", "Department": row["department"],
            "Title": row["job_title"], "Email": row["email"], "Phone": row["phone"],
            "Alias": row["last_name"][:8].lower(), "IsActive": row["terminated_on"] is None,
            "TimeZoneSidKey": "Europe/London", "LocaleSidKey": "en_GB", "UserType": "Standard",
            "LanguageLocaleKey": "en_US", "EmployeeNumber": row["number"],
            "Country": row["country"],
            "ManagerId": _user(supervisor) if supervisor else None, "CurrencyIsoCode": "USD",
        }  # fmt: skip
        yield _record("User", {**row, "record_id": row["records"]["salesforce"]}, values)


def settings(world: World) -> Iterator[Document]:
    """Stages, record types and currencies, and the fairs that the team goes to."""
    start = clock.iso(clock.START)
    always = {"created_at": start, "updated_at": start, "deleted_at": None}
    for number, (name, forecast, chance) in enumerate(STAGES.values(), 1):
        values = {
            "MasterLabel": name, "ApiName": name, "IsActive": True, "SortOrder": number,
            "IsClosed": name.startswith("Closed"), "IsWon": name == "Closed Won",
            "ForecastCategory": forecast, "ForecastCategoryName": forecast,
            "DefaultProbability": float(chance),
        }  # fmt: skip
        id_ = f"01JgP00000000{number:02d}QAA"
        yield _record("OpportunityStage", {**always, "record_id": id_}, values)
    kind = {"Name": "Wholesale", "DeveloperName": "Wholesale", "SobjectType": "Opportunity",
            "IsActive": True}  # fmt: skip
    yield _record("RecordType", {**always, "record_id": "012gP0000000001QAA"}, kind)
    for number, (currency, rate) in enumerate(RATES_FROM_USD.items(), 1):
        # The world's rate of the yen is one of its hundredths.
        is_whole = currency in ZERO_DECIMAL
        values = {
            "IsoCode": currency, "ConversionRate": rate * 100 if is_whole else rate,
            "DecimalPlaces": 0 if is_whole else 2, "IsActive": True,
            "IsCorporate": currency == "USD",
        }  # fmt: skip
        id_ = f"01LgP00000000{number:02d}QAA"
        yield _record("CurrencyType", {**always, "record_id": id_}, values)
    yield from _fairs(world)


def _fairs(world: World) -> Iterator[Document]:
    for number, day in enumerate(FAIRS, 1):
        planned = clock.shift(f"{day}T09:00:00Z", days=-40)
        held = f"{day}T18:00:00.000Z"
        if planned > world.now:
            continue
        is_over = held <= world.now
        values = {
            "Name": f"Trade fair {day[:7]}", "Type": "Trade Show",
            "Status": "Completed" if is_over else "Planned", "StartDate": day, "EndDate": day,
            "BudgetedCost": 12_000.0, "ActualCost": 12_480.5 if is_over else None,
            "ExpectedRevenue": 60_000.0, "NumberSent": 150.0, "IsActive": not is_over,
            "NumberOfLeads": 2, "NumberOfContacts": 5, "NumberOfResponses": 3 if is_over else 0,
            "NumberOfOpportunities": 0, "NumberOfWonOpportunities": 0,
            "AmountAllOpportunities": 0.0, "AmountWonOpportunities": 0.0,
            "CurrencyIsoCode": "USD", "OwnerId": _user(1),
        }  # fmt: skip
        times = {"created_at": planned, "updated_at": held if is_over else planned}
        fair = {
            **times,
            "deleted_at": None,
            "record_id": record_id("salesforce", "campaign", number),
        }
        yield _record("Campaign", fair, values)


def _record(name: str, row: Row, values: dict[str, Any]) -> Document:
    created, updated = _second(row["created_at"]), _second(row["updated_at"])
    kinds = catalogue.fields(name)
    own: dict[str, Any] = {
        "Id": row["record_id"], "IsDeleted": row["deleted_at"] is not None,
        "CreatedDate": created, "CreatedById": _user(1), "LastModifiedDate": updated,
        "LastModifiedById": _user(1), "SystemModstamp": updated,
    }  # fmt: skip
    given = {**own, **values}
    body: dict[str, Any] = {"attributes": {"type": name, "url": _url(name, row["record_id"])}}
    for field, kind in kinds.items():
        value = given.get(field)
        body[field] = _wire_time(value) if kind == "datetime" and value else value
    if "_related" in values:
        body["_related"] = values["_related"]
    # Salesforce keeps no empty text: it becomes null.
    body = {field: None if value == "" else value for field, value in body.items()}
    deleted = row["deleted_at"] and _second(row["deleted_at"])
    return Document(name, row["record_id"], created, updated, body, deleted)


def _second(at: str) -> str:
    return f"{at[:19]}.000Z"


def _wire_time(at: str) -> str:
    return f"{at[:19]}.000+0000"


def _url(name: str, id_: str) -> str:
    return f"/services/data/{VERSION}/sobjects/{name}/{id_}"


def _user(n: int) -> str:
    return record_id("salesforce", "user", n)


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


def _major(minor: int | None, currency: str) -> float | None:
    if minor is None:
        return None
    return float(minor) if currency in ZERO_DECIMAL else float(Decimal(minor).scaleb(-2))


def _address(prefix: str, address: Row | None) -> dict[str, Any]:
    found = address or {}
    street = "\n".join(filter(None, (found.get("street"), found.get("street2")))) or None
    return {
        f"{prefix}Street": street, f"{prefix}City": found.get("city"),
        f"{prefix}State": found.get("region"), f"{prefix}PostalCode": found.get("postal_code"),
        f"{prefix}Country": found.get("country"),
    }  # fmt: skip
