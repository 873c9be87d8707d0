"""Tables as people keep them: bytes of a CSV, Excel, JSON-lines or Parquet file as rows of text."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import PurePath
from typing import Any

from pipelines.errors import IngestError

DELIMITERS = ",;\t|"
EXCEL = {".xlsx", ".xls", ".xlsb", ".xlsm", ".ods"}
TEXT = {".csv", ".tsv", ".txt"}
UNFINISHED = (".part", ".tmp", ".crdownload", ".partial")

Rows = list[list[str]]


class UnreadableError(IngestError):
    """A file that cannot be read as a table; the message says why and what to do."""


@dataclass
class Sheet:
    """One table of a file: ``name`` is the worksheet's ("" elsewhere), cells are text."""

    name: str
    rows: Rows


def is_readable_name(name: str) -> bool:
    """Whether a file of this name is to be read at all (not hidden, not still being written)."""
    base = PurePath(name).name.lower()
    if base.startswith((".", "~$")) or base.endswith(UNFINISHED):
        return False
    return PurePath(base).suffix in EXCEL | TEXT | {".jsonl", ".ndjson", ".parquet", ".zip"}


def sheets(name: str, content: bytes) -> Iterator[list[Sheet]]:
    """Ways to read a file as tables; for CSV one way per delimiter, elsewhere just one.

    Raises UnreadableError.
    """
    suffix = PurePath(name.lower()).suffix
    if content.lstrip()[:200].lower().startswith((b"<html", b"<!doctype html", b"<table")):
        raise UnreadableError(f"{name} is a web page: open it in Excel and save it as .xlsx")
    if suffix == ".zip":
        yield from _zipped(name, content)
    elif suffix in EXCEL:
        yield _workbook(name, content)
    elif suffix == ".parquet":
        yield [Sheet("", _parquet(name, content))]
    elif suffix in (".jsonl", ".ndjson"):
        yield [Sheet("", _json_lines(name, content))]
    else:
        text = decoded(name, content)
        first = sorted(DELIMITERS, key=text[:4000].count, reverse=True)
        yield from ([Sheet("", _delimited(name, text, mark))] for mark in first)


def decoded(name: str, content: bytes) -> str:
    """Text of a file in UTF-8 or UTF-16 by its mark, in UTF-8, or else in Windows-1252."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding).replace("\0", "")
        except UnicodeDecodeError:
            continue
    raise UnreadableError(f"{name} is in no encoding that is known here: save it as UTF-8")


def _delimited(name: str, text: str, delimiter: str) -> Rows:
    csv.field_size_limit(1 << 30)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise UnreadableError(f"{name} cannot be read as CSV: {error}") from error


def _workbook(name: str, content: bytes) -> list[Sheet]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [Sheet(one, _cells(book.get_sheet_by_name(one))) for one in book.sheet_names]
    except PasswordError as error:
        raise UnreadableError(f"{name} is protected by a password: save it without one") from error
    except CalamineError as error:
        raise UnreadableError(f"{name} cannot be read as a workbook: {error}") from error


def _cells(sheet: Any) -> Rows:
    return [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _parquet(name: str, content: bytes) -> Rows:
    import pyarrow as pa
    import pyarrow.parquet as parquet

    try:
        table = parquet.read_table(io.BytesIO(content))
    except pa.ArrowException as error:
        raise UnreadableError(f"{name} cannot be read as Parquet: {error}") from error
    columns = [[_cell(value) for value in column.to_pylist()] for column in table.columns]
    return [table.column_names, *map(list, zip(*columns, strict=True))]


def _json_lines(name: str, content: bytes) -> Rows:
    objects: list[dict[str, Any]] = []
    for number, line in enumerate(decoded(name, content).splitlines(), 1):
        if not line.strip():
            continue
        try:
            # Numbers stay as written: no float comes between the file and the cell.
            record = json.loads(line, parse_float=str, parse_int=str)
        except ValueError as error:
            raise UnreadableError(f"{name}, line {number} is not JSON: {error}") from error
        if not isinstance(record, dict):
            raise UnreadableError(f"{name}, line {number} is not a JSON object")
        objects.append(record)
    header = list(dict.fromkeys(key for record in objects for key in record))
    return [header, *([_cell(record.get(key)) for key in header] for record in objects)]


def _zipped(name: str, content: bytes) -> Iterator[list[Sheet]]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        members = [one for one in archive.namelist() if is_readable_name(one)]
        if len(members) != 1:
            raise UnreadableError(f"{name} holds {len(members)} tables: unpack it into the folder")
        yield from sheets(members[0], archive.read(members[0]))
    except (zipfile.BadZipFile, RuntimeError) as error:
        raise UnreadableError(f"{name} cannot be unpacked: {error}") from error
