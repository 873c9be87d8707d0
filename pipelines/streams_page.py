"""docs/STREAMS.md: what is read of each system, made from the connectors themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from pipelines import systems
from pipelines.connections import PROJECT
from pipelines.stream import Deletes, Stream

PAGE = PROJECT / "docs" / "STREAMS.md"


def render() -> str:
    """The page's text."""
    return "\n".join(_lines()) + "\n"


def write(path: Path = PAGE) -> None:
    """Write the page."""
    path.write_text(render())


def _lines() -> Iterator[str]:
    yield "# Streams"
    yield ""
    yield (
        "What is read of each system, how a change is found, how a deletion shows and how "
        "`make verify` compares the keys. Made by `python -m pipelines streams` from the "
        "connectors; a test fails when it is stale."
    )
    for name, module in systems.discover().items():
        doc = (module.__doc__ or "").strip().partition("\n\n")[0]
        yield from ("", f"## {name}", "", " ".join(doc.split()))
        for limits in module.SYSTEM.limits.values():
            for limit in limits:
                line = f"- limit: {limit.quote}"
                yield from ([""] if limits[0] is limit else [])
                yield line
        titles = "stream | key | what a run reads | deletions | keys verified by"
        yield from ("", f"| {titles} | not mapped because |", "|---|---|---|---|---|---|")
        yield from (_row(stream) for stream in module.STREAMS)


def _row(stream: Stream) -> str:
    key = " + ".join(f"`{part}`" if part != "^" else "the parent's id" for part in stream.keys)
    deletions = stream.deletes.value
    if stream.deletes_note and stream.deletes_note != deletions:
        deletions += f"; {stream.deletes_note}"
    cells = (
        f"`{stream.name}`",
        key,
        _reads(stream),
        deletions,
        _verified(stream),
        stream.unmapped,
    )
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _reads(stream: Stream) -> str:
    parts = []
    if stream.fan_out:
        which = "new or changed " if stream.fan_out.changed_only else ""
        parts.append(f"once for each {which}record of `{stream.fan_out.stream}`")
    if stream.incremental:
        behind = f", and again {_span(stream.overlap)} behind it" if stream.overlap else ""
        parts.append(f"from the newest `{stream.changed}` on{behind}")
    if stream.trailing:
        every, span = _span(stream.trailing.every), _span(stream.trailing.span)
        parts.append(f"every {every} the last {span} again: {stream.trailing.why}")
    if stream.refresh:
        parts.append(f"every {_span(stream.refresh)} everything")
    return "; ".join(parts) or "everything, every time"


def _verified(stream: Stream) -> str:
    if stream.sweep:
        return "a list of ids"
    is_whole = not stream.incremental and not (stream.fan_out and stream.fan_out.changed_only)
    return "each run" if is_whole and stream.deletes is Deletes.KEY_SWEEP else ""


def _span(span: timedelta) -> str:
    for unit, seconds in (("day", 86400), ("hour", 3600), ("minute", 60)):
        count = span.total_seconds() / seconds
        if count >= 1 and count == int(count):
            return f"{int(count)} {unit}{'s' if count > 1 else ''}"
    return f"{span.total_seconds():.0f} seconds"
