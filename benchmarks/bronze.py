"""How fast pages become bronze, against dlt's own path, in one run on this machine.

    python -m benchmarks.bronze [records]

Baseline: a dlt resource that yields each page's decoded records, which dlt normalises row by row.
Ours: pages cut into undecoded records, hashed, put into Arrow batches, loaded by dlt as Parquet.
Both load the same pages of 1.3 kB records into a DuckDB file of their own.
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

PAGE = 250


def pages(count: int) -> list[bytes]:
    """Pages of orders as a vendor would send them."""
    chance = random.Random(1)
    made = []
    for start in range(0, count, PAGE):
        orders = [order(chance, n) for n in range(start, min(start + PAGE, count))]
        made.append(json.dumps({"data": orders, "next": None}).encode())
    return made


def order(chance: random.Random, number: int) -> dict[str, object]:
    lines = [
        {
            "id": f"{number}-{line}",
            "sku": f"SKU-{chance.randrange(999)}",
            "quantity": chance.randrange(1, 5),
            "price": f"{chance.randrange(100, 9999) / 100}",
            "title": "Stoneware teapot, 0.9 l, with strainer and bamboo handle",
            "tax": {"rate": 0.2, "amount": f"{chance.randrange(100) / 10}"},
        }
        for line in range(4)
    ]
    return {
        "id": number,
        "name": f"#{1000 + number}",
        "updated_at": "2026-10-01T12:00:00Z",
        "currency": "EUR",
        "total": f"{chance.randrange(1000, 99999) / 100}",
        "customer": {"id": chance.randrange(9999), "email": f"c{number}@example.com"},
        "note": "x" * 200,
        "lines": lines,
    }


def baseline(content: list[bytes], folder: Path) -> float:
    """Seconds that dlt takes with decoded records; child tables off, as bronze has none."""
    import dlt

    @dlt.resource(name="orders", max_table_nesting=0, write_disposition="append")
    def orders() -> Iterator[list[dict[str, object]]]:
        for page in content:
            yield json.loads(page)["data"]

    line = dlt.pipeline(
        "baseline",
        destination=dlt.destinations.duckdb(str(folder / "baseline.duckdb")),
        dataset_name="bronze",
        pipelines_dir=str(folder / "pipelines"),
    )
    started = time.perf_counter()
    line.run(orders())
    return time.perf_counter() - started


def ours(content: list[bytes], folder: Path) -> tuple[float, float]:
    """Seconds of a first run, and of a second one that finds everything unchanged."""
    os.environ["GOLDPAN_WAREHOUSE"] = str(folder / "ours.duckdb")
    os.environ["GOLDPAN_STATE"] = str(folder / "state")
    from pipelines import ingest, systems
    from pipelines.api import Api
    from pipelines.connections import Connection
    from pipelines.records import split
    from pipelines.stream import Page, Stream, System, Window

    def read(api: Api, window: Window) -> Iterator[Page]:
        for page in content:
            records, body = split(page, "data")
            request_id = api.log("GET", "https://example.com/orders", records=len(records))
            yield Page(records=records, body=body, request_id=request_id)

    streams = [Stream(name="orders", changed="updated_at", read=read)]
    module = SimpleNamespace(SYSTEM=System(name="bench"), STREAMS=streams)
    systems.load = lambda name: module  # type: ignore[assignment]
    systems.names = lambda: ["bench"]
    seconds = []
    for _ in range(2):
        started = time.perf_counter()
        (outcome,) = ingest.Run([Connection(name="bench", system="bench")]).start()
        seconds.append(time.perf_counter() - started)
        assert not outcome.failed, outcome
    return seconds[0], seconds[1]


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    content = pages(count)
    size = sum(map(len, content)) / count
    print(f"{count:,} records of {size:,.0f} bytes in pages of {PAGE}")
    with tempfile.TemporaryDirectory() as name:
        slow = baseline(content, Path(name))
        first, second = ours(content, Path(name))
    for what, took in (
        ("dlt, decoded records (baseline)", slow),
        ("bronze, first run", first),
        ("bronze, nothing changed", second),
    ):
        print(f"{what:<34} {took:6.1f} s {count / took:10,.0f} records/s {slow / took:6.1f} x")


if __name__ == "__main__":
    main()
