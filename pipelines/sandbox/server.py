"""The HTTP server: routes by host to a stand-in, and keeps what all vendors have in common."""

import asyncio
import base64
import fnmatch
import inspect
import sys
import threading
import traceback
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from pipelines.sandbox import clock, control, load, place
from pipelines.sandbox.answers import Refused
from pipelines.sandbox.faults import Answer, Asked, Fault, Faults
from pipelines.sandbox.limits import Concurrency
from pipelines.sandbox.state import State, Vendor

Message = MutableMapping[str, Any]
HIDDEN_HEADERS = frozenset({"authorization", "x-shopify-access-token", "cookie"})


@dataclass(slots=True)
class Exchange:
    """One request and its answer."""

    system: str
    request_body: bytes
    answer: Answer = field(default_factory=Answer)


def vendor(request: Request) -> Vendor:
    """The store, tokens, limits, credentials and clock of the stand-in that a request reached."""
    found: Vendor = request.scope["vendor"]
    return found


def add_headers(request: Request, headers: dict[str, str]) -> None:
    """Headers for the answer to this request, whatever it will be."""
    request.scope["answer_headers"].update(headers)


def hold(request: Request, limit: Concurrency) -> bool:
    """Take a place in a concurrency limit until the request is answered; False when full."""
    if not limit.enter():
        return False
    request.scope["held"].append(limit)
    return True


class Server:
    """The ASGI application over all stand-ins."""

    def __init__(self, state: State, record: Path | None = None) -> None:
        self.state, self.record = state, record
        self.faults = Faults()
        self._record_lock = threading.Lock()
        self._hosts: list[tuple[str, str]] = []
        self._apps: dict[str, ASGIApp] = {"control": control.application(state, self.faults)}
        for system in state.systems:
            module = load(system)
            if hasattr(module, "routes"):
                self._hosts += [(pattern, system) for pattern in module.HOSTS]
                self._apps[system] = _application(module)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or take part in the start and stop of the server."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        host = dict(scope["headers"]).get(b"host", b"").decode().partition(":")[0]
        system = self._system_of(host)
        exchange = Exchange(system or "", await _read(receive))
        fault = None
        if system in self.state.systems:
            fault = await self._faulty(system, scope, exchange)
        else:
            await self._run(system, scope, exchange)
        self._finish(scope, exchange)
        self._remember(host, scope, exchange, is_fault=fault is not None)
        await _send(send, exchange.answer)

    async def _faulty(self, system: str, scope: Scope, exchange: Exchange) -> Fault | None:
        """Let the stand-in answer, but for what faults make of it."""
        asked = Asked(system, scope["path"], scope["query_string"], exchange.request_body)
        fault = self.faults.take(asked)
        await asyncio.sleep(fault.delay if fault else 0)
        if fault and fault.status is not None:
            exchange.answer = fault.made
            return fault
        if any(lasting.unlimited for lasting in self.faults.lasting(asked)):
            self.state.vendor(system).limits.reset()
        meant = self.faults.ask(asked, fault)
        exchange.request_body = meant.body
        scope.update(path=meant.path, query_string=meant.query)
        await self._run(system, scope, exchange)
        self.faults.answer(meant, fault, exchange.answer)
        return fault

    def _system_of(self, host: str) -> str | None:
        if host == place.HOST:
            return "control"
        matches = (name for pattern, name in self._hosts if fnmatch.fnmatch(host, pattern))
        return next(matches, None)

    async def _run(self, system: str | None, scope: Scope, exchange: Exchange) -> None:
        async def receive() -> Message:
            return {"type": "http.request", "body": exchange.request_body, "more_body": False}

        async def capture(message: Message) -> None:
            if message["type"] == "http.response.start":
                exchange.answer.status = message["status"]
                exchange.answer.headers = list(message["headers"])
            elif message["type"] == "http.response.body":
                exchange.answer.body += message.get("body", b"")

        scope["answer_headers"], scope["held"] = {}, []
        application: ASGIApp = _unknown_host
        if system is not None:
            application = self._apps[system]
        if system not in (None, "control"):
            scope["vendor"] = self.state.vendor(str(system))
        try:
            await application(scope, receive, capture)
        finally:
            for limit in scope["held"]:
                limit.leave()

    def _finish(self, scope: Scope, exchange: Exchange) -> None:
        added, answer = scope.get("answer_headers", {}), exchange.answer
        names = {name.lower().encode("latin-1") for name in added} | {b"date", b"content-length"}
        kept = [(name, value) for name, value in answer.headers if name.lower() not in names]
        kept += [
            (name.encode("latin-1"), str(value).encode("latin-1")) for name, value in added.items()
        ]
        date = clock.shift(self.state.now, seconds=self.faults.skew(exchange.system))
        kept.append((b"date", clock.http_date(date).encode()))
        kept.append((b"content-length", str(len(answer.body)).encode()))
        answer.headers = kept

    def _remember(self, host: str, scope: Scope, exchange: Exchange, is_fault: bool) -> None:
        if self.record is None or exchange.system in ("", "control"):
            return
        recorded = _recorded(host, scope, exchange) | {"is_fault": is_fault}
        line = orjson.dumps(recorded, option=orjson.OPT_APPEND_NEWLINE)
        with self._record_lock, self.record.open("ab") as file:
            file.write(line)


def serve(state: State, port: int, record: Path | None, follow_stdin: bool) -> None:
    """Serve on the loopback interface until stopped; prints `ready <url>` when listening.

    With `follow_stdin` the server stops when its standard input closes, that is, when the process
    that started it ends.
    """
    config = uvicorn.Config(
        Server(state, record), host="127.0.0.1", port=port, log_level="critical", date_header=False,
        server_header=False, access_log=False, lifespan="off", timeout_keep_alive=120,
        h11_max_incomplete_event_size=262_144,
    )  # fmt: skip
    server = _Announcing(config)
    if follow_stdin:
        threading.Thread(target=_stop_at_end_of_input, args=(server,), daemon=True).start()
    server.run()


class _Announcing(uvicorn.Server):
    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        if self.started:
            port = self.servers[0].sockets[0].getsockname()[1]
            print(f"ready http://127.0.0.1:{port}", flush=True)


def _stop_at_end_of_input(server: uvicorn.Server) -> None:
    sys.stdin.buffer.read()
    server.should_exit = True


def _application(module: Any) -> ASGIApp:
    handlers: dict[Any, Any] = {Refused: _refused, Exception: _failed}
    if hasattr(module, "not_found"):
        handlers[404] = module.not_found
        handlers[405] = module.not_found
    guard = getattr(module, "guard", None)
    routes = Starlette(routes=module.routes(), exception_handlers=handlers)
    return routes if guard is None else _guarded(routes, guard)


def _guarded(routes: ASGIApp, guard: Callable[[Request], Any]) -> ASGIApp:
    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            refusal = guard(request)
            if inspect.isawaitable(refusal):
                refusal = await refusal
        except Refused as refused:
            refusal = refused.response
        answer: Callable[..., Awaitable[None]] = refusal if refusal is not None else routes
        await answer(scope, receive, send)

    return application


def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return error.response


def _failed(_: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException):
        return JSONResponse({"error": error.detail}, status_code=error.status_code)
    traceback.print_exception(error)
    return JSONResponse({"error": f"the stand-in failed: {error!r}"}, status_code=500)


async def _unknown_host(scope: Scope, receive: Receive, send: Send) -> None:
    host = Request(scope).headers.get("host", "")
    answer = JSONResponse({"error": f"no stand-in serves the host {host!r}"}, status_code=421)
    await answer(scope, receive, send)


async def _read(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return bytes(body)


async def _send(send: Send, answer: Answer) -> None:
    start = {"type": "http.response.start", "status": answer.status, "headers": answer.headers}
    await send(start)
    cut = answer.cut
    if cut is None or cut >= len(answer.body):
        await send({"type": "http.response.body", "body": bytes(answer.body)})
        return
    await send({"type": "http.response.body", "body": bytes(answer.body[:cut]), "more_body": True})
    raise ConnectionAbortedError(f"answer cut off after {cut} bytes, as a fault asked for")


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def _recorded(host: str, scope: Scope, exchange: Exchange) -> dict[str, Any]:
    query = scope["query_string"].decode("latin-1")
    path = scope.get("raw_path", scope["path"].encode()).decode("latin-1")
    return {
        "system": exchange.system,
        "method": scope["method"],
        "url": f"https://{host}{path}" + (f"?{query}" if query else ""),
        "request_headers": _headers(scope["headers"]),
        "request_body": _text(exchange.request_body),
        "status": exchange.answer.status,
        "response_headers": _headers(exchange.answer.headers),
        "response_body": _text(bytes(exchange.answer.body)),
    }


def _headers(headers: Any) -> dict[str, str]:
    named = ((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in headers)
    return {name: value for name, value in named if name not in HIDDEN_HEADERS}


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return "base64:" + base64.b64encode(body).decode()
