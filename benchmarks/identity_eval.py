"""How well the matching macros find who is who, on data sets whose truth is known.

    python -m benchmarks.identity_eval [data set …]

Prints per data set pairwise and B-cubed precision, recall and F1, the records, pairs and seconds,
the F1 below which the gate fails (tests/identity/test_identity_eval.py, and this command), and what
Splink makes of the same records where it is installed. A data set is one file of
benchmarks/identity/: where its records are, its plan, and the figures to reach. Nothing is trained
with labels.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import yaml

from benchmarks import splink_baseline
from benchmarks.figures import Figures, bcubed, pairwise
from pipelines.macros import Macros
from pipelines.matching import Matching

ROOT = Path(__file__).resolve().parents[1]
PLANS = Path(__file__).parent / "identity"
DATA = ROOT.parent / "shared" / "identity"
HEADING = (
    f"{'data set':<16}{'records':>8}{'pairs':>9}{'s':>6}   pairwise P/R/F1      B-cubed P/R/F1"
    "      reach        Splink F1 (s)"
)


@dataclass(frozen=True, slots=True)
class Result:
    """What one data set came to; ``reach`` are the F1 below which it fails."""

    name: str
    records: int
    pairs: int
    seconds: float
    pairwise: Figures
    bcubed: Figures
    reach: dict[str, float]

    @property
    def shortfalls(self) -> list[str]:
        """Each F1 that is below what was reached before, as a sentence."""
        found = {"pairwise_f1": self.pairwise.f1, "bcubed_f1": self.bcubed.f1}
        return [
            f"{self.name}: {figure} is {found[figure]:.4f}, below {bound}"
            for figure, bound in self.reach.items()
            if found[figure] < bound
        ]


class DataSet:
    """One labelled file and how its records are matched."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.settings = yaml.safe_load((PLANS / f"{name}.yml").read_text())
        self.plan = self.settings["plan"]
        self.macros = Macros(ROOT / "macros", run_started_at=dt.datetime.now(dt.UTC))
        self.connection = duckdb.connect()

    @property
    def paths(self) -> list[Path]:
        """The labelled files: beside the repository, or inside an installed package."""
        files = self.settings["file"]
        folder = package_folder(package) if (package := self.settings.get("package")) else DATA
        return [folder / file for file in ([files] if isinstance(files, str) else files)]

    @property
    def absent(self) -> str | None:
        """Why the data set cannot be run here, or None."""
        try:
            missing = [path.name for path in self.paths if not path.exists()]
        except LookupError as error:
            return str(error)
        return f"{missing[0]} is not in ../shared/identity" if missing else None

    def run(self) -> Result:
        """Train without labels, match, cluster, and compare with the truth."""
        self.load()
        began = time.perf_counter()
        self.score()
        groups = self.groups()
        seconds = time.perf_counter() - began
        return Result(
            self.name,
            len(groups),
            self._count("match_pairs"),
            seconds,
            pairwise([row for row in groups if row[0] is not None]),
            bcubed([row for row in groups if row[0] is not None]),
            self.settings["reach"],
        )

    def load(self) -> None:
        """The table records: truth, record_number and the plan's columns."""
        reader = "read_parquet" if self.paths[0].suffix == ".parquet" else "read_csv"
        options = f", nullstr='', {self.settings.get('csv', 'auto_detect=true')}"
        files = ", ".join(f"'{path}'" for path in self.paths)
        self.connection.execute(
            f"create view data as select *, parse_filename(filename) as file from {reader}"
            f"([{files}], filename=true{options if reader == 'read_csv' else ''})"
        )
        self.connection.execute(
            "create table records as select row_number() over () as record_number, * "
            f"from ({self.settings['records']})"
        )

    def score(self) -> None:
        """The tables parameters, patterns and scores."""
        matching = Matching(self.connection, self.macros, "plan", self.plan, "records")
        lines = pa.Table.from_pylist([asdict(line) for line in matching.parameters()])
        self.connection.register("parameters", lines)
        self._make("patterns", "match_patterns", "match_pairs", "parameters", {"plan": self.plan})
        self._make("terms", "match_terms", "plan", self.plan, "records", "parameters")
        relations = ("records", "match_pairs", "patterns", "terms")
        self._make("scores", "match_scores", "plan", self.plan, *relations)

    def groups(self) -> list[tuple[Any, int]]:
        """(truth, founder) of every record."""
        relations = {"records": "records", "scores": "scores", "parameters": "parameters"}
        self._make("matches", "match_guarded", {"plan": self.plan}, relations, None)
        kept = "(from matches where is_kept) as kept"
        self._make("groups", "connected_components", kept, "record_number", "linked_record_number")
        return self.connection.execute(
            "select truth, coalesce(founder_number, record_number) from records "
            "left join groups using (record_number)"
        ).fetchall()

    def _make(self, table: str, macro: str, *arguments: Any) -> None:
        select = self.macros.call(macro, *arguments)
        self.connection.execute(f"create or replace table {table} as {select}")

    def _count(self, table: str) -> int:
        row = self.connection.execute(f"select count(*) from {table}").fetchone()
        return int(row[0]) if row else 0


def package_folder(package: str) -> Path:
    """Where a package keeps its files; it is not imported. Raises LookupError."""
    found = find_spec(package)
    if found is None or found.origin is None:
        raise LookupError(f"the package {package} is not installed: pip install --group benchmarks")
    return Path(found.origin).parent


def names() -> list[str]:
    """Every data set that has a plan."""
    return sorted(path.stem for path in PLANS.glob("*.yml"))


def results(wanted: list[str]) -> Iterator[tuple[Result, splink_baseline.Result | None]]:
    """Each data set with what Splink makes of it; those that are absent are named on the way."""
    for name in wanted:
        data = DataSet(name)
        if data.absent:
            print(f"{name:<16}left out: {data.absent}")
            continue
        found = data.run()
        yield found, splink_baseline.result(data.connection, name)


def line(found: Result, baseline: splink_baseline.Result | None) -> str:
    """One data set as a line of the table."""
    figures = "   ".join(
        f"{f.precision:.3f} {f.recall:.3f} {f.f1:.4f}" for f in (found.pairwise, found.bcubed)
    )
    reach = "/".join(f"{bound:.3f}" for bound in found.reach.values())
    other = "–"
    if baseline:
        other = f"{baseline.pairwise.f1:.3f}/{baseline.bcubed.f1:.3f} ({baseline.seconds:.0f})"
    return (
        f"{found.name:<16}{found.records:>8,}{found.pairs:>9,}{found.seconds:>6.1f}   {figures}"
        f"   {reach}  {other}"
    )


def main() -> None:
    print(HEADING)
    shortfalls = []
    for found, baseline in results(sys.argv[1:] or names()):
        print(line(found, baseline), flush=True)
        shortfalls += found.shortfalls
    if not splink_baseline.INSTALLED:
        print("Splink is not installed: pip install --group benchmarks")
    if shortfalls:
        raise SystemExit("\n".join(shortfalls))


if __name__ == "__main__":
    main()
