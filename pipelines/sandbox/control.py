"""The control API, under the host `sandbox.control`: time, tokens, faults and changes by hand."""

import re
from datetime import datetime
from typing import Any

from anyio.to_thread import run_sync
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from pipelines.sandbox import clock
from pipelines.sandbox.faults import Fault, Faults
from pipelines.sandbox.state import State
from pipelines.sandbox.store import Document, Row, Store

TIME = re.compile(rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?")


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

    async def happened(_: Request) -> Response:
        return JSONResponse(faults.happened)

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
        Route("/faults", happened, methods=["POST"]),
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
    elif "touch" in wanted:
        at = clock.normal(wanted.get("at", at))
        _touch(store, wanted["stream"], wanted["touch"], at)
    else:
        patch = _with_instant(wanted["patch"], at)
        store.patch(wanted["stream"], wanted["id"], patch, at)
    return {"at": at}


def _touch(store: Store, stream: str, ids: list[str], at: str) -> None:
    """Say that documents changed at one instant, and let their bodies say so, too."""
    rows = store.query(stream, ids=ids, deleted="include")
    store.put(
        Document(
            stream, row.id, row.created_at, at, _restamped(row, at), row.deleted_at, row.parent_id
        )
        for row in rows
    )


def _restamped(row: Row, at: str) -> bytes:
    """The body with its change time moved, in whichever form and zone it is written."""
    before, after = (clock.parse(text).replace(microsecond=0) for text in (row.updated_at, at))

    def moved(found: re.Match[bytes]) -> bytes:
        text = found[0].decode()
        if clock.parse(text).replace(microsecond=0) != before:
            return found[0]
        local = datetime.fromisoformat(text[:19]) + (after - before)
        return (local.isoformat() + text[19:]).encode()

    body = TIME.sub(moved, row.body)
    return body.replace(
        str(clock.epoch_ms(row.updated_at)).encode(), str(clock.epoch_ms(at)).encode()
    )


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
