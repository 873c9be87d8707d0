"""How often the anomaly models cry wolf, and how much of what is broken they see.

    python -m benchmarks.anomalies

Records of made-up streams go through the macros of ops.daily_metrics and ops.metric_scores as they
are. Clean streams of one year give the false alarms per 1,000 tested series-days (a series is one
metric of one stream); streams whose last day is broken give the share of faults that are found when
that day is over, by kind of fault and records a day. Random, with a fixed seed.
"""

from __future__ import annotations

import datetime as dt
import math
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipelines.macros import Macros

ROOT = Path(__file__).resolve().parents[1]
RULES = ROOT / "seeds/rules/anomaly_rules.csv"
SEED = 20261121
LEARNING_DAYS = 126
YEAR = 365
LAST_DAY = dt.date(2026, 11, 5)  # a Thursday, on which every kind of week is busy
VOLUMES = (5, 10, 20, 50, 200)
CLEAN_STREAMS = 40
FAULTS_A_CELL = 40
PLAN: dict[str, Any] = {
    "at": "ordered_at",
    "amount": "total_amount",
    "key": "order_number",
    "filled": ["customer_email"],
    "codes": ["currency", "channel"],
    "has_time": True,
}
WEEKS = (
    (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0),
    (1.0, 0.9, 0.9, 1.0, 1.2, 1.5, 0.5),
    (1.2, 1.1, 1.1, 1.0, 0.9, 0.1, 0.05),
    (1.2, 1.2, 1.2, 1.2, 1.2, 0.0, 0.0),
)
Record = dict[str, Any]


@dataclass
class Stream:
    """One made-up stream: how many records a day, of what kind.

    ``volume`` is the mean number of records a day; ``scatter`` the dispersion of a negative
    binomial; ``spread`` the standard deviation of an amount's logarithm.
    """

    name: str
    volume: float
    chance: random.Random
    week: tuple[float, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.week = self.chance.choice(WEEKS)
        self.scatter = self.chance.uniform(0.0, 0.05)
        self.growth = self.chance.uniform(-0.3, 0.5)
        self.season = self.chance.uniform(0.0, 0.2)
        self.spread = self.chance.uniform(0.3, 0.8)
        self.empty_share = self.chance.uniform(0.0, 0.2)
        self.store_share = self.chance.uniform(0.25, 0.5)
        self.number = 0

    def records(self, days: int) -> Iterator[list[Record]]:
        """The records of each day up to LAST_DAY, oldest day first."""
        for ago in range(days - 1, -1, -1):
            date = LAST_DAY - dt.timedelta(days=ago)
            yield [self._record(date) for _ in range(self._count(date, ago))]

    def _count(self, date: dt.date, ago: int) -> int:
        year = math.sin(2 * math.pi * date.timetuple().tm_yday / YEAR)
        level = (1 + self.growth) ** (-ago / YEAR) * (1 + self.season * year)
        mean = self.volume * self.week[date.weekday()] / (sum(self.week) / 7) * level
        if self.scatter > 0:
            mean *= self.chance.gammavariate(1 / self.scatter, self.scatter)
        return poisson(mean, self.chance)

    def _record(self, date: dt.date) -> Record:
        self.number += 1
        second = int(min(max(self.chance.gauss(13, 4), 0), 23.9) * 3600)
        midnight = dt.datetime(date.year, date.month, date.day)
        is_empty = self.chance.random() < self.empty_share
        return {
            "connection": self.name,
            "system": "synthetic",
            "stream": "orders",
            "is_deleted": False,
            "order_number": f"{self.name}-{self.number}",
            "customer_email": None if is_empty else "somebody@example.com",
            "currency": self.chance.choices(("EUR", "GBP", "CHF"), (92, 5, 3))[0],
            "channel": "store" if self.chance.random() < self.store_share else "online_shop",
            "total_amount": math.exp(self.chance.gauss(4, self.spread)),
            "ordered_at": midnight + dt.timedelta(seconds=second),
        }


def poisson(mean: float, chance: random.Random) -> int:
    """A Poisson number: by its waiting times, from 200 on by its normal limit."""
    if mean > 200:
        return max(round(chance.gauss(mean, math.sqrt(mean))), 0)
    count, waited = 0, chance.expovariate(1.0)
    while waited < mean:
        count, waited = count + 1, waited + chance.expovariate(1.0)
    return count


FAULTS: dict[str, Callable[[list[Record]], list[Record]]] = {
    "dead stream": lambda day: [],
    "half a day missing": lambda day: [one for one in day if one["ordered_at"].hour < 12],
    "duplicated load": lambda day: day + day,
    "doubled price": lambda day: [one | {"total_amount": 2 * one["total_amount"]} for one in day],
    "currency switched": lambda day: [one | {"currency": "USD"} for one in day],
    "code vanished": lambda day: [
        one | {"channel": None if one["channel"] == "store" else one["channel"]} for one in day
    ],
}


def clean() -> list[Record]:
    """A year of streams in which nothing is wrong, after the days that are only learnt from."""
    chance = random.Random(SEED)
    made = []
    for at in range(CLEAN_STREAMS):
        volume = 10 ** chance.uniform(-0.5, 2.3)
        stream = Stream(f"clean {at}", volume, random.Random(chance.random()))
        for day in stream.records(LEARNING_DAYS + YEAR):
            made += day
    return made


def broken(fault: str, volume: float) -> list[Record]:
    """Streams whose last day has one fault."""
    chance = random.Random(f"{SEED} {fault} {volume}")
    made = []
    for at in range(FAULTS_A_CELL):
        stream = Stream(f"{fault}/{volume}/{at}", volume, random.Random(chance.random()))
        *past, last = list(stream.records(LEARNING_DAYS))
        made += [record for day in past for record in day] + FAULTS[fault](last)
    return made


def scores(records: list[Record], tested_from: dt.date) -> duckdb.DuckDBPyRelation:
    """What ops.metric_scores says of the records."""
    end = LAST_DAY + dt.timedelta(days=1)
    macros = Macros(ROOT / "macros", var={"anomaly_history_days": LEARNING_DAYS + YEAR}.get)
    connection = duckdb.connect()
    connection.register("records", pa.Table.from_pylist(records))
    watched = ("records", "order", PLAN, f"date '{LAST_DAY}'")
    days, rows = (macros.call(name, *watched) for name in ("metric_days", "metric_rows"))
    connection.execute(f"create table metrics as with {days} {rows}")
    connection.execute(
        "create table coverage as select distinct connection, stream, "
        f"date '{end}' as complete_before_date from metrics"
    )
    connection.execute(f"create table rules as from read_csv('{RULES}')")
    first = f"(date '{end}' - {LEARNING_DAYS + YEAR})"
    select = macros.call(
        "score_metrics", "metrics", "coverage", "rules", first, f"date '{end}'",
        f"date '{tested_from}'",
    )  # fmt: skip
    connection.execute(f"create table scores as {select}")
    return connection.table("scores")


def false_alarms() -> str:
    """The rate on clean streams, as a line, and its parts by metric."""
    began = time.process_time()
    found = scores(clean(), LAST_DAY - dt.timedelta(days=YEAR - 1))
    lines = [f"{'clean year':<22}{'series-days':>12}{'alarms':>8}{'per 1,000':>11}"]
    by_metric = found.aggregate("metric, count(*), count(*) filter (is_anomaly)", "metric").order(
        "metric"
    )
    rows = by_metric.fetchall()
    rows.append(("all", sum(row[1] for row in rows), sum(row[2] for row in rows)))
    lines += [
        f"{name:<22}{tested:>12,}{alarms:>8}{1000 * alarms / tested:>11.2f}"
        for name, tested, alarms in rows
    ]
    return "\n".join([*lines, f"{time.process_time() - began:.0f} processor seconds"])


def found_share(fault: str, volume: float) -> tuple[int, int]:
    """(found, planted) faults of a kind among streams of so many records a day."""
    found = scores(broken(fault, volume), LAST_DAY).filter("is_anomaly")
    return len(found.aggregate("connection", "connection").fetchall()), FAULTS_A_CELL


def main() -> None:
    print(false_alarms(), flush=True)
    print(f"\n{'found within the day':<22}" + "".join(f"{volume:>7}/d" for volume in VOLUMES))
    totals = dict.fromkeys(VOLUMES, 0)
    for fault in FAULTS:
        line = f"{fault:<22}"
        for volume in VOLUMES:
            seen, planted = found_share(fault, volume)
            totals[volume] += seen
            line += f"{100 * seen / planted:>7.0f} %"
        print(line, flush=True)
    planted = FAULTS_A_CELL * len(FAULTS)
    print(f"{'all':<22}" + "".join(f"{100 * seen / planted:>7.1f} %" for seen in totals.values()))


if __name__ == "__main__":
    main()
