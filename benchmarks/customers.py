"""How well and how fast the sandbox's customers are matched: the project's own plans and SQL.

    python -m benchmarks.sandbox_customers 100000 customers.parquet
    python -m benchmarks.customers customers.parquet [--train]

Runs customers_numbered to customers_groups as the models render them, with the parameters of the
seed (or trained on these records, --train), and compares the groups with the sandbox's truth.
benchmarks.splink_baseline does the same with Splink on the same file. Peak memory is the process's.
"""

from __future__ import annotations

import argparse
import datetime as dt
import resource
import time
from dataclasses import asdict
from pathlib import Path

import duckdb
import pyarrow as pa

from benchmarks.figures import bcubed, pairwise
from pipelines.macros import Macros
from pipelines.matching import Matching
from pipelines.training import SEED, plans

ROOT = Path(__file__).resolve().parents[1]
MODELS = ROOT / "dbt_project" / "models" / "silver" / "customers"
SEEDS = ("role_addresses", "public_email_domains", "placeholder_values", "nicknames")
STEPS = ("numbered", "keys", "hubs", "compared", "patterns", "terms", "scores", "matches")


class Customers:
    """The customers of one file, in memory."""

    def __init__(self, file: Path) -> None:
        self.connection = duckdb.connect()
        self.connection.execute("set threads = 2")
        self.plans = {name: plan for relation, name, plan in plans() if "customers" in relation}
        self.macros = Macros(ROOT / "macros")
        self.macros.given |= {
            "match_plans": lambda _: self.plans,
            "config": lambda **_: "",
            "earlier_build": lambda *_: None,
            "var": lambda name: [],
            "run_started_at": dt.datetime.now(dt.UTC),
        }
        self._make("customers_records", f"select * from '{file}'")
        self._make(
            "customers_arrivals",
            "select record_key, first_seen_at as arrived_at, first_seen_at as first_read_at "
            "from customers_records",
        )
        for seed in SEEDS:
            self._read_seed(seed, ROOT / "seeds" / "identity" / f"{seed}.csv", "all_varchar = true")
        self._read_seed("match_parameters", SEED, "auto_detect = true")

    def train(self) -> None:
        """Replace the seed's parameters by those of these records."""
        self.run("numbered")
        lines = [
            asdict(line)
            for name, plan in self.plans.items()
            for line in Matching(
                self.connection, self.macros, name, plan, "customers_numbered"
            ).parameters()
        ]
        self.connection.register("trained", pa.Table.from_pylist(lines))
        self._make("match_parameters", "select * from trained")

    def run(self, step: str) -> None:
        """Make one model's table as the model says."""
        text = (MODELS / f"customers_{step}.sql").read_text()
        self._make(f"customers_{step}", self.macros.render(text))

    def groups(self, party: str | None) -> list[tuple[str, int]]:
        """(truth, founder) of every record whose truth is known, of one party or all."""
        only = f"and party = '{party}'" if party else ""
        return self.connection.execute(
            "select truth_id, coalesce(founder_number, record_number) from customers_numbered "
            "inner join customers_records using (record_key) "
            f"left join customers_groups using (record_number) where truth_id is not null {only}"
        ).fetchall()

    def group(self) -> None:
        """Join the matches to groups."""
        select = self.macros.call(
            "connected_components",
            "(from customers_matches where is_kept) as kept",
            "record_number",
            "linked_record_number",
        )
        self._make("customers_groups", select)

    def _read_seed(self, table: str, file: Path, how: str) -> None:
        self._make(table, f"select * from read_csv('{file}', header = true, {how})")

    def _make(self, table: str, select: str) -> None:
        self.connection.execute(f"create or replace table {table} as {select}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("file", type=Path)
    arguments.add_argument("--train", action="store_true", help="on these records, not the seed")
    wanted = arguments.parse_args()
    customers = Customers(wanted.file)
    if wanted.train:
        customers.train()
    began, used = time.perf_counter(), time.process_time()
    for step in STEPS:
        at, spent = time.perf_counter(), time.process_time()
        customers.run(step)
        wall, processor = time.perf_counter() - at, time.process_time() - spent
        print(f"  {step:<10}{wall:7.1f} s {processor:7.1f} CPU s")
    customers.group()
    seconds, processor = time.perf_counter() - began, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{seconds:.1f} s, {processor:.1f} CPU s, at most {peak:,.0f} MB")
    for party in ("person", "company", None):
        rows = customers.groups(party)
        pair, cube = pairwise(rows), bcubed(rows)
        print(
            f"{party or 'all':<9}{len(rows):>10,} records  pairwise {pair.precision:.4f} "
            f"{pair.recall:.4f} {pair.f1:.4f}  B-cubed {cube.f1:.4f}"
        )


if __name__ == "__main__":
    main()
