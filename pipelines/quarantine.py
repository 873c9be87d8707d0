"""`make quarantine`: what was set aside, shown, and what people decide about it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from pipelines import decisions
from pipelines.connections import PROJECT
from pipelines.decisions import git_user, signed
from pipelines.golden import LookupFailed, Silver, silver

FOLDER = PROJECT / "seeds/rules"
SEED = "quarantine_decisions"
COLUMNS = ("quarantine_id", "decision", "record_key", "decided_by", "decided_at", "why")
WORDS = ("accept", "dismiss")
SHORT = 10  # digits of an id that a table shows; as many as tell it apart may be given


@dataclass(frozen=True)
class Ruling:
    """A record in quarantine that is used as it is (accept) or left out for good (dismiss)."""

    quarantine_id: str
    decision: str
    record_key: str
    decided_by: str
    decided_at: str
    why: str


class Desk:
    """Where a person looks at the quarantine and decides.

    Every method raises LookupFailed for what is not there, and for a decision without its maker or
    reason.
    """

    def __init__(self, console: Console, by: str = "", folder: Path | None = None) -> None:
        self.console = console
        self.by = by or git_user()
        self.folder = folder or FOLDER

    def list(self, state: str, limit: int) -> None:
        """Print the records in a state, newest first."""
        with silver("ops.quarantine") as found:
            rows = found.rows(
                "select * from ops.quarantine where state = ? order by last_seen_at desc limit ?",
                state,
                limit,
            )
        if not rows:
            self.console.print(f"No record is {state} in quarantine.")
            return
        made = Table(title=f"{state} in quarantine", title_justify="left", header_style="bold")
        for name in ("id", "record", "entity", "reason", "first seen", "tries"):
            made.add_column(name, overflow="fold")
        for row in rows:
            seen = f"{row['first_seen_at']:%F %H:%M}"
            texts = (row["quarantine_id"][:SHORT], _place(row), row["entity"] or "", row["reason"])
            made.add_row(*texts, seen, str(row["attempts"]))
        self.console.print(made)

    def show(self, given: str) -> None:
        """Print one record with its payload, where it came from and what was decided."""
        with silver("ops.quarantine") as found:
            row = _one(found, given)
        for name in ("quarantine_id", "state", "entity", "staging_model", "broken_rule", "reason"):
            self._say(f"{name:14} {row[name] or ''}")
        self._say(f"{'record':14} {_place(row)}, request {row['request_id']}")
        seen = f"{row['first_seen_at']:%F %T} to {row['last_seen_at']:%F %T} UTC"
        self._say(f"{'seen':14} {seen}, tried {row['attempts']} times")
        if row["decided_by"]:
            self._say(f"{'decided':14} {row['decided_by']}, {row['decided_at']}: {row['why']}")
        self._say(_pretty(row["payload"]))

    def decide(self, given: str, decision: str, why: str) -> None:
        """Write down that a record is accepted as it is, or dismissed."""
        with silver("ops.quarantine") as found:
            row = _one(found, given)
        if row["decided_by"] or row["quarantine_id"] in _decided(self.folder):
            raise LookupFailed(f"{given} is decided already; its line is in {SEED}.csv")
        if decision == "accept" and row["record_key"] is None:
            raise LookupFailed(f"{given} never became a record, so it can only be dismissed")
        ruling = Ruling(row["quarantine_id"], decision, _place(row), *signed(self.by, why))
        decisions.append(ruling, SEED, self.folder)
        self._say(f"written to seeds/rules/{SEED}.csv; `make build` carries it out")

    def _say(self, text: str) -> None:
        self.console.print(text, highlight=False, markup=False, soft_wrap=True)


def mistakes(folder: Path | None = None) -> Iterator[str]:
    """Every line of the seed that cannot be carried out, as "file:line: sentence"."""
    seen: set[str] = set()
    for number, row in decisions.rows((folder or FOLDER) / f"{SEED}.csv"):
        place = f"{SEED}.csv:{number}"
        if number == 1:
            if tuple(row) != COLUMNS:
                yield f"{place}: the columns are {','.join(COLUMNS)}"
        elif len(row) != len(COLUMNS):
            yield f"{place}: {len(row)} values for {len(COLUMNS)} columns"
        else:
            held = dict(zip(COLUMNS, row, strict=True))
            yield from (f"{place}: {fault}" for fault in decisions.unsigned(held))
            if held["decision"] not in WORDS:
                yield f"{place}: decision '{held['decision']}' is none of {', '.join(WORDS)}"
            if held["quarantine_id"] in seen:
                yield f"{place}: this record was decided on a line before"
            seen.add(held["quarantine_id"])


def _decided(folder: Path) -> set[str]:
    return {row[0] for _, row in decisions.rows(folder / f"{SEED}.csv") if row}


def _one(found: Silver, given: str) -> dict[str, Any]:
    """The record of an id, the beginning of one, or a record key."""
    rows = found.rows(
        "select * from ops.quarantine where starts_with(quarantine_id, ?) or record_key = ?",
        given,
        given,
    )
    if not rows:
        raise LookupFailed(f"nothing in quarantine has the id or the record key '{given}'")
    if len(rows) > 1:
        ids = ", ".join(row["quarantine_id"][:SHORT] for row in rows)
        raise LookupFailed(f"'{given}' may be {ids}; give one of these ids")
    return rows[0]


def _place(row: dict[str, Any]) -> str:
    return row["record_key"] or f"{row['connection']}/{row['stream']}"


def _pretty(payload: str) -> str:
    try:
        return json.dumps(json.loads(payload), indent=2, ensure_ascii=False)
    except ValueError:
        return payload
