"""QuickBooks Online, Accounting API v3 (minor version 75): one company, by its query language."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
import requests

from pipelines.api import Api
from pipelines.auth import RotatingRefreshToken, retry_after
from pipelines.connections import Connection
from pipelines.errors import (
    CredentialError,
    IngestError,
    PermanentError,
    ThrottledError,
    TransientError,
)
from pipelines.paging import ByChangeTime
from pipelines.records import timestamp
from pipelines.stream import Deletes, Limit, Page, Stream, System, Window

ROWS = 1000
CREATED, CHANGED = "MetaData.CreateTime", "MetaData.LastUpdatedTime"
LOOK_BACK = timedelta(days=30)
CDC_OBJECTS = 1000
ALL_MONTHS, RECENT_MONTHS, WEEK = 24, 3, timedelta(days=7)  # of closed books
SLACK = timedelta(minutes=1)  # a record may become visible up to half a minute late
HOSTS = {
    "production": "https://quickbooks.api.intuit.com",
    "sandbox": "https://sandbox-quickbooks.api.intuit.com",
}


def base_url(connection: Connection, auth: Any) -> str:
    """The company's own root; ``environment: sandbox`` is Intuit's sandbox company."""
    environment = connection.setting("environment", "production")
    if environment not in HOSTS:
        raise IngestError(
            f"connection '{connection.name}': environment is {' or '.join(HOSTS)}. "
            f"Got: {environment}"
        )
    return f"{HOSTS[environment]}/v3/company/{connection.setting('realm_id')}"


def sign_in(connection: Connection, session: requests.Session) -> RotatingRefreshToken:
    """Intuit offers no other grant; the refresh token changes about once a day."""
    return RotatingRefreshToken(
        connection=connection.name,
        token_url="https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer",
        client_id=connection.secret("client_id"),
        client_secret=connection.secret("client_secret"),
        refresh_token=connection.secret("refresh_token"),
        session=session,
    )


def explain(answer: requests.Response) -> Exception | None:
    """The error inside a Fault, which may come with any status; None when there is no Fault."""
    code, text = fault(answer)
    said = f"QuickBooks answered {answer.status_code}: {text} (intuit_tid {_tid(answer)})"
    if answer.status_code == 429 or code == "3001":
        return ThrottledError(said, retry_after(answer) or 60.0)
    if not code:
        return None
    if answer.status_code == 401 or code in ("3200", "3201"):
        return CredentialError(f"{said}; connect the company again")
    if answer.status_code >= 500 or code == "10000":
        return TransientError(said, retry_after(answer))
    return PermanentError(said)


def fault(answer: requests.Response) -> tuple[str, str]:
    """(code without leading zeros, text) of an answer's Fault, or two empty texts."""
    if b"fault" not in answer.content[:300].lower():
        return "", answer.text[:200] if answer.status_code >= 400 else ""
    body = {key.lower(): value for key, value in answer.json().items()}
    errors = {key.lower(): value for key, value in body.get("fault", {}).items()}.get("error")
    first = {key.lower(): str(value) for key, value in (errors or [{}])[0].items()}
    code = first.get("code", "0").lstrip("0") or "0"
    return code, f"{code} {first.get('message', '')}: {first.get('detail', '')}"


def _tid(answer: requests.Response) -> str:
    return answer.headers.get("intuit_tid", "unknown")


SYSTEM = System(
    name="quickbooks",
    base_url=base_url,
    auth=sign_in,
    headers={"Accept": "application/json"},
    limits={
        "": (
            Limit(calls=10, seconds=1, quote="10 requests per second per realm ID and app"),
            Limit(calls=500, seconds=60, quote="500 requests per minute per realm ID"),
        )
    },
    concurrency=8,
    explain=explain,
    settings=("realm_id", "environment"),
    secrets=("client_id", "client_secret", "refresh_token"),
)


def query(
    entity: str, since: datetime | None, *, by: str = CHANGED, inactive: bool = False, page: int = 0
) -> str:
    """A SELECT in ascending order of ``by``; ``inactive`` asks for hidden rows as well."""
    wanted = ["Active IN (true, false)"] if inactive else []
    if since:
        wanted.append(f"{by} >= '{since.isoformat(timespec='seconds')}Z'")
    where = f" WHERE {' AND '.join(wanted)}" if wanted else ""
    return (
        f"SELECT * FROM {entity}{where} ORDERBY {by} ASC "
        f"STARTPOSITION {page * ROWS + 1} MAXRESULTS {ROWS}"
    )


def rows(api: Api, entity: str, since: datetime | None, **options: Any) -> Iterator[Page]:
    """Every page of an entity's rows from ``since`` on (naive UTC); None: from the beginning."""

    def params(since: datetime | None, page: int = 0) -> dict[str, str]:
        return {"query": query(entity, since, page=page, **options), "minorversion": "75"}

    def go_on(request: requests.Request, since: datetime, page: int) -> None:
        request.params = params(since, page)

    request = requests.Request("GET", api.url("query"), params=params(since))
    paginator = ByChangeTime(options.get("by", CHANGED), ROWS, go_on, since)
    return api.pages(request, f"QueryResponse.{entity}", paginator)


def kept(entity: str) -> Callable[[Api, Window], Iterable[Page]]:
    """Reads a list entity, whose rows are made inactive and never deleted."""
    return lambda api, window: rows(api, entity, window.since, inactive=True)


def changed(entity: str) -> Callable[[Api, Window], Iterable[Page]]:
    """Reads an entity that neither hides rows nor tells of deleted ones."""
    return lambda api, window: rows(api, entity, window.since)


def with_feed(entity: str) -> Callable[[Api, Window], Iterable[Page]]:
    """Reads a transaction entity, then the change feed, which alone names deleted ones."""

    def read(api: Api, window: Window) -> Iterator[Page]:
        asked_at: list[datetime] = []
        for page in rows(api, entity, window.since):
            asked_at += filter(None, [timestamp(page.body["time"])])
            yield page
        told = told_since(api, entity, window) if window.since else None
        if told:
            asked_at.append(told.asked_at)
            yield gone_page(told, entity)
        if asked_at:
            # Whole hours: all streams can share one feed, and most runs have nothing to store.
            start = (min(asked_at) - SLACK).replace(minute=0, second=0, microsecond=0)
            window.state["feed_since"] = start.isoformat()

    return read


@dataclass(frozen=True)
class Feed:
    """What changed since a time, by entity; ``asked_at`` is naive UTC by Intuit's clock."""

    objects: dict[str, list[dict[str, Any]]]
    request_id: str
    asked_at: datetime


def told_since(api: Api, entity: str, window: Window) -> Feed | None:
    """What the change feed says of an entity; asks for a sweep where the feed has a gap."""
    since = timestamp(window.state.get("feed_since"))
    if since is None or since < api.now() - LOOK_BACK + SLACK:
        window.state["sweep"] = True
        return None
    told = shared_feed(api, since)
    # Deleted objects come last, and at most 1000 objects come at all (Intuit, ChangeDataCapture).
    if sum(map(len, told.objects.values())) >= CDC_OBJECTS:
        told = feed(api, [entity], since)
    window.state["sweep"] = len(told.objects.get(entity, [])) >= CDC_OBJECTS
    return told


def gone_page(told: Feed, entity: str) -> Page:
    """The deleted objects of an entity, as stubs."""
    gone = [one for one in told.objects.get(entity, []) if one.get("status") == "Deleted"]
    records = [msgspec.Raw(msgspec.json.encode(one)) for one in gone]
    return Page(records=records, body={}, request_id=told.request_id, deleted=True)


def shared_feed(api: Api, since: datetime) -> Feed:
    """The feed of all entities that it has, asked for once by the first stream that needs it."""
    with api.shared.setdefault("feed lock", threading.Lock()):
        key = f"feed since {since}"
        if key not in api.shared:
            fed = [one for one in STREAMS if one.deletes is Deletes.CHANGE_FEED]
            api.shared[key] = feed(api, [one.records.rpartition(".")[2] for one in fed], since)
        found: Feed = api.shared[key]
        return found


def feed(api: Api, entities: list[str], since: datetime) -> Feed:
    """The change feed of some entities since a time."""
    asked_at = api.now()
    params = {
        "entities": ",".join(entities),
        "changedSince": f"{since:%Y-%m-%dT%H:%M:%S}Z",
        "minorversion": "75",
    }
    page = api.get("cdc", records=".", params=params)
    responses = msgspec.json.decode(page.records[0]).get("CDCResponse", [])
    parts = [part for response in responses for part in response.get("QueryResponse", [])]
    objects: dict[str, list[dict[str, Any]]] = {}
    for part in parts:
        for entity in entities:
            objects.setdefault(entity, []).extend(part.get(entity, []))
    return Feed(objects, page.request_id, asked_at)


def ids(entity: str, inactive: bool = False) -> Callable[[Api, Window], Iterable[list[str]]]:
    """Lists the ids that exist; by creation time, which no edit moves."""

    def sweep(api: Api, window: Window) -> Iterator[list[str]]:
        for page in rows(api, entity, None, by=CREATED, inactive=inactive):
            yield [msgspec.json.decode(record)["Id"] for record in page.records]

    return sweep


def stream(name: str, entity: str, read: Any, deletes: Deletes, **more: Any) -> Stream:
    """A stream of one entity: ids are unique within the entity only."""
    options: dict[str, Any] = {"incremental": True, "ordered": True, "overlap": SLACK} | more
    return Stream(
        name=name,
        key="Id",
        records=f"QueryResponse.{entity}",
        changed=CHANGED,
        read=read(entity),
        deletes=deletes,
        **options,
    )


def read_profit_and_loss(api: Api, window: Window) -> Iterator[Page]:
    """The profit and loss of each month, as one report: once a week all, else the last three."""
    months = ALL_MONTHS if window.is_due("history_read_at", WEEK) else RECENT_MONTHS
    for first, last in window.ended_months(months):
        dates = {"start_date": first.isoformat(), "end_date": last.isoformat()}
        yield report(api, "ProfitAndLoss", accounting_method="Accrual", **dates)


def read_aged_receivables(api: Api, window: Window) -> Iterator[Page]:
    """What each customer owes on the day of the run."""
    yield report(api, "AgedReceivables")


def report(api: Api, name: str, **params: str) -> Page:
    """A report as one record: the whole answer."""
    return api.get(f"reports/{name}", records=".", params={**params, "minorversion": "75"})


def list_entity(name: str, entity: str, unmapped: str = "") -> Stream:
    return stream(
        name,
        entity,
        kept,
        Deletes.NEVER,
        sweep=ids(entity, inactive=True),
        deletes_note="QuickBooks makes list rows inactive instead of deleting them",
        unmapped=unmapped,
    )


def transaction(name: str, entity: str, unmapped: str = "") -> Stream:
    return stream(
        name,
        entity,
        with_feed,
        Deletes.CHANGE_FEED,
        sweep=ids(entity),
        deletes_note="the feed reaches back 30 days; after a longer pause all ids are compared",
        unmapped=unmapped,
    )


LEDGER = "no entity for the general ledger yet"
SETUP = "a list that other records name their values from; no entity of its own"

STREAMS = [
    list_entity("customers", "Customer"),
    list_entity("vendors", "Vendor"),
    list_entity("employees", "Employee"),
    list_entity("items", "Item"),
    list_entity("accounts", "Account", LEDGER),
    list_entity("classes", "Class", SETUP),
    list_entity("departments", "Department", SETUP),
    list_entity("terms", "Term", SETUP),
    list_entity("payment_methods", "PaymentMethod", SETUP),
    list_entity("tax_codes", "TaxCode", SETUP),
    list_entity("tax_rates", "TaxRate", SETUP),
    transaction("invoices", "Invoice"),
    transaction("sales_receipts", "SalesReceipt"),
    transaction("credit_memos", "CreditMemo"),
    transaction("refund_receipts", "RefundReceipt"),
    transaction("payments", "Payment"),
    transaction("bills", "Bill"),
    transaction("vendor_credits", "VendorCredit"),
    transaction("bill_payments", "BillPayment"),
    transaction("purchases", "Purchase"),
    transaction("estimates", "Estimate", "an offer is neither an order nor a deal"),
    transaction("purchase_orders", "PurchaseOrder", "no entity for orders to suppliers yet"),
    transaction("journal_entries", "JournalEntry", LEDGER),
    transaction("transfers", "Transfer", LEDGER),
    transaction("deposits", "Deposit", LEDGER),
    stream(
        "time_activities",
        "TimeActivity",
        changed,
        Deletes.KEY_SWEEP,
        sweep=ids("TimeActivity"),
        deletes_note="the change feed leaves TimeActivity out, so all ids are compared once a day",
        unmapped="no entity for time entries yet",
    ),
    stream(
        "tax_agencies",
        "TaxAgency",
        changed,
        Deletes.KEY_SWEEP,
        incremental=False,
        ordered=False,
        unmapped=SETUP,
    ),
    stream(
        "company_info",
        "CompanyInfo",
        changed,
        Deletes.NEVER,
        incremental=False,
        ordered=False,
        unmapped="the company itself",
    ),
    Stream(
        name="profit_and_loss",
        key=("Header.ReportName", "Header.StartPeriod", "Header.EndPeriod"),
        read=read_profit_and_loss,
        volatile=("Header",),
        deletes=Deletes.NEVER,
    ),
    Stream(
        name="aged_receivables",
        key="Header.ReportName",
        read=read_aged_receivables,
        volatile=("Header",),
        deletes=Deletes.NEVER,
    ),
]
