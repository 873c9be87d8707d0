"""How well groups of records agree with the truth: pairwise and B-cubed.

Example::

    pairwise([("a", 1), ("a", 1), ("b", 1)]).precision == 1 / 3
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares from 0 to 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Harmonic mean."""
        return 2 * self.precision * self.recall / (self.precision + self.recall or 1)


def pairwise(rows: list[tuple[Any, Any]]) -> Figures:
    """Of pairs of records; rows are (truth, group) of each record."""
    both = pair_count(Counter(rows))
    return Figures(
        both / (pair_count(Counter(group for _, group in rows)) or 1),
        both / (pair_count(Counter(truth for truth, _ in rows)) or 1),
    )


def bcubed(rows: list[tuple[Any, Any]]) -> Figures:
    """Bagga and Baldwin (1998): averaged over records."""
    truths, groups = Counter(row[0] for row in rows), Counter(row[1] for row in rows)
    both = Counter(rows)
    return Figures(
        sum(count * count / groups[group] for (_, group), count in both.items()) / len(rows),
        sum(count * count / truths[truth] for (truth, _), count in both.items()) / len(rows),
    )


def pair_count(sizes: Counter[Any]) -> int:
    """Number of pairs inside groups of these sizes."""
    return sum(size * (size - 1) // 2 for size in sizes.values())
