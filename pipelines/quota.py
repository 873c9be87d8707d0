"""Before a run: how many requests it is expected to need, and what is left of the vendors' days."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from pipelines import systems
from pipelines.bronze import utcnow
from pipelines.connections import Connection
from pipelines.stream import Limit

DAY = timedelta(days=1)
SHARE = 0.8  # of a documented limit that we use

Ask = Callable[..., Iterable[tuple[Any, ...]]]

EXPECTED = """
    select connection, stream, median(requests)
    from (
        select
            connection, stream, requests,
            row_number() over (partition by connection, stream order by started_at desc) as age
        from {table}
        where status = 'done'
    ) as runs
    where age <= 5
    group by connection, stream
"""
SPENT = """
    select connection, coalesce(limit_name, ''), count(*)
    from {table}
    where requested_at > %s and status is not null
    group by all
"""


@dataclass(frozen=True)
class Allowance:
    """One connection's part of a vendor's daily limit.

    ``limit``: the limit's name, "" for the connection's own, which every request counts against.
    ``most``: 80 % of what the vendor allows a day; ``spent``: requests of the last 24 hours, of
    all connections that share it; ``share``: what this connection may take in this run.
    """

    limit: str
    quote: str
    most: int
    spent: int
    share: int


@dataclass
class Plan:
    """What a run of one connection is expected to need; ``expected`` is None before the second."""

    connection: Connection
    expected: int | None
    allowances: list[Allowance] = field(default_factory=list)

    @property
    def budgets(self) -> dict[str, int]:
        """Requests that the run may send, by limit."""
        return {one.limit: one.share for one in self.allowances}


def plans(connections: list[Connection], streams: set[str] | None, ask: Ask) -> list[Plan]:
    """A plan of each connection, from what earlier runs wrote down.

    ``ask(sql, *values, table=…)`` queries bronze_meta. Connections of one system that name the
    same ``quota`` in connections.yml share its daily limits, each by what it is expected to need.
    """
    expected = _expected(streams, ask)
    made = [Plan(one, expected.get(one.name)) for one in connections]
    spent = {(row[0], row[1]): row[2] for row in ask(SPENT, utcnow() - DAY, table="requests")}
    for plan in made:
        sharers = [one for one in made if _account(one.connection) == _account(plan.connection)]
        part = _weight(plan) / sum(map(_weight, sharers))
        names = {one.connection.name for one in sharers}
        for name, limit in _daily(plan.connection):
            most = int(limit.calls * SHARE)
            used = _used(spent, names, name)
            share = int(max(most - used, 0) * part)
            plan.allowances.append(Allowance(name, limit.quote, most, used, share))
    return made


def declared(connection: Connection) -> list[dict[str, Any]]:
    """The connection's daily limits: whose they are, and the requests that we may send a day."""
    _, account = _account(connection)
    return [
        {
            "account": account,
            "limit_name": name,
            "quote": limit.quote,
            "most": int(limit.calls * SHARE),
        }
        for name, limit in _daily(connection)
    ]


def lines(made: list[Plan]) -> Iterable[str]:
    """What a person reads of it before the run."""
    known = [plan for plan in made if plan.expected is not None]
    first = [plan.connection.name for plan in made if plan.expected is None]
    if known:
        each = ", ".join(f"{plan.connection.name} {plan.expected:,}" for plan in known)
        total = sum(plan.expected or 0 for plan in known)
        yield f"expected: about {total:,} requests ({each})"
    if first:
        yield f"first run, so nobody knows how many requests: {', '.join(first)}"
    for plan in made:
        for one in plan.allowances:
            left = max(one.most - one.spent, 0)
            name = f"{plan.connection.name} {one.limit}".strip()
            yield f"{name}: {left:,} of {one.most:,} requests a day left ({one.quote})"


def _expected(streams: set[str] | None, ask: Ask) -> dict[str, int]:
    """The median of the last five runs, stream by stream, by connection."""
    found: dict[str, int] = {}
    for connection, stream, requests in ask(EXPECTED, table="stream_runs"):
        if streams is None or stream in streams:
            found[connection] = found.get(connection, 0) + round(requests)
    return found


def _daily(connection: Connection) -> Iterable[tuple[str, Limit]]:
    for name, limits in systems.load(connection.system).SYSTEM.limits.items():
        for limit in limits:
            if limit.seconds >= DAY.total_seconds():
                yield name, limit


def _used(spent: dict[tuple[str, str], int], connections: set[str], limit: str) -> int:
    return sum(
        count
        for (connection, name), count in spent.items()
        if connection in connections and limit in ("", name)
    )


def _account(connection: Connection) -> tuple[str, str]:
    return connection.system, connection.quota or connection.name


def _weight(plan: Plan) -> int:
    return max(plan.expected or 0, 1)
