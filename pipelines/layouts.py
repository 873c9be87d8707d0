"""Layouts of exported tables: which export a sheet is, where its header is, which rows count."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from pipelines.sheets import Rows

HEADER_WITHIN = 30  # rows of titles that may stand above a header
TOTAL = re.compile(r"^(grand )?totals?\b", re.IGNORECASE)
GRAND_TOTAL = re.compile(r"^(grand )?totals?\W*$", re.IGNORECASE)  # not "Total for Kettle"
DECIMAL_COMMA = re.compile(r"\d,\d{1,2}\D*$")
DECIMAL_POINT = re.compile(r"\d\.\d{1,2}\D*$")
NUMBER = re.compile(
    r"(?P<before>[-+(]*\s*(?:[A-Z]{3}|\W)?\s*-?)(?P<digits>\d[\d.,'\s]*|[.,]\d+)"
    r"(?P<after>\s*(?:[A-Z]{3}|[^\w\s)-])?\s*[-)]*)"
)
DAY = re.compile(r"^(\d{1,4})[/.\-](\d{1,2})[/.\-](\d{1,4})$")
ZONES = {
    "Eastern Time (US & Canada)": "America/New_York",
    "Central Time (US & Canada)": "America/Chicago",
    "Mountain Time (US & Canada)": "America/Denver",
    "Pacific Time (US & Canada)": "America/Los_Angeles",
    "London": "Europe/London",
    "UTC": "UTC",
}

Record = dict[str, Any]


class Layout(msgspec.Struct, forbid_unknown_fields=True):
    """One kind of export; systems/files.yml says what each field means."""

    title: str
    signature: list[str]
    key: list[list[str]]
    name: str = ""
    lines: list[str] = []
    fill: list[str] = []
    dates: dict[str, str] = {}
    times: dict[str, list[str]] = {}
    numbers: list[str] = []
    spread: dict[str, str] = {}
    require: list[str] = []
    aliases: dict[str, list[str]] = {}
    known: list[str] = []


@cache
def layouts() -> dict[str, Layout]:
    """Every layout by name, in the order of the file. Raises msgspec.ValidationError."""
    import yaml

    text = (Path(__file__).parent / "systems" / "files.yml").read_text()
    found = msgspec.convert(yaml.safe_load(text), dict[str, Layout])
    for name, layout in found.items():
        layout.name = name
    return found


def plain(column: str) -> str:
    """A column's name without case, spaces and punctuation."""
    return re.sub(r"[\W_]+", "", column.lower())


@dataclass
class Match:
    """A layout recognised in a sheet: its header is ``rows[header]``."""

    layout: Layout
    header: int
    columns: list[str]


def recognise(rows: Rows) -> Match | None:
    """The layout with the longest signature among those that a row near the top satisfies."""
    best: Match | None = None
    for number, row in enumerate(rows[:HEADER_WITHIN]):
        present = {plain(cell) for cell in row}
        for layout in layouts().values():
            if best and len(layout.signature) <= len(best.layout.signature):
                continue
            if all(_has(present, names) for names in layout.signature):
                best = Match(layout, number, columns(layout, row))
    return best


def _has(present: set[str], names: str) -> bool:
    return any(plain(name) in present for name in names.split("|"))


def nearest(rows: Rows) -> str:
    """The layout that comes closest and what it lacks, as a sentence."""
    present = {plain(cell) for row in rows[:HEADER_WITHIN] for cell in row}
    missing = {
        layout.title: [names for names in layout.signature if not _has(present, names)]
        for layout in layouts().values()
    }
    title = min(missing, key=lambda one: len(missing[one]) / len(missing))
    return f"nearest is '{title}', which also has {', '.join(missing[title]).replace('|', ' or ')}"


def columns(layout: Layout, row: list[str]) -> list[str]:
    """The header's cells under the layout's own names; repeated ones numbered, blanks named."""
    own = {plain(alias): name for name, others in layout.aliases.items() for alias in others}
    own |= {plain(name): name for name in [*layout.aliases, *_written(layout)]}
    found: list[str] = []
    for number, cell in enumerate(row, 1):
        name = own.get(plain(cell), " ".join(cell.split())) or f"column {number}"
        repeats = sum(other.partition(" #")[0] == name for other in found)
        found.append(f"{name} #{repeats + 1}" if repeats else name)
    return found


def _written(layout: Layout) -> list[str]:
    signature = [names for names in layout.signature if "|" not in names]
    keys = [column for columns in layout.key for column in columns]
    exact = [name for name in layout.lines if not set(name) & set("*?") or name.startswith("*")]
    return [*signature, *keys, *layout.dates, *layout.require, *layout.known, *exact]


@dataclass
class Table:
    """What a sheet holds: records, rows set aside as (reason, cells), and how dates were read.

    ``keyed`` are its rows with the key of their record; ``grand_total`` is the last row of totals
    that is of everything, by column.
    """

    records: list[Record] = field(default_factory=list)
    rejected: list[tuple[str, list[str]]] = field(default_factory=list)
    totals: list[list[str]] = field(default_factory=list)
    date_orders: dict[str, str] = field(default_factory=dict)
    rows: int = 0
    keyed: list[tuple[str, Record]] = field(default_factory=list)
    grand_total: Record = field(default_factory=dict)


def table(match: Match, rows: Rows, zone: str | None = None, order: str | None = None) -> Table:
    """The records of a recognised sheet.

    ``zone``: IANA name for times without one. ``order``: dmy or mdy for dates that do not tell.
    """
    made = Table()
    found = list(_records(match, rows, made))
    made.rows = len(found)
    for column, assumed in match.layout.dates.items():
        values = [record.get(column, "") for record in found]
        made.date_orders[column] = date_order(values) or order or assumed
    _add_numbers(match.layout, found)
    for record in found:
        _add_times(match.layout, record, made.date_orders, zone)
    made.records = list(_keyed(match.layout, found, made))
    return made


def _records(match: Match, rows: Rows, made: Table) -> Iterator[Record]:
    layout, header = match.layout, [plain(cell) for cell in rows[match.header]]
    above: Record = {}
    for number, row in enumerate(rows[match.header + 1 :], match.header + 2):
        filled = [cell for cell in row if cell.strip()]
        if not filled or [plain(cell) for cell in row] == header:
            continue
        if TOTAL.match(filled[0]):
            made.totals.append(filled)
            if GRAND_TOTAL.match(filled[0]):
                made.grand_total = dict(zip(match.columns, row, strict=False))
            continue
        record: Record = dict(zip(match.columns, row, strict=False))
        record["_row"] = number
        if extra := [cell for cell in row[len(match.columns) :] if cell.strip()]:
            record["_extra"] = extra
        if len(filled) == 1 and layout.fill and row[0].strip():
            above = {layout.fill[0]: row[0].strip()}
            continue
        if len(filled) == 1 and len(match.columns) > 3 and not layout.fill:
            made.totals.append(filled)  # a footer such as the time of the export
            continue
        for column in layout.fill:
            record[column] = record.get(column) or above.get(column, "")
        above = {column: record[column] for column in layout.fill}
        if any(not record.get(column, "").strip() for column in layout.require):
            made.totals.append(filled)
            continue
        yield _spread(layout, record)


def _spread(layout: Layout, record: Record) -> Record:
    fixed = {plain(name) for name in _written(layout)}
    for pattern, target in layout.spread.items():
        hits = [
            name
            for name in record
            if not name.startswith("_") and plain(name) not in fixed and _like(name, pattern)
        ]
        if hits:
            record[target] = [
                {"name": _stem(name, pattern), "value": record.pop(name)} for name in hits
            ]
    return record


def _like(name: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(name.lower(), pattern.lower())


def _stem(name: str, pattern: str) -> str:
    before, _, after = pattern.partition("*")
    end = len(name) - len(after) if after and "*" not in after else len(name)
    return name[len(before) : end].strip()


def _keyed(layout: Layout, found: list[Record], made: Table) -> Iterator[Record]:
    grouped: dict[str, Record] = {}
    for record in found:
        key = _key(layout, record)
        if key is None:
            made.rejected.append((f"the row has no {_wanted(layout)}", _texts(record)))
        elif not layout.lines:
            repeats = 1
            while (name := key if repeats == 1 else f"{key} #{repeats}") in grouped:
                repeats += 1
            grouped[name] = record | {"_key": name}
            made.keyed.append((name, record))
        else:
            made.keyed.append((key, dict(record)))
            _join(layout, grouped.setdefault(key, {"_key": key, "lines": []}), record)
    yield from grouped.values()


def _key(layout: Layout, record: Record) -> str | None:
    for columns in layout.key:
        parts = [str(record.get(column, "")).strip().lstrip("'") for column in columns]
        if all(parts):
            return "/".join(parts)
    return None


def _wanted(layout: Layout) -> str:
    return " or ".join(" and ".join(columns) for columns in layout.key)


def _texts(record: Record) -> list[str]:
    return [value for value in record.values() if isinstance(value, str)]


def _join(layout: Layout, whole: Record, record: Record) -> None:
    line = {name: value for name, value in record.items() if _is_line(layout, name)}
    if any(str(value).strip() for value in line.values()):
        whole["lines"].append(line)
    for name, value in record.items():
        if name not in line and not whole.get(name):
            whole[name] = value


def _is_line(layout: Layout, name: str) -> bool:
    return any(
        name == pattern or (not pattern.startswith("*") and _like(name, pattern))
        for pattern in layout.lines
    )


# -- what a sheet says of itself ---------------------------------------------------------------


def controls(match: Match, made: Table) -> Iterator[Record]:
    """How many records a sheet holds, and each sum of its row of totals, with what it is made of.

    {column: null, count, rows: [{key}]}, then {column, total, rows: [{key, amount}]} by column. The
    count is that of the row of totals where it states one: a whole number below a column of words.
    """
    stated: int | None = None
    sums: list[Record] = []
    for column, cell in made.grand_total.items():
        if cell.strip() and not GRAND_TOTAL.match(cell.strip()):
            found = _summed(column, cell, made)
            sums += [found] if found else []
            is_count = not found and cell.strip().isdigit() and not match.layout.lines
            stated = int(cell) if is_count else stated
    keys = [{"key": record["_key"]} for record in made.records]
    count = len(keys) if stated is None else stated
    yield {"column": None, "count": count, "total": None, "rows": keys}
    yield from sums


def _summed(column: str, total: str, made: Table) -> Record | None:
    """A column's total and amounts by key; None where a cell of it is no number."""
    cells = [(key, str(record.get(column) or "").strip()) for key, record in made.keyed]
    texts = [text for _, text in cells if text]
    comma = has_decimal_comma([*texts, total])
    amounts: dict[str, Decimal] = {}
    for key, text in cells:
        amount = number(text, comma) if text else Decimal(0)
        if amount is None:
            return None
        amounts[key] = amounts.get(key, Decimal(0)) + amount
    sum_of_all = number(total, comma)
    if sum_of_all is None or not texts:
        return None
    rows = [{"key": key, "amount": str(amount)} for key, amount in amounts.items()]
    return {"column": column, "count": None, "total": str(sum_of_all), "rows": rows}


# -- numbers ----------------------------------------------------------------------------------


def number(text: str, comma: bool = False) -> Decimal | None:
    """An amount as people write it: ``$1,149.00``, ``(5.00)``, with ``comma`` ``1.234,50 €``."""
    found = NUMBER.fullmatch(text.strip())
    if not found:
        return None
    digits = re.sub(r"[.'\s]" if comma else r"[,'\s]", "", found["digits"])
    is_negative = "-" in (found["before"] + found["after"]) or "(" in found["before"]
    try:
        amount = Decimal(digits.replace(",", ".") if comma else digits)
    except InvalidOperation:
        return None
    return -amount if is_negative else amount


def has_decimal_comma(values: list[str]) -> bool:
    """Whether the numbers of a file are written 1.234,50; one file never mixes."""
    commas = sum(bool(DECIMAL_COMMA.search(value)) for value in values)
    return commas > sum(bool(DECIMAL_POINT.search(value)) for value in values)


def _add_numbers(layout: Layout, found: list[Record]) -> None:
    for column in layout.numbers:
        values = [str(record.get(column, "")) for record in found]
        comma = has_decimal_comma(values)
        for record, value in zip(found, values, strict=True):
            plain_number = value.replace(".", "").replace(",", ".") if comma else value
            record.setdefault("_numbers", {})[column] = plain_number


# -- dates ------------------------------------------------------------------------------------


def date_order(values: list[str]) -> str | None:
    """``dmy`` or ``mdy`` where a value tells (a part above 12), else None."""
    for value in values:
        match = DAY.match(value.strip()[:10].strip())
        if not match or len(match[1]) == 4:
            continue
        if int(match[1]) > 12:
            return "dmy"
        if int(match[2]) > 12:
            return "mdy"
    return None


def iso_date(text: str, order: str) -> str | None:
    """A date as YYYY-MM-DD; two-digit years are of this century. None when it is not a date."""
    match = DAY.match(text.strip().split(" ")[0])
    if not match:
        return None
    first, second, third = match.groups()
    if len(first) == 4:
        year, month, day = first, second, third
    else:
        day, month = (first, second) if order == "dmy" else (second, first)
        year = third if len(third) == 4 else f"20{third:0>2}"
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _add_times(layout: Layout, record: Record, orders: dict[str, str], zone: str | None) -> None:
    dates = {
        column: iso_date(str(record.get(column, "")), order) for column, order in orders.items()
    }
    if dates:
        record["_dates"] = dates
    for target, (day, clock, label) in layout.times.items():
        name = ZONES.get(str(record.get(label, "")).strip()) or zone
        if dates.get(day) and record.get(clock) and name:
            local = datetime.fromisoformat(f"{dates[day]}T{record[clock].strip()}")
            moment = local.replace(tzinfo=ZoneInfo(name)).astimezone(UTC)
            record.setdefault("_times", {})[target] = moment.isoformat()
