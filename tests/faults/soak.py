"""The soak: every kind of fault in every system, seeded, until there were enough of them.

    python -m tests.faults.soak --seed 1 --faults 500

Prints a table of faults, of records lost and of records doubled; exit code 1 when there is any.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from rich.console import Console
from rich.table import Table

import pipelines.api
from pipelines import systems
from pipelines.sandbox import load, names
from pipelines.sandbox.handle import start
from tests.faults.harness import Scene
from tests.faults.kinds import ROUNDS, Round

SCALE = 200


def vendors() -> list[str]:
    """Systems whose stand-ins answer requests."""
    return [name for name in names() if hasattr(load(name), "routes")]


def of_system(folder: Path, system: str, seed: int, chosen: list[str]) -> list[Round]:
    """One round of each kind in one system, in an order that the seed decides."""
    systems.names = lambda: [system]  # other systems' empty tables would only take time
    pipelines.api.limiter = lambda limits: None
    rng, done = random.Random(f"{seed} {system}"), []
    with start(folder / "sandbox", SCALE, seed, systems=[system]) as handle:
        scene = Scene(system, folder, handle)
        scene.begin()
        for name in rng.sample(chosen, len(chosen)):
            began = time.monotonic()
            done.append(ROUNDS[name](scene, rng))
            _tell(system, name, done[-1], time.monotonic() - began)
    return done


def soak(folder: Path, seed: int, faults: int, chosen: list[str], rounds: list[str]) -> list[Round]:
    """Rounds over all systems, two side by side, until as many faults have happened."""
    done: list[Round] = []
    turn = 0
    while sum(sum(one.faults.values()) for one in done) < faults:
        turn += 1
        with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
            jobs = [
                pool.submit(of_system, folder / f"{turn}-{one}", one, seed * 1000 + turn, rounds)
                for one in chosen
            ]
            done += [one for job in as_completed(jobs) for one in job.result()]
    return done


def _tell(system: str, name: str, one: Round, seconds: float) -> None:
    lost, doubled = len(one.verdict.lost), len(one.verdict.doubled)
    print(
        f"{time.strftime('%T')} {system:11} {name:45} {sum(one.faults.values()):3} faults,"
        f" {len(one.said)} streams failed, {lost} lost, {doubled} doubled, {seconds:.0f} s",
        *sorted(one.verdict.lost | one.verdict.doubled)[:3],
        *list(one.said.items())[:1],
        flush=True,
    )


def table(done: list[Round]) -> Table:
    """Faults by kind, with what was lost and doubled in the rounds they happened in."""
    made = Table(title="Soak", title_justify="left", header_style="bold")
    made.add_column("fault")
    for name in ("happened", "rounds", "lost", "doubled"):
        made.add_column(name, justify="right")
    by_kind: dict[str, list[Round]] = defaultdict(list)
    for one in done:
        for kind in one.faults:
            by_kind[kind].append(one)
    for kind, those in [*by_kind.items(), ("all", done)]:
        happened = sum(sum(n for k, n in one.faults.items() if kind in (k, "all")) for one in those)
        lost = sum(len(one.verdict.lost) for one in those)
        doubled = sum(len(one.verdict.doubled) for one in those)
        made.add_row(kind, *map(str, (happened, len(those), lost, doubled)))
    return made


def main() -> int:
    """Run the soak; 1 when a record was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", type=int, default=500)
    parser.add_argument("--systems", default=",".join(vendors()))
    parser.add_argument("--rounds", default=",".join(ROUNDS))
    given = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="goldpan-soak-") as folder:
        chosen, rounds = given.systems.split(","), given.rounds.split(",")
        done = soak(Path(folder), given.seed, given.faults, chosen, rounds)
    Console(width=100).print(table(done))
    faults = sum(sum(one.faults.values()) for one in done)
    print(f"seed {given.seed}, {faults} faults in {time.monotonic() - started:.0f} s")
    return int(any(not one.verdict for one in done) or faults < given.faults)


if __name__ == "__main__":
    sys.exit(main())
