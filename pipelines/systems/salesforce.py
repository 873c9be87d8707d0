"""Salesforce: sales and service objects over SOQL, with every field that the user may see.

``queryAll`` shows deleted and archived rows too. Fields come from describe on each run, so new
custom fields arrive by themselves; an object that the org does not have is an empty stream.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
from dlt.sources.helpers.rest_client.paginators import JSONLinkPaginator
from msgspec import Raw, json

from pipelines.api import Api
from pipelines.auth import JwtBearer
from pipelines.connections import Connection
from pipelines.errors import (
    CredentialError,
    ExpiredPageError,
    PermanentError,
    TransientError,
)
from pipelines.stream import Deletes, Limit, Page, Stream, System, Trailing, Window

VERSION = "v67.0"
LOGIN = "https://login.salesforce.com"
OVERLAP = timedelta(minutes=30)  # long transactions show up with an earlier SystemModstamp
COMPLETE = timedelta(days=7)
FORMULAS = Trailing(
    span=timedelta(days=30), why="formula fields change without their record's SystemModstamp"
)
LONGEST_QUERY = 12_000  # URI and headers together may have 16,384 bytes
FIELDS_ALL = "FIELDS(ALL)"
WIDE_PAGE = 200  # rows that FIELDS(ALL) may give
RESTARTS = 2
ALL = "all"  # stands for the stage or currency of a subtotal
CURRENCY = "CurrencyIsoCode"  # a field of orgs with several currencies only
LEFT_OUT_TYPES = ("address", "location", "base64")  # compound fields repeat their parts


class MissingObjectError(PermanentError):
    """The org has no such object, or the user may not see it."""


def explain(answer: requests.Response) -> Exception | None:
    """Salesforce's error codes as errors; None where the status says enough."""
    code, message = _error(answer)
    said = f"{urlsplit(answer.url).path} answered {answer.status_code} {code}: {message}"
    if code == "REQUEST_LIMIT_EXCEEDED":
        return PermanentError(f"{said}; the org's allowance is used up, the next run goes on")
    if code == "INVALID_SESSION_ID":
        return CredentialError(said)
    if code == "INVALID_QUERY_LOCATOR":
        return ExpiredPageError(said)
    if code in ("QUERY_TIMEOUT", "UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE"):
        return TransientError(said)
    if code in ("NOT_FOUND", "INVALID_TYPE"):
        return MissingObjectError(said)
    return None


def _error(answer: requests.Response) -> tuple[str, str]:
    if answer.ok:
        return "", ""
    try:
        first = answer.json()[0]
        return first["errorCode"], first["message"]
    except (requests.JSONDecodeError, LookupError, TypeError):
        return "", ""


def sobject(
    name: str,
    object_name: str,
    *,
    related: str = "",
    changed: str = "SystemModstamp",
    unmapped: str = "",
    key_sweep: bool = True,
) -> Stream:
    """The stream of an object; ``related`` names fields of related records to read along."""
    return Stream(
        name=name,
        key="Id",
        read=rows_of(object_name, related.split(), changed),
        changed=changed,
        incremental=True,
        overlap=OVERLAP,
        refresh=COMPLETE,
        trailing=FORMULAS,
        ordered=True,
        sweep=ids_of(object_name) if key_sweep else None,
        sweep_every=COMPLETE,
        is_deleted="IsDeleted",
        deletes=Deletes.KEY_SWEEP if key_sweep else Deletes.NEVER,
        deletes_note=(
            "IsDeleted is true while a record is in the recycle bin (15 days); hard-deleted ones "
            "leave no trace and are found by comparing ids once a week."
            if key_sweep
            else "Salesforce only makes these inactive or keeps them for good."
        ),
        unmapped=unmapped,
    )


def rows_of(
    object_name: str, related: list[str], changed: str
) -> Callable[[Api, Window], Iterable[Page]]:
    """A reader of an object's rows by ascending change time."""

    def read(api: Api, window: Window) -> Iterator[Page]:
        try:
            names = fields(api, object_name)
        except MissingObjectError:
            window.partial = True
            return
        since = None if window.since is None else f"{window.since:%Y-%m-%dT%H:%M:%S.000Z}"
        selection = ", ".join([*names, *related])
        if len(selection) > LONGEST_QUERY:
            select = ", ".join([f"SELECT {FIELDS_ALL}", *related])
            yield from wide_rows(api, f"{select} FROM {object_name}", changed, since)
        else:
            yield from narrow_rows(api, f"SELECT {selection} FROM {object_name}", changed, since)

    return read


def ids_of(object_name: str) -> Callable[[Api, Window], Iterable[list[str]] | None]:
    """Lists the ids of the rows that are not deleted; None where the org lacks the object."""

    def sweep(api: Api, window: Window) -> Iterable[list[str]] | None:
        soql = f"SELECT Id FROM {object_name} ORDER BY Id ASC"
        request = requests.Request("GET", api.url("query"), params={"q": soql})
        try:
            pages = list(api.pages(request, "records", Locator()))
        except MissingObjectError:
            return None
        return [[json.decode(record)["Id"] for record in page.records] for page in pages]

    return sweep


def fields(api: Api, object_name: str) -> list[str]:
    """Names of an object's fields that can be queried; preferences of users are left out."""
    page = api.get(f"sobjects/{object_name}/describe", records="fields")
    described = map(json.decode, page.records)
    return [
        one["name"]
        for one in described
        if one["type"] not in LEFT_OUT_TYPES and not one["name"].startswith("UserPreferences")
    ]


class Locator(JSONLinkPaginator):
    """Follows ``nextRecordsUrl`` until the answer says ``done``."""

    def __init__(self) -> None:
        super().__init__("nextRecordsUrl")

    def update_state(self, response: Any, data: list[Any] | None = None) -> None:
        super().update_state(response, data)
        if response.json().get("done"):
            self._next_reference = None


def narrow_rows(api: Api, select: str, changed: str, since: str | None) -> Iterator[Page]:
    """Rows by query locator; an expired locator starts the query again."""
    where = f" WHERE {changed} >= {since}" if since else ""
    soql = f"{select}{where} ORDER BY {changed} ASC, Id ASC"
    for attempt in range(RESTARTS + 1):
        try:
            yield from query(api, soql, Locator())
        except ExpiredPageError:
            if attempt == RESTARTS:
                raise
        else:
            return


def wide_rows(api: Api, select: str, changed: str, since: str | None) -> Iterator[Page]:
    """Rows of an object with more fields than a query can name, 200 at a time by change and id."""
    where = f" WHERE {changed} >= {since}" if since else ""
    while True:
        soql = f"{select}{where} ORDER BY {changed} ASC, Id ASC LIMIT {WIDE_PAGE}"
        rows = 0
        for page in query(api, soql):
            rows += len(page.records)
            last = json.decode(page.records[-1]) if page.records else {}
            yield page
        if rows < WIDE_PAGE:
            return
        at, id_ = last[changed].replace("+0000", "Z"), last["Id"]
        where = f" WHERE ({changed} > {at} OR ({changed} = {at} AND Id > '{id_}'))"


def query(api: Api, soql: str, paginator: Locator | None = None) -> Iterator[Page]:
    """Every page of a query, deleted and archived rows included."""
    request = requests.Request("GET", api.url("queryAll"), params={"q": soql})
    return api.pages(request, "records", paginator)


def stage_totals(api: Api, window: Window) -> Iterator[Page]:
    """Number and amount of the live opportunities of each stage and of all, in each currency.

    An aggregated amount is in the corporate currency (SOQL and SOSL Reference, "Querying Currency
    Fields in Multi-Currency Orgs"), so only there it is what the records themselves come to.
    """
    try:
        has_currencies = CURRENCY in fields(api, "Opportunity")
        corporate = corporate_currency(api) if has_currencies else None
    except MissingObjectError:
        window.partial = True
        return
    groups = f"{CURRENCY}, StageName" if corporate else "StageName"
    soql = (
        f"SELECT {groups}, COUNT(Id) deals, SUM(Amount) total "
        f"FROM Opportunity GROUP BY ROLLUP({groups})"
    )
    page = api.get("query", params={"q": soql}, records="records")
    page.records = [_stage_total(row, corporate) for row in page.records]
    yield page


def corporate_currency(api: Api) -> str:
    """ISO code of the currency that an org with several currencies adds up in."""
    soql = "SELECT IsoCode FROM CurrencyType WHERE IsCorporate = true"
    page = api.get("query", params={"q": soql}, records="records")
    (corporate,) = map(json.decode, page.records)
    return str(corporate["IsoCode"])


def _stage_total(row: Raw, corporate: str | None) -> Raw:
    """A row of the query under an id; `amount` is its sum where that is in its own currency."""
    figures = json.decode(row, type=dict[str, Raw])
    currency, stage = (_text_of(figures.get(name)) for name in (CURRENCY, "StageName"))
    more: dict[str, Any] = {
        "id": f"{currency or ALL}:{stage or ALL}",
        "corporateCurrency": corporate,
    }
    if corporate is None or currency == corporate:
        more["amount"] = figures["total"]
    return Raw(json.encode({**more, **figures}))


def _text_of(value: Raw | None) -> str | None:
    return json.decode(value) if value else None


def sign_in(connection: Connection, session: requests.Session) -> JwtBearer:
    """The JWT bearer flow of the connection's integration user."""
    host = connection.setting("login_url", LOGIN)
    return JwtBearer(
        client_id=connection.secret("client_id"),
        private_key=connection.secret("private_key"),
        auth_endpoint=f"{host}/services/oauth2/token",
        subject=connection.setting("username"),
        audience=host,
        session=session,
    )


def base_url(connection: Connection, auth: JwtBearer) -> str:
    """The org's data resource; the host is the one that the token came with."""
    return f"{auth.sign_in()['instance_url']}/services/data/{VERSION}"


SYSTEM = System(
    name="salesforce",
    base_url=base_url,
    auth=sign_in,
    limits={
        "": (
            Limit(
                calls=100_000,
                seconds=86_400,
                quote="100,000 requests per 24 hours plus 1,000 for each licence, Enterprise",
            ),
        )
    },
    # Five long-running requests at once are allowed in developer and trial orgs, 25 elsewhere.
    concurrency=4,
    explain=explain,
    settings=("username", "login_url"),
    secrets=("client_id", "private_key"),
)

NO_ENTITY = "no entity of the warehouse takes it yet"

STREAMS = [
    sobject("accounts", "Account"),
    sobject("contacts", "Contact"),
    sobject("leads", "Lead"),
    sobject("opportunities", "Opportunity"),
    Stream(name="opportunity_totals", read=stage_totals, deletes=Deletes.KEY_SWEEP),
    sobject(
        "opportunity_line_items",
        "OpportunityLineItem",
        unmapped="no entity for the lines of a deal; orders and invoices have theirs",
    ),
    sobject(
        "opportunity_stages",
        "OpportunityStage",
        key_sweep=False,
        unmapped="each opportunity carries its stage's name, IsClosed and IsWon",
    ),
    sobject(
        "opportunity_history",
        "OpportunityHistory",
        changed="CreatedDate",
        unmapped="silver takes the present stage; history is kept for later",
    ),
    sobject("products", "Product2"),
    sobject(
        "pricebook_entries",
        "PricebookEntry",
        unmapped="a product has one price in the product entity, and each price book its own",
    ),
    sobject("orders", "Order", related="Account.Name"),
    sobject(
        "order_items",
        "OrderItem",
        related="Product2.Name Product2.ProductCode Product2.StockKeepingUnit",
    ),
    sobject("quotes", "Quote", unmapped=NO_ENTITY),
    sobject("quote_line_items", "QuoteLineItem", unmapped=NO_ENTITY),
    sobject("contracts", "Contract", unmapped=NO_ENTITY),
    sobject("campaigns", "Campaign"),
    sobject(
        "campaign_members",
        "CampaignMember",
        unmapped="who was reached; the campaign itself carries the counts",
    ),
    sobject("cases", "Case", unmapped=NO_ENTITY),
    sobject("case_comments", "CaseComment", unmapped=NO_ENTITY),
    sobject("tasks", "Task", related="Who.Type What.Type Account.Name"),
    sobject("events", "Event", related="Who.Type What.Type Account.Name"),
    sobject("users", "User", key_sweep=False),
    sobject("record_types", "RecordType", key_sweep=False, unmapped=NO_ENTITY),
]
