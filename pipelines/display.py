"""What a person sees of an ingestion: live on a terminal, plain lines elsewhere, then a table."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from pipelines.ingest import Outcome, Run
from pipelines.reading import Tally

EVERY = 5.0  # seconds between two plain lines of a connection that is still reading


@contextmanager
def progress(run: Run, console: Console) -> Iterator[None]:
    """Show a run while it is going on."""
    if console.is_terminal:
        with Live(get_renderable=lambda: _live(run), console=console, refresh_per_second=4):
            yield
        return
    stop = threading.Event()
    thread = threading.Thread(target=_lines, args=(run, console.print, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _live(run: Run) -> RenderableType:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("connection", "stream", "records", "pages", "per second", "waiting for"):
        table.add_column(name, justify="right" if name in _NUMBERS else "left")
    for outcome in run.outcomes:
        for tally in outcome.tallies.values():
            if tally.status == "reading":
                table.add_row(outcome.connection.name, *_progress(tally))
    return Group(Text(_sentence(run)), table)


_NUMBERS = {"records", "pages", "per second"}


def _progress(tally: Tally) -> tuple[str, ...]:
    rate = tally.read / tally.seconds if tally.seconds > 0.5 else 0
    return (tally.stream, f"{tally.read:,}", f"{tally.pages:,}", f"{rate:,.0f}", tally.waits)


def _sentence(run: Run) -> str:
    tallies = [tally for outcome in run.outcomes for tally in outcome.tallies.values()]
    done = sum(tally.status in ("done", "failed") for tally in tallies)
    records = sum(tally.read for tally in tallies)
    return f"{done} of {len(tallies)} streams read, {records:,} records"


def _lines(run: Run, say: Callable[[str], None], stop: threading.Event) -> None:
    told: set[int] = set()
    while not stop.wait(0.2):
        _tell_finished(run, say, told)
        if int(_now() / EVERY) != int((_now() - 0.2) / EVERY):
            for outcome in run.outcomes:
                _tell_reading(outcome, say)
    _tell_finished(run, say, told)


def _now() -> float:
    import time

    return time.monotonic()


def _tell_finished(run: Run, say: Callable[[str], None], told: set[int]) -> None:
    for outcome in run.outcomes:
        for tally in list(outcome.tallies.values()):
            if tally.status in ("done", "failed") and id(tally) not in told:
                told.add(id(tally))
                end = f": {tally.error}" if tally.error else f" in {tally.seconds:.1f} s"
                name = f"{outcome.connection.name}.{tally.stream}"
                say(f"{name}: {tally.status}, {tally.read:,} read{end}")


def _tell_reading(outcome: Outcome, say: Callable[[str], None]) -> None:
    for tally in list(outcome.tallies.values()):
        if tally.status == "reading":
            waits = f", waiting: {tally.waits}" if tally.waits else ""
            say(f"{outcome.connection.name}.{tally.stream}: {tally.read:,} read so far{waits}")


KEY_COUNTS = ("vendor_count", "bronze_count", "missing", "vanished", "unresolved", "requests")
COUNTS = ("read", "new", "changed", "unchanged", "deleted", "rejected", "requests")


def table(outcomes: list[Outcome]) -> Table:
    """Per connection and stream: what was read, what of it is new, and how long it took."""
    made = Table(title="Ingestion", title_justify="left", header_style="bold")
    made.add_column("connection", no_wrap=True)
    made.add_column("stream", no_wrap=True)
    for name in (*COUNTS, "seconds"):
        made.add_column(name, justify="right")
    made.add_column("failed")
    for outcome in outcomes:
        for number, tally in enumerate(outcome.tallies.values()):
            name = outcome.connection.name if number == 0 else ""
            counts = [f"{getattr(tally, count):,}" for count in COUNTS]
            made.add_row(
                name, tally.stream, *counts, f"{tally.seconds:.1f}", "yes" if tally.failed else ""
            )
        if outcome.error:
            made.add_row(outcome.connection.name, *[""] * (len(COUNTS) + 2), "yes")
        made.add_section()
    totals = [_total(outcomes, count) for count in COUNTS]
    made.add_row("all", "", *[f"{total:,}" for total in totals], "", "", style="bold")
    return made


def _total(outcomes: list[Outcome], count: str) -> int:
    return sum(getattr(tally, count) for outcome in outcomes for tally in outcome.tallies.values())


def verifications(outcomes: list[Outcome]) -> Table:
    """Per connection and stream whose keys were compared: what differed, and what asking took."""
    made = Table(title="Verification", title_justify="left", header_style="bold")
    made.add_column("connection", no_wrap=True)
    made.add_column("stream", no_wrap=True)
    for name in KEY_COUNTS:
        made.add_column(name.replace("_count", ""), justify="right")
    for outcome in outcomes:
        for tally in outcome.tallies.values():
            if tally.verification:
                counts = [f"{getattr(tally.verification, count):,}" for count in KEY_COUNTS]
                made.add_row(outcome.connection.name, tally.stream, *counts)
        made.add_section()
    return made


def repairs(outcomes: list[Outcome]) -> Iterator[str]:
    """A line for each connection whose earlier run left load packages that this one finished."""
    for outcome in outcomes:
        if outcome.recovered:
            name, count = outcome.connection.name, outcome.recovered
            yield f"repaired: {name}: loaded {count} packages that an earlier run had left"


def failures(outcomes: list[Outcome]) -> Iterator[str]:
    """A line for each thing that failed, with what the vendor or the machine said."""
    for outcome in outcomes:
        if outcome.error:
            yield f"{outcome.connection.name}: {outcome.error}"
        for tally in outcome.tallies.values():
            if tally.error:
                yield f"{outcome.connection.name}.{tally.stream}: {tally.error}"
