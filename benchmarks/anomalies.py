"""How often the anomaly models cry wolf, and how much of what is broken they see, and when.

    python -m benchmarks.anomalies            # seeds that no limit was chosen by
    python -m benchmarks.anomalies 20261121   # the seed that the limits were chosen by

Records of made-up streams go through the macros of ops.daily_metrics and ops.metric_scores as they
are. Clean streams of one year give the false alarms per 1,000 tested series-days (a series is one
metric of one stream); streams that break on FIRST_BROKEN and stay broken give the share of faults
that are found after 1, 2, 3 and 7 days, by kind of fault and records a day. What moves slowly is
measured as ops.distribution_shifts sees it: clean streams once every four weeks of the year, and
streams that were otherwise in the last four weeks.
"""

from __future__ import annotations

import datetime as dt
import math
import random
import sys
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
TUNING_SEED = 20261121
SEEDS = (1, 2, 3)  # the limits in anomaly_rules.csv were chosen without a look at these
LEARNING_DAYS = 126
YEAR = 365
FIRST_BROKEN = dt.date(2026, 11, 5)  # a Thursday, on which every kind of week is busy
LAST_DAY = dt.date(2026, 11, 11)
VOLUMES = (2, 5, 10, 20, 50)
FOUND_AFTER = (1, 2, 3, 7)
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


DAYS, PAST_DAYS, SHIFT_BITS = 28, 84, 0.01  # the variables distribution_… of dbt_project.yml
SHIFTS: dict[str, tuple[str, Callable[[Record], Record]]] = {
    "a code of 50 to 75 % loses a quarter": (
        "channel",
        lambda one: one | {"channel": "store" if _in(one, 4) else one["channel"]},
    ),
    "prices up by a quarter": (
        "total_amount",
        lambda one: one | {"total_amount": 1.25 * one["total_amount"]},
    ),
    "a currency of a tenth comes up": (
        "currency",
        lambda one: one | {"currency": "USD" if _in(one, 10) else one["currency"]},
    ),
}


def _in(record: Record, every: int) -> bool:
    return int(record["order_number"].rpartition("-")[2]) % every == 0


def clean(seed: int) -> list[Record]:
    """A year of streams in which nothing is wrong, after the days that are only learnt from."""
    chance = random.Random(seed)
    made = []
    for at in range(CLEAN_STREAMS):
        volume = 10 ** chance.uniform(-0.5, 2.3)
        stream = Stream(f"clean {at}", volume, random.Random(chance.random()))
        for day in stream.records(LEARNING_DAYS + YEAR):
            made += day
    return made


def whole(volume: float, seed: int) -> tuple[list[Record], list[list[Record]]]:
    """Streams of so many records a day: all of them before FIRST_BROKEN, and each day since."""
    chance = random.Random(f"{seed} {volume}")
    broken_days = (LAST_DAY - FIRST_BROKEN).days + 1
    before: list[Record] = []
    since: list[list[Record]] = []
    for at in range(FAULTS_A_CELL):
        stream = Stream(f"{volume}/{at}", volume, random.Random(chance.random()))
        days = list(stream.records(LEARNING_DAYS + broken_days))
        before += [record for day in days[:-broken_days] for record in day]
        since += days[-broken_days:]
    return before, since


def scores(records: pa.Table, tested_from: dt.date) -> duckdb.DuckDBPyRelation:
    """What ops.metric_scores says of the records."""
    end = LAST_DAY + dt.timedelta(days=1)
    macros = Macros(ROOT / "macros", var={"anomaly_history_days": LEARNING_DAYS + YEAR}.get)
    connection = duckdb.connect()
    connection.register("records", records)
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


def false_alarms(seed: int) -> dict[str, tuple[int, int]]:
    """(tested series-days, those with an alarm) of clean streams, by metric."""
    records = pa.Table.from_pylist(clean(seed))
    found = scores(records, LAST_DAY - dt.timedelta(days=YEAR - 1))
    days = found.aggregate(
        "metric, field, code, connection, metric_date, bool_or(is_anomaly) as alarm"
    )
    counted = days.aggregate("metric, count(*), count(*) filter (alarm)", "metric").order("metric")
    return {name: (tested, alarms) for name, tested, alarms in counted.fetchall()}


def days_to_find(volume: float, seed: int) -> dict[str, list[int]]:
    """After how many days each fault of a kind was found, in streams of so many records a day."""
    before, since = whole(volume, seed)
    past = pa.Table.from_pylist(before)
    found = {}
    for fault, breaks in FAULTS.items():
        broken = pa.Table.from_pylist([one for day in since for one in breaks(day)], past.schema)
        alarms = scores(pa.concat_tables([past, broken]), FIRST_BROKEN).filter("is_anomaly")
        first = alarms.aggregate(f"min(metric_date) - date '{FIRST_BROKEN}' + 1", "connection")
        found[fault] = [int(days) for (days,) in first.fetchall()]
    return found


def shifts(records: pa.Table, today: dt.date) -> list[tuple[str, str, bool]]:
    """(stream, column, shifted) as ops.distribution_shifts says of the records on a day."""
    values = {
        "anomaly_history_days": DAYS + PAST_DAYS,
        "distribution_days": DAYS,
        "distribution_past_days": PAST_DAYS,
        "distribution_shift_bits": SHIFT_BITS,
    }
    macros = Macros(ROOT / "macros", var=values.get)
    connection = duckdb.connect()
    connection.register("records", records)
    counts = macros.call("distribution_counts", "records", "order", PLAN, f"date '{today}'")
    connection.execute(f"create table counts as {counts}")
    select = macros.call("score_distributions", "counts")
    return connection.execute(f"select connection, field, is_shifted from ({select})").fetchall()


def false_shifts(seed: int) -> tuple[int, int]:
    """(judged columns, those said to have shifted) of clean streams, every four weeks of a year."""
    records = pa.Table.from_pylist(clean(seed))
    days = [LAST_DAY - dt.timedelta(days=DAYS * back) for back in range(YEAR // DAYS)]
    judged = [row for day in days for row in shifts(records, day)]
    return len(judged), sum(shifted for *_, shifted in judged)


def shifts_found(volume: float, seed: int) -> dict[str, int]:
    """How many planted shifts of a kind were found, of FAULTS_A_CELL each."""
    chance = random.Random(f"{seed} {volume}")
    streams = [
        Stream(f"{volume}/{at}", volume, random.Random(chance.random()))
        for at in range(FAULTS_A_CELL)
    ]
    days = [list(stream.records(DAYS + PAST_DAYS)) for stream in streams]
    past = pa.Table.from_pylist([one for own in days for day in own[:-DAYS] for one in day])
    found = {}
    for shift, (column, change) in SHIFTS.items():
        moved = [change(one) for own in days for day in own[-DAYS:] for one in day]
        records = pa.concat_tables([past, pa.Table.from_pylist(moved, past.schema)])
        said = shifts(records, LAST_DAY)
        found[shift] = sum(shifted and field == column for _, field, shifted in said)
    return found


def _print_shifts(seeds: list[int]) -> None:
    judged, false = (sum(column) for column in zip(*map(false_shifts, seeds), strict=True))
    print(f"\n{judged} clean columns judged, {false} said to have shifted")
    print(f"{'shifts found':<38}" + "".join(f"{volume:>5}/d" for volume in VOLUMES))
    by_volume = [[shifts_found(volume, seed) for seed in seeds] for volume in VOLUMES]
    planted = FAULTS_A_CELL * len(seeds)
    for shift in SHIFTS:
        shares = [100 * sum(one[shift] for one in found) / planted for found in by_volume]
        print(f"{shift:<38}" + "".join(f"{share:>5.0f} %" for share in shares), flush=True)


def _print_alarms(seeds: list[int]) -> None:
    began = time.process_time()
    totals: dict[str, tuple[int, int]] = {}
    for seed in seeds:
        for name, counts in false_alarms(seed).items():
            for key in (name, "all"):
                before = totals.get(key, (0, 0))
                totals[key] = (before[0] + counts[0], before[1] + counts[1])
    print(f"{'clean years':<22}{'series-days':>12}{'alarms':>8}{'per 1,000':>11}")
    for name, (tested, alarms) in sorted(totals.items(), key=lambda item: item[0] == "all"):
        print(f"{name:<22}{tested:>12,}{alarms:>8}{1000 * alarms / tested:>11.2f}")
    print(f"{time.process_time() - began:.0f} processor seconds", flush=True)


def _print_found(volume: float, seeds: list[int]) -> None:
    heads = "".join(f"{days:>6} d" for days in FOUND_AFTER)
    print(f"\n{f'{volume} a day: found after':<26}{heads}")
    found: dict[str, list[int]] = {fault: [] for fault in FAULTS}
    for seed in seeds:
        for fault, days in days_to_find(volume, seed).items():
            found[fault] = found[fault] + days
    found["all"] = [days for each in found.values() for days in each]
    for fault, days in found.items():
        planted = FAULTS_A_CELL * len(seeds) * (len(FAULTS) if fault == "all" else 1)
        shares = [100 * sum(day <= limit for day in days) / planted for limit in FOUND_AFTER]
        print(f"{fault:<26}" + "".join(f"{share:>6.0f} %" for share in shares), flush=True)


def main() -> None:
    seeds = [int(given) for given in sys.argv[1:]] or list(SEEDS)
    _print_alarms(seeds)
    for volume in VOLUMES:
        _print_found(volume, seeds)
    _print_shifts(seeds)


if __name__ == "__main__":
    main()
