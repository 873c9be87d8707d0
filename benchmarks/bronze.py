"""How fast an API's pages become bronze, against two baselines, in one run on this machine.

    python -m benchmarks.bronze 100000
    python -m benchmarks.bronze 1000000 --only loop goldpan

All read the same 2 kB records, 250 a page, over HTTP from a server, into a DuckDB file of their
own; each is a process of its own, as is the server:

- ``loop``, the baseline: fetch, split with msgspec.Raw, Arrow, insert, by hand
- ``goldpan``: the whole engine; ``again`` is its next run, which finds everything unchanged
- ``dlt``: dlt's own REST API source, nested lists kept as JSON as bronze keeps them
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from types import SimpleNamespace

import msgspec

PAGE = 250
BATCH = 20_000


def order(chance: random.Random) -> dict[str, object]:
    """An order of about 2 kB, as a vendor would send it; ``@`` stands for its number."""
    lines = [
        {
            "id": f"@-{line}",
            "sku": f"SKU-{chance.randrange(999)}",
            "quantity": chance.randrange(1, 5),
            "price": f"{chance.randrange(100, 9999) / 100}",
            "title": "Stoneware teapot, 0.9 l, with strainer and bamboo handle",
            "tax": {"rate": 0.2, "amount": f"{chance.randrange(100) / 10}"},
        }
        for line in range(9)
    ]
    return {
        "id": "@",
        "name": "#@",
        "updated_at": "2026-10-01T12:00:00Z",
        "currency": "EUR",
        "total": f"{chance.randrange(1000, 99999) / 100}",
        "customer": {"id": chance.randrange(9999), "email": "c@.example.com"},
        "note": "x" * 200,
        "lines": lines,
    }


ORDERS = [json.dumps(order(random.Random(seed))).encode() for seed in range(PAGE)]


class Answer(msgspec.Struct):
    """A page, its orders undecoded."""

    data: list[msgspec.Raw]
    next: str | None


class Order(msgspec.Struct):
    """What the loop by hand decodes of an order."""

    id: str
    updated_at: str


def page(number: int, count: int) -> bytes:
    """The page of that number, from 0, of so many orders."""
    start = number * PAGE
    numbers = range(start, min(start + PAGE, count))
    orders = (ORDERS[n - start].replace(b"@", str(n).encode()) for n in numbers)
    follows = f'"/orders?page={number + 1}"' if start + PAGE < count else "null"
    return b'{"data": [' + b", ".join(orders) + b'], "next": ' + follows.encode() + b"}"


def serve(count: int, pipe: Pipe) -> None:
    """Answer ``/orders?page=n`` for ever; the port goes into the pipe."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = page(int(self.path.partition("page=")[2] or 0), count)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        do_HEAD = do_GET  # noqa: N815 - the name is the standard library's

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    pipe.send(server.server_port)
    server.serve_forever()


@contextmanager
def served(count: int) -> Iterator[str]:
    """The server's address while it runs."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(count, there))
    process.start()
    try:
        yield f"http://127.0.0.1:{here.recv()}"
    finally:
        process.terminate()
        process.join()


def dlt_rest(url: str, folder: Path) -> None:
    """dlt's REST API source."""
    import dlt
    from dlt.sources.rest_api import rest_api_source

    source = rest_api_source(
        {
            "client": {
                "base_url": url,
                "paginator": {"type": "json_link", "next_url_path": "next"},
            },
            "resources": [{"name": "orders", "endpoint": {"path": "orders"}}],
        },
        max_table_nesting=0,
    )
    line = dlt.pipeline(
        "baseline",
        destination=dlt.destinations.duckdb(str(folder / "dlt.duckdb")),
        dataset_name="bronze",
        pipelines_dir=str(folder / "pipelines"),
    )
    line.run(source, write_disposition="append")


def loop(url: str, folder: Path) -> None:
    """What one would write by hand: no hash, no versions, no log, nothing to go on from."""
    import duckdb
    import pyarrow as pa
    import requests

    answered, ordered = msgspec.json.Decoder(Answer).decode, msgspec.json.Decoder(Order).decode
    session, path = requests.Session(), "/orders"
    payloads: list[bytes] = []
    orders: list[Order] = []
    with duckdb.connect(str(folder / "loop.duckdb")) as db:
        db.execute("create table orders (id text, updated_at timestamp, payload json)")
        while path:
            answer = answered(session.get(url + path, timeout=60).content)
            path = answer.next or ""
            payloads += map(bytes, answer.data)
            orders += map(ordered, answer.data)
            if len(orders) >= BATCH or not path:
                ids, times = [one.id for one in orders], [one.updated_at for one in orders]
                texts = pa.array(payloads, pa.binary()).cast(pa.string())
                batch = pa.table({"id": ids, "updated_at": times, "payload": texts})
                db.register("batch", batch)
                db.execute("insert into orders select * from batch")
                payloads.clear()
                orders.clear()


def goldpan(url: str, folder: Path) -> None:
    """One run of the engine, with the warehouse and the state that the folder has."""
    os.environ["GOLDPAN_WAREHOUSE"] = str(folder / "goldpan.duckdb")
    os.environ["GOLDPAN_STATE"] = str(folder / "state")
    from dlt.sources.helpers.rest_client.paginators import JSONLinkPaginator

    from pipelines import ingest, systems
    from pipelines.connections import Connection
    from pipelines.stream import Stream, System

    stream = Stream(
        name="orders",
        path="orders",
        records="data",
        changed="updated_at",
        paginator=lambda: JSONLinkPaginator(next_url_path="next"),
    )
    system = System(name="bench", base_url=lambda connection, auth: "https://bench.example.com")
    systems.load = lambda name: SimpleNamespace(  # type: ignore[assignment]
        SYSTEM=system, STREAMS=[stream]
    )
    systems.names = lambda: ["bench"]
    connection = Connection(name="bench", system="bench", sandbox=True)
    (outcome,) = ingest.Run([connection], sandbox_url=url).start()
    assert not outcome.failed, outcome


RUNS: dict[str, list[tuple[str, Callable[[str, Path], None]]]] = {
    "loop": [("loop by hand", loop)],
    "goldpan": [("goldpan", goldpan), ("goldpan, again", goldpan)],
    "dlt": [("dlt REST source", dlt_rest)],
}


def measure(run: Callable[[str, Path], None], url: str, folder: Path, pipe: Pipe) -> None:
    """Wall and processor seconds and peak memory in MB of one run, into the pipe."""
    wall = time.perf_counter()
    run(url, folder)
    wall = time.perf_counter() - wall
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pipe.send((wall, time.process_time(), most))


def measured(
    run: Callable[[str, Path], None], url: str, folder: Path
) -> tuple[float, float, float]:
    """The run in a process of its own."""
    here, there = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=measure, args=(run, url, folder, there))
    process.start()
    there.close()  # so that a process that fails ends the waiting
    found: tuple[float, float, float] = here.recv()
    process.join()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records", type=int, nargs="?", default=50_000)
    parser.add_argument("--only", nargs="+", choices=RUNS, default=list(RUNS))
    asked = parser.parse_args()
    count, size = asked.records, len(page(0, PAGE)) / PAGE
    print(f"{count:,} records of {size:,.0f} bytes in pages of {PAGE}")
    print(f"{'':<16} {'records/s':>10} {'CPU µs/record':>14} {'peak MB':>8}  speed and CPU of …")
    first: tuple[str, float, float] | None = None
    with served(count) as url, tempfile.TemporaryDirectory() as name:
        for label, run in (one for key in asked.only for one in RUNS[key]):
            wall, cpu, most = measured(run, url, Path(name))
            first = first or (label, wall, cpu)
            beside = f"{first[1] / wall:.2f} x and {cpu / first[2]:.2f} x of {first[0]}"
            print(
                f"{label:<16} {count / wall:10,.0f} {cpu / count * 1e6:14.0f} {most:8,.0f}  "
                f"{beside if first[0] != label else ''}",
                flush=True,
            )


if __name__ == "__main__":
    main()
