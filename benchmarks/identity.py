"""How well customers are matched: the crosswalk against the sandbox's truth, as pairs of records.

    python -m benchmarks.identity     after `make run`

Two records belong together when they are of the same person or company. Precision: of the pairs
that the crosswalk joins, the share that belongs together. Recall: of the pairs that belong
together, the share it joins. Baseline: records joined by the same lower-cased e-mail alone.
"""

from __future__ import annotations

import sqlite3
from collections import Counter

import duckdb

from pipelines.bronze import warehouse
from pipelines.sandbox.state import default_folder

RECORDS = """
    select x.system, x.stream, x.record_id, x.customer_id, lower(trim(r.email))
    from silver.customers_xref as x
    join silver.customers_records as r using (record_key)
"""


def pairs(sizes: Counter[object]) -> int:
    """Number of pairs inside groups of these sizes."""
    return sum(size * (size - 1) // 2 for size in sizes.values())


def figures(groups: list[object], truth: list[object]) -> tuple[float, float, float]:
    """(precision, recall, F1) of groups against the truth, row by row."""
    both = pairs(Counter(zip(groups, truth, strict=True)))
    joined, belonging = pairs(Counter(groups)), pairs(Counter(truth))
    precision, recall = both / joined if joined else 1.0, both / belonging if belonging else 1.0
    return precision, recall, 2 * precision * recall / (precision + recall or 1)


def main() -> None:
    folder = default_folder()
    file = next(folder.rglob("truth.sqlite"))
    with sqlite3.connect(file) as truths:
        known = {
            (system, record_id): (kind, one)
            for system, record_id, kind, one in truths.execute(
                "select system, record_id, kind, id from truth where kind in ('person', 'company')"
            )
        }
    with duckdb.connect(str(warehouse()), read_only=True) as connection:
        rows = connection.sql(RECORDS).fetchall()
    found = [
        (known[key], customer, email or f"none {number}")
        for number, (system, _, record_id, customer, email) in enumerate(rows)
        if (key := (system, record_id.rpartition("/")[2].rpartition(":")[2])) in known
    ]
    print(f"{len(rows):,} records, {len(found):,} of them with a known truth")
    truth = [one for one, _, _ in found]
    for name, groups in (
        ("same e-mail (baseline)", [email for _, _, email in found]),
        ("silver.customers_xref", [customer for _, customer, _ in found]),
    ):
        precision, recall, f1 = figures(list(groups), list(truth))
        print(f"{name:<24} precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}")


if __name__ == "__main__":
    main()
