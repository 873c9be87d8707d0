"""Runs that are killed (SIGKILL) at a chosen step, each in a process of its own."""

from __future__ import annotations

import functools
import importlib
import multiprocessing
import os
import signal
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from typing import Any

from tests.faults.harness import Warehouse

# Forked from a clean process that has imported everything, a run starts in milliseconds.
_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(["tests.faults.kills", "pipelines.ingest", "pipelines.systems"])


@dataclass(frozen=True)
class Step:
    """A place in the code: the ``nth`` call of ``name``, a dotted path, before or after it.

    ``line``: only calls for this dlt pipeline count ("meta" is the run's own log).
    """

    name: str
    nth: int = 1
    after: bool = False
    line: str = ""


STEPS = {
    "token asked for": Step("pipelines.auth.ask_for_token"),
    "token answered but not stored": Step("pipelines.auth.TokenStore.write"),
    "token half stored": Step("os.fsync"),
    "token stored but not used": Step("pipelines.auth.TokenStore.write", after=True),
    "reading a page": Step("pipelines.reading.StreamReader._accept_record", nth=7),
    "between two pages": Step("pipelines.reading.StreamReader._accept", nth=4, after=True),
    "writing the load package": Step("pipelines.bronze.Batch.take", nth=5, after=True),
    "all read but log not on disk": Step("pipelines.ingest.Spool.write"),
    "log on disk but package open": Step("pipelines.ingest.Spool.write", after=True),
    "package closed": Step("dlt.pipeline.pipeline.Pipeline.extract", after=True, line="c"),
    "package normalised": Step("dlt.pipeline.pipeline.Pipeline.normalize", after=True, line="c"),
    "log loaded": Step("pipelines.ingest.Spool.load", after=True),
    "log half committed": Step("dlt.destinations.impl.duckdb.duck.DuckDbCopyJob.run", after=True),
    "first table committed but not noted": Step(
        "dlt.destinations.impl.duckdb.duck.DuckDbCopyJob.run", after=True, nth=5
    ),
    "half of the tables committed": Step(
        "dlt.destinations.impl.duckdb.duck.DuckDbCopyJob.run", after=True, nth=9
    ),
    "all loaded but package not noted": Step("dlt.load.load.Load.complete_package", nth=2),
    "loaded but state not taken over": Step(
        "dlt.load.load.Load.complete_package", nth=2, after=True
    ),
    "run's end": Step("pipelines.ingest.Run.start", after=True),
}


def die_at(step: Step) -> None:
    """Put the kill into the code of this process: SIGKILL where the step is."""
    owner, attribute = _found(step.name)
    original = getattr(owner, attribute)
    calls = 0

    @functools.wraps(original)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += not step.line or args[0].pipeline_name == step.line
        is_due = calls == step.nth
        if is_due and not step.after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*args, **kwargs)
        if is_due:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    static = isinstance(vars(owner).get(attribute), staticmethod)
    setattr(owner, attribute, staticmethod(wrapped) if static else wrapped)


def _found(name: str) -> tuple[Any, str]:
    path, attribute = name.rsplit(".", 1)
    try:
        return importlib.import_module(path), attribute
    except ModuleNotFoundError:
        module, kind = path.rsplit(".", 1)
        return getattr(importlib.import_module(module), kind), attribute


def _run(warehouse: Warehouse, step: Step) -> None:
    import pipelines.api
    from pipelines import systems

    pipelines.api.limiter = lambda limits: None
    systems.names = lambda: [warehouse.system]
    die_at(step)
    warehouse.ingest()


def killed(warehouse: Warehouse, step: Step) -> bool:
    """One run that dies at a step; False when it ended before it came there."""
    process: ForkServerProcess = _SERVER.Process(target=_run, args=(warehouse, step))
    process.start()
    process.join(120)
    assert process.exitcode in (0, -signal.SIGKILL), process.exitcode
    return process.exitcode == -signal.SIGKILL
