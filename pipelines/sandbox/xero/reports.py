"""Xero's reports, added up from the stored documents: profit and loss, and who owes what."""

import re
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from pipelines.sandbox import clock
from pipelines.sandbox.answers import Refused, json_answer
from pipelines.sandbox.server import vendor

Fields = dict[str, Any]
Sums = dict[str, Decimal]
CENT, ZERO = Decimal("0.01"), Decimal(0)
SECTIONS = (
    ("Income", "Total Income", ("SALES", "REVENUE")),
    ("Less Cost of Sales", "Total Cost of Sales", ("DIRECTCOSTS",)),
    ("Less Operating Expenses", "Total Operating Expenses", ("EXPENSE", "OVERHEADS")),
)
BOOKED = {"AUTHORISED", "PAID", "POSTED"}


class Posting(NamedTuple):
    """What a document adds to accounts; ``sign`` of its lines as income, money in the books'."""

    stream: str
    sign: int
    types: tuple[str, ...] = ()
    lines: str = "LineItems"


POSTINGS = (
    Posting("Invoices", 1, ("ACCREC",)),
    Posting("Invoices", -1, ("ACCPAY",)),
    Posting("CreditNotes", -1, ("ACCRECCREDIT",)),
    Posting("CreditNotes", 1, ("ACCPAYCREDIT",)),
    Posting("BankTransactions", 1, ("RECEIVE",)),
    Posting("BankTransactions", -1, ("SPEND",)),
    Posting("ManualJournals", -1, lines="JournalLines"),
)


class Receivable(NamedTuple):
    """A kind of document in accounts receivable; the fields that say what is left of it."""

    stream: str
    type: str
    number: str
    due: str
    sign: int


RECEIVABLES = (
    Receivable("Invoices", "ACCREC", "InvoiceNumber", "AmountDue", 1),
    Receivable("CreditNotes", "ACCRECCREDIT", "CreditNoteNumber", "RemainingCredit", -1),
    Receivable("Overpayments", "RECEIVE-OVERPAYMENT", "Reference", "RemainingCredit", -1),
    Receivable("Prepayments", "RECEIVE-PREPAYMENT", "Reference", "RemainingCredit", -1),
)


def invalid(message: str) -> Refused:
    """A report that cannot be made as asked."""
    body = {"ErrorNumber": 10, "Type": "ValidationException", "Message": message}
    return Refused(json_answer(body, 400))


def profit_and_loss(request: Request) -> Response:
    """GET /Reports/ProfitAndLoss: periods by accrual, in the currency of the books."""
    asked = _asked(request, "fromDate", "toDate", "standardLayout", "periods", "timeframe")
    now = clock.parse(vendor(request).now)
    start = clock.parse(asked.get("fromDate", f"{now:%Y-%m-01}"))
    end = clock.parse(asked.get("toDate", f"{_month_end(now):%Y-%m-%d}"))
    earlier = asked.get("periods", "0")
    if start > end:
        raise invalid("The fromDate must be before the toDate")
    if not earlier.isdigit() or int(earlier) > 11 or asked.get("timeframe", "MONTH") != "MONTH":
        raise invalid("periods must be between 1 and 11, of timeframe MONTH")
    periods = [(_earlier(start, back), _earlier(end, back)) for back in range(int(earlier) + 1)]
    bookings = list(_bookings(request))
    columns = [_sums(bookings, f"{one:%Y-%m-%d}", f"{two:%Y-%m-%d}") for one, two in periods]
    header = _row("Header", ["", *(f"{day.day} {day:%b %y}" for _, day in periods)])
    titles = ["Profit & Loss", _company(request), f"{_day(start)} to {_day(end)}"]
    rows = [header, *_sections(request, columns)]
    return _report(request, "ProfitAndLoss", "Profit and Loss", titles, rows)


def _earlier(day: datetime, months: int) -> datetime:
    """The same day so many months ago, or that month's last."""
    month = day.replace(day=1)
    for _ in range(months):
        month = (month - timedelta(days=1)).replace(day=1)
    return month.replace(day=min(day.day, _month_end(month).day))


def _sections(request: Request, columns: list[Sums]) -> Iterator[Fields]:
    accounts = [row.json() for row in vendor(request).store.query("Accounts")]
    net = [ZERO for _ in columns]
    for at, (title, total, types) in enumerate(SECTIONS):
        sign = -1 if at else 1
        held = [
            (one, [sign * sums.get(one["Code"], ZERO) for sums in columns])
            for one in accounts
            if one["Type"] in types
        ]
        rows = [_of_account(one, amounts) for one, amounts in held if any(amounts)]
        totals = [sum((amounts[n] for _, amounts in held), ZERO) for n in range(len(columns))]
        rows.append(_row("SummaryRow", [total, *map(_text, totals)]))
        yield {"RowType": "Section", "Title": title, "Rows": rows}
        net = [before + sign * one for before, one in zip(net, totals, strict=True)]
        if at:
            name = "Gross Profit" if at == 1 else "Net Profit"
            rows = [_row("Row", [name, *map(_text, net)])]
            yield {"RowType": "Section", "Title": "", "Rows": rows}


def _bookings(request: Request) -> Iterator[tuple[str, str, Decimal]]:
    """(day, account code, amount in the currency of the books); expenses are negative."""
    for posting in POSTINGS:
        for body in _booked(request, posting):
            for code, net in _nets(body, body[posting.lines]):
                yield _date(body), code, posting.sign * _in_books(net, body)


def _nets(body: Fields, lines: list[Fields]) -> Iterator[tuple[str, Decimal]]:
    """(account code, amount without tax) of lines; what a total has more is of the first account.

    In Xero a total is the sum of its lines; the invented company sometimes mistypes one.
    """
    nets = [(line["AccountCode"], _net(body, line)) for line in lines]
    yield from nets
    if nets and "SubTotal" in body:
        yield nets[0][0], _decimal(body["SubTotal"]) - sum((net for _, net in nets), ZERO)


def _sums(bookings: Iterable[tuple[str, str, Decimal]], start: str, end: str) -> Sums:
    sums: Sums = {}
    for day, code, amount in bookings:
        if start <= day <= end:
            sums[code] = sums.get(code, ZERO) + amount
    return sums


def _booked(request: Request, posting: Posting) -> Iterator[Fields]:
    for row in vendor(request).store.query(posting.stream):
        body = row.json()
        is_wanted = not posting.types or body["Type"] in posting.types
        if is_wanted and body["Status"] in BOOKED:
            yield body


def _date(body: Fields) -> str:
    """A document's date out of /Date(…)/: manual journals have no other form."""
    found = re.search(r"-?\d+", body["Date"])
    assert found
    return f"{datetime.fromtimestamp(int(found[0]) / 1000, UTC):%Y-%m-%d}"


def _net(body: Fields, line: Fields) -> Decimal:
    tax = _decimal(line["TaxAmount"]) if body["LineAmountTypes"] == "Inclusive" else ZERO
    return _decimal(line["LineAmount"]) - tax


def _in_books(amount: Decimal, body: Fields) -> Decimal:
    rate = _decimal(body.get("CurrencyRate") or 1)
    return (amount / rate).quantize(CENT, ROUND_HALF_UP)


def aged_receivables(request: Request) -> Response:
    """GET /Reports/AgedReceivablesByContact: the open documents of one customer."""
    contact = _asked(request, "contactId", "date", "fromDate", "toDate").get("contactId", "")
    known = vendor(request).store.query("Contacts", ids=[contact], deleted="include")
    if not known:
        raise invalid("A valid contactId is required")
    now = clock.parse(vendor(request).now)
    documents = sorted(_open_documents(request, contact), key=lambda one: one[1])
    first = documents[0][1] if documents else f"{now:%Y-%m-%d}"
    opening = [f"{first}T00:00:00", "Opening Balance", *[""] * 5, "0.00"]
    rows = [
        _row("Header", ["Date", "Number", "Due Date", "", "Total", "Paid", "Credited", "Due"]),
        {"RowType": "Section", "Title": "", "Rows": [_row("Row", opening)]},
    ]
    totals = [sum((one[-1][at] for one in documents), ZERO) for at in range(4)]
    if documents:
        lines = [_of_document(*one, now) for one in documents]
        lines.append(_row("SummaryRow", ["Total", "", "", "", *map(_text, totals)]))
        rows.append({"RowType": "Section", "Title": "", "Rows": lines})
    closing = _row("SummaryRow", ["Closing Balance", "", "", "", *map(_text, totals)])
    rows.append({"RowType": "Section", "Title": "", "Rows": [closing]})
    until = _day(_month_end(now))
    name = known[0].json().get("Name", "")
    titles = [
        "Invoices",
        name,
        f"From {_day(clock.parse(first))} to {until}",
        f"Showing payments to {until}",
    ]
    title = "Aged Receivables By Contact"
    return _report(request, "AgedReceivablesByContact", title, titles, rows)


def _open_documents(
    request: Request, contact: str
) -> Iterator[tuple[str, str, str, str, list[Decimal]]]:
    """(id, date, number, due date, [total, paid, credited, due]) of what is not settled."""
    for kind in RECEIVABLES:
        for row in vendor(request).store.query(kind.stream):
            body = row.json()
            if body["Type"] != kind.type or body["Status"] != "AUTHORISED":
                continue
            if body["Contact"]["ContactID"] == contact:
                fields = ("Total", "AmountPaid", "AmountCredited", kind.due)
                amounts = [
                    kind.sign * _in_books(_decimal(body.get(name, 0)), body) for name in fields
                ]
                number = body.get(kind.number) or ""
                due = body.get("DueDateString", body["DateString"])[:10]
                yield row.id, _date(body), number, due, amounts


def _of_document(
    id: str, issued: str, number: str, due: str, amounts: list[Decimal], now: datetime
) -> Fields:
    days = (now - clock.parse(due)).days
    late = f"{days} days overdue" if days > 0 else ""
    texts = [f"{issued}T00:00:00", number, f"{due}T00:00:00", late, *map(_text, amounts)]
    return _row("Row", texts, ("invoiceID", id))


def _of_account(account: Fields, amounts: list[Decimal]) -> Fields:
    texts = [account["Name"], *map(_text, amounts)]
    return _row("Row", texts, ("account", account["AccountID"]))


def _row(kind: str, texts: Iterable[str], attribute: tuple[str, str] | None = None) -> Fields:
    known = {"Attributes": [{"Value": attribute[1], "Id": attribute[0]}]} if attribute else {}
    return {"RowType": kind, "Cells": [{"Value": text, **known} for text in texts]}


def _report(
    request: Request, kind: str, name: str, titles: list[str], rows: list[Fields]
) -> Response:
    now = vendor(request).now
    stamp = f"/Date({clock.epoch_ms(now)})/"
    report = {
        "ReportID": kind, "ReportName": name, "ReportType": kind, "ReportTitles": titles,
        "ReportDate": _day(clock.parse(now)), "UpdatedDateUTC": stamp, "Fields": [], "Rows": rows,
    }  # fmt: skip
    head = {"Id": str(uuid.uuid4()), "Status": "OK", "ProviderName": "Goldpan"}
    return json_answer(head | {"DateTimeUTC": stamp, "Reports": [report]})


def _asked(request: Request, *known: str) -> dict[str, str]:
    asked = dict(request.query_params)
    for name, text in asked.items():
        if name not in known:
            raise invalid(f"The parameter {name} is not known to this report")
        if name in ("date", "fromDate", "toDate") and not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            raise invalid(f"'{text}' is not a valid date")
    return asked


def _company(request: Request) -> str:
    (organisation,) = vendor(request).store.query("Organisation")
    return str(organisation.json()["Name"])


def _month_end(day: datetime) -> datetime:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _day(day: datetime) -> str:
    return f"{day.day} {day:%B %Y}"


def _text(amount: Decimal) -> str:
    return f"{amount:.2f}"


def _decimal(value: Any) -> Decimal:
    return Decimal(str(value))
