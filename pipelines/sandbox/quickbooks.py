"""QuickBooks Online as its Accounting API v3 shows it: the books of the company in the US."""

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipelines.sandbox import clock
from pipelines.sandbox.answers import Refused, json_answer, number
from pipelines.sandbox.limits import Concurrency, RollingWindow
from pipelines.sandbox.server import add_headers, hold, vendor
from pipelines.sandbox.store import Between, Document, Row
from pipelines.sandbox.tokens import OAuth, OAuthError, bearer, refusal, token_endpoint
from pipelines.sandbox.world import Row as Fields
from pipelines.sandbox.world import World
from pipelines.sandbox.world.ids import record_id

API_HOSTS = ("quickbooks.api.intuit.com", "sandbox-quickbooks.api.intuit.com")
HOSTS = (*API_HOSTS, "oauth.platform.intuit.com")
REALM = "9130357849016466"
CREDENTIALS = {
    "realm_id": REALM,
    "client_id": "goldpan-quickbooks",
    "client_secret": "sandbox only",
    "refresh_token": "AB11-first",
}
DAY = 86_400
OAUTH = OAuth(grants=("refresh_token",), lifetime=3600, rotates=True, grace=DAY)
PACIFIC = ZoneInfo("America/Los_Angeles")
USD = {"value": "USD", "name": "United States Dollar"}
OPENED = clock.iso(clock.START)
MOST_ROWS, DEFAULT_ROWS, CDC_OBJECTS, LOOK_BACK_DAYS = 1000, 100, 1000, 30

# -- documents --------------------------------------------------------------------------------

Made = Iterator[Document]


def documents(world: World, since: str | None) -> Made:
    """Every record of the books; of list entities, deleted rows are those made inactive."""
    yield from _lists(since)
    yield from _parties(world, since)
    for row in world.rows("variant", since):
        if "quickbooks" in row["systems"]:
            yield _item(row)
    for row in world.rows("employee", since):
        if row["country"] == "US":
            yield _employee(row)
    for row in world.rows("quickbooks.invoice", since):
        if row["status"] != "draft":
            yield from _of_invoice(row)
    for row in world.rows("quickbooks.bill", since):
        if row["status"] != "draft":
            yield from _of_bill(row)
    for row in world.rows("asana.time_entry", since):
        if row["is_billable"]:
            yield _time_activity(row)
    yield from _monthly(world, since)


def pacific(text: str) -> str:
    """A time as QuickBooks writes it: whole seconds with Pacific offset."""
    return clock.parse(text).astimezone(PACIFIC).isoformat(timespec="seconds")


def dollars(minor: int) -> orjson.Fragment:
    """Cents as a JSON number of dollars."""
    return number(minor, "USD")


def _document(entity: str, row: Fields, id: str, fields: Fields) -> Document:
    times = (row["created_at"], row["updated_at"])
    body = {name: value for name, value in fields.items() if value is not None}
    body |= {
        "domain": "QBO",
        "sparse": False,
        "Id": id,
        "SyncToken": "0" if times[0] == times[1] else "1",
        "MetaData": {"CreateTime": pacific(times[0]), "LastUpdatedTime": pacific(times[1])},
    }
    return Document(entity, id, *times, body, deleted_at=row["deleted_at"])


def _at(moment: str) -> Fields:
    return {"created_at": moment, "updated_at": moment, "deleted_at": None}


ACCOUNTS = (
    ("Accounts Receivable (A/R)", "Asset", "Accounts Receivable", "AccountsReceivable"),
    ("Accounts Payable (A/P)", "Liability", "Accounts Payable", "AccountsPayable"),
    ("Checking", "Asset", "Bank", "Checking"),
    ("Savings", "Asset", "Bank", "Savings"),
    ("Undeposited Funds", "Asset", "Other Current Asset", "UndepositedFunds"),
    ("Inventory Asset", "Asset", "Other Current Asset", "Inventory"),
    ("Sales of Product Income", "Revenue", "Income", "SalesOfProductIncome"),
    ("Discounts given", "Revenue", "Income", "DiscountsRefundsGiven"),
    ("Cost of Goods Sold", "Expense", "Cost of Goods Sold", "SuppliesMaterialsCogs"),
    ("Office Expenses", "Expense", "Expense", "OfficeGeneralAdministrativeExpenses"),
    ("Mastercard", "Liability", "Credit Card", "CreditCard"),
    ("Meals and Entertainment", "Expense", "Expense", "EntertainmentMeals"),
)
ACCOUNT_IDS = {account[0]: str(33 + at) for at, account in enumerate(ACCOUNTS)}
METHODS = (("Cash", "NON_CREDIT_CARD"), ("Check", "NON_CREDIT_CARD"), ("Visa", "CREDIT_CARD"))
METHOD_IDS = {"check": "2", "card": "3", "transfer": "1"}
TERMS = (("Due on receipt", 0), ("Net 14", 14), ("Net 30", 30), ("Net 60", 60))


def _account_ref(name: str) -> Fields:
    return {"value": ACCOUNT_IDS[name], "name": name}


def _lists(since: str | None) -> Made:
    if since is not None:
        return
    for name, group, kind, detail in ACCOUNTS:
        fields = {
            "Name": name, "SubAccount": False, "FullyQualifiedName": name, "Active": True,
            "Classification": group, "AccountType": kind, "AccountSubType": detail,
            "CurrentBalance": 0, "CurrentBalanceWithSubAccounts": 0, "CurrencyRef": USD,
        }  # fmt: skip
        yield _document("Account", _at(OPENED), ACCOUNT_IDS[name], fields)
    for at, (name, kind) in enumerate(METHODS, 1):
        fields = {"Name": name, "Active": True, "Type": kind}
        yield _document("PaymentMethod", _at(OPENED), str(at), fields)
    for at, (name, days) in enumerate(TERMS, 1):
        fields = {"Name": name, "Active": True, "Type": "STANDARD", "DueDays": days}
        yield _document("Term", _at(OPENED), str(at), fields | {"DiscountDays": 0})
    for entity, names in (("Class", ("Shop", "Wholesale")), ("Department", ("Portland", "Salem"))):
        for at, name in enumerate(names, 1):
            fields = {"Name": name, "FullyQualifiedName": name, "Active": True}
            parts = {"SubClass" if entity == "Class" else "SubDepartment": False}
            yield _document(entity, _at(OPENED), str(at), fields | parts)
    yield from _taxes()


def _taxes() -> Made:
    agency = {"DisplayName": "Oregon Department of Revenue", "TaxTrackedOnPurchases": False}
    yield _document("TaxAgency", _at(OPENED), "1", agency | {"TaxTrackedOnSales": True})
    rate = {
        "Name": "Sales tax", "Description": "Sales tax", "Active": True, "RateValue": 8,
        "AgencyRef": {"value": "1"}, "SpecialTaxType": "NONE", "DisplayType": "ReadOnly",
    }  # fmt: skip
    yield _document("TaxRate", _at(OPENED), "3", rate)
    detail = {"TaxRateRef": {"value": "3", "name": "Sales tax"}, "TaxOrder": 0}
    code = {
        "Name": "Sales tax", "Description": "Sales tax", "Active": True, "Taxable": True,
        "TaxGroup": True, "PurchaseTaxRateList": {"TaxRateDetail": []},
        "SalesTaxRateList": {
            "TaxRateDetail": [detail | {"TaxTypeApplicable": "TaxOnAmount"}],
        },
    }  # fmt: skip
    yield _document("TaxCode", _at(OPENED), "2", code)
    company = {
        "CompanyName": "Goldpan & Daughters Inc.", "LegalName": "Goldpan & Daughters Inc.",
        "CompanyAddr": {"Id": "1", "Line1": "12 Kettle Row", "City": "Portland",
                        "CountrySubDivisionCode": "OR", "PostalCode": "97205"},
        "Country": "US", "FiscalYearStartMonth": "January", "SupportedLanguages": "en",
        "CompanyStartDate": clock.date(OPENED), "NameValue": [],
    }  # fmt: skip
    yield _document("CompanyInfo", _at(OPENED), "1", company)


def _parties(world: World, since: str | None) -> Made:
    """Customers and vendors; a document that moves a balance touches its customer as well."""
    for kind, books, make in (
        ("quickbooks.customer", "quickbooks.invoice", _customer),
        ("quickbooks.vendor", "quickbooks.bill", _vendor),
    ):
        balances, moved = _balances(world, books)
        wanted = {row["n"]: row for row in world.rows(kind, since)}
        if since is not None:
            later = [n for n, at in moved.items() if at > since]
            wanted |= {n: world.get(kind, n) for n in later}
        for n, row in wanted.items():
            row["updated_at"] = max(row["updated_at"], moved.get(n, row["updated_at"]))
            yield make(row, balances.get(n, 0))


def _balances(world: World, kind: str) -> tuple[dict[int, int], dict[int, str]]:
    balances: dict[int, int] = {}
    moved: dict[int, str] = {}
    for row in world.rows(kind):
        if row["status"] == "draft":
            continue
        n = row["party"]["n"]
        balances[n] = balances.get(n, 0) + (0 if row["deleted_at"] else row["balance"])
        moved[n] = max(moved.get(n, ""), row["updated_at"])
    return balances, moved


def _party(row: Fields, balance: int) -> Fields:
    email, phone, site = row["email"], row["phone"], row["website"]
    return {
        "Balance": dollars(balance),
        "CurrencyRef": USD,
        "GivenName": row["first_name"],
        "FamilyName": row["last_name"],
        "CompanyName": row["company_name"],
        "DisplayName": row["name"] or None,
        "PrintOnCheckName": row["name"] or None,
        "Active": True,
        "PrimaryPhone": {"FreeFormNumber": phone} if phone else None,
        "PrimaryEmailAddr": {"Address": email} if email else None,
        "WebAddr": {"URI": site} if site else None,
        "BillAddr": _address(row["address"], row["n"]),
    }


def _customer(row: Fields, balance: int) -> Document:
    fields = {
        "Taxable": True,
        "Job": False,
        "BillWithParent": False,
        **_party(row, balance),
        "BalanceWithJobs": dollars(balance),
        "ShipAddr": _address(row["address"], row["n"]),
        "FullyQualifiedName": row["name"] or None,
        "PreferredDeliveryMethod": "Print",
        "Notes": row["note"],
    }
    return _document("Customer", row, row["record_id"], fields)


def _vendor(row: Fields, balance: int) -> Document:
    fields = {**_party(row, balance), "Vendor1099": False, "AcctNum": f"V-{1000 + row['n']}"}
    return _document("Vendor", row, row["record_id"], fields)


def _address(address: Fields | None, n: int) -> Fields | None:
    if address is None:
        return None
    parts = {
        "Id": str(n + 1000), "Line1": address["street"], "Line2": address.get("street2"),
        "City": address["city"], "CountrySubDivisionCode": address.get("region"),
        "PostalCode": address["postal_code"], "Country": address.get("country"),
        "Lat": "INVALID", "Long": "INVALID",
    }  # fmt: skip
    return {name: value for name, value in parts.items() if value}


def _printed(name: str, address: Fields | None, n: int) -> Fields:
    lines: Fields = {"Id": str(n + 500_000), "Line1": name}
    if address:
        region = " ".join(filter(None, (address.get("region"), address["postal_code"])))
        lines |= {"Line2": address["street"], "Line3": f"{address['city']}, {region}"}
    return lines | {"Lat": "INVALID", "Long": "INVALID"}


def _item(row: Fields) -> Document:
    quantity = 5 + row["n"] * 7 % 90 + int(row["updated_at"][8:10])
    name = row["titles"].get("quickbooks") or row["product_name"]
    fields = {
        "Name": f"{name} {row['option'] or ''}".strip(), "Sku": row["skus"].get("quickbooks"),
        "Description": row["product_name"], "Active": True, "FullyQualifiedName": name,
        "Taxable": row["is_taxable"], "UnitPrice": dollars(row["prices"]["USD"]),
        "Type": "Inventory", "IncomeAccountRef": _account_ref("Sales of Product Income"),
        "PurchaseDesc": row["product_name"], "PurchaseCost": dollars(row["cost"]),
        "ExpenseAccountRef": _account_ref("Cost of Goods Sold"),
        "AssetAccountRef": _account_ref("Inventory Asset"), "TrackQtyOnHand": True,
        "QtyOnHand": quantity, "InvStartDate": clock.date(row["created_at"]),
    }  # fmt: skip
    return _document("Item", row, row["records"]["quickbooks"], fields)


def _employee(row: Fields) -> Document:
    name = f"{row['first_name']} {row['last_name']}"
    fields = {
        "BillableTime": False, "EmployeeNumber": row["number"], "GivenName": row["first_name"],
        "FamilyName": row["last_name"], "DisplayName": name, "PrintOnCheckName": name,
        "Active": True, "SSN": "XXX-XX-XXXX", "HiredDate": row["hired_on"],
        "ReleasedDate": row["terminated_on"],
        "PrimaryEmailAddr": {"Address": row["email"]} if row["email"] else None,
        "PrimaryPhone": {"FreeFormNumber": row["phone"]} if row["phone"] else None,
    }  # fmt: skip
    return _document("Employee", row, record_id("quickbooks", "employee", row["n"]), fields)


def _sold(line: Fields, number_in_document: int, factor: int) -> Fields:
    amount = line["unit_price"] * line["quantity"] * factor
    reference = {"value": line["variant_record_id"], "name": line["title"]}
    return {
        "Id": str(number_in_document), "LineNum": number_in_document,
        "Description": line["title"], "Amount": dollars(amount),
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {
            "ItemRef": reference, "UnitPrice": dollars(line["unit_price"]),
            "Qty": line["quantity"] * factor,
            "TaxCodeRef": {"value": "TAX" if line["tax"] else "NON"},
        },
    }  # fmt: skip


def _sales_lines(row: Fields, factor: int = 1) -> list[Fields]:
    lines = [_sold(line, at, factor) for at, line in enumerate(row["lines"], 1)]
    subtotal = sum(line["unit_price"] * line["quantity"] for line in row["lines"]) * factor
    lines.append({"Amount": dollars(subtotal), "DetailType": "SubTotalLineDetail",
                  "SubTotalLineDetail": {}})  # fmt: skip
    if row["discount_total"]:
        detail = {"PercentBased": True, "DiscountPercent": row["discount"]["percent"]}
        lines.append(
            {"Id": str(len(lines)), "LineNum": len(lines), "DetailType": "DiscountLineDetail",
             "Amount": dollars(row["discount_total"] * factor),
             "DiscountLineDetail": detail | {
                 "DiscountAccountRef": _account_ref("Discounts given")}}
        )  # fmt: skip
    return lines


def _tax(row: Fields, factor: int = 1) -> Fields:
    tax = dollars(row["tax_total"] * factor)
    line = {
        "Amount": tax, "DetailType": "TaxLineDetail",
        "TaxLineDetail": {
            "TaxRateRef": {"value": "3"}, "PercentBased": True, "TaxPercent": 8,
            "NetAmountTaxable": dollars((row["subtotal"] - row["discount_total"]) * factor),
        },
    }  # fmt: skip
    return {"TxnTaxCodeRef": {"value": "2"}, "TotalTax": tax, "TaxLine": [line]}


def _sale(row: Fields) -> Fields:
    """What all documents to a customer have in common."""
    party, email = row["party"], row["email"]
    return {
        "CurrencyRef": USD,
        "CustomerRef": {"value": party["record_id"], "name": party["name"]},
        "BillAddr": _printed(party["name"], row["address"], row["n"]),
        "ShipAddr": _address(row["address"], row["n"]),
        "CustomerMemo": {"value": "Thank you for your business and have a great day!"},
        "ApplyTaxAfterDiscount": False,
        "PrintStatus": "NeedToPrint",
        "EmailStatus": "EmailSent" if row["is_sent"] else "NotSet",
        "BillEmail": {"Address": email} if email else None,
        "CustomField": [{"DefinitionId": "1", "Name": "Crew #", "Type": "StringType"}],
    }


def _of_invoice(row: Fields) -> Made:
    yield _invoice(row)
    for payment in row["payments"]:
        yield _payment(row, payment)
    for note in row["credit_notes"]:
        yield _credit_memo(row, note)
    if row["n"] % 8 == 0:
        yield _estimate(row)
    if row["n"] % 15 == 0:
        yield _sales_receipt(row)
    if row["n"] % 45 == 0:
        yield _refund_receipt(row)


def _invoice(row: Fields) -> Document:
    is_void = row["status"] == "voided"
    memo = " - ".join(filter(None, ("Voided" if is_void else None, row["reference"], row["note"])))
    linked = [{"TxnId": one["record_id"], "TxnType": "Payment"} for one in row["payments"]]
    fields = {
        "AllowIPNPayment": False, "AllowOnlinePayment": False, "AllowOnlineACHPayment": False,
        "AllowOnlineCreditCardPayment": False, "DocNumber": row["number"],
        "TxnDate": row["issued_on"], "LinkedTxn": linked, "Line": _sales_lines(row, not is_void),
        "TxnTaxDetail": _tax(row, not is_void), **_sale(row),
        "SalesTermRef": {"value": "3", "name": "Net 30"}, "DueDate": row["due_on"],
        "TotalAmt": dollars(0 if is_void else row["total"]), "Balance": dollars(row["balance"]),
        "PrivateNote": memo or None,
    }  # fmt: skip
    return _document("Invoice", row, row["record_id"], fields)


def _event(row: Fields, at: str) -> Fields:
    """Times of a document that came at `at` and goes with its invoice or bill."""
    gone = row["deleted_at"]
    deleted_at = gone if gone and gone >= at else None
    return {"created_at": at, "updated_at": deleted_at or at, "deleted_at": deleted_at}


def _payment(row: Fields, payment: Fields) -> Document:
    linked = {"TxnId": row["record_id"], "TxnType": "Invoice"}
    fields = {
        "CustomerRef": {"value": row["party"]["record_id"], "name": row["party"]["name"]},
        "DepositToAccountRef": {"value": ACCOUNT_IDS["Undeposited Funds"]},
        "PaymentMethodRef": {"value": METHOD_IDS[payment["method"]]},
        "PaymentRefNum": f"R{payment['record_id']}" if payment["method"] == "check" else None,
        "TotalAmt": dollars(payment["amount"]), "UnappliedAmt": 0, "ProcessPayment": False,
        "TxnDate": clock.date(payment["at"]), "CurrencyRef": USD, "LinkedTxn": [],
        "Line": [{"Amount": dollars(payment["amount"]), "LinkedTxn": [linked]}],
    }  # fmt: skip
    return _document("Payment", _event(row, payment["at"]), payment["record_id"], fields)


def _credit_memo(row: Fields, note: Fields) -> Document:
    line = {
        "Id": "1", "LineNum": 1, "Description": note["reason"], "Amount": dollars(note["amount"]),
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {
            "ItemRef": {"value": row["lines"][0]["variant_record_id"],
                        "name": row["lines"][0]["title"]},
            "UnitPrice": dollars(note["amount"]), "Qty": 1, "TaxCodeRef": {"value": "NON"},
        },
    }  # fmt: skip
    fields = {
        "RemainingCredit": 0, "DocNumber": note["number"], "TxnDate": clock.date(note["at"]),
        "Line": [line], "TxnTaxDetail": {"TotalTax": 0}, **_sale(row),
        "TotalAmt": dollars(note["amount"]), "Balance": 0,
    }  # fmt: skip
    return _document("CreditMemo", _event(row, note["at"]), note["record_id"], fields)


def _estimate(row: Fields) -> Document:
    fields = {
        "DocNumber": f"E{row['number']}", "TxnDate": row["issued_on"], "TxnStatus": "Closed",
        "LinkedTxn": [{"TxnId": row["record_id"], "TxnType": "Invoice"}],
        "Line": _sales_lines(row), "TxnTaxDetail": _tax(row), **_sale(row),
        "TotalAmt": dollars(row["total"]),
    }  # fmt: skip
    id = record_id("quickbooks", "estimate", row["n"])
    return _document("Estimate", _event(row, row["created_at"]), id, fields)


def _sales_receipt(row: Fields) -> Document:
    fields = {
        "DocNumber": f"SR{row['number']}", "TxnDate": row["issued_on"], "Line": _sales_lines(row),
        "TxnTaxDetail": _tax(row), **_sale(row), "TotalAmt": dollars(row["total"]), "Balance": 0,
        "PaymentMethodRef": {"value": "2", "name": "Check"}, "PaymentRefNum": f"10{row['n']}",
        "DepositToAccountRef": _account_ref("Checking"),
    }  # fmt: skip
    id = record_id("quickbooks", "sales_receipt", row["n"])
    return _document("SalesReceipt", _event(row, row["created_at"]), id, fields)


def _refund_receipt(row: Fields) -> Document:
    at = min(clock.shift(row["created_at"], days=2), row["updated_at"])
    part = {**row, "lines": row["lines"][:1], "discount_total": 0}
    amount = part["lines"][0]["unit_price"] * part["lines"][0]["quantity"]
    fields = {
        "DocNumber": f"RR{row['number']}", "TxnDate": clock.date(at), "Line": _sales_lines(part),
        "TxnTaxDetail": {"TotalTax": 0}, **_sale(row), "TotalAmt": dollars(amount), "Balance": 0,
        "PaymentMethodRef": {"value": "2", "name": "Check"},
        "DepositToAccountRef": _account_ref("Checking"),
    }  # fmt: skip
    id = record_id("quickbooks", "refund_receipt", row["n"])
    return _document("RefundReceipt", _event(row, row["created_at"]), id, fields)


def _of_bill(row: Fields) -> Made:
    yield _bill(row)
    for payment in row["payments"]:
        yield _bill_payment(row, payment)
    yield _purchase_order(row)
    if row["n"] % 4 == 0:
        yield _purchase(row)
    if row["n"] % 20 == 0:
        yield _vendor_credit(row)


def _bought(line: Fields, number_in_document: int) -> Fields:
    return {
        "Id": str(number_in_document), "LineNum": number_in_document,
        "Description": line["title"], "Amount": dollars(line["total"]),
        "DetailType": "ItemBasedExpenseLineDetail",
        "ItemBasedExpenseLineDetail": {
            "BillableStatus": "NotBillable", "TaxCodeRef": {"value": "NON"},
            "ItemRef": {"value": line["variant_record_id"], "name": line["title"]},
            "UnitPrice": dollars(line["unit_price"]), "Qty": line["quantity"],
        },
    }  # fmt: skip


def _spent(account: str, amount: int, text: str) -> Fields:
    return {
        "Id": "1", "LineNum": 1, "Description": text, "Amount": dollars(amount),
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {
            "AccountRef": _account_ref(account), "BillableStatus": "NotBillable",
            "TaxCodeRef": {"value": "NON"},
        },
    }  # fmt: skip


def _purchased(row: Fields) -> Fields:
    """What bills and orders to suppliers have in common."""
    party = row["party"]
    return {
        "CurrencyRef": USD,
        "VendorRef": {"value": party["record_id"], "name": party["name"]},
        "APAccountRef": _account_ref("Accounts Payable (A/P)"),
        "TxnDate": row["issued_on"],
        "Line": [_bought(line, at) for at, line in enumerate(row["lines"], 1)],
        "TotalAmt": dollars(row["subtotal"]),
    }


def _bill(row: Fields) -> Document:
    paid = [{"TxnId": one["record_id"], "TxnType": "BillPaymentCheck"} for one in row["payments"]]
    balance = 0 if row["status"] in ("paid", "voided") else row["subtotal"] - row["paid"]
    fields = {
        **_purchased(row), "SalesTermRef": {"value": "3"}, "DocNumber": row["number"],
        "DueDate": row["due_on"], "Balance": dollars(max(balance, 0)), "LinkedTxn": paid,
        "PrivateNote": " - ".join(filter(None, (row["reference"], row["note"]))) or None,
    }  # fmt: skip
    return _document("Bill", row, row["record_id"], fields)


def _bill_payment(row: Fields, payment: Fields) -> Document:
    linked = {"TxnId": row["record_id"], "TxnType": "Bill"}
    is_card = payment["method"] == "card"
    way = {
        "PayType": "CreditCard" if is_card else "Check",
        "CreditCardPayment": {"CCAccountRef": _account_ref("Mastercard")} if is_card else None,
        "CheckPayment": None if is_card else {
            "BankAccountRef": _account_ref("Checking"), "PrintStatus": "NotSet"},
    }  # fmt: skip
    fields = {
        "VendorRef": {"value": row["party"]["record_id"], "name": row["party"]["name"]}, **way,
        "TotalAmt": dollars(payment["amount"]), "DocNumber": payment["record_id"],
        "TxnDate": clock.date(payment["at"]), "CurrencyRef": USD,
        "Line": [{"Amount": dollars(payment["amount"]), "LinkedTxn": [linked]}],
    }  # fmt: skip
    return _document("BillPayment", _event(row, payment["at"]), payment["record_id"], fields)


def _purchase_order(row: Fields) -> Document:
    fields = {
        **_purchased(row), "DocNumber": row["reference"], "POStatus": "Closed",
        "LinkedTxn": [{"TxnId": row["record_id"], "TxnType": "Bill"}],
        "VendorAddr": _printed(row["party"]["name"], row["address"], row["n"]),
    }  # fmt: skip
    id = record_id("quickbooks", "purchase_order", row["n"])
    return _document("PurchaseOrder", _event(row, row["created_at"]), id, fields)


def _purchase(row: Fields) -> Document:
    amount = 1000 + row["subtotal"] % 9000
    party = row["party"]
    fields = {
        "AccountRef": _account_ref("Mastercard"), "PaymentType": "CreditCard",
        "EntityRef": {"value": party["record_id"], "name": party["name"], "type": "Vendor"},
        "Credit": row["n"] % 24 == 0, "TotalAmt": dollars(amount), "TxnDate": row["issued_on"],
        "CurrencyRef": USD, "PrivateNote": "Lunch with the supplier",
        "Line": [_spent("Meals and Entertainment", amount, "Lunch")],
    }  # fmt: skip
    id = record_id("quickbooks", "purchase", row["n"])
    return _document("Purchase", _event(row, row["created_at"]), id, fields)


def _vendor_credit(row: Fields) -> Document:
    line = row["lines"][0]
    fields = {
        **_purchased({**row, "lines": [line], "subtotal": line["total"]}),
        "DocNumber": f"VC-{row['n']}", "Balance": dollars(line["total"]),
        "PrivateNote": "Arrived broken",
    }  # fmt: skip
    id = record_id("quickbooks", "vendor_credit", row["n"])
    return _document("VendorCredit", _event(row, row["created_at"]), id, fields)


def _time_activity(row: Fields) -> Document:
    fields = {
        "TxnDate": row["entered_on"], "NameOf": "Employee",
        "EmployeeRef": {"value": record_id("quickbooks", "employee", row["employee_n"])},
        "BillableStatus": "Billable", "Taxable": False, "HourlyRate": 60,
        "Hours": row["minutes"] // 60, "Minutes": row["minutes"] % 60,
    }  # fmt: skip
    return _document(
        "TimeActivity", row, record_id("quickbooks", "time_activity", row["n"]), fields
    )


def _monthly(world: World, since: str | None) -> Made:
    """What is booked once in 30 days: a transfer, a deposit and an entry in the journal."""
    for n in range(1, world.day // 30 + 1):
        at = clock.iso(clock.start_of_day(n * 30 - 1) + timedelta(hours=17))
        if since is not None and at <= since:
            continue
        base = {"TxnDate": clock.date(at), "CurrencyRef": USD, "PrivateNote": f"Month {n}"}
        amount = dollars(100_000 + n * 1_000)
        transfer = {
            "FromAccountRef": _account_ref("Checking"), "ToAccountRef": _account_ref("Savings"),
            "Amount": amount,
        }  # fmt: skip
        yield _document("Transfer", _at(at), str(n), base | transfer)
        deposited = {"AccountRef": _account_ref("Undeposited Funds")}
        line = {"Id": "1", "LineNum": 1, "Amount": amount, "DetailType": "DepositLineDetail"}
        deposit = {
            "DepositToAccountRef": _account_ref("Checking"), "TotalAmt": amount,
            "Line": [line | {"DepositLineDetail": deposited}],
        }  # fmt: skip
        yield _document("Deposit", _at(at), str(n), base | deposit)
        yield _document("JournalEntry", _at(at), str(n), base | _journal(amount))


def _journal(amount: orjson.Fragment) -> Fields:
    sides = (("Debit", "Cost of Goods Sold"), ("Credit", "Inventory Asset"))
    lines = [
        {
            "Id": str(at), "Description": "Stock count", "Amount": amount,
            "DetailType": "JournalEntryLineDetail",
            "JournalEntryLineDetail": {"PostingType": side, "AccountRef": _account_ref(account)},
        }
        for at, (side, account) in enumerate(sides)
    ]  # fmt: skip
    return {"Adjustment": False, "Line": lines, "TxnTaxDetail": {}}


# -- answers ----------------------------------------------------------------------------------

LISTED = frozenset(
    {"Account", "Class", "Customer", "Department", "Employee", "Item", "PaymentMethod", "TaxCode",
     "TaxRate", "Term", "Vendor"}
)  # fmt: skip
RENAMED = frozenset({"Account", "Customer", "Employee", "Item", "Vendor"})
NOT_IN_FEED = frozenset({"JournalCode", "TimeActivity", "TaxAgency", "TaxCode", "TaxRate"})
ENTITIES = LISTED | frozenset(
    {"Bill", "BillPayment", "CompanyInfo", "CreditMemo", "Deposit", "Estimate", "Invoice",
     "JournalEntry", "Payment", "Purchase", "PurchaseOrder", "RefundReceipt", "SalesReceipt",
     "TaxAgency", "TimeActivity", "Transfer", "VendorCredit"}
)  # fmt: skip
SELECT = re.compile(
    r"\s*SELECT\s+(?P<what>\*|COUNT\(\*\))\s+FROM\s+(?P<entity>\w+)"
    r"(?:\s+WHERE\s+(?P<where>.+?))?(?:\s+ORDER\s?BY\s+(?P<order>[\w.]+)(?:\s+(?P<way>ASC|DESC))?)?"
    r"(?:\s+STARTPOSITION\s+(?P<start>\d+))?(?:\s+MAXRESULTS\s+(?P<rows>\d+))?\s*",
    re.IGNORECASE,
)
CONDITION = re.compile(
    r"(?P<name>[\w.]+)\s*(?P<operator><=|>=|=|<|>|IN)\s*(?P<value>\([^)]*\)|'[^']*'|\w+)\s*",
    re.IGNORECASE,
)
ORDERS = {"metadata.lastupdatedtime": "updated", "metadata.createtime": "created", "id": "id"}


def fault(status: int, code: str, message: str, detail: str, kind: str) -> Response:
    """An error as most paths answer it."""
    error = {"Message": message, "Detail": detail, "code": code}
    return json_answer({"Fault": {"Error": [error], "type": kind}, "time": pacific(OPENED)}, status)


def gateway_fault(status: int, code: str, name: str, detail: str, kind: str) -> Response:
    """An error of the gateway before the API, which writes its keys in lower case."""
    message = f"message={name}; errorCode={code.zfill(6)}; statusCode={status}"
    error = {"message": message, "detail": detail, "code": code, "element": None}
    body = {"warnings": None, "intuitObject": None, "fault": {"error": [error], "type": kind}}
    return json_answer(body | {"report": None, "queryResponse": None, "time": 0}, status)


def guard(request: Request) -> Response | None:
    """Token, company and limits; the token endpoint checks for itself."""
    if request.headers.get("host", "").partition(":")[0] not in API_HOSTS:
        return None
    add_headers(request, {"intuit_tid": f"1-{uuid.uuid4()}"})
    here = vendor(request)
    verdict = here.tokens.verdict(bearer(request))
    if verdict != "valid":
        detail = "Token expired" if verdict == "expired" else "Malformed bearer token"
        return gateway_fault(401, "3200", "AuthenticationFailed", detail, "AUTHENTICATION")
    if not request.url.path.startswith(f"/v3/company/{REALM}/"):
        return gateway_fault(403, "3100", "ApplicationAuthorizationFailed", "", "AUTHORIZATION")
    return _throttled(request)


def _throttled(request: Request) -> Response | None:
    limits = vendor(request).limits
    granted = limits.of("second", lambda: RollingWindow(10, 1)).take().granted
    granted = granted and limits.of("minute", lambda: RollingWindow(500, 60)).take().granted
    if granted and hold(request, limits.of("running", lambda: Concurrency(10))):
        return None
    return gateway_fault(429, "3001", "ThrottleExceeded", "too many requests", "SERVICE")


async def token(request: Request) -> Response:
    """The token endpoint of Intuit's OAuth 2."""
    try:
        grant = await token_endpoint(request, vendor(request).tokens, OAUTH)
    except OAuthError as error:
        return refusal(error)
    return json_answer(grant.body() | {"x_refresh_token_expires_in": 100 * DAY})


def query(request: Request) -> Response:
    """GET /query: the query language over one entity."""
    _wants_json(request)
    text = request.query_params.get("query", "")
    found = SELECT.fullmatch(text)
    if found is None:
        raise Refused(_parse_error(f"QueryParserError: Encountered an error in: {text[:80]}"))
    entity = found["entity"]
    if entity not in ENTITIES:
        raise Refused(_invalid(f"Invalid context declaration: {entity}"))
    filters = _filters(entity, found["where"] or "")
    if found["what"] != "*":
        total = vendor(request).store.count(entity, **filters)
        return _answer(request, {"totalCount": total})
    rows = _rows(request, entity, filters, found)
    start = max(int(found["start"] or 1), 1)
    if not rows:
        return _answer(request, {})
    page = {entity: _shown(entity, rows), "startPosition": start, "maxResults": len(rows)}
    return _answer(request, page)


def _rows(
    request: Request, entity: str, filters: dict[str, Any], found: re.Match[str]
) -> list[Row]:
    limit = int(found["rows"] or DEFAULT_ROWS)
    if limit > MOST_ROWS:
        raise Refused(_invalid(f"value {limit} is too large. Max allowed value is {MOST_ROWS}."))
    order = (found["order"] or "Id").lower()
    if order not in ORDERS:
        raise Refused(_invalid(f"property '{found['order']}' is not sortable"))
    return vendor(request).store.query(
        entity,
        **filters,
        order=ORDERS[order],  # type: ignore[arg-type]
        descending=(found["way"] or "").upper() == "DESC",
        limit=limit,
        offset=max(int(found["start"] or 1), 1) - 1,
    )


def _filters(entity: str, where: str) -> dict[str, Any]:
    filters: dict[str, Any] = {"deleted": "exclude"}
    bounds: dict[str, dict[str, Any]] = {}
    for part in re.split(r"\s+AND\s+", where, flags=re.IGNORECASE) if where else []:
        condition = CONDITION.fullmatch(part)
        if condition is None:
            raise Refused(_parse_error(f"QueryParserError: Encountered an error in: {part}"))
        name, operator = condition["name"].lower(), condition["operator"].upper()
        values = [one.strip(" '") for one in condition["value"].strip("()").split(",")]
        if name == "active" and entity in LISTED:
            filters["deleted"] = _active(values)
        elif name == "id" and operator in ("=", "IN"):
            filters["ids"] = values
        elif name in ORDERS and name != "id":
            bounds.setdefault(ORDERS[name], {}).update(_bound(operator, values[0]))
        else:
            raise Refused(_invalid(f"Property {condition['name']} not found for Entity {entity}"))
    return filters | {name: Between(**sides) for name, sides in bounds.items()}


def _active(values: list[str]) -> str:
    wanted = {value.lower() for value in values}
    if wanted == {"true", "false"}:
        return "include"
    return "exclude" if wanted == {"true"} else "only"


def _bound(operator: str, text: str) -> dict[str, Any]:
    try:
        at = clock.normal(text)
    except ValueError:
        raise Refused(_invalid(f"Invalid date-time value: {text}")) from None
    side = {">": "start", ">=": "start", "<": "end", "<=": "end"}.get(operator)
    if side is None:
        raise Refused(_invalid(f"operator {operator} is not supported on date-time"))
    return {side: at, f"{side}_inclusive": operator.endswith("=")}


def _shown(entity: str, rows: list[Row]) -> list[Any]:
    return [_inactive(entity, row) if row.deleted_at else orjson.Fragment(row.body) for row in rows]


def _inactive(entity: str, row: Row) -> dict[str, Any]:
    body: dict[str, Any] = row.json() | {"Active": False}
    if entity in RENAMED:
        names = ("DisplayName", "FullyQualifiedName") if "DisplayName" in body else ("Name",)
        body |= {name: f"{body[name]} (deleted)" for name in names if name in body}
    body["MetaData"] = body["MetaData"] | {"LastUpdatedTime": pacific(row.updated_at)}
    return body


def cdc(request: Request) -> Response:
    """GET /cdc: what changed in some entities since a time, deleted objects last."""
    _wants_json(request)
    asked = request.query_params
    entities = [name for name in asked.get("entities", "").split(",") if name]
    unknown = [name for name in entities if name not in ENTITIES - NOT_IN_FEED]
    if unknown or not entities:
        raise Refused(_invalid(f"CDC is not supported for: {', '.join(unknown) or 'no entity'}"))
    since = str(_bound(">=", asked.get("changedSince", ""))["start"])
    if since < clock.shift(vendor(request).now, days=-LOOK_BACK_DAYS):
        raise Refused(_invalid(f"changedSince is more than {LOOK_BACK_DAYS} days ago"))
    parts, room = [], CDC_OBJECTS
    for entity in entities:
        objects = _changed(request, entity, since)[:room]
        room -= len(objects)
        part = {entity: objects, "startPosition": 1, "maxResults": len(objects)}
        parts.append(part if objects else {})
    body = {"CDCResponse": [{"QueryResponse": parts}], "time": pacific(vendor(request).now)}
    return json_answer(body)


def _changed(request: Request, entity: str, since: str) -> list[Any]:
    store, window = vendor(request).store, Between(start=since)
    if entity in LISTED:
        return _shown(entity, store.query(entity, updated=window, deleted="include"))
    alive = store.query(entity, updated=window, order="updated")
    gone = store.query(entity, updated=window, order="updated", deleted="only")
    return _shown(entity, alive) + [
        {
            "domain": "QBO",
            "status": "Deleted",
            "Id": row.id,
            "MetaData": {"LastUpdatedTime": pacific(row.updated_at)},
        }
        for row in gone
    ]


def profit_and_loss(request: Request) -> Response:
    """GET /reports/ProfitAndLoss: income of a period by accrual, as sales and what they cost."""
    given, now = request.query_params, vendor(request).now
    start, end = given.get("start_date", now[:7] + "-01"), given.get("end_date", now[:10])
    if start > end:
        raise Refused(_invalid("start_date is after end_date"))
    sales = _income(request, start, end)
    given_away = -sum(_discounts(body) for body in _booked(request, "Invoice", start, end))
    accounts = (("Sales of Product Income", sales - given_away), ("Discounts given", given_away))
    rows = [_report_row(_account_ref(name), amount) for name, amount in accounts if amount]
    income = _section("Income", "Income", rows, sales)
    gross = {"Summary": _cells("Gross Profit", sales), "type": "Section", "group": "GrossProfit"}
    columns = [{"ColTitle": "", "ColType": "Account"}, {"ColTitle": "Total", "ColType": "Money"}]
    return _report(request, "ProfitAndLoss", start, end, columns, [income, gross])


def _booked(request: Request, entity: str, start: str, end: str) -> Iterator[dict[str, Any]]:
    for row in vendor(request).store.query(entity):
        body = row.json()
        if start <= body["TxnDate"] <= end:
            yield body


def _income(request: Request, start: str, end: str) -> Decimal:
    signs = {"Invoice": 1, "SalesReceipt": 1, "CreditMemo": -1, "RefundReceipt": -1}
    return sum(
        (
            sign * (_decimal(body["TotalAmt"]) - _decimal(body["TxnTaxDetail"]["TotalTax"]))
            for entity, sign in signs.items()
            for body in _booked(request, entity, start, end)
        ),
        Decimal(0),
    )


def _discounts(body: dict[str, Any]) -> Decimal:
    lines = [line for line in body["Line"] if line["DetailType"] == "DiscountLineDetail"]
    return sum((_decimal(line["Amount"]) for line in lines), Decimal(0))


def aged_receivables(request: Request) -> Response:
    """GET /reports/AgedReceivables: what each customer owes today, by days past due."""
    today = vendor(request).now[:10]
    owed: dict[tuple[str, str], list[Decimal]] = {}
    for entity, field in (("Invoice", "Balance"), ("CreditMemo", "RemainingCredit")):
        for row in vendor(request).store.query(entity):
            body = row.json()
            amount = _decimal(body[field]) * (1 if entity == "Invoice" else -1)
            customer = (body["CustomerRef"]["name"] or "", body["CustomerRef"]["value"])
            if amount:
                ages = owed.setdefault(customer, [Decimal(0)] * len(AGES))
                ages[_age(body.get("DueDate", body["TxnDate"]), today)] += amount
    rows: list[Fields] = [
        {"ColData": [{"value": name, "id": id}, *_amounts(ages)]}
        for (name, id), ages in sorted(owed.items())
    ]
    totals = [sum(column, Decimal(0)) for column in zip(*owed.values(), strict=True)]
    total = {"ColData": [{"value": "TOTAL"}, *_amounts(totals or [Decimal(0)] * len(AGES))]}
    rows.append({"Summary": total, "type": "Section", "group": "GrandTotal"})
    titles = ("Current", *AGES[1:], "Total")
    columns = [{"ColTitle": "", "ColType": "Customer"}]
    columns += [{"ColTitle": title, "ColType": "Money"} for title in titles]
    return _report(request, "AgedReceivables", today, today, columns, rows)


AGES = ("Current", "1 - 30", "31 - 60", "61 - 90", "91 and over")


def _age(due_on: str, today: str) -> int:
    days = (clock.parse(today) - clock.parse(due_on)).days
    return 0 if days <= 0 else min((days - 1) // 30 + 1, len(AGES) - 1)


def _amounts(ages: list[Decimal]) -> list[dict[str, str]]:
    return [{"value": f"{age:.2f}" if age else ""} for age in ages] + [
        {"value": f"{sum(ages, Decimal(0)):.2f}"}
    ]


def _decimal(value: Any) -> Decimal:
    return Decimal(str(value))


def _report_row(account: Fields, amount: Decimal) -> Fields:
    cells = [{"value": account["name"], "id": account["value"]}, {"value": f"{amount:.2f}"}]
    return {"ColData": cells, "type": "Data"}


def _cells(title: str, amount: Decimal) -> Fields:
    return {"ColData": [{"value": title}, {"value": f"{amount:.2f}"}]}


def _section(title: str, group: str, rows: list[Fields], amount: Decimal) -> Fields:
    return {
        "Header": {"ColData": [{"value": title}, {"value": ""}]}, "Rows": {"Row": rows},
        "Summary": _cells(f"Total {title}", amount), "type": "Section", "group": group,
    }  # fmt: skip


def _report(
    request: Request, name: str, start: str, end: str, columns: list[Fields], rows: list[Fields]
) -> Response:
    header = {
        "Time": pacific(vendor(request).now), "ReportName": name, "ReportBasis": "Accrual",
        "StartPeriod": start, "EndPeriod": end, "SummarizeColumnsBy": "Total", "Currency": "USD",
        "Option": [{"Name": "AccountingStandard", "Value": "GAAP"},
                   {"Name": "NoReportData", "Value": str(not rows).lower()}],
    }  # fmt: skip
    body = {"Header": header, "Columns": {"Column": columns}, "Rows": {"Row": rows}}
    return json_answer(body)


def _answer(request: Request, body: dict[str, Any]) -> Response:
    return json_answer({"QueryResponse": body, "time": pacific(vendor(request).now)})


def _wants_json(request: Request) -> None:
    if "json" not in request.headers.get("accept", ""):
        xml = '<IntuitResponse xmlns="http://schema.intuit.com/finance/v3"/>'
        raise Refused(Response(xml, media_type="application/xml"))


def _parse_error(detail: str) -> Response:
    return fault(400, "4000", "Error parsing query", detail, "ValidationFault")


def _invalid(detail: str) -> Response:
    return fault(400, "4001", "Invalid query", f"QueryValidationError: {detail}", "ValidationFault")


def routes() -> list[Route]:
    """The paths of the Accounting API and of the token endpoint."""
    company = "/v3/company/{realm}"
    return [
        Route("/oauth2/v1/tokens/bearer", token, methods=["POST"]),
        Route(f"{company}/query", query),
        Route(f"{company}/cdc", cdc),
        Route(f"{company}/reports/ProfitAndLoss", profit_and_loss),
        Route(f"{company}/reports/AgedReceivables", aged_receivables),
    ]
