"""What people decided: the lines of the seeds about identity, their mistakes, and new ones."""

from __future__ import annotations

import csv
import datetime as dt
import subprocess
from collections.abc import Collection, Iterator, Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from pipelines.connections import PROJECT
from pipelines.golden import ENTITIES, LookupFailed, silver

FOLDER = PROJECT / "seeds/identity"
PAIR = ("entity", "record_key", "other_record_key", "decided_by", "decided_at", "why")
CLUSTER = (
    "entity", "golden_id", "member_count", "member_hash", "decided_by", "decided_at", "why"
)  # fmt: skip
FILES = {"must_match": PAIR, "never_match": PAIR, "accepted_clusters": CLUSTER}
KEYS = ("record_key", "other_record_key", "golden_id")

Line = tuple[int, dict[str, str]]


@dataclass(frozen=True)
class Decision:
    """Two records that are the same (must_match) or not (never_match)."""

    entity: str
    record_key: str
    other_record_key: str
    decided_by: str
    decided_at: str
    why: str


@dataclass(frozen=True)
class Acceptance:
    """A golden thing that was looked at and found right, as long as its members stay."""

    entity: str
    golden_id: str
    member_count: int
    member_hash: str
    decided_by: str
    decided_at: str
    why: str


def lines(seed: str, folder: Path | None = None) -> list[Line]:
    """The good rows of a seed with their line numbers; bad ones are told by ``mistakes``."""
    names = FILES[seed]
    return [
        (number, dict(zip(names, row, strict=True)))
        for number, row in rows((folder or FOLDER) / f"{seed}.csv")
        if number > 1 and len(row) == len(names)
    ]


def rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows of a seed, its header too, each with the number of its line."""
    with path.open(newline="", encoding="utf-8") as text:
        reader = csv.reader(text)
        before = 0
        for row in reader:
            yield before + 1, row
            before = reader.line_num


def mistakes(
    folder: Path | None = None, known: Mapping[str, Collection[str]] | None = None
) -> Iterator[str]:
    """Every line that cannot be carried out, as "file:line: sentence".

    ``known`` gives the record keys of each entity; without it keys are not looked up.
    """
    pairs: dict[tuple[str, ...], str] = {}
    for seed, names in FILES.items():
        path = (folder or FOLDER) / f"{seed}.csv"
        for number, row in rows(path):
            place = f"{seed}.csv:{number}"
            if number == 1:
                if tuple(row) != names:
                    yield f"{place}: the columns are {','.join(names)}"
            elif len(row) != len(names):
                yield f"{place}: {len(row)} values for {len(names)} columns"
            else:
                held = dict(zip(names, row, strict=True))
                yield from (f"{place}: {fault}" for fault in _faults(held, known))
                yield from _clashes(seed, place, held, pairs)


def _faults(row: dict[str, str], known: Mapping[str, Collection[str]] | None) -> Iterator[str]:
    if row["entity"] not in ENTITIES:
        yield f"entity '{row['entity']}' is none of {', '.join(ENTITIES)}"
    yield from unsigned(row)
    if row.get("record_key") and row["record_key"] == row["other_record_key"]:
        yield "both keys are the same"
    if not row.get("member_count", "1").isdecimal():
        yield f"member_count '{row['member_count']}' is no number"
    if known is not None and row["entity"] in known:
        for key in (row[name] for name in KEYS if row.get(name)):
            if key not in known[row["entity"]]:
                yield f"no {row['entity']} record has the key '{key}'"


def _clashes(
    seed: str, place: str, row: dict[str, str], pairs: dict[tuple[str, ...], str]
) -> Iterator[str]:
    if "record_key" not in row:
        return
    pair = (row["entity"], *sorted((row["record_key"], row["other_record_key"])))
    if pair in pairs:
        yield f"{place}: {pairs[pair]} names this pair already"
    pairs.setdefault(pair, place)


def known_keys(folder: Path | None = None) -> dict[str, set[str]] | None:
    """Which of the keys that the seeds name have a record, by entity that the warehouse holds.

    None where no built warehouse can be read.
    """
    named: dict[str, set[str]] = {name: set() for name in ENTITIES}
    for seed in FILES:
        for _, row in lines(seed, folder):
            named.setdefault(row["entity"], set()).update(row[name] for name in KEYS if name in row)
    try:
        with silver() as found:
            return {
                name: {
                    row["record_key"]
                    for row in found.rows(
                        f"select record_key from {entity.table('records')} "
                        "where list_contains(?, record_key)",
                        sorted(named[name]),
                    )
                }
                for name, entity in ENTITIES.items()
                if found.columns(entity.table("records"))
            }
    except LookupFailed:
        return None


def unsigned(row: Mapping[str, str]) -> Iterator[str]:
    """What a line lacks to be somebody's decision: values, its day."""
    yield from (f"{name} is empty" for name, value in row.items() if not value.strip())
    yield from (f"{name} holds a line break" for name, value in row.items() if "\n" in value)
    try:
        dt.date.fromisoformat(row["decided_at"])
    except ValueError:
        yield f"decided_at '{row['decided_at']}' is no date YYYY-MM-DD"


def git_user() -> str:
    """The name that git writes into commits; '' when there is none."""
    done = subprocess.run(
        ["git", "config", "user.name"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


def signed(by: str, why: str) -> tuple[str, str, str]:
    """Who decides, today, and why. Raises LookupFailed where one is missing."""
    if not by:
        raise LookupFailed("who decides? Give --by, or git a user.name")
    if not why.strip():
        raise LookupFailed("a decision needs its reason: give --why")
    return by, dt.date.today().isoformat(), why


def append(decision: Any, seed: str, folder: Path | None = None) -> None:
    """Write a decision, a dataclass of texts, at the end of a seed; line breaks become spaces."""
    path = (folder or FOLDER) / f"{seed}.csv"
    values = [" ".join(str(value).split()) for value in astuple(decision)]
    text = path.read_text(encoding="utf-8")
    with path.open("a", newline="", encoding="utf-8") as out:
        if text and not text.endswith("\n"):
            out.write("\n")
        csv.writer(out, lineterminator="\n").writerow(values)
