"""Start a sandbox in a process of its own that ends with the caller."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import requests

from pipelines.sandbox import place


class Handle:
    """A running sandbox: its `url`, its control API and its end. Works as a context manager."""

    def __init__(self, process: subprocess.Popen[str], url: str, folder: Path) -> None:
        self.process, self.url, self.folder = process, url, folder

    def credentials(self, system: str) -> dict[str, Any]:
        """Settings and secrets with which a connector reaches a stand-in. Raises ValueError."""
        return place.credentials(self.folder, system)

    def control(self, action: str, **body: Any) -> dict[str, Any]:
        """Call the control API: `control("advance", days=1)`. Raises requests.HTTPError."""
        method = "GET" if action == "state" else "POST"
        json = None if method == "GET" else body
        answer = requests.request(
            method, f"{self.url}/{action}", json=json, headers={"Host": place.HOST}, timeout=3600
        )
        answer.raise_for_status()
        content: dict[str, Any] = answer.json()
        return content

    def stop(self) -> None:
        """End the server."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()

    def __enter__(self) -> "Handle":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def start(
    folder: Path | str | None = None,
    scale: int | None = None,
    seed: int | None = None,
    record: Path | None = None,
    systems: Sequence[str] | None = None,
) -> Handle:
    """Start the sandbox in `folder` and wait until it listens; it ends with this process.

    `record` gets every exchange as a JSON line; `systems` limits which vendors are played.
    Raises RuntimeError with what the server printed when it does not come up.
    """
    folder = folder or place.default_folder()
    command = [sys.executable, "-m", "pipelines.sandbox", "serve", "--follow-stdin"]
    command += ["--state", str(folder)]
    for option, value in _options(scale, seed, record, systems):
        command += [] if value is None else [option, str(value)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=None, text=True
    )
    assert process.stdout is not None
    printed = []
    for line in process.stdout:
        if line.startswith("ready "):
            return Handle(process, line.split()[1], Path(folder))
        printed.append(line)
    raise RuntimeError(f"the sandbox did not start: {''.join(printed).strip() or 'see above'}")


def _options(
    scale: int | None, seed: int | None, record: Path | None, systems: Sequence[str] | None
) -> list[tuple[str, object]]:
    joined = None if systems is None else ",".join(systems)
    return [("--scale", scale), ("--seed", seed), ("--record", record), ("--systems", joined)]
