"""What a person wants to know after a run: what came in, what is in gold, what was set aside."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import duckdb
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from pipelines.bronze import warehouse
from pipelines.connections import PROJECT

LATEST_RUNS = """
    select connection, system, sum(records_read)::bigint as read, sum(records_new)::bigint as new,
        sum(records_changed)::bigint as changed, sum(records_deleted)::bigint as deleted,
        sum(records_rejected)::bigint as rejected, sum(requests)::bigint as requests,
        round(epoch(max(finished_at)) - epoch(min(started_at)), 1) as seconds,
        string_agg(stream, ', ' order by stream) filter (where status = 'failed')
            as "failed streams"
    from bronze_meta.stream_runs
    where (connection, run_id) in (
        select (connection, arg_max(run_id, started_at))
        from bronze_meta.stream_runs group by connection
    )
    group by connection, system
    order by connection
"""
QUARANTINE = """
    select connection, entity, reason, count(*) as records
    from ops.quarantine
    where state = 'open'
    group by connection, entity, reason
    order by records desc, connection, entity, reason
    limit 12
"""
TABLES = """
    select table_name from information_schema.tables where table_schema = 'gold' order by 1
"""
HEADLINES = {
    "customer_360": """
        select count(*) || ' customers, ' || count(*) filter (where system_count > 1)
            || ' of them known to more than one system'
    """,
    "email_engagement": """
        select round(100 * sum(unique_open_count) / sum(delivered_count), 1)
            || ' % of delivered mails opened, '
            || round(100 * sum(unique_click_count) / sum(delivered_count), 1) || ' % clicked'
    """,
    "headcount": """
        select sum(headcount) || ' people in the latest month'
        where month_start_date = (select max(month_start_date) from gold.headcount)
    """,
    "inventory_to_reorder": "select count(*) || ' articles to order'",
    "product_performance": """
        select round(100 * sum(margin_amount) / sum(margin_amount + cost_amount), 1)
            || ' % margin on what has a cost'
    """,
    "project_workload": """
        select sum(open_count) || ' open tasks, ' || sum(overdue_count) || ' of them late'
    """,
    "receivables_ageing": """
        select format('{:,.0f}', sum(open_reporting_amount)::double) || ' open, '
            || format('{:,.0f}',
                coalesce(sum(open_reporting_amount) filter (where days_overdue > 0), 0)::double)
            || ' of it late'
    """,
    "revenue_by_day": """
        select format('{:,.0f}', sum(net_revenue_amount)::double) || ' ' || any_value(currency)
            || ' net in the 30 days to ' || max(revenue_date)
        where revenue_date between (select max(server_date)::date - 29 from bronze_meta.requests)
            and (select max(server_date)::date from bronze_meta.requests)
    """,
    "sales_pipeline": """
        select sum(deal_count) || ' open deals, weighted '
            || format('{:,.0f}', sum(weighted_amount)::double)
        where status = 'open'
    """,
}


def show(console: Console) -> int:
    """Print the summary and keep it as target/summary.html. Exit code 1 without a warehouse."""
    if not warehouse().exists():
        console.print("There is no warehouse yet: run `make ingest build`.")
        return 1
    with duckdb.connect(str(warehouse()), read_only=True) as connection:
        made = Group(*_parts(connection))
    console.print(made)
    page = PROJECT / "target" / "summary.html"
    page.parent.mkdir(exist_ok=True)
    recorder = Console(record=True, width=118, file=io.StringIO())
    recorder.print(made)
    recorder.save_html(str(page))
    return 0


def _parts(connection: duckdb.DuckDBPyConnection) -> Iterator[RenderableType]:
    yield _came_in(connection)
    names = [name for (name,) in connection.sql(TABLES).fetchall()]
    if names:
        yield _gold(connection, names)
        yield _quarantine(connection)
    else:
        yield Text("Gold is empty: run `make build`.")
    yield Text("Where to look", style="bold")
    yield Text("  this summary           target/summary.html")
    for title, page, command in (
        ("report of everything", "target/report.html", "report"),
        ("dbt docs with lineage", "target/static_index.html", "docs"),
    ):
        hint = "" if (PROJECT / page).exists() else f"  (not there yet: make {command})"
        yield Text(f"  {title:22} {page}{hint}")
    yield Text(f"  warehouse              {warehouse().name}")


def _came_in(connection: duckdb.DuckDBPyConnection) -> Table:
    made = Table(title="What came in, by the last run of each connection", title_justify="left")
    made.add_column("connection")
    made.add_column("system")
    for name in ("read", "new", "changed", "deleted", "rejected", "requests", "seconds"):
        made.add_column(name, justify="right")
    made.add_column("failed streams")
    for row in connection.sql(LATEST_RUNS).fetchall():
        made.add_row(*map(_cell, row))
    return made


def _gold(connection: duckdb.DuckDBPyConnection, names: list[str]) -> Table:
    made = Table(title="What is in gold", title_justify="left")
    made.add_column("table")
    made.add_column("rows", justify="right")
    made.add_column("says")
    for name in names:
        (count,) = connection.sql(f"select count(*) from gold.{name}").fetchall()[0]
        made.add_row(f"gold.{name}", f"{count:,}", _headline(connection, name))
    return made


def _headline(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    if name not in HEADLINES:
        return ""
    row = connection.sql(f"from gold.{name} {HEADLINES[name]}").fetchone()
    return str(row[0]) if row and row[0] is not None else ""


def _quarantine(connection: duckdb.DuckDBPyConnection) -> RenderableType:
    row = connection.sql("select count(*) from ops.quarantine where state = 'open'").fetchone()
    total = row[0] if row else 0
    if not total:
        return Text("Nothing is in quarantine.")
    made = Table(
        title=f"Quarantine: {total:,} records, by reason (ops.quarantine has them all)",
        title_justify="left",
    )
    for name in ("connection", "entity", "reason"):
        made.add_column(name)
    made.add_column("records", justify="right")
    for found in connection.sql(QUARANTINE).fetchall():
        made.add_row(*map(_cell, found))
    return made


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int | float) else str(value)
