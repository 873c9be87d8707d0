"""How long readers of `published/` wait while `make build` works, and when nothing does.

    python -m benchmarks.readers --warehouse warehouse.duckdb --seconds 20

Works on a copy of a built warehouse in a temporary folder: publishes it, asks gold in a loop for
some seconds, then again while the whole project is built, tested and published. Prints for
questions over an open connection, and for those that open the file anew, how many there were and
the median, the 99th percentile and the longest in milliseconds. A reader's error ends it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb

QUESTION = "select customer_type, count(*), sum(revenue_amount) from gold.customer_360 group by 1"
PAUSE = 0.05  # seconds between two questions: a reader, not a load test


def ask_in_a_loop(file: Path, is_over: Callable[[], bool]) -> dict[str, list[float]]:
    """Seconds of each question until it is over, by how it was asked."""
    waits: dict[str, list[float]] = {"connection open": [], "file opened anew": []}
    while not is_over():
        begun = time.perf_counter()
        with duckdb.connect(str(file), read_only=True) as opened:
            opened.execute(QUESTION).fetchall()
            waits["file opened anew"].append(time.perf_counter() - begun)
            for _ in range(5):
                time.sleep(PAUSE)
                begun = time.perf_counter()
                opened.execute(QUESTION).fetchall()
                waits["connection open"].append(time.perf_counter() - begun)
    return waits


def during(file: Path, work: Callable[[], object]) -> dict[str, list[float]]:
    """What a reader waited while something else was done, in another process or not at all."""
    with ThreadPoolExecutor(1) as pool:
        doing = pool.submit(work)
        waits = ask_in_a_loop(file, doing.done)
        doing.result()
    return waits


def report(title: str, waits: dict[str, list[float]]) -> None:
    """Print a line for each way of asking."""
    for way, seconds in waits.items():
        found = sorted(1000 * wait for wait in seconds)
        late = found[int(0.99 * len(found))]
        print(
            f"{title:<14} {way:<18} {len(found):>7,} {statistics.median(found):8.1f} "
            f"{late:8.1f} {found[-1]:8.1f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--warehouse", type=Path, required=True, help="a built one; copied")
    parser.add_argument("--seconds", type=float, default=20, help="to measure without a build")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = Path(shutil.copy(asked.warehouse, folder))
        os.environ["GOLDPAN_WAREHOUSE"] = str(source)
        os.environ["DBT_TARGET_PATH"] = str(folder / "target")
        os.environ["DBT_LOG_PATH"] = str(folder / "logs")
        from pipelines.publish import publish

        publish()
        file = folder / "published" / source.name
        build = [sys.executable, "-m", "pipelines", "build"]
        print(f"{'':<33} {'asked':>7} {'median':>8} {'99 %':>8} {'longest':>8} ms")
        report("nothing else", during(file, lambda: time.sleep(asked.seconds)))
        report("during a build", during(file, lambda: subprocess.run(build, check=False)))


if __name__ == "__main__":
    main()
