"""docs/STREAMS.md: what is read of each system, made from the connectors themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from pipelines import systems
from pipelines.connections import PROJECT
from pipelines.stream import Stream

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
        "What is read of each system, how a change is found and how a deletion shows. Made by "
        "`python -m pipelines streams` from the connectors; a test fails when it is stale."
    )
    for name, module in systems.discover().items():
        doc = (module.__doc__ or "").strip().partition("\n\n")[0]
        yield from ("", f"## {name}", "", " ".join(doc.split()))
        for limits in module.SYSTEM.limits.values():
            for limit in limits:
                line = f"- limit: {limit.quote}"
                yield from ([""] if limits[0] is limit else [])
                yield line
        yield from ("", "| stream | key | what a run reads | deletions | not mapped because |")
        yield "|---|---|---|---|---|"
        yield from (_row(stream) for stream in module.STREAMS)


def _row(stream: Stream) -> str:
    key = " + ".join(f"`{part}`" if part != "^" else "the parent's id" for part in stream.keys)
    deletions = stream.deletes.value
    if stream.deletes_note and stream.deletes_note != deletions:
        deletions += f"; {stream.deletes_note}"
    cells = (f"`{stream.name}`", key, _reads(stream), deletions, stream.unmapped)
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _reads(stream: Stream) -> str:
    parts = []
    if stream.fan_out:
        which = "new or changed " if stream.fan_out.changed_only else ""
        parts.append(f"once for each {which}record of `{stream.fan_out.stream}`")
    if stream.incremental:
        behind = f", and again {_span(stream.overlap)} behind it" if stream.overlap else ""
        parts.append(f"from the newest `{stream.changed}` on{behind}")
    return "; ".join(parts) or "everything, every time"


def _span(span: timedelta) -> str:
    for unit, seconds in (("day", 86400), ("hour", 3600), ("minute", 60)):
        count = span.total_seconds() / seconds
        if count >= 1 and count == int(count):
            return f"{int(count)} {unit}{'s' if count > 1 else ''}"
    return f"{span.total_seconds():.0f} seconds"
