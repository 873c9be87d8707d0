"""Xero, Accounting API 2.0: one organisation (tenant)."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import requests
from msgspec import Raw, json
from requests.auth import AuthBase

from pipelines.api import Api
from pipelines.auth import ClientCredentials, RotatingRefreshToken, retry_after
from pipelines.connections import Connection
from pipelines.errors import PermanentError, ThrottledError
from pipelines.paging import ByChangeTime
from pipelines.stream import Deletes, Limit, Page, Reader, Stream, System, Window

TOKEN_URL = "https://identity.xero.com/connect/token"
SCOPES = (
    "accounting.transactions.read accounting.contacts.read accounting.settings.read "
    "accounting.reports.read"
)
CHANGED = "UpdatedDateUTC"
WEEK = timedelta(days=7)
MOST_CONTACTS = 15  # a run, besides those with changes: Xero allows 60 calls a minute


class NoReportsError(PermanentError):
    """The app lacks the scope accounting.reports.read, or its user a role that sees reports."""


def sign_in(connection: Connection, session: requests.Session) -> AuthBase:
    """``grant: client_credentials`` for a custom connection, else a rotating refresh token."""
    client_id, client_secret = connection.secret("client_id"), connection.secret("client_secret")
    if _is_custom(connection):
        return ClientCredentials(
            basic=True,
            access_token_url=TOKEN_URL,
            client_id=client_id,
            client_secret=client_secret,
            access_token_request_data={"scope": connection.setting("scopes", SCOPES)},
            session=session,
        )
    return RotatingRefreshToken(
        connection=connection.name,
        token_url=TOKEN_URL,
        client_id=client_id,
        client_secret=client_secret,
        refresh_token=connection.secret("refresh_token"),
        session=session,
    )


def headers(connection: Connection) -> Mapping[str, str]:
    """Answers are XML unless asked otherwise; a custom connection has one tenant and names none."""
    tenant = {} if _is_custom(connection) else {"Xero-Tenant-Id": connection.setting("tenant_id")}
    return {"Accept": "application/json"} | tenant


def _is_custom(connection: Connection) -> bool:
    return bool(connection.setting("grant", "refresh_token") == "client_credentials")


def explain(answer: requests.Response) -> Exception | None:
    """Throttling by the limit that was reached, and errors sent with status 200."""
    if answer.status_code == 429:
        problem = answer.headers.get("X-Rate-Limit-Problem", "unknown")
        said = f"Xero's limit '{problem}' is reached"
        if problem.lower() == "day":
            return PermanentError(f"{said}: no more calls today, a later run goes on")
        return ThrottledError(said, retry_after(answer))
    if answer.status_code == 403 and "/Reports/" in str(answer.url):
        return NoReportsError(f"Xero shows no reports: {answer.text[:200]}")
    if answer.ok and b'"ErrorNumber"' in answer.content[:300]:
        return PermanentError(f"Xero answered {answer.status_code}: {answer.text[:300]}")
    return None


SYSTEM = System(
    name="xero",
    base_url=lambda connection, auth: "https://api.xero.com/api.xro/2.0",
    auth=sign_in,
    headers=headers,
    limits={
        "": (
            Limit(calls=60, seconds=60, quote="60 calls per minute per tenant"),
            Limit(calls=5000, seconds=86_400, quote="5000 calls per day per tenant"),
        )
    },
    concurrency=4,  # of "5 concurrent calls per tenant"
    explain=explain,
    settings=("tenant_id", "grant", "scopes"),
    secrets=("client_id", "client_secret", "refresh_token"),
)


def modified_since(moment: datetime | None) -> dict[str, str]:
    """The header that filters by change time; Xero ignores it with milliseconds or a zone.

    Whether the very second counts is not said, so the header names the one before.
    """
    if moment is None:
        return {}
    return {"If-Modified-Since": f"{moment - timedelta(seconds=1):%Y-%m-%dT%H:%M:%S}"}


def _go_on(request: requests.Request, since: datetime, page: int) -> None:
    request.headers = {**(request.headers or {}), **modified_since(since)}
    request.params["page"] = page + 1


def _is_more(page: Page) -> bool:
    pagination = page.body.get("pagination", {})
    return bool(pagination) and pagination["page"] < pagination["pageCount"]


def is_deleted(record: dict[str, Any]) -> bool:
    """Xero keeps what was deleted, with a status that says so."""
    return record.get("Status") == "DELETED"


def paged(name: str, resource: str, key: str, size: int = 1000, **more: Any) -> Stream:
    """A list with pages, newest change last; without pages Xero leaves the line items out."""
    page_size = {"pageSize": size} if size > 100 else {}
    params = {"page": 1, **page_size, "order": f"{CHANGED} ASC"} | more.pop("params", {})
    options: dict[str, Any] = {"deletes": Deletes.FLAG, "is_deleted": is_deleted} | more
    return Stream(
        name=name,
        key=key,
        path=resource,
        params=params,
        headers=lambda window: modified_since(window.since),
        records=resource,
        paginator=lambda: ByChangeTime(CHANGED, size, _go_on, is_more=_is_more),
        changed=CHANGED,
        incremental=True,
        overlap=timedelta(minutes=1),
        ordered=True,
        sweep=ids_of(resource, key, params, size, options["is_deleted"]),
        **options,
    )


def ids_of(
    resource: str,
    key: str,
    params: dict[str, Any],
    size: int,
    is_gone: Callable[[dict[str, Any]], bool],
) -> Callable[[Api, Window], Iterable[list[str]]]:
    """Lists the ids of the records that are not deleted."""

    def sweep(api: Api, window: Window) -> Iterator[list[str]]:
        request = requests.Request("GET", api.url(resource), params=dict(params))
        for page in api.pages(request, resource, ByChangeTime(CHANGED, size, _go_on)):
            listed = map(json.decode, page.records)
            yield [one[key] for one in listed if not is_gone(one)]

    return sweep


def whole(name: str, resource: str, key: str, **more: Any) -> Stream:
    """A list that comes in one answer, all of it every time."""
    options: dict[str, Any] = {"records": resource, "deletes": Deletes.KEY_SWEEP} | more
    return Stream(name=name, key=key, path=resource, **options)


def is_erased(contact: dict[str, Any]) -> bool:
    """The contact asked to be forgotten (GDPR); archived contacts are still there."""
    return contact.get("ContactStatus") == "GDPRREQUEST"


# -- reports ------------------------------------------------------------------------------------

# What stands in accounts receivable until it is paid or used up.
OPEN_DOCUMENTS = {
    "Invoices": 'Type=="ACCREC" AND Status=="AUTHORISED"',
    "CreditNotes": 'Type=="ACCRECCREDIT" AND Status=="AUTHORISED"',
    "Overpayments": 'Type=="RECEIVE-OVERPAYMENT" AND Status=="AUTHORISED"',
    "Prepayments": 'Type=="RECEIVE-PREPAYMENT" AND Status=="AUTHORISED"',
}


def read_profit_and_loss(api: Api, window: Window) -> Iterator[Page]:
    """The profit and loss of each month, as a report of its own: of two years once a week.

    A report of several months cuts all of them to the days of its own month (Xero, Reports), so
    a month of fewer than 31 days is asked for by itself.
    """
    months = list(window.ended_months(24 if window.is_due("history_read_at", WEEK) else 12))
    alone = 0 if months[0][1].day == 31 else 1
    groups = [months[:alone], *(months[at : at + 12] for at in range(alone, len(months), 12))]
    for group in filter(None, groups):
        dates = {"fromDate": str(group[0][0]), "toDate": str(group[0][1])}
        more = {"periods": len(group) - 1, "timeframe": "MONTH"} if group[1:] else {}
        page = report(api, "ProfitAndLoss", standardLayout="true", **dates, **more)
        page.records = [month for one in page.records for month in _months(one, group)]
        yield page


def where_allowed(read: Reader) -> Reader:
    """A reader of reports that reads nothing where the app or its user may not see them."""

    def reader(api: Api, window: Window) -> Iterator[Page]:
        noted = dict(window.state)
        try:
            yield from read(api, window)
        except NoReportsError:
            window.partial = True
            window.state.clear()
            window.state.update(noted)

    return reader


def _months(answer: Raw, months: list[tuple[date, date]]) -> Iterator[Raw]:
    """The columns of a profit and loss as reports of one month each."""
    whole = json.decode(answer)
    columns = [cell["Value"] for cell in whole["Rows"][0]["Cells"]]
    for first, last in months:
        titles = (f"{last.day} {last:%b %y}", f"{last.day} {last:%b %Y}")
        at = next((columns.index(title) for title in titles if title in columns), None)
        if at is None:
            raise PermanentError(
                f"Xero's profit and loss has no column {titles[0]}. Got: {columns}"
            )
        rows = [_column(row, at) for row in whole["Rows"]]
        asked = {"fromDate": str(first), "toDate": str(last)}
        yield Raw(json.encode(asked | whole | {"Rows": rows}))


def _column(row: dict[str, Any], at: int) -> dict[str, Any]:
    row = dict(row)
    if "Cells" in row:
        row["Cells"] = [row["Cells"][0], row["Cells"][at]]
    if "Rows" in row:
        row["Rows"] = [_column(one, at) for one in row["Rows"]]
    return row


def read_aged_receivables(api: Api, window: Window) -> Iterator[Page]:
    """What a customer owes by document; Xero has the report for one contact at a time only.

    Read wherever open documents came, changed or went since the contact's report, so that no
    report is older than the rows; of the first ones and of those a week old, 15 a day.
    """
    noted: dict[str, list[str]] = dict(window.state.get("reports", {}))
    now = open_documents(api)
    changed = sorted(one for one, (seen, _) in noted.items() if seen != now.get(one))
    old = (window.now - WEEK).isoformat()
    others = [(noted.get(one, ["", ""])[1], one) for one in now.keys() - set(changed)]
    due = [one for read_at, one in sorted(others) if window.full or read_at < old]
    most = len(due) if window.full else MOST_CONTACTS * window.is_due("round", timedelta(days=1))
    for contact in changed + due[:most]:
        page = report(api, "AgedReceivablesByContact", contactId=contact)
        page.records = [_with(one, {"contactId": contact}) for one in page.records]
        yield page
        noted[contact] = [now.get(contact, ""), window.now.isoformat()]
    window.state["reports"] = {one: note for one, note in noted.items() if one in now}


def open_documents(api: Api) -> dict[str, str]:
    """A hash of the open documents of each contact that has some: their ids and change times."""
    found: dict[str, list[str]] = {}
    for resource, where in OPEN_DOCUMENTS.items():
        params = {"page": 1, "pageSize": 1000, "order": f"{CHANGED} ASC", "where": where}
        request = requests.Request("GET", api.url(resource), params=params)
        for page in api.pages(request, resource, ByChangeTime(CHANGED, 1000, _go_on)):
            for one in map(json.decode, page.records):
                stamp = f"{resource} {one[f'{resource[:-1]}ID']} {one[CHANGED]}"
                found.setdefault(one["Contact"]["ContactID"], []).append(stamp)
    return {
        contact: hashlib.sha256(" ".join(sorted(stamps)).encode()).hexdigest()[:16]
        for contact, stamps in found.items()
    }


def report(api: Api, name: str, **params: Any) -> Page:
    """A report as one record, with the currency of the books, which it does not name."""
    page = api.get(f"Reports/{name}", records="Reports", params=params)
    known = {"BaseCurrency": base_currency(api)}
    page.records = [_with(one, known) for one in page.records]
    return page


def _with(record: Raw, known: dict[str, str]) -> Raw:
    """A record with what was known before it was asked for."""
    return Raw(json.encode(known)[:-1] + b"," + bytes(record).lstrip()[1:])


def base_currency(api: Api) -> str:
    """Currency of the organisation's books, asked for once a run."""
    with api.shared.setdefault("organisation lock", threading.Lock()):
        if "base currency" not in api.shared:
            (organisation,) = api.get("Organisation", records="Organisations").records
            api.shared["base currency"] = json.decode(organisation)["BaseCurrency"]
        return str(api.shared["base currency"])


FOUR_DECIMALS = {"unitdp": 4}
SETUP = "a list that other records name their values from; no entity of its own"
LEDGER = "no entity for the general ledger yet"
MOMENT = ("ReportTitles", "ReportDate", "UpdatedDateUTC")  # of a report: when it was made

STREAMS = [
    paged(
        "contacts",
        "Contacts",
        "ContactID",
        params={"includeArchived": "true"},
        refresh=timedelta(days=7),  # a contact's balances do not move its change time
        is_deleted=is_erased,
    ),
    paged("invoices", "Invoices", "InvoiceID", params={"includeArchived": "true"} | FOUR_DECIMALS),
    paged("credit_notes", "CreditNotes", "CreditNoteID", params=FOUR_DECIMALS),
    paged("payments", "Payments", "PaymentID"),
    paged("overpayments", "Overpayments", "OverpaymentID", params=FOUR_DECIMALS),
    paged("prepayments", "Prepayments", "PrepaymentID", params=FOUR_DECIMALS),
    paged("bank_transactions", "BankTransactions", "BankTransactionID", params=FOUR_DECIMALS),
    paged("manual_journals", "ManualJournals", "ManualJournalID", unmapped=LEDGER),
    paged(
        "purchase_orders",
        "PurchaseOrders",
        "PurchaseOrderID",
        unmapped="no entity for orders to suppliers yet",
    ),
    paged(
        "quotes",
        "Quotes",
        "QuoteID",
        size=100,
        unmapped="an offer is neither an order nor a deal",
    ),
    whole(
        "batch_payments",
        "BatchPayments",
        "BatchPaymentID",
        changed=CHANGED,
        headers=lambda window: modified_since(window.since),
        incremental=True,
        overlap=timedelta(minutes=1),
        deletes=Deletes.FLAG,
        is_deleted=is_deleted,
        unmapped="its payments come one by one in payments",
    ),
    whole(
        "bank_transfers",
        "BankTransfers",
        "BankTransferID",
        params={"includeDeleted": "true"},
        changed="CreatedDateUTC",
        deletes=Deletes.FLAG,
        is_deleted=is_deleted,
        deletes_note="the change filter looks at the creation only, so every run reads all",
        unmapped="money moved between the company's own accounts",
    ),
    whole("items", "Items", "ItemID", changed=CHANGED, params=FOUR_DECIMALS),
    whole("accounts", "Accounts", "AccountID", changed=CHANGED, unmapped=LEDGER),
    whole("users", "Users", "UserID", changed=CHANGED),
    whole("tax_rates", "TaxRates", "TaxType", unmapped=SETUP),
    whole("currencies", "Currencies", "Code", unmapped=SETUP),
    whole(
        "tracking_categories",
        "TrackingCategories",
        "TrackingCategoryID",
        params={"includeArchived": "true"},
        unmapped=SETUP,
    ),
    whole("contact_groups", "ContactGroups", "ContactGroupID", unmapped=SETUP),
    whole("branding_themes", "BrandingThemes", "BrandingThemeID", unmapped=SETUP),
    whole(
        "repeating_invoices",
        "RepeatingInvoices",
        "RepeatingInvoiceID",
        deletes=Deletes.KEY_SWEEP,
        is_deleted=is_deleted,
        unmapped="a plan for invoices; the invoices it made come in invoices",
    ),
    whole(
        "organisation",
        "Organisation",
        "OrganisationID",
        records="Organisations",
        deletes=Deletes.NEVER,
        unmapped="the organisation itself",
    ),
    Stream(
        name="profit_and_loss",
        key=("fromDate", "toDate"),
        read=where_allowed(read_profit_and_loss),
        volatile=MOMENT,
        deletes=Deletes.NEVER,
        deletes_note="the year before last is asked for again once a week; stays empty without the "
        "scope accounting.reports.read",
    ),
    Stream(
        name="aged_receivables",
        key="contactId",
        read=where_allowed(read_aged_receivables),
        volatile=MOMENT,
        deletes=Deletes.NEVER,
        deletes_note="a contact that owes nothing any more has a report without documents; stays "
        "empty without the scope accounting.reports.read",
    ),
]
