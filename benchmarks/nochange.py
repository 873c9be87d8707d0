"""Where the time of a run goes that finds nothing new: all sandbox systems, ingested before.

    python -m benchmarks.nochange --scale 1000
    python -m benchmarks.nochange --folder /tmp/nochange     # keeps sandbox and warehouse there

Prints the whole command's seconds as a user waits for them, then its phases: seconds of the clock
and of the processor, summed over connections (they run side by side, so the sums exceed the
whole), and for each connection how long it took and how much of that its limits made it wait.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

BEGUN = time.perf_counter()


class Clock:
    """Calls, wall and processor seconds of functions, by name."""

    def __init__(self) -> None:
        self.spent: dict[str, list[float]] = defaultdict(lambda: [0, 0.0, 0.0])

    def note(self, name: str, wall: float, cpu: float) -> None:
        for place, value in enumerate((1, wall, cpu)):
            self.spent[name][place] += value

    def watch(self, owner: Any, attribute: str, name: str) -> None:
        """Time every call of ``owner.attribute``."""
        original: Callable[..., Any] = getattr(owner, attribute)

        def timed(*args: Any, **kwargs: Any) -> Any:
            wall, cpu = time.perf_counter(), time.thread_time()
            try:
                return original(*args, **kwargs)
            finally:
                self.note(name, time.perf_counter() - wall, time.thread_time() - cpu)

        setattr(owner, attribute, timed)


def measured() -> None:
    """One run in this process, with its phases printed."""
    from pipelines.cli import _chosen, _sandbox

    clock = Clock()
    with _sandbox(_chosen(""), None) as url:
        ready = time.perf_counter() - BEGUN
        import dlt

        from pipelines import bronze, ingest, reading

        clock.watch(bronze, "pipeline", "dlt pipelines made")
        clock.watch(bronze, "recover", "state compared with the warehouse's")
        clock.watch(bronze.Holdings, "known", "newest versions read from bronze")
        clock.watch(reading.StreamReader, "run", "streams read, waiting included")
        clock.watch(dlt.Pipeline, "extract", "dlt extract")
        clock.watch(dlt.Pipeline, "normalize", "dlt normalize")
        clock.watch(dlt.Pipeline, "load", "dlt load")
        run = ingest.Run(_chosen(""), sandbox_url=url)
        outcomes = run.start()
        read = time.perf_counter() - BEGUN
    whole = time.perf_counter() - BEGUN
    cpu = time.process_time()
    print(f"{whole:.1f} s, {cpu:.1f} of them this process's processor time; first {ready:.1f} s")
    print(f"imports and the sandbox's start, then {read - ready:.1f} s of ingestion\n")
    print(f"{'phase':<40} {'calls':>6} {'seconds':>8} {'CPU s':>7}")
    for name, (calls, wall, processor) in clock.spent.items():
        print(f"{name:<40} {calls:6.0f} {wall:8.2f} {processor:7.2f}")
    print(f"\n{'connection':<16} {'seconds':>8} {'requests':>9} {'loaded':>7}")
    for outcome in outcomes:
        tallies = outcome.tallies.values()
        starts = [tally.started_at for tally in tallies if tally.started_at]
        ends = [tally.finished_at for tally in tallies if tally.finished_at]
        took = (max(ends) - min(starts)).total_seconds() if starts and ends else 0.0
        asked = sum(tally.requests for tally in tallies)
        loaded = "yes" if outcome.load_id else "no"
        print(f"{outcome.connection.name:<16} {took:8.2f} {asked:9,} {loaded:>7}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=1000, help="customers of the sandbox")
    parser.add_argument("--folder", type=Path, help="kept; a temporary one when left out")
    parser.add_argument("--measured", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measured:
        measured()
        return
    with tempfile.TemporaryDirectory() as name:
        folder = asked.folder or Path(name)
        places = {"STATE": "state", "SANDBOX": "sandbox", "WAREHOUSE": "warehouse.duckdb"}
        places["TOKENS"] = "tokens.json"
        environment = os.environ | {
            f"GOLDPAN_{key}": str(folder / at) for key, at in places.items()
        }
        ingest = [sys.executable, "-m", "pipelines", "ingest"]
        new = [] if (folder / "sandbox").exists() else ["--scale", str(asked.scale)]
        quiet: dict[str, Any] = {"env": environment, "stdout": subprocess.DEVNULL}
        subprocess.run([*ingest, *new], check=True, **quiet)
        begun = time.perf_counter()
        subprocess.run(ingest, check=True, **quiet)
        print(f"python -m pipelines ingest, nothing new: {time.perf_counter() - begun:.1f} s\n")
        again = [sys.executable, "-m", "benchmarks.nochange", "--measured"]
        subprocess.run(again, check=True, env=environment)


if __name__ == "__main__":
    main()
