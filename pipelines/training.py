"""``make identity-train``: trains the matching parameters on a warehouse and rewrites their seed.

A plan whose entity has too few records keeps the parameters that it has.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import duckdb
import yaml

from pipelines.bronze import warehouse
from pipelines.errors import IngestError
from pipelines.macros import Macros
from pipelines.matching import Matching, Parameter

ROOT = Path(__file__).resolve().parents[1]
SEED = ROOT / "seeds" / "identity" / "match_parameters.csv"
FEWEST_RECORDS = 500
COLUMNS = [field.name for field in fields(Parameter)] + ["trained_at", "trained_on"]


def plans() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(relation of the records, plan name, plan) of every model that declares matching."""
    for path in sorted((ROOT / "dbt_project" / "models").rglob("*.yml")):
        for model in yaml.safe_load(path.read_text()).get("models", []):
            meta = model.get("config", {}).get("meta", {})
            for name, plan in meta.get("matching", {}).items():
                yield f"silver.{model['name'].removesuffix('_pairs')}_numbered", name, plan


def train(described_as: str, only: Collection[str] = ()) -> list[str]:
    """Train the plans (all, or only these) and write the seed; what was done, a line a plan.

    Raises IngestError when the warehouse has no silver layer yet.
    """
    kept = _present()
    told = []
    with duckdb.connect(str(warehouse()), read_only=True) as connection:
        macros = Macros(ROOT / "macros")
        for relation, name, plan in plans():
            if only and name not in only:
                continue
            try:
                matching = Matching(connection, macros, name, plan, relation)
                count = matching.record_count
            except (duckdb.CatalogException, duckdb.BinderException):
                raise IngestError(
                    f"{relation} is not there or older than its plan: run `make build` first"
                ) from None
            if count < FEWEST_RECORDS:
                told.append(f"{name}: kept as it is, {count:,} records are too few to train on")
                continue
            kept[name] = [
                asdict(line)
                | {
                    "trained_at": dt.datetime.now(dt.UTC).date().isoformat(),
                    "trained_on": f"{count:,} records of {described_as}",
                }
                for line in matching.parameters()
            ]
            told.append(f"{name}: trained on {count:,} records of {described_as}")
    _write(kept)
    return told


def _present() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    if SEED.exists():
        with SEED.open(newline="") as file:
            for line in csv.DictReader(file):
                found.setdefault(line["plan"], []).append(dict(line))
    return found


def _write(lines: dict[str, list[dict[str, Any]]]) -> None:
    with SEED.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for name in sorted(lines):
            for line in lines[name]:
                writer.writerow({column: _text(line[column]) for column in COLUMNS})


def _text(value: Any) -> Any:
    return f"{value:.6g}" if isinstance(value, float) else value
