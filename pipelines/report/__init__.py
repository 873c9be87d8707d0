"""`make report`: one HTML page, without scripts or network: what can be trusted, what it says.

It reads the warehouse and changes nothing; the same warehouse gives the same page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipelines.connections import PROJECT
from pipelines.report import charts
from pipelines.report.figures import FIGURES
from pipelines.report.reading import NotBuiltError, Reader, Row, reader
from pipelines.report.sections import TRUST, Exhibit, Section

PAGE = PROJECT / "target" / "report.html"
SECTIONS = (*TRUST, FIGURES)
LEVELS = {
    "good": "In order",
    "look": "Look at it",
    "bad": "Broken",
    "said": "",
    "absent": "Not there",
}
CLOCKS = """
    select max(server_date) as vendors, max(requested_at) as machine from bronze_meta.requests
"""


@dataclass(frozen=True)
class Table:
    """Rows of cells as the page shows them; ``numbers`` says which columns are right-aligned."""

    caption: str
    headings: Sequence[str]
    numbers: Sequence[bool]
    rows: Sequence[Sequence[str]]
    chart: Markup | None
    left_out: int


@dataclass(frozen=True)
class Part:
    """A section with its answers; an answer is a table, or a sentence where there is none."""

    section: Section
    level: str
    sentence: str
    answers: Sequence[Table | str]

    @property
    def state(self) -> str:
        """The level in words; empty for what is neither right nor wrong."""
        return LEVELS[self.level]


def write(page: Path | None = None) -> Path:
    """Write the report and give its place. Raises LookupFailed without a free warehouse."""
    page = page or PAGE
    with reader() as found:
        text = render(found)
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(text, encoding="utf-8")
    return page


def render(found: Reader) -> str:
    """The page's HTML."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    parts = [_part(found, section) for section in SECTIONS]
    return environment.get_template("page.html.j2").render(parts=parts, clocks=_clocks(found))


def _clocks(found: Reader) -> dict[str, str]:
    try:
        return {name: shown(clock) for name, clock in found.rows(CLOCKS)[0].items()}
    except NotBuiltError:
        return {"vendors": "", "machine": ""}


def _part(found: Reader, section: Section) -> Part:
    try:
        rows = found.rows(section.verdict)
        level, sentence = rows[0].values() if rows else ("said", "there is nothing to say yet")
    except NotBuiltError as absent:
        level, sentence = "absent", _absent(absent)
    answers = [answer for exhibit in section.exhibits for answer in _answers(found, exhibit)]
    return Part(section, level, sentence, answers)


def _absent(names: NotBuiltError) -> str:
    return f"{names} is not in this warehouse: run `make ingest build`"


def _answers(found: Reader, exhibit: Exhibit) -> Iterator[Table | str]:
    try:
        rows = found.rows(exhibit.sql)
    except NotBuiltError as absent:
        yield f"{exhibit.caption}: {_absent(absent)}."
        return
    if not rows:
        yield exhibit.empty
    elif exhibit.each:
        for name, own in groupby(rows, key=lambda row: row[exhibit.each]):
            left = [{key: row[key] for key in row if key != exhibit.each} for row in own]
            yield _table(exhibit, f"{exhibit.caption}: {name}", left)
    else:
        yield _table(exhibit, exhibit.caption, rows)


def _table(exhibit: Exhibit, caption: str, rows: Sequence[Row]) -> Table:
    headings = list(rows[0])
    drawn = None
    limit = exhibit.limit
    if exhibit.chart:
        limit = len(rows)
        drawn = charts.svg(
            exhibit.chart, rows, f"Chart: {caption}. The table below has its figures."
        )
    return Table(
        caption=caption,
        headings=headings,
        numbers=[_is_number([row[name] for row in rows]) for name in headings],
        rows=[[shown(cell) for cell in row.values()] for row in rows[:limit]],
        chart=drawn,
        left_out=max(0, len(rows) - limit),
    )


def _is_number(cells: Sequence[Any]) -> bool:
    held = [cell for cell in cells if cell is not None]
    return bool(held) and all(
        isinstance(cell, int | float | Decimal) and not isinstance(cell, bool) for cell in held
    )


def shown(cell: Any) -> str:
    """A value as people read it: thousands separated, times to the minute, nothing for null."""
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case int() | float() | Decimal():
            return f"{cell:,}"
        case dt.datetime():
            return f"{cell:%Y-%m-%d %H:%M}"
        case _:
            return str(cell)
