"""The commands behind the Makefile: ``python -m pipelines ingest`` and its siblings."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from pipelines.connections import Connection, load
from pipelines.errors import IngestError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
Names = Annotated[str, typer.Option(help="comma separated; all when left out")]


def _split(names: str) -> set[str] | None:
    return {name.strip() for name in names.split(",") if name.strip()} or None


def _console() -> Console:
    """The terminal as wide as it is; elsewhere wide enough for every table."""
    return Console() if Console().is_terminal else Console(width=140)


@contextmanager
def _sandbox(chosen: list[Connection], scale: int | None) -> Iterator[str | None]:
    """The sandbox's URL while it runs; None when no connection asks for it."""
    if not any(connection.sandbox for connection in chosen):
        yield None
        return
    from pipelines.sandbox.handle import start

    with ThreadPoolExecutor(1) as pool:
        starting = pool.submit(start, scale=scale)
        import_module("pipelines.ingest")  # about as long as the sandbox needs to start
        with starting.result() as server:
            yield server.url


@contextmanager
def _told(console: Console) -> Iterator[Console]:
    """A failure whose message says it all ends the command with that message."""
    try:
        yield console
    except IngestError as error:
        console.print(str(error), style="red", highlight=False, markup=False, soft_wrap=True)
        raise typer.Exit(2) from None


def _chosen(names: str) -> list[Connection]:
    connections = load()
    wanted = _split(names) or set(connections)
    unknown = sorted(wanted - set(connections))
    if unknown:
        raise IngestError(
            f"no connection '{unknown[0]}' in connections.yml; it has {', '.join(connections)}"
        )
    return [connection for name, connection in connections.items() if name in wanted]


@app.command()
def ingest(
    connections: Names = "",
    streams: Names = "",
    full: Annotated[bool, typer.Option(help="read everything again")] = False,
    accept_deletes: Annotated[
        bool, typer.Option(help="believe it when most records are no longer listed")
    ] = False,
    scale: Annotated[
        int | None, typer.Option(help="customers of a new sandbox, 200 to 1000000")
    ] = None,
) -> None:
    """Read the connected systems into bronze.

    Example: python -m pipelines ingest --connections shop_eu --streams orders
    """
    _read(connections, scale, streams=_split(streams), full=full, accept_deletes=accept_deletes)


@app.command()
def verify(
    connections: Names = "",
    streams: Names = "",
    accept_deletes: Annotated[
        bool, typer.Option(help="believe it when most records are no longer listed")
    ] = False,
) -> None:
    """Read the systems, then compare each stream's keys with bronze's and mend what differs.

    Example: python -m pipelines verify --connections shop_eu
    """
    _read(connections, None, streams=_split(streams), verify=True, accept_deletes=accept_deletes)


def _read(connections: str, scale: int | None, **options: Any) -> None:
    """One run of ingestion; ends the command with 0, 1 when something failed or 2."""
    console = _console()
    try:
        chosen = _chosen(connections)
        with _sandbox(chosen, scale) as url:
            from pipelines import display, quota
            from pipelines.ingest import Run

            run = Run(
                chosen,
                sandbox_url=url,
                announce=lambda plans: console.print(
                    "\n".join(quota.lines(plans)), highlight=False, markup=False
                ),
                **options,
            )
            with display.progress(run, console):
                outcomes = run.start()
    except IngestError as error:
        console.print(f"[red]Not ingested:[/] {error}", highlight=False)
        raise typer.Exit(2) from None
    console.print(display.verifications(outcomes) if run.verify else display.table(outcomes))
    for line in display.repairs(outcomes):
        console.print(line, highlight=False, markup=False)
    for line in display.failures(outcomes):
        console.print(f"failed: {line}", highlight=False, markup=False)
    raise typer.Exit(1 if any(outcome.failed for outcome in outcomes) else 0)


@app.command()
def build() -> None:
    """Build and test the warehouse with dbt; publish it for readers when it passed."""
    from pipelines import publish

    with _told(_console()) as console:
        console.print(f"published version {publish.build()}", highlight=False)


@app.command()
def rollback(
    version: Annotated[str, typer.Argument(help="one of published/versions; the one before")] = "",
) -> None:
    """Let readers see an older published version again, until the next build.

    Example: python -m pipelines rollback 20261121T020811_482133Z
    """
    from pipelines import publish

    with _told(_console()) as console:
        console.print(f"readers see version {publish.rollback(version)}", highlight=False)


@app.command()
def check() -> None:
    """Check connections.yml, the mappings and the streams; say every mistake with its file."""
    from pipelines import check as checks

    raise typer.Exit(checks.main())


@app.command("identity-train")
def identity_train(
    described_as: Annotated[
        str, typer.Option("--data", help="what the data is, for the seed")
    ] = "this warehouse",
    plans: Names = "",
) -> None:
    """Train the parameters of matching on the warehouse, without labels, and rewrite their seed."""
    from pipelines.training import train

    with _told(_console()) as console:
        for line in train(described_as, _split(plans) or ()):
            console.print(line, highlight=False, markup=False)


@app.command()
def summary() -> None:
    """Say what came in, what is in gold, what was quarantined and where to look."""
    from pipelines.summary import show

    raise typer.Exit(show(_console()))


@app.command()
def report(
    page: Annotated[Path | None, typer.Option(help="target/report.html when left out")] = None,
) -> None:
    """Write what can be trusted and what gold says as one HTML page without personal data.

    Example: python -m pipelines report --page /tmp/monday.html
    """
    with _told(_console()) as console:
        from pipelines.report import write

        console.print(f"written to {write(page)}", highlight=False, markup=False, soft_wrap=True)


@app.command()
def streams() -> None:
    """Write docs/STREAMS.md from the connectors."""
    from pipelines.streams_page import write

    write()


@app.command()
def review(
    entity: Annotated[str, typer.Option(help="customer, product or employee")] = "customer",
    limit: Annotated[int, typer.Option(help="how many questions")] = 20,
    listing: Annotated[bool, typer.Option("--list", help="show the questions only")] = False,
    decide: Annotated[
        tuple[str, str] | None, typer.Option(metavar="KEY KEY", help="two records to decide on")
    ] = None,
    verdict: Annotated[str, typer.Option("--as", help="match or never, with --decide")] = "",
    accept: Annotated[str, typer.Option(metavar="ID", help="a golden id found right")] = "",
    why: Annotated[str, typer.Option(help="the reason, in a sentence")] = "",
    by: Annotated[str, typer.Option(help="who decides; git's user.name when left out")] = "",
    dry_run: Annotated[bool, typer.Option(help="say what would change, write nothing")] = False,
) -> None:
    """Decide which records are the same where no rule can, the most valuable first.

    Example: python -m pipelines review --decide crm/contacts/1 shop/customers/2 --as match
    --why "she confirmed it by phone" --by Ada
    """
    from pipelines.review import Desk

    with _told(_console()) as console:
        desk = Desk(console, entity, by)
        if decide:
            desk.decide(decide, verdict, why, dry_run)
        elif accept:
            desk.accept(accept, why)
        elif listing:
            desk.list(limit)
        else:
            desk.converse(limit, input)


@app.command()
def explain(
    key: Annotated[str, typer.Argument(help="a golden id, a former one, or a record key")],
    entity: Annotated[str, typer.Option(help="customer, product or employee")] = "customer",
    field: Annotated[str, typer.Option(help="one field, down to the payload")] = "",
) -> None:
    """Say where a golden record, or one field of it, comes from and why.

    Example: python -m pipelines explain shop_eu/customers/1 --field email
    """
    from pipelines.explain import show

    with _told(_console()) as console:
        show(console, entity, key, field)


@app.command()
def quarantine(
    given: Annotated[str, typer.Argument(metavar="ID", help="an id, its beginning, or a key")] = "",
    state: Annotated[str, typer.Option(help="open, accepted or dismissed")] = "open",
    limit: Annotated[int, typer.Option(help="how many to list")] = 50,
    accept: Annotated[bool, typer.Option("--accept", help="use it as it is")] = False,
    dismiss: Annotated[bool, typer.Option("--dismiss", help="leave it out for good")] = False,
    why: Annotated[str, typer.Option(help="the reason, in a sentence")] = "",
    by: Annotated[str, typer.Option(help="who decides; git's user.name when left out")] = "",
) -> None:
    """List what was set aside; with an ID show it, accept it as it is, or dismiss it.

    Example: python -m pipelines quarantine 4be1f09c22 --accept --why "the vendor sells without it"
    """
    from pipelines.quarantine import Desk

    with _told(_console()) as console:
        if accept and dismiss:
            raise IngestError("a record is accepted or dismissed, not both")
        desk = Desk(console, by)
        if not given:
            desk.list(state, limit)
        elif accept or dismiss:
            desk.decide(given, "accept" if accept else "dismiss", why)
        else:
            desk.show(given)


@app.command()
def alerts(
    test: Annotated[bool, typer.Option("--test", help="send each channel a test message")] = False,
) -> None:
    """Say what is wrong, and tell each channel of the secrets what it does not know yet.

    Example: python -m pipelines alerts --test
    """
    from pipelines import alerts as told

    with _told(_console()) as console:
        raise typer.Exit(0 if (told.test if test else told.run)(console) else 1)
