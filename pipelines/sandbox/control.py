"""The control API, under the host `sandbox.control`: time, tokens, faults and changes by hand."""

import fnmatch
import threading
from dataclasses import dataclass, field
from typing import Any

import orjson
from anyio.to_thread import run_sync
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from pipelines.sandbox.state import State

HOST = "sandbox.control"


@dataclass(slots=True)
class Fault:
    """What the next `times` answers to a system (and path pattern) will be.

    Without `status` the stand-in answers itself, late by `delay` seconds or cut after `cut` bytes.
    """

    system: str
    path: str = "*"
    times: int = 1
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = ""
    delay: float = 0
    cut: int | None = None

    @property
    def content(self) -> bytes:
        """The body: text as it is, anything else as JSON."""
        return self.body.encode() if isinstance(self.body, str) else orjson.dumps(self.body)

    def raw_headers(self) -> list[tuple[bytes, bytes]]:
        """Headers as ASGI wants them; JSON unless told otherwise."""
        named = {"content-type": "application/json", **self.headers}
        return [(name.lower().encode(), str(value).encode()) for name, value in named.items()]


class Faults:
    """The faults waiting to happen."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        """Queue a fault."""
        with self._lock:
            self._waiting.append(fault)

    def take(self, system: str, path: str) -> Fault | None:
        """The first fault for this call, counted down."""
        with self._lock:
            for fault in self._waiting:
                if fault.system == system and fnmatch.fnmatch(path, fault.path):
                    fault.times -= 1
                    if fault.times <= 0:
                        self._waiting.remove(fault)
                    return fault
            return None

    def clear(self) -> None:
        """Forget all faults."""
        with self._lock:
            self._waiting.clear()


def application(state: State, faults: Faults) -> ASGIApp:
    """The control API over a sandbox."""

    async def show(_: Request) -> Response:
        return JSONResponse(await run_sync(state.info))

    async def advance(request: Request) -> Response:
        days = int((await request.json()).get("days", 1))
        return JSONResponse({"now": await run_sync(state.advance, days)})

    async def expire_tokens(request: Request) -> Response:
        system = _system(state, await request.json())
        return JSONResponse({"expired": state.vendor(system).tokens.expire()})

    async def fault(request: Request) -> Response:
        wanted = Fault(**await request.json())
        _system(state, {"system": wanted.system})
        faults.add(wanted)
        return JSONResponse({"queued": wanted.times})

    async def calm(_: Request) -> Response:
        faults.clear()
        for system in state.systems:
            state.vendor(system).limits.reset()
        return JSONResponse({})

    async def mutate(request: Request) -> Response:
        return JSONResponse(_mutate(state, await request.json()))

    routes = [
        Route("/state", show),
        Route("/advance", advance, methods=["POST"]),
        Route("/expire-tokens", expire_tokens, methods=["POST"]),
        Route("/fault", fault, methods=["POST"]),
        Route("/calm", calm, methods=["POST"]),
        Route("/mutate", mutate, methods=["POST"]),
    ]
    handlers: dict[Any, Any] = {KeyError: _bad, ValueError: _bad, TypeError: _bad}
    return Starlette(routes=routes, exception_handlers=handlers)


def _mutate(state: State, wanted: dict[str, Any]) -> dict[str, Any]:
    store = state.vendor(_system(state, wanted)).store
    at = state.tick()
    if wanted.get("delete"):
        store.delete(wanted["stream"], wanted["id"], at)
    else:
        patch = _with_instant(wanted["patch"], at)
        store.patch(wanted["stream"], wanted["id"], patch, at)
    return {"at": at}


def _with_instant(patch: Any, at: str) -> Any:
    if isinstance(patch, dict):
        return {name: _with_instant(value, at) for name, value in patch.items()}
    return at if patch == "$now" else patch


def _system(state: State, wanted: dict[str, Any]) -> str:
    name = str(wanted.get("system"))
    if name not in state.systems:
        raise ValueError(f"system must be one of {', '.join(state.systems)}. Got: {name}")
    return name


def _bad(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, status_code=400)
