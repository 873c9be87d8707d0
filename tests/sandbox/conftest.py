"""A small sandbox with the stand-in of the README's example, served from a thread."""

import re
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import uvicorn

import pipelines.sandbox
from pipelines.sandbox import load
from pipelines.sandbox.server import Server
from pipelines.sandbox.state import State
from pipelines.sandbox.world import World

README = Path(pipelines.sandbox.__file__).with_name("README.md")
HOST = "tea.example-vendor.com"
SEED, SCALE = 5, 200


class Client:
    """Calls the served sandbox under a vendor's host."""

    def __init__(self, url: str, state: State, record: Path) -> None:
        self.url, self.state, self.record = url, state, record
        self.token: str | None = None

    def call(self, path: str, method: str = "GET", host: str = HOST, **options: Any) -> Any:
        headers = {"Host": host, **options.pop("headers", {})}
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        return requests.request(method, self.url + path, headers=headers, timeout=30, **options)

    def control(self, action: str, **body: Any) -> Any:
        answer = self.call(f"/{action}", "POST", "sandbox.control", json=body)
        answer.raise_for_status()
        return answer.json()

    def log_in(self, refresh_token: str = "first") -> dict[str, Any]:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": refresh_token,
            "client_id": "goldpan",
            "client_secret": "not a secret",
        }
        answer = self.call("/oauth/token", "POST", data=form)
        answer.raise_for_status()
        granted: dict[str, Any] = answer.json()
        self.token = granted["access_token"]
        return granted


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The README's example as the only stand-in, named `example`."""
    folder = tmp_path_factory.mktemp("stand_ins")
    code = re.search(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    assert code is not None
    (folder / "example.py").write_text(code.group(1))
    pipelines.sandbox.__path__.append(str(folder))
    load("example")
    yield "example"
    pipelines.sandbox.__path__.remove(str(folder))


@pytest.fixture(scope="session")
def prepared(example: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sandbox of the example, to be copied."""
    folder = tmp_path_factory.mktemp("prepared")
    State(folder, [example]).prepare(SEED, SCALE)
    return folder


@pytest.fixture
def client(example: str, prepared: Path, tmp_path: Path) -> Iterator[Client]:
    """A served sandbox of its own."""
    shutil.copytree(prepared, tmp_path / "state")
    state = State(tmp_path / "state", [example])
    state.prepare()
    record = tmp_path / "exchanges.jsonl"
    config = uvicorn.Config(
        Server(state, record), port=0, lifespan="off", log_level="error", date_header=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Client(f"http://127.0.0.1:{port}", state, record)
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A small world that no test changes."""
    made = World.open(tmp_path_factory.mktemp("world"), SEED, SCALE)
    yield made
    made.close()
