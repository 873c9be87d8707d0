"""The anomaly models: exact enough tails, few false alarms, broken days found, unread days told."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from statistics import NormalDist

import duckdb
import pytest

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
    first = anomalies.LAST_DAY - dt.timedelta(days=anomalies.YEAR - 1)
    found = anomalies.scores(anomalies.clean(), first)
    tested, alarms = found.aggregate("count(*), count(*) filter (is_anomaly)").fetchall()[0]
    assert tested > 10_000
    assert 1000 * alarms / tested <= 1


@pytest.mark.parametrize("fault", anomalies.FAULTS)
def test_a_broken_day_is_found(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anomalies, "FAULTS_A_CELL", 3)
    assert anomalies.found_share(fault, 60) == (3, 3)


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
    rows = f"select metric_date, silent_days, is_anomaly from ({select}) order by 1"
    return db.execute(rows).fetchall()


def test_a_day_that_nobody_read_is_no_zero() -> None:
    days = silence(BEGIN + dt.timedelta(days=100))
    assert [(silent, found) for _, silent, found in days] == [(0, False), (0, False)]


def test_days_without_records_are_judged_as_one_silence() -> None:
    days = silence(BEGIN + dt.timedelta(days=103))
    assert [silent for _, silent, _ in days] == [0, 0, 1, 2, 3]
    assert [found for _, _, found in days][2:] == [True, True, True]
