"""What matching costs when 1 % of the customers changed, against matching all of them anew.

    python -m benchmarks.sandbox_customers 1000000 customers.parquet
    python -m benchmarks.matching_change customers.parquet

Builds customers_numbered to customers_groups with dbt in a warehouse of its own: all records, then
after half a percent changed and half a percent came new, then all of them anew (the baseline of the
same run), and compares the groups of the last two. The seconds of a model are dbt's own.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[1]
MODELS = [
    f"customers_{step}"
    for step in (
        "arrivals",
        "numbered",
        "keys",
        "hubs",
        "terms",
        "touched",
        "compared",
        "patterns",
        "scores",
        "matches",
        "links",
        "groups",
    )
]
SEEDS = (
    "role_addresses",
    "public_email_domains",
    "placeholder_values",
    "nicknames",
    "match_parameters",
    "must_match",
    "never_match",
    "accepted_clusters",
    "identity_rules",
)
RECORDS = """
    create schema silver;
    create table silver.customers_records as
        select * exclude (truth_kind, truth_id, group_kind, group_id) from '{file}';
    create table silver.customers_cuts (record_number bigint, linked_record_number bigint);
"""
CHANGE = """
    update silver.customers_records
    set phone = '+4930' || cast(hash(record_key) % 10000000 as text),
        last_name = case when hash(record_key || 'n') % 3 = 0 then last_name || 'a'
            else last_name end,
        email = case when hash(record_key || 'e') % 3 = 0 then null else email end,
        extracted_at = extracted_at + interval 1 day
    where hash(record_key) % 200 = 0;
    insert into silver.customers_records
        select * replace (record_key || '-new' as record_key, record_id || '-new' as record_id,
            first_seen_at + interval 1 day as first_seen_at)
        from silver.customers_records where hash(record_key) % 200 = 1;
"""
GROUPS = """
    select one.record_key, founders.record_key as founder_key
    from {database}.silver.customers_groups as groups
    inner join {database}.silver.customers_numbered as one using (record_number)
    inner join {database}.silver.customers_numbered as founders
        on groups.founder_number = founders.record_number
"""


class Trial:
    """A warehouse in a folder of its own."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self.warehouse = folder / f"{name}.duckdb"

    def dbt(self, *arguments: str) -> dict[str, float]:
        """Run dbt; the seconds of each model. Raises SystemExit with its output when it fails."""
        target = self.folder / "target"
        command = ["dbt", *arguments, "--target-path", str(target), "--log-path", str(target)]
        environment = os.environ | {"GOLDPAN_WAREHOUSE": str(self.warehouse)}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(done.stdout + done.stderr)
        results = json.loads((target / "run_results.json").read_text())["results"]
        return {one["unique_id"].split(".")[-1]: one["execution_time"] for one in results}

    def query(self, sql: str) -> None:
        with duckdb.connect(str(self.warehouse)) as connection:
            connection.execute(sql)


def measure(file: Path, folder: Path) -> list[dict[str, float]]:
    """The seconds of each model for a first build, the changed one, and one of everything anew."""
    trial = Trial(folder, "warehouse")
    trial.query(RECORDS.format(file=file))
    trial.dbt("seed", "--select", *SEEDS)
    first = trial.dbt("run", "--select", *MODELS)
    trial.query(CHANGE)
    changed = trial.dbt("run", "--select", *MODELS)
    anew = Trial(folder, "anew")
    anew.warehouse.write_bytes(trial.warehouse.read_bytes())
    whole = anew.dbt("run", "--full-refresh", "--select", *MODELS)
    differ(trial.warehouse, anew.warehouse)
    return [first, changed, whole]


def differ(one: Path, other: Path) -> None:
    """Raises SystemExit when the groups of the two warehouses are not the same."""
    with duckdb.connect() as connection:
        connection.execute(
            f"attach '{one}' as one (read_only); attach '{other}' as other (read_only)"
        )
        sides = [GROUPS.format(database=name) for name in ("one", "other")]
        query = "select count(*) from ({} except all {})"
        counts = [
            connection.execute(query.format(*pair)).fetchall()[0][0]
            for pair in (sides, sides[::-1])
        ]
    if any(counts):
        raise SystemExit(f"{counts} records are in other groups than after a build of everything")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("file", type=Path)
    file = arguments.parse_args().file
    with tempfile.TemporaryDirectory() as folder:
        first, changed, whole = measure(file, Path(folder))
    print(f"{'model':<22}{'first':>9}{'1 % changed':>13}{'anew':>9}{'share':>8}")
    for model in MODELS:
        line = f"{first[model]:9.2f}{changed[model]:13.2f}{whole[model]:9.2f}"
        print(f"{model:<22}{line}{changed[model] / whole[model]:8.0%}")
    sums = [sum(part.values()) for part in (first, changed, whole)]
    print(
        f"{'all':<22}{sums[0]:9.2f}{sums[1]:13.2f}{sums[2]:9.2f}{sums[1] / sums[2]:8.0%}"
        "   the same groups"
    )
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"dbt took at most {peak:,.0f} MB", file=sys.stderr)


if __name__ == "__main__":
    main()
