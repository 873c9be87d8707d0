"""`make review`: what no rule can decide, shown side by side, decided, and written down."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.table import Table

from pipelines import decisions
from pipelines.decisions import Acceptance, Decision, git_user, signed
from pipelines.effects import SEEDS, effect
from pipelines.golden import Entity, LookupFailed, Silver, entity_of, silver

LETTERS = {"m": "must match", "n": "never match", "s": "skip", "q": "quit"}
CLUSTER_LETTERS = {"a": "accept as one", "n": "never match", "s": "skip", "q": "quit"}
VERDICTS = {"m": "match", "n": "never"}


def questions(silver: Silver, entity: Entity, limit: int) -> list[dict[str, Any]]:
    """Rows of <entity>s_review that no seed on disk answers, the most valuable first.

    Raises LookupFailed where the entity has no review yet.
    """
    table = entity.table("review")
    if not silver.columns(table):
        raise LookupFailed(f"{table} is not there: run `make build`")
    answered = {
        frozenset((row["record_key"], row["other_record_key"]))
        for seed in SEEDS.values()
        for _, row in decisions.lines(seed)
    }
    sql = "select golden_id, record_key from seeds.accepted_clusters"
    built = {(row["golden_id"], row["record_key"]) for row in silver.rows(sql)}
    lines = decisions.lines("accepted_clusters")
    accepted = {
        row["golden_id"] for _, row in lines if (row["golden_id"], row["record_key"]) not in built
    }
    rows = silver.rows(
        f"select * from {table} order by review_value desc, match_probability desc, "
        f"record_key, other_record_key limit {limit + len(answered) + len(accepted)}"
    )
    return [
        row
        for row in rows
        if frozenset((row["record_key"], row["other_record_key"])) not in answered
        and not (row["kind"] == "cluster" and row[entity.id_name] in accepted)
    ][:limit]


class Desk:
    """Where a person decides about the records of one entity.

    Every method raises LookupFailed for what is not there, and for a decision without its maker,
    reason or verdict.
    """

    def __init__(self, console: Console, entity_name: str, by: str = "") -> None:
        self.console = console
        self.entity = entity_of(entity_name)
        self.by = by or git_user()

    def list(self, limit: int) -> None:
        """Print the questions as one table."""
        with silver() as found:
            rows = questions(found, self.entity, limit)
        made = _table(
            f"{self.entity.plural} to review", "record", "other record", "why it is asked"
        )
        for name in ("probability", "at stake", "value"):
            made.add_column(name, justify="right")
        for row in rows:
            numbers = (row["match_probability"], row["amount_at_stake"], row["review_value"])
            texts = (row["record_key"], row["other_record_key"], row["reason"])
            made.add_row(*texts, *(f"{number or 0:,.2f}" for number in numbers))
        self.console.print(made)

    def decide(self, keys: tuple[str, str], verdict: str, why: str, dry_run: bool = False) -> None:
        """Say what `match` or `never` on two records would change, then write it."""
        if verdict not in SEEDS:
            raise LookupFailed(f"--as is match or never. Got: '{verdict}'")
        with silver() as found:
            self._check_keys(found, keys)
            self._say_effect(found, keys, verdict)
        if dry_run:
            self.console.print("Nothing was written.")
        else:
            self._write(keys, verdict, why)

    def accept(self, golden_id: str, why: str) -> None:
        """Write down that a golden thing, with the records it has now, is right."""
        with silver() as found:
            self._accept(found, golden_id, why)

    def converse(self, limit: int, ask: Callable[[str], str]) -> None:
        """Go through the questions, most valuable first, until the last or `q`."""
        with silver() as found:
            rows = questions(found, self.entity, limit)
            if not rows:
                self.console.print(f"No {self.entity.plural} wait for a decision.")
            for number, row in enumerate(rows, 1):
                at_stake = f"{row['amount_at_stake']:,.2f} at stake"
                self.console.print(f"\n{number} of {len(rows)}, {at_stake}")
                self.console.print(side_by_side(row))
                letter = _choice(ask, CLUSTER_LETTERS if row["kind"] == "cluster" else LETTERS)
                if letter == "q":
                    return
                if letter != "s":
                    self._settle(found, row, letter, ask)

    def _settle(
        self, found: Silver, row: dict[str, Any], letter: str, ask: Callable[[str], str]
    ) -> None:
        keys = (row["record_key"], row["other_record_key"])
        if letter in VERDICTS:
            self._say_effect(found, keys, VERDICTS[letter])
        why = ask("why (empty: leave it undecided) > ").strip()
        if not why:
            return
        if letter in VERDICTS:
            self._write(keys, VERDICTS[letter], why)
        else:
            self._accept(found, row[self.entity.id_name], why)

    def _check_keys(self, found: Silver, keys: tuple[str, str]) -> None:
        numbered = self.entity.table("numbered")
        for key in keys:
            if not found.rows(f"select 1 from {numbered} where record_key = ?", key):
                found.resolve(self.entity, key)
                raise LookupFailed(f"the record of '{key}' is gone; name one that is there")
        if keys[0] == keys[1]:
            raise LookupFailed("both keys are the same record")

    def _say_effect(self, found: Silver, keys: tuple[str, str], verdict: str) -> None:
        for sentence in effect(found, self.entity, keys, verdict).sentences():
            self.console.print(f"  {sentence}", highlight=False, markup=False, soft_wrap=True)

    def _accept(self, found: Silver, golden_id: str, why: str) -> None:
        written = {
            (row["golden_id"], row["record_key"])
            for _, row in decisions.lines("accepted_clusters")
            if row["entity"] == self.entity.name
        }
        accepted = [
            Acceptance(self.entity.name, golden_id, key, *signed(self.by, why))
            for key in self._members(found, golden_id)
            if (golden_id, key) not in written
        ]
        self._append("accepted_clusters", *accepted)

    def _members(self, found: Silver, golden_id: str) -> tuple[str, ...]:
        """The keys of a golden thing's records."""
        numbered, groups = self.entity.table("numbered"), self.entity.table("groups")
        rows = found.rows(
            f"""select records.record_key
            from {numbered} as records
            inner join {groups} as grouped using (record_number)
            inner join {numbered} as founders on grouped.founder_number = founders.record_number
            where founders.record_key = ?
            order by records.record_number""",
            golden_id,
        )
        if not rows:
            found.resolve(self.entity, golden_id)
            raise LookupFailed(f"'{golden_id}' is no golden id of several records today")
        return tuple(row["record_key"] for row in rows)

    def _write(self, keys: tuple[str, str], verdict: str, why: str) -> None:
        self._append(SEEDS[verdict], Decision(self.entity.name, *keys, *signed(self.by, why)))

    def _append(self, seed: str, *made: Decision | Acceptance) -> None:
        for decision in made:
            decisions.append(decision, seed)
        self.console.print(
            f"  written to seeds/identity/{seed}.csv; `make build` carries it out",
            highlight=False,
        )


def side_by_side(row: dict[str, Any]) -> Table:
    """Two records, field by field; where they differ in bold."""
    one, other = json.loads(row["record_fields"]), json.loads(row["other_record_fields"])
    made = _table(row["reason"], "", row["record_key"], row["other_record_key"])
    for name in dict.fromkeys([*one, *other]):
        values = [str(side.get(name, "")) for side in (one, other)]
        differs = all(values) and values[0] != values[1]
        made.add_row(name, *values, style="bold" if differs else "")
    return made


def _choice(ask: Callable[[str], str], letters: dict[str, str]) -> str:
    prompt = " · ".join(f"{letter} {word}" for letter, word in letters.items())
    while (given := ask(f"{prompt} > ").strip().lower()[:1]) not in letters:
        pass
    return given


def _table(title: str, *columns: str) -> Table:
    made = Table(title=title, title_justify="left", header_style="bold")
    for name in columns:
        made.add_column(name, overflow="fold")
    return made
