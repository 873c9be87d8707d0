"""The anomaly models: exact enough tails, few false alarms, broken days found, unread days told."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from statistics import NormalDist

import duckdb
import pytest
import yaml

from benchmarks import anomalies
from pipelines.macros import Macros

MACROS = Macros(Path(__file__).resolve().parents[2] / "macros")
NORMAL = NormalDist()
BEGIN = dt.date(2026, 3, 2)


def deviate(successes: float, trials: float, share: float) -> float:
    """What binomial_z gives."""
    expression = MACROS.call("binomial_z", "successes", "trials", "share")
    row = duckdb.execute(
        f"select {expression} from (values (?, ?, ?)) as given (successes, trials, share)",
        (float(successes), float(trials), share),
    ).fetchone()
    assert row
    return float(row[0])


@pytest.mark.parametrize(
    ("successes", "trials", "share"),
    [(0, 10, 0.5), (5, 10, 0.5), (0, 20, 0.3), (1, 50, 0.2), (30, 1000, 0.05), (980, 1000, 0.99)],
)
def test_binomial_deviate(successes: int, trials: int, share: float) -> None:
    exact = sum(
        math.comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in range(successes + 1)
    )
    assert deviate(successes, trials, share) == pytest.approx(NORMAL.inv_cdf(exact), abs=0.02)


@pytest.mark.parametrize(("count", "size", "mean"), [(0, 20, 10), (5, 50, 20), (30, 10, 12)])
def test_negative_binomial_deviate(count: int, size: float, mean: float) -> None:
    chance = mean / (size + mean)
    exact = sum(
        math.exp(
            math.lgamma(k + size) - math.lgamma(size) - math.lgamma(k + 1)
            + size * math.log(1 - chance) + k * math.log(chance)
        )
        for k in range(count + 1)
    )  # fmt: skip
    found = deviate(count, size + count, chance)
    assert found == pytest.approx(NORMAL.inv_cdf(exact), abs=0.02)


def test_clean_year_has_few_false_alarms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anomalies, "CLEAN_STREAMS", 6)
    counted = anomalies.false_alarms(anomalies.TUNING_SEED).values()
    tested, alarms = (sum(column) for column in zip(*counted, strict=True))
    assert tested > 10_000
    assert 1000 * alarms / tested <= 1


def test_broken_streams_are_found_within_the_day_and_small_ones_within_the_week(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(anomalies, "FAULTS_A_CELL", 3)
    found = anomalies.days_to_find(60, anomalies.TUNING_SEED)
    assert found == {fault: [1, 1, 1] for fault in anomalies.FAULTS}
    small = anomalies.days_to_find(5, anomalies.TUNING_SEED)["dead stream"]
    assert len(small) == 3
    assert max(small) <= 7


def test_what_moves_slowly_is_found_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anomalies, "FAULTS_A_CELL", 4)
    monkeypatch.setattr(anomalies, "CLEAN_STREAMS", 4)
    assert anomalies.shifts_found(30, anomalies.TUNING_SEED) == dict.fromkeys(anomalies.SHIFTS, 4)
    judged, false = anomalies.false_shifts(anomalies.TUNING_SEED)
    assert judged > 100
    assert false == 0


def test_the_benchmark_has_the_limits_of_the_project() -> None:
    project = yaml.safe_load((anomalies.ROOT / "dbt_project.yml").read_text())["vars"]
    names = ("distribution_days", "distribution_past_days", "distribution_shift_bits")
    limits = (anomalies.DAYS, anomalies.PAST_DAYS, anomalies.SHIFT_BITS)
    assert tuple(project[name] for name in names) == limits


def spread(past: dict[str, int], recent: dict[str, int]) -> tuple[float, float, str]:
    """(bits, z score, most moved) of a column whose categories were counted."""
    db = duckdb.connect()
    rows = [(key, past.get(key, 0), recent.get(key, 0)) for key in past | recent]
    db.execute(
        "create table counts (connection text default 'c', system text default 's', entity text "
        "default 'order', stream text default 'orders', field text default 'channel', "
        "category text, past_count int, recent_count int)"
    )
    insert = "insert into counts (category, past_count, recent_count) values (?, ?, ?)"
    db.executemany(insert, rows)
    scoring = Macros(anomalies.ROOT / "macros", var=lambda name: anomalies.SHIFT_BITS)
    select = scoring.call("score_distributions", "counts")
    row = db.execute(f"select divergence_bits, z_score, most_moved from ({select})").fetchone()
    assert row
    return float(row[0]), float(row[1] or 0), str(row[2])


def test_the_divergence_of_two_distributions() -> None:
    alike = {"a": 300, "b": 700}
    assert spread(alike, {"a": 30, "b": 70})[0] == 0
    assert spread({"a": 100}, {"b": 100})[0] == 1
    bits, z, most_moved = spread(alike, {"a": 60, "b": 40})
    # By hand: half of 0.3 ld(0.3 / 0.45) + 0.7 ld(0.7 / 0.55) + 0.6 ld(0.6 / 0.45) + …
    assert bits == pytest.approx(0.0667, abs=0.001)
    # The likelihood ratio is 34.6 with one degree of freedom; its cube root falls a little short.
    assert z == pytest.approx(5.26, abs=0.01)
    assert most_moved == "a"


def silence(read_until: dt.date) -> list[tuple[dt.date, int, bool]]:
    """(day, silent days, anomaly) of a stream of nine a day that ends on its hundredth day."""
    db = duckdb.connect()
    db.execute(
        """create table metrics as select 'shop' as connection, 'toy' as system, 'order' as entity,
        'orders' as stream, 'row_count' as metric, cast(null as text) as field,
        cast(null as text) as code, cast(? as date) + cast(day as integer) as metric_date,
        9.0::double as sample_count, 9.0::double as value_sum,
        cast(null as double) as value_square_sum from range(100) as days (day)""",
        (BEGIN,),
    )
    db.execute(
        """create table coverage as select 'shop' as connection, 'orders' as stream,
        cast(? as date) as complete_before_date""",
        (read_until,),
    )
    db.execute(f"create table rules as from read_csv('{anomalies.RULES}')")
    end = BEGIN + dt.timedelta(days=105)
    select = MACROS.call(
        "score_metrics", "metrics", "coverage", "rules", f"date '{BEGIN}'", f"date '{end}'",
        f"date '{BEGIN + dt.timedelta(days=98)}'",
    )  # fmt: skip
    rows = f"""select metric_date, silent_days, is_anomaly from ({select})
    where day_count = 1 order by 1"""
    return db.execute(rows).fetchall()


def test_a_day_that_nobody_read_is_no_zero() -> None:
    days = silence(BEGIN + dt.timedelta(days=100))
    assert [(silent, found) for _, silent, found in days] == [(0, False), (0, False)]


def test_days_without_records_are_judged_as_one_silence() -> None:
    days = silence(BEGIN + dt.timedelta(days=103))
    assert [silent for _, silent, _ in days] == [0, 0, 1, 2, 3]
    assert [found for _, _, found in days][2:] == [True, True, True]
