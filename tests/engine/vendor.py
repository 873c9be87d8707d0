"""A scripted vendor on loopback: says the answers it was given, in order, and notes the asks."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Answer:
    """One answer; ``cut`` promises more bytes than it sends, ``body`` may be any JSON value."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass
class Vendor:
    """``answers`` are used up in order; ``asked`` holds (method, path, headers, body)."""

    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def vendor(*answers: Answer) -> Iterator[Vendor]:
    """A running vendor; unanswered requests get a 599."""
    script = Vendor(answers=list(answers))
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def respond(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            with lock:
                asked = (self.command, self.path, dict(self.headers), self.rfile.read(length))
                script.asked.append(asked)
                answer = script.answers.pop(0) if script.answers else Answer({}, 599)
            self.send_response(answer.status)
            extra = 100 if answer.cut else 0
            self.send_header("Content-Length", str(len(answer.content) + extra))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.content)
            self.close_connection = answer.cut

        do_GET = do_POST = respond  # noqa: N815 - the base class names them

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    script.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
