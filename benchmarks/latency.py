"""A first load over ten connections whose every answer takes 200 ms, against the ideal.

    python -m benchmarks.latency --scale 200 --latency 0.2

The ideal of a connection: its requests at its allowed concurrency (`System.concurrency`), or at
80 % of its documented rate limit where that is slower. Limits of single endpoints and of cost
points are left out, so the ideal is somewhat faster than the vendor allows. The run's ideal is the
slowest connection's.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

from pipelines.ingest import Outcome


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scale", type=int, default=200, help="customers of the sandbox")
    parser.add_argument("--latency", type=float, default=0.2, help="seconds an answer takes")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        for key, place in (("STATE", "state"), ("SANDBOX", "sandbox"), ("TOKENS", "tokens.json")):
            os.environ[f"GOLDPAN_{key}"] = str(Path(name) / place)
        os.environ["GOLDPAN_WAREHOUSE"] = str(Path(name) / "warehouse.duckdb")
        seconds, outcomes = first_load(asked.scale, asked.latency)
    show(seconds, outcomes, asked.latency)


def first_load(scale: int, latency: float) -> tuple[float, list[Outcome]]:
    """A sandbox made, slowed down and read whole; the seconds of the reading."""
    from pipelines.connections import load
    from pipelines.ingest import Run
    from pipelines.sandbox.handle import start

    chosen = list(load().values())
    with start(scale=scale) as sandbox:
        for system in {connection.system for connection in chosen} - {"files"}:
            sandbox.control("fault", system=system, delay=latency, times=10**9)
        begun = time.perf_counter()
        outcomes = Run(chosen, sandbox_url=sandbox.url).start()
        return time.perf_counter() - begun, outcomes


def show(seconds: float, outcomes: list[Outcome], latency: float) -> None:
    """Print each connection's seconds beside its ideal, and the run's ratio."""
    print(
        f"{'connection':<14}{'requests':>9}{'at once':>8}{'ideal s':>9}{'seconds':>9}{'ratio':>7}"
    )
    ideals = []
    for outcome in outcomes:
        tallies = outcome.tallies.values()
        starts = [tally.started_at for tally in tallies if tally.started_at]
        ends = [tally.finished_at for tally in tallies if tally.finished_at]
        took = (max(ends) - min(starts)).total_seconds() if starts and ends else 0.0
        requests = sum(tally.requests for tally in tallies)
        system = outcome.connection.system
        if system == "files":
            continue
        at_once, ideal = ideal_seconds(system, requests, latency)
        ideals.append(ideal)
        print(
            f"{outcome.connection.name:<14}{requests:>9,}{at_once:>8}{ideal:>9.1f}{took:>9.1f}"
            f"{took / ideal:>7.1f}"
        )
    print(f"{'all':<14}{'':>17}{max(ideals):>9.1f}{seconds:>9.1f}{seconds / max(ideals):>7.1f}")


def ideal_seconds(system: str, requests: int, latency: float) -> tuple[int, float]:
    """How many requests a system allows at once, and the seconds that so many take at best."""
    from pipelines import systems
    from pipelines.api import SHARE

    declared = systems.load(system).SYSTEM
    floors = [
        max(requests / (limit.calls * SHARE) - 1, 0) * limit.seconds
        for limit in declared.limits.get("", ())
    ]
    return declared.concurrency, max(requests * latency / declared.concurrency, *floors, 0.0)


if __name__ == "__main__":
    main()
