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
CLUSTER = ("entity", "golden_id", "record_key", "decided_by", "decided_at", "why")
FILES = {"must_match": PAIR, "never_match": PAIR, "accepted_clusters": CLUSTER}
KEYS = ("record_key", "other_record_key", "golden_id")

Line = tuple[int, dict[str, str]]
# What lines name: a kind, an entity and two keys; and the place of the first line that does.
Named = dict[tuple[str, ...], str]


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
    """A record of a golden thing that was looked at and found right."""

    entity: str
    golden_id: str
    record_key: str
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
    named: Named = {}
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
                yield from _clashes(seed, place, held, named)
    yield from _opposed(named)


def _faults(row: dict[str, str], known: Mapping[str, Collection[str]] | None) -> Iterator[str]:
    if row["entity"] not in ENTITIES:
        yield f"entity '{row['entity']}' is none of {', '.join(ENTITIES)}"
    yield from unsigned(row)
    if row["record_key"] and row["record_key"] == row.get("other_record_key"):
        yield "both keys are the same"
    if known is not None and row["entity"] in known:
        for key in (row[name] for name in KEYS if row.get(name)):
            if key not in known[row["entity"]]:
                yield f"no {row['entity']} record has the key '{key}'"


def _clashes(seed: str, place: str, row: dict[str, str], named: Named) -> Iterator[str]:
    """Whether an earlier line names the same; remembers this one."""
    what: tuple[str, ...]
    if seed == "accepted_clusters":
        what = (seed, row["entity"], row["golden_id"], row["record_key"])
        says = "names this record already"
    else:
        what = ("pair", row["entity"], *sorted((row["record_key"], row["other_record_key"])))
        says = "names this pair already"
    if what in named:
        yield f"{place}: {named[what]} {says}"
    named.setdefault(what, place)


def _opposed(named: Named) -> Iterator[str]:
    """Pairs that are never one, and yet accepted as one."""
    clusters: dict[tuple[str, str], set[str]] = {}
    for kind, entity, name, key in named:
        if kind == "accepted_clusters":
            clusters.setdefault((entity, key), set()).add(name)
    for (kind, entity, *keys), place in named.items():
        if kind == "pair" and place.startswith("never_match"):
            sides = [clusters.get((entity, key), set()) for key in keys]
            for golden_id in sorted(set.intersection(*sides)):
                yield f"{place}: accepted_clusters.csv holds both as '{golden_id}'"


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
