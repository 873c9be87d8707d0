"""Xero as its Accounting API 2.0 shows it: the books of the company in the UK and the EU."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipelines.sandbox import clock
from pipelines.sandbox.answers import Refused, json_answer, number
from pipelines.sandbox.limits import Concurrency, FixedWindow, RollingWindow
from pipelines.sandbox.server import add_headers, hold, vendor
from pipelines.sandbox.store import Between, Document, Row
from pipelines.sandbox.tokens import OAuth, OAuthError, bearer, refusal, token_endpoint
from pipelines.sandbox.world import Row as Fields
from pipelines.sandbox.world import World
from pipelines.sandbox.world.ids import record_id
from pipelines.sandbox.xero import reports

API_HOST = "api.xero.com"
HOSTS = (API_HOST, "identity.xero.com")
TENANT = "3f1d2c5e-8a4b-4c1e-9f70-2b6a7d9e0c41"
CREDENTIALS = {
    "tenant_id": TENANT,
    "client_id": "GOLDPANXEROCLIENT",
    "client_secret": "sandbox only",
    "refresh_token": "first-xero-refresh-token",
}
OAUTH = OAuth(
    grants=("refresh_token", "client_credentials"), lifetime=1800, rotates=True, grace=1800
)
OPENED = clock.iso(clock.START)
DEFAULT_SIZE, LARGEST_SIZE = 100, 1000
DOLLARS_PER_EURO = 1.0869

# -- documents --------------------------------------------------------------------------------

Made = Iterator[Document]


def documents(world: World, since: str | None) -> Made:
    """Every record of the books. Xero keeps what is deleted, but for items."""
    yield from _settings(since)
    for row in world.rows("xero.contact", since):
        yield _contact(row)
    for row in world.rows("variant", since):
        if "xero" in row["systems"]:
            yield _item(row)
    for row in world.rows("employee", since):
        if row["n"] <= 4:
            yield _user(row)
    for kind, sale in (("xero.invoice", True), ("xero.bill", False)):
        for row in world.rows(kind, since):
            yield from _of_document(row, sale)
    yield from _monthly(world, since)


def euros(minor: int) -> orjson.Fragment:
    """Minor units of a currency with two decimals as a JSON number."""
    return number(minor, "EUR")


def day(text: str) -> Fields:
    """A date in both forms that Xero gives it."""
    midnight = f"{text[:10]}T00:00:00"
    return {"Date": clock.dotnet(midnight), "DateString": midnight}


def _updated(row: Fields) -> Fields:
    at = row["updated_at"]
    return {"UpdatedDateUTC": clock.dotnet(at), "UpdatedDateUTCString": clock.offset(at)}


def _document(stream: str, id: str, row: Fields, body: Fields) -> Document:
    filled = {name: value for name, value in body.items() if value is not None}
    times = (row["created_at"], row["updated_at"])
    return Document(stream, id, *times, filled, deleted_at=row["deleted_at"])


def _at(moment: str) -> Fields:
    return {"created_at": moment, "updated_at": moment, "deleted_at": None}


ACCOUNTS = (
    ("090", "Business Bank Account", "BANK", "ASSET", None),
    ("091", "Business Savings Account", "BANK", "ASSET", None),
    ("200", "Sales", "REVENUE", "REVENUE", "OUTPUT2"),
    ("260", "Other Revenue", "REVENUE", "REVENUE", "OUTPUT2"),
    ("310", "Cost of Goods Sold", "DIRECTCOSTS", "EXPENSE", "INPUT2"),
    ("420", "Entertainment", "EXPENSE", "EXPENSE", "NONE"),
    ("425", "Freight & Courier", "EXPENSE", "EXPENSE", "INPUT2"),
    ("610", "Accounts Receivable", "CURRENT", "ASSET", None),
    ("630", "Inventory", "INVENTORY", "ASSET", None),
    ("800", "Accounts Payable", "CURRLIAB", "LIABILITY", None),
)
CURRENCIES = (("EUR", "Euro"), ("GBP", "British Pound"), ("USD", "United States Dollar"))
GROUPS = ("Wholesale", "Cafés")


def _id(kind: str, n: int) -> str:
    return record_id("xero", kind, n)


def _account_id(code: str) -> str:
    return _id("account", int(code))


def _settings(since: str | None) -> Made:
    if since is not None:
        return
    for code, name, kind, group, tax in ACCOUNTS:
        body = {
            "AccountID": _account_id(code), "Code": code, "Name": name, "Status": "ACTIVE",
            "Type": kind, "TaxType": tax or "NONE", "Class": group, "HasAttachments": False,
            "EnablePaymentsToAccount": kind == "BANK", "ShowInExpenseClaims": False,
            "BankAccountType": "BANK" if kind == "BANK" else "", "ReportingCode": "",
            "CurrencyCode": "EUR" if kind == "BANK" else None, **_updated(_at(OPENED)),
        }  # fmt: skip
        body.pop("UpdatedDateUTCString")
        yield _document("Accounts", _account_id(code), _at(OPENED), body)
    for code, name in CURRENCIES:
        yield _document("Currencies", code, _at(OPENED), {"Code": code, "Description": name})
    for name, kind, rate in (("20% VAT on Income", "OUTPUT2", 20.0), ("No VAT", "NONE", 0.0)):
        yield _document("TaxRates", kind, _at(OPENED), _tax_rate(name, kind, rate))
    for at, name in enumerate(GROUPS, 1):
        group_id = _id("contact_group", at)
        body = {"ContactGroupID": group_id, "Name": name, "Status": "ACTIVE", "Contacts": [],
                "HasValidationErrors": False}  # fmt: skip
        yield _document("ContactGroups", group_id, _at(OPENED), body)
    yield from _looks()


def _tax_rate(name: str, kind: str, rate: float) -> Fields:
    part = {"Name": "VAT", "Rate": rate, "IsCompound": False, "IsNonRecoverable": False}
    uses = ("Assets", "Equity", "Expenses", "Liabilities", "Revenue")
    return {
        "Name": name, "TaxType": kind, "ReportTaxType": "OUTPUT", "Status": "ACTIVE",
        "DisplayTaxRate": rate, "EffectiveRate": rate, "TaxComponents": [part],
        **{f"CanApplyTo{use}": True for use in uses},
    }  # fmt: skip


def _looks() -> Made:
    theme = {"BrandingThemeID": _id("theme", 1), "Name": "Standard", "SortOrder": 0}
    created = {"CreatedDateUTC": clock.dotnet(OPENED)}
    yield _document("BrandingThemes", _id("theme", 1), _at(OPENED), theme | created)
    tracking = {
        "Name": "Region", "Status": "ACTIVE", "TrackingCategoryID": _id("tracking", 1),
        "Options": [
            {"TrackingOptionID": _id("option", at), "Name": name, "Status": "ACTIVE",
             "HasValidationErrors": False, "IsDeleted": False, "IsArchived": False,
             "IsActive": True}
            for at, name in enumerate(("UK", "EU"), 1)
        ],
    }  # fmt: skip
    yield _document("TrackingCategories", _id("tracking", 1), _at(OPENED), tracking)
    plan = _repeating()
    yield _document("RepeatingInvoices", plan["RepeatingInvoiceID"], _at(OPENED), plan)
    company = {
        "Name": "Goldpan & Daughters Ltd", "LegalName": "Goldpan & Daughters Ltd", "PaysTax": True,
        "Version": "UK", "OrganisationType": "COMPANY", "BaseCurrency": "EUR",
        "CountryCode": "GB", "IsDemoCompany": False, "OrganisationStatus": "ACTIVE",
        "TaxNumber": "GB 123 4567 89", "FinancialYearEndDay": 31, "FinancialYearEndMonth": 3,
        "CreatedDateUTC": clock.dotnet(OPENED), "OrganisationEntityType": "COMPANY",
        "Timezone": "GMTSTANDARDTIME", "ShortCode": "!gdt1", "OrganisationID": TENANT,
        "Edition": "BUSINESS", "Class": "PREMIUM", "Addresses": [], "Phones": [],
        "ExternalLinks": [], "PaymentTerms": {},
    }  # fmt: skip
    yield _document("Organisation", TENANT, _at(OPENED), company)


def _repeating() -> Fields:
    first = clock.dotnet(OPENED)
    line = {
        "Description": "Grinder rental", "UnitAmount": 80.0, "TaxType": "NONE", "TaxAmount": 0.0,
        "LineAmount": 80.0, "AccountCode": "200", "Tracking": [], "Quantity": 1.0,
        "LineItemID": _id("plan_line", 1),
    }  # fmt: skip
    schedule = {
        "Period": 1, "Unit": "MONTHLY", "DueDate": 10, "DueDateType": "OFFOLLOWINGMONTH",
        "StartDate": first, "NextScheduledDate": first,
    }  # fmt: skip
    id = _id("plan", 1)
    return {
        "Schedule": schedule, "RepeatingInvoiceID": id, "ID": id, "Type": "ACCREC",
        "Reference": "Rental", "HasAttachments": False, "ApprovedForSending": False,
        "SendCopy": False, "MarkAsSent": False, "IncludePDF": False,
        "Contact": _stub(_id("contact", 1), "The Copper Kettle"), "Status": "AUTHORISED",
        "LineAmountTypes": "NoTax", "LineItems": [line], "SubTotal": 80.0, "TotalTax": 0.0,
        "Total": 80.0, "CurrencyCode": "EUR",
    }  # fmt: skip


def _stub(id: str, name: str | None) -> Fields:
    """A contact as other records name it."""
    return {
        "ContactID": id, "Name": name or "", "Addresses": [], "Phones": [], "ContactGroups": [],
        "ContactPersons": [], "HasValidationErrors": False,
    }  # fmt: skip


def _contact(row: Fields) -> Document:
    shop = row["external"].get("shopify")
    body = {
        "ContactID": row["record_id"], "ContactNumber": f"shopify:{shop}" if shop else None,
        "ContactStatus": "ACTIVE", "Name": row["name"] or None, "FirstName": row["first_name"],
        "LastName": row["last_name"], "EmailAddress": row["email"] or "",
        "BankAccountDetails": "", "TaxNumber": row["tax_number"] or "",
        "Addresses": _addresses(row["address"]), "Phones": _phones(row["phone"]),
        "ContactGroups": [], "IsSupplier": row["is_supplier"],
        "IsCustomer": not row["is_supplier"], "DefaultCurrency": row["currency"],
        "Website": row["website"], "ContactPersons": [], "HasAttachments": False,
        "HasValidationErrors": False, **_updated(row),
    }  # fmt: skip
    body.pop("UpdatedDateUTCString")
    return _document("Contacts", row["record_id"], row, body)


def _addresses(address: Fields | None) -> list[Fields]:
    blank = {"City": "", "Region": "", "PostalCode": "", "Country": ""}
    postal: Fields = {"AddressType": "POBOX", **blank}
    if address:
        postal |= {
            "AddressLine1": address["street"], "AddressLine2": address.get("street2") or "",
            "City": address["city"], "Region": address.get("region") or "",
            "PostalCode": address["postal_code"], "Country": address.get("country") or "",
        }  # fmt: skip
    return [{"AddressType": "STREET", **blank}, postal]


def _phones(phone: str | None) -> list[Fields]:
    blank = {"PhoneNumber": "", "PhoneAreaCode": "", "PhoneCountryCode": ""}
    phones = [{"PhoneType": kind, **blank} for kind in ("DDI", "DEFAULT", "FAX", "MOBILE")]
    parts = re.fullmatch(r"\+(\d{1,2}) (\d+) (.+)", phone or "")
    phones[1] |= (
        {"PhoneCountryCode": parts[1], "PhoneAreaCode": parts[2], "PhoneNumber": parts[3]}
        if parts
        else {"PhoneNumber": phone or ""}
    )
    return phones


def _item(row: Fields) -> Document:
    name = row["titles"].get("xero") or row["product_name"]
    sales = {"UnitPrice": euros(row["prices"]["EUR"]), "AccountCode": "200", "TaxType": "OUTPUT2"}
    bought = {"UnitPrice": euros(row["cost"]), "COGSAccountCode": "310", "TaxType": "INPUT2"}
    quantity = 3 + row["n"] * 5 % 70 + int(row["updated_at"][8:10])
    body = {
        "ItemID": row["records"]["xero"], "Code": row["skus"].get("xero") or row["sku"],
        "Name": name, "Description": f"{row['product_name']} {row['option'] or ''}".strip(),
        "PurchaseDescription": row["product_name"], "PurchaseDetails": bought,
        "SalesDetails": sales, "IsTrackedAsInventory": True, "InventoryAssetAccountCode": "630",
        "TotalCostPool": euros(row["cost"] * quantity), "QuantityOnHand": quantity,
        "IsSold": True, "IsPurchased": True, **_updated(row),
    }  # fmt: skip
    body.pop("UpdatedDateUTCString")
    return _document("Items", body["ItemID"], row, body)


def _user(row: Fields) -> Document:
    id = _id("user", row["n"])
    body = {
        "UserID": id, "EmailAddress": row["email"], "FirstName": row["first_name"],
        "LastName": row["last_name"], "UpdatedDateUTC": clock.dotnet(row["updated_at"]),
        "IsSubscriber": row["n"] == 1, "OrganisationRole": "STANDARD",
    }  # fmt: skip
    return _document("Users", id, row, body)


def _line(row: Fields, line: Fields, position: int) -> Fields:
    full = line["unit_price"] * line["quantity"]
    body = {
        "LineItemID": _id("line", int(row["n"]) * 10 + position + (row["is_bill"] << 40)),
        "ItemCode": line["sku"], "Description": line["title"],
        "UnitAmount": euros(line["unit_price"]), "TaxType": "OUTPUT2" if line["tax"] else "NONE",
        "TaxAmount": euros(line["tax"]), "LineAmount": euros(line["total"]),
        "AccountCode": "310" if row["is_bill"] else "200", "Tracking": [],
        "Quantity": float(line["quantity"]),
        "Item": {"ItemID": line["variant_record_id"], "Name": line["title"],
                 "Code": line["sku"]},
        "ValidationErrors": [],
    }  # fmt: skip
    if line["discount"]:
        body["DiscountRate"] = round(100 * line["discount"] / full, 2) if full else 0.0
        body["DiscountAmount"] = euros(line["discount"])
    return body


def _lines(row: Fields) -> list[Fields]:
    lines = [_line(row, line, at) for at, line in enumerate(row["lines"])]
    if row["shipping_total"]:
        amount = euros(row["shipping_total"])
        lines.append(
            {"LineItemID": _id("freight", row["n"]), "Description": "Freight",
             "UnitAmount": amount, "LineAmount": amount, "TaxType": "NONE", "TaxAmount": 0.0,
             "AccountCode": "425" if row["is_bill"] else "260", "Tracking": [],
             "Quantity": 1.0, "ValidationErrors": []}
        )  # fmt: skip
    return lines


def _of_document(row: Fields, is_sale: bool) -> Made:
    row = {**row, "is_bill": not is_sale}
    yield _invoice(row)
    for payment in row["payments"]:
        yield _payment(row, payment)
    for note in row["credit_notes"]:
        yield _credit_note(row, note)
    if is_sale and row["n"] % 8 == 0:
        yield _quote(row)
    if is_sale and row["n"] % 25 == 0:
        yield _prepaid(row, "Prepayments", "PrepaymentID", "RECEIVE-PREPAYMENT")
    if is_sale and row["n"] % 40 == 0:
        yield _prepaid(row, "Overpayments", "OverpaymentID", "RECEIVE-OVERPAYMENT")
    if not is_sale:
        yield _purchase_order(row)
        if row["n"] % 3 == 0:
            yield _bank_transaction(row)
        if row["n"] % 10 == 0 and row["payments"]:
            yield _batch_payment(row)


STATUSES = {"draft": "DRAFT", "authorised": "AUTHORISED", "paid": "PAID", "voided": "VOIDED"}


def _type(row: Fields) -> str:
    return "ACCPAY" if row["is_bill"] else "ACCREC"


def _money(row: Fields) -> Fields:
    """Sums, currency and contact, as all documents of the books have them."""
    return {
        "Contact": _stub(row["party"]["record_id"], row.get("buyer") or row["party"]["name"]),
        "LineAmountTypes": "Inclusive" if row["taxes_included"] else "Exclusive",
        "SubTotal": euros(row["total"] - row["tax_total"]),
        "TotalTax": euros(row["tax_total"]),
        "Total": euros(row["total"]),
        "CurrencyCode": row["currency"],
        "CurrencyRate": _rate(row),
    }


def _rate(row: Fields) -> float:
    """Units of the document's currency for a euro, the currency of the books."""
    return round(DOLLARS_PER_EURO / float(row["exchange_rate"]), 6)


def _invoice(row: Fields) -> Document:
    credited = sum(note["amount"] for note in row["credit_notes"])
    due = f"{row['due_on']}T00:00:00"
    paid_on = row["fully_paid_on"]
    payments = [
        {"PaymentID": one["record_id"], "Date": clock.dotnet(one["at"][:10]),
         "Amount": euros(one["amount"]), "CurrencyRate": _rate(row),
         "HasAccount": False, "HasValidationErrors": False}
        for one in row["payments"]
    ]  # fmt: skip
    notes = [
        {"CreditNoteID": one["record_id"], "CreditNoteNumber": one["number"],
         "ID": one["record_id"], "AppliedAmount": euros(one["amount"]), "LineItems": [],
         "Date": clock.dotnet(one["at"][:10]), "Total": euros(one["amount"]), "HasErrors": False}
        for one in row["credit_notes"]
    ]  # fmt: skip
    body = {
        "Type": _type(row), "InvoiceID": row["record_id"], "InvoiceNumber": row["number"],
        "Reference": row["reference"] or "", "Payments": payments, "CreditNotes": notes,
        "Prepayments": [], "Overpayments": [], "AmountDue": euros(row["balance"]),
        "AmountPaid": euros(row["paid"]), "AmountCredited": euros(credited),
        "SentToContact": row["is_sent"], "HasErrors": False, "HasAttachments": False,
        "IsDiscounted": bool(row["discount_total"]), **day(row["issued_on"]),
        "DueDateString": due, "DueDate": clock.dotnet(due), "Status": STATUSES[row["status"]],
        "LineItems": _lines(row), **_money(row), **_updated(row),
        "FullyPaidOnDate": clock.dotnet(paid_on) if paid_on else None,
        "TotalDiscount": euros(row["discount_total"]) if row["discount_total"] else None,
    }  # fmt: skip
    return _document("Invoices", row["record_id"], row, body)


def _event(row: Fields, at: str) -> Fields:
    """Times of a record that came at `at` and goes with its invoice."""
    gone = row["deleted_at"]
    deleted_at = gone if gone and gone >= at else None
    return {"created_at": at, "updated_at": deleted_at or at, "deleted_at": deleted_at}


def _invoice_stub(row: Fields) -> Fields:
    return {
        "Type": _type(row), "InvoiceID": row["record_id"], "InvoiceNumber": row["number"],
        "Payments": [], "CreditNotes": [], "Prepayments": [], "Overpayments": [],
        "HasErrors": False, "IsDiscounted": False, "LineItems": [],
        "Contact": _stub(row["party"]["record_id"], row["party"]["name"]),
        "CurrencyCode": row["currency"],
    }  # fmt: skip


def _payment(row: Fields, payment: Fields) -> Document:
    event = _event(row, payment["at"])
    amount = euros(payment["amount"])
    body = {
        "PaymentID": payment["record_id"], "Date": clock.dotnet(payment["at"][:10]),
        "BankAmount": amount, "Amount": amount, "Reference": payment["method"],
        "CurrencyRate": _rate(row), "PaymentType": f"{_type(row)}PAYMENT",
        "Status": "AUTHORISED", "HasAccount": True, "IsReconciled": payment["method"] != "check",
        "Account": {"AccountID": _account_id("090"), "Code": "090"},
        "Invoice": _invoice_stub(row), "HasValidationErrors": False, **_updated(event),
    }  # fmt: skip
    return _document("Payments", payment["record_id"], event, body)


def _credit_note(row: Fields, note: Fields) -> Document:
    event = _event(row, note["at"])
    amount, id = euros(note["amount"]), note["record_id"]
    used = {"AllocationID": _id("allocation", row["n"]), "Amount": amount, **day(note["at"]),
            "Invoice": _invoice_stub(row)}  # fmt: skip
    used.pop("DateString")
    line = {"LineItemID": _id("credit_line", row["n"]), "Description": note["reason"],
            "UnitAmount": amount, "LineAmount": amount, "TaxType": "NONE", "TaxAmount": 0.0,
            "AccountCode": "200", "Tracking": [], "Quantity": 1.0}  # fmt: skip
    body = {
        "CreditNoteID": id, "ID": id, "CreditNoteNumber": note["number"], "Payments": [],
        "Type": f"{_type(row)}CREDIT", "Reference": row["number"], "RemainingCredit": 0.0,
        "Allocations": [used], "HasAttachments": False, **_money(row), **day(note["at"]),
        "Status": "PAID", "LineItems": [line], "SubTotal": amount, "TotalTax": 0.0,
        "LineAmountTypes": "NoTax", "Total": amount, **_updated(event),
    }  # fmt: skip
    return _document("CreditNotes", id, event, body)


def _quote(row: Fields) -> Document:
    id = _id("quote", row["n"])
    event = _event(row, row["created_at"])
    body = {
        "QuoteID": id, "QuoteNumber": f"QU-{row['n']:04d}", "Terms": "", "Title": "Quote",
        **_money(row), **day(row["issued_on"]), "LineItems": _lines(row), "Status": "INVOICED",
        "LineAmountTypes": "INCLUSIVE" if row["taxes_included"] else "EXCLUSIVE",
        "TotalDiscount": euros(row["discount_total"]),
        "BrandingThemeID": _id("theme", 1), "UpdatedDateUTC": clock.dotnet(event["updated_at"]),
    }  # fmt: skip
    body["Contact"] = {"ContactID": row["party"]["record_id"], "Name": row["party"]["name"]}
    return _document("Quotes", id, event, body)


def _prepaid(row: Fields, stream: str, key: str, kind: str) -> Document:
    id = _id(key, row["n"])
    event = _event(row, row["created_at"])
    amount = euros(500 + row["n"] % 90 * 100)
    body = {
        key: id, "ID": id, "Type": kind, "Reference": row["number"], "RemainingCredit": amount,
        "Allocations": [], "Payments": [], "HasAttachments": False, **_money(row),
        **day(row["issued_on"]), "Status": "AUTHORISED", "LineAmountTypes": "NoTax",
        "LineItems": [], "SubTotal": amount, "TotalTax": 0.0, "Total": amount, **_updated(event),
    }  # fmt: skip
    return _document(stream, id, event, body)


def _purchase_order(row: Fields) -> Document:
    id = _id("purchase_order", row["n"])
    event = _event(row, row["created_at"])
    body = {
        "PurchaseOrderID": id, "PurchaseOrderNumber": row["reference"], "AttentionTo": "",
        **_money(row), **day(row["issued_on"]), "HasErrors": False, "IsDiscounted": False,
        "Type": "PURCHASEORDER", "Status": "BILLED", "LineItems": _lines(row),
        "HasAttachments": False, "UpdatedDateUTC": clock.dotnet(event["updated_at"]),
    }  # fmt: skip
    return _document("PurchaseOrders", id, event, body)


def _bank_transaction(row: Fields) -> Document:
    id = _id("bank_transaction", row["n"])
    event = _event(row, row["created_at"])
    amount = euros(700 + row["total"] % 8000)
    line = {"LineItemID": _id("bank_line", row["n"]), "Description": "Courier",
            "UnitAmount": amount, "LineAmount": amount, "TaxType": "NONE", "TaxAmount": 0.0,
            "AccountCode": "425", "Tracking": [], "Quantity": 1.0}  # fmt: skip
    body = {
        "BankTransactionID": id,
        "BankAccount": {"AccountID": _account_id("090"), "Code": "090",
                        "Name": "Business Bank Account"},
        "Type": "RECEIVE" if row["n"] % 12 == 0 else "SPEND", "IsReconciled": True,
        "HasAttachments": False, **_money(row), **day(row["issued_on"]), "Status": "AUTHORISED",
        "LineAmountTypes": "NoTax", "LineItems": [line], "SubTotal": amount, "TotalTax": 0.0,
        "Total": amount, "UpdatedDateUTC": clock.dotnet(event["updated_at"]),
    }  # fmt: skip
    return _document("BankTransactions", id, event, body)


def _batch_payment(row: Fields) -> Document:
    id = _id("batch_payment", row["n"])
    first = row["payments"][0]
    event = _event(row, first["at"])
    amount = euros(first["amount"])
    part = {"Invoice": {"InvoiceID": row["record_id"]}, "PaymentID": first["record_id"],
            "Amount": amount, "BankAmount": amount}  # fmt: skip
    body = {
        "Account": {"AccountID": _account_id("090"), "CurrencyCode": "EUR"},
        "Reference": f"BATCH {row['n']}", "BatchPaymentID": id, **day(first["at"]),
        "Payments": [part], "Type": "PAYBATCH", "Status": "AUTHORISED",
        "TotalAmount": amount, "IsReconciled": True,
        "UpdatedDateUTC": clock.dotnet(event["updated_at"]),
    }  # fmt: skip
    return _document("BatchPayments", id, event, body)


def _monthly(world: World, since: str | None) -> Made:
    """What is booked once in 30 days: a transfer and an entry in the journal."""
    for n in range(1, world.day // 30 + 1):
        at = clock.iso(clock.start_of_day(n * 30 - 1) + timedelta(hours=17))
        if since is None or at > since:
            yield _transfer(n, at)
            yield _manual_journal(n, at)


def _transfer(n: int, at: str) -> Document:
    id = _id("bank_transfer", n)
    body = {
        "BankTransferID": id, "CreatedDateUTC": clock.dotnet(at),
        "CreatedDateUTCString": at[:19], **day(at), "Status": "AUTHORISED",
        "FromBankAccount": {"AccountID": _account_id("090"), "Name": "Business Bank Account"},
        "ToBankAccount": {"AccountID": _account_id("091"), "Name": "Business Savings Account"},
        "Amount": euros(100_000 + n * 1_000), "FromBankTransactionID": _id("from", n),
        "ToBankTransactionID": _id("to", n), "FromIsReconciled": True, "ToIsReconciled": True,
        "Reference": f"Month {n}", "HasAttachments": False,
    }  # fmt: skip
    return _document("BankTransfers", id, _at(at), body)


def _manual_journal(n: int, at: str) -> Document:
    id = _id("manual_journal", n)
    amount = 10_000 + n * 500
    lines = [
        {"Description": "Stock count", "TaxType": "NONE", "TaxAmount": 0.0,
         "LineAmount": euros(sign * amount), "AccountCode": code, "Tracking": [],
         "AccountID": _account_id(code), "IsBlank": False}
        for sign, code in ((1, "310"), (-1, "630"))
    ]  # fmt: skip
    body = {
        "Date": day(at)["Date"], "Status": "POSTED", "LineAmountTypes": "NoTax",
        "UpdatedDateUTC": clock.dotnet(at), "ManualJournalID": id, "Narration": f"Month {n}",
        "JournalLines": lines, "ShowOnCashBasisReports": False, "HasAttachments": False,
    }  # fmt: skip
    return _document("ManualJournals", id, _at(at), body)


# -- answers ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Resource:
    """What one list offers.

    `detail`: arrays that come with pages only. `sized`: accepts pageSize and counts its pages.
    `modified`: the time that If-Modified-Since looks at. `status`: the field that says deleted.
    """

    paged: bool = False
    sized: bool = True
    detail: tuple[str, ...] = ()
    modified: str | None = None
    status: tuple[str, str] | None = ("Status", "DELETED")
    extra: tuple[str, ...] = ()
    records: str = ""


LINES = ("LineItems",)
DOCUMENT = Resource(paged=True, detail=LINES, modified="updated", extra=("unitdp",))
RESOURCES = {
    "Contacts": Resource(
        paged=True,
        detail=("ContactPersons", "ContactGroups"),
        modified="updated",
        status=("ContactStatus", "ARCHIVED"),
        extra=("includeArchived", "summaryOnly", "IDs", "searchTerm"),
    ),
    "Invoices": Resource(
        paged=True,
        detail=LINES,
        modified="updated",
        extra=("unitdp", "includeArchived", "summaryOnly", "IDs", "Statuses"),
    ),
    "CreditNotes": DOCUMENT,
    "Overpayments": DOCUMENT,
    "Prepayments": DOCUMENT,
    "BankTransactions": DOCUMENT,
    "Payments": Resource(paged=True, modified="updated"),
    "ManualJournals": Resource(paged=True, detail=("JournalLines",), modified="updated"),
    "PurchaseOrders": Resource(paged=True, modified="updated", extra=("Status",)),
    "Quotes": Resource(paged=True, sized=False, modified="updated", extra=("Status",)),
    "BankTransfers": Resource(modified="created", extra=("includeDeleted",)),
    "BatchPayments": Resource(modified="updated"),
    "Items": Resource(modified="updated", status=None, extra=("unitdp",)),
    "Accounts": Resource(modified="updated"),
    "Users": Resource(modified="updated", status=None),
    "TaxRates": Resource(),
    "Currencies": Resource(status=None),
    "TrackingCategories": Resource(status=None, extra=("includeArchived",)),
    "ContactGroups": Resource(),
    "BrandingThemes": Resource(status=None),
    "RepeatingInvoices": Resource(),
    "Organisation": Resource(status=None, records="Organisations"),
}
ORDERS = {"UpdatedDateUTC": "updated", "CreatedDateUTC": "created", "Date": "created"}
ORDER = re.compile(r"(?P<field>\w+)(?:\s+(?P<way>ASC|DESC))?", re.IGNORECASE)
CONDITION = re.compile(r'(?P<field>\w+)\s*==\s*"(?P<value>[^"]*)"')
FIELDS = frozenset({"Type", "Status", "ContactStatus", "Name", "Code"})
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


def problem(status: int, title: str, detail: str) -> Response:
    """An error of the gateway before the API."""
    body = {"Type": None, "Title": title, "Status": status, "Detail": detail}
    return json_answer(body | {"Instance": str(uuid.uuid4()), "Extensions": {}}, status)


def exception(code: int, kind: str, message: str) -> Response:
    """A request that the API cannot make sense of."""
    return json_answer({"ErrorNumber": code, "Type": kind, "Message": message}, 400)


def guard(request: Request) -> Response | None:
    """Token, tenant and limits; the token endpoint checks for itself."""
    if request.headers.get("host", "").partition(":")[0] != API_HOST:
        return None
    verdict = vendor(request).tokens.verdict(bearer(request))
    if verdict != "valid":
        detail = "TokenExpired: token expired" if verdict == "expired" else "AuthenticationFailed"
        return problem(401, "Unauthorized", detail)
    if request.url.path != "/connections" and request.headers.get("xero-tenant-id") != TENANT:
        return problem(403, "Forbidden", "AuthenticationUnsuccessful")
    return _throttled(request)


def _throttled(request: Request) -> Response | None:
    limits = vendor(request).limits
    minute = limits.of("minute", lambda: RollingWindow(60, 60)).take()
    daily = limits.of("day", lambda: FixedWindow(5000, 86_400)).take()
    add_headers(
        request,
        {
            "X-MinLimit-Remaining": str(int(minute.remaining)),
            "X-DayLimit-Remaining": str(int(daily.remaining)),
            "X-AppMinLimit-Remaining": "9999",
        },
    )
    for name, taken in (("day", daily), ("minute", minute)):
        if not taken.granted:
            after = {"Retry-After": str(int(taken.wait) + 1), "X-Rate-Limit-Problem": name}
            return Response(status_code=429, headers=after)
    if hold(request, limits.of("running", lambda: Concurrency(5))):
        return None
    return Response(
        status_code=429, headers={"Retry-After": "1", "X-Rate-Limit-Problem": "concurrent"}
    )


async def token(request: Request) -> Response:
    """The token endpoint: refresh tokens that rotate, and custom connections."""
    try:
        grant = await token_endpoint(request, vendor(request).tokens, OAUTH)
    except OAuthError as error:
        return refusal(error)
    scope = (
        "accounting.transactions.read accounting.contacts.read accounting.settings.read "
        "accounting.reports.read offline_access"
    )
    return json_answer(grant.body() | {"scope": scope})


def connections(request: Request) -> Response:
    """GET /connections: the tenants that the token may read."""
    tenant = {
        "id": str(uuid.UUID(int=7)), "authEventId": str(uuid.UUID(int=8)), "tenantId": TENANT,
        "tenantType": "ORGANISATION", "tenantName": "Goldpan & Daughters Ltd",
        "createdDateUtc": OPENED[:19], "updatedDateUtc": OPENED[:19],
    }  # fmt: skip
    return json_answer([tenant])


def listing(request: Request) -> Response:
    """GET /{Resource}: a list, in pages where it has them and they are asked for."""
    name = request.path_params["resource"]
    if name not in RESOURCES:
        return Response("The resource you're looking for cannot be found", status_code=404)
    if "json" not in request.headers.get("accept", ""):
        return Response("<Response><Status>OK</Status></Response>", media_type="text/xml")
    resource = RESOURCES[name]
    _check_parameters(request, resource)
    filters = _filters(request, name, resource)
    page, size = _page(request, resource)
    rows, total = _listed(request, name, resource, filters | _order(request, name), page, size)
    body: dict[str, Any] = {
        "Id": str(uuid.uuid4()),
        "Status": "OK",
        "ProviderName": "Goldpan",
        "DateTimeUTC": f"/Date({clock.epoch_ms(vendor(request).now)})/",
    }
    if page and size and resource.sized:
        pages = -(-total // size)
        body["pagination"] = {
            "page": page, "pageSize": size, "pageCount": pages, "itemCount": total,
        }  # fmt: skip
    body[resource.records or name] = [_shown(row, resource, page) for row in rows]
    return json_answer(body)


def _listed(
    request: Request,
    name: str,
    resource: Resource,
    asked: dict[str, Any],
    page: int | None,
    size: int | None,
) -> tuple[list[Row], int]:
    """One page of what is asked for, and how many records that is in all."""
    store, skipped = vendor(request).store, (page - 1) * size if page and size else 0
    conditions = _conditions(request, name)
    if not conditions:
        counted = {key: value for key, value in asked.items() if key not in ("order", "descending")}
        total = store.count(name, **counted)
        return store.query(name, **asked, limit=size, offset=skipped), total
    found = [
        row
        for row in store.query(name, **asked)
        if conditions.items() <= _texts(row, resource).items()
    ]
    return found[skipped : skipped + size if size else None], len(found)


def _texts(row: Row, resource: Resource) -> dict[str, str]:
    """The fields of a record that a where clause may compare."""
    deleted = dict([resource.status]) if row.deleted_at and resource.status else {}
    texts = {name: one for name, one in row.json().items() if isinstance(one, str)}
    return texts | deleted


def _conditions(request: Request, name: str) -> dict[str, str]:
    """What a where clause asks of fields; of Xero's language only equality of texts."""
    found: dict[str, str] = {}
    for part in re.split(r"\s+AND\s+|&&", request.query_params.get("where", "")):
        condition = CONDITION.fullmatch(part.strip())
        if part and (condition is None or condition["field"] not in FIELDS):
            message = f"No property or field '{part}' exists in type '{name}'"
            raise Refused(exception(16, "QueryParseException", message))
        if condition:
            found[condition["field"]] = condition["value"]
    return found


def _check_parameters(request: Request, resource: Resource) -> None:
    known = {"where", "order", *resource.extra}
    known |= {"page", "pageSize"} if resource.paged and resource.sized else set()
    known |= {"page"} if resource.paged else set()
    for name in request.query_params:
        if name not in known:
            message = f"No property or field '{name}' exists"
            raise Refused(exception(16, "QueryParseException", message))


def _page(request: Request, resource: Resource) -> tuple[int | None, int | None]:
    asked = request.query_params
    if not resource.paged or "page" not in asked:
        return None, None
    page, size = asked["page"], asked.get("pageSize", str(DEFAULT_SIZE))
    if not page.isdigit() or int(page) < 1:
        raise Refused(exception(10, "ValidationException", f"'{page}' is not a valid page"))
    if not size.isdigit() or not 1 <= int(size) <= LARGEST_SIZE:
        message = f"pageSize must be between 1 and {LARGEST_SIZE}"
        raise Refused(exception(10, "ValidationException", message))
    return int(page), int(size)


def _order(request: Request, name: str) -> dict[str, Any]:
    text = request.query_params.get("order")
    if text is None:
        return {"order": "seq"}
    found = ORDER.fullmatch(text)
    if found is None or found["field"] not in ORDERS:
        message = f"No property or field '{text}' exists in type '{name}'"
        raise Refused(exception(16, "QueryParseException", message))
    is_down = (found["way"] or "").upper() == "DESC"
    return {"order": ORDERS[found["field"]], "descending": is_down}


def _filters(request: Request, name: str, resource: Resource) -> dict[str, Any]:
    """What to list; If-Modified-Since in any but the one form is ignored without a word."""
    asked = request.query_params
    hides_archived = name == "Contacts" and asked.get("includeArchived") != "true"
    hides_deleted = name == "BankTransfers" and asked.get("includeDeleted") != "true"
    gone = resource.status is None or hides_archived or hides_deleted
    filters: dict[str, Any] = {"deleted": "exclude" if gone else "include"}
    stamp = request.headers.get("if-modified-since", "")
    if resource.modified and STAMP.fullmatch(stamp):
        filters[resource.modified] = Between(start=clock.normal(stamp), start_inclusive=False)
    if "IDs" in asked:
        filters["ids"] = asked["IDs"].split(",")
    return filters


def _shown(row: Row, resource: Resource, page: int | None) -> Any:
    is_short = resource.paged and page is None and resource.detail
    if not row.deleted_at and not is_short:
        return orjson.Fragment(row.body)
    body = row.json()
    if is_short:
        body |= {name: [] for name in resource.detail}
    if row.deleted_at and resource.status:
        field, word = resource.status
        body[field] = word
        if "UpdatedDateUTC" in body:
            body["UpdatedDateUTC"] = clock.dotnet(row.updated_at)
    return body


def routes() -> list[Route]:
    """The paths of the Accounting API, of its tenants and of the token endpoint."""
    return [
        Route("/connect/token", token, methods=["POST"]),
        Route("/connections", connections),
        Route("/api.xro/2.0/Reports/ProfitAndLoss", reports.profit_and_loss),
        Route("/api.xro/2.0/Reports/AgedReceivablesByContact", reports.aged_receivables),
        Route("/api.xro/2.0/{resource}", listing),
    ]
