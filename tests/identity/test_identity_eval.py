"""The gate: matching finds who is who no worse than the figures in benchmarks/identity/*.yml.

One data set of people with rare duplicates, one of many planted errors, one of 50,000 records; all
are printed by ``make identity-eval``. Where the labelled data is not there, the test says so.
"""

from __future__ import annotations

import pytest

from benchmarks.figures import bcubed, pairwise
from benchmarks.identity_eval import DataSet, names


@pytest.mark.parametrize("name", ["fake_1000", "febrl3", "historical_50k"])
def test_no_figure_drops(name: str) -> None:
    data = DataSet(name)
    if data.absent:
        pytest.skip(data.absent)
    assert data.run().shortfalls == []


@pytest.mark.parametrize("name", names())
def test_every_data_set_says_what_to_reach(name: str) -> None:
    reach = DataSet(name).settings["reach"]
    assert list(reach) == ["pairwise_f1", "bcubed_f1"]
    assert all(0.9 <= bound < 1 for bound in reach.values())


def test_the_figures_by_hand() -> None:
    """Truth a a a b b; groups 1 1 2 2 2: two of four joined pairs are right, of four true ones."""
    rows = [("a", 1), ("a", 1), ("a", 2), ("b", 2), ("b", 2)]
    assert (pairwise(rows).precision, pairwise(rows).recall, pairwise(rows).f1) == (0.5, 0.5, 0.5)
    precision = (1 + 1 + 1 / 3 + 2 / 3 + 2 / 3) / 5
    recall = (2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5
    assert bcubed(rows).precision == pytest.approx(precision)
    assert bcubed(rows).recall == pytest.approx(recall)
