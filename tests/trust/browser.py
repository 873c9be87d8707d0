"""Headless Chromium, spoken to by the DevTools protocol over two pipes."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe")
PATIENCE = 120  # seconds after which a browser that hangs is ended


def found() -> str | None:
    """The browser's place, if one is installed."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Tab:
    """One open tab. ``events`` are what the browser told meanwhile, as (method, params)."""

    def __init__(self, reading: int, writing: int) -> None:
        self.answers = os.fdopen(reading, "rb")
        self.questions = os.fdopen(writing, "wb")
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.count = 0
        self.session: dict[str, str] = {}
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        made = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self.session = {"sessionId": made["sessionId"]}
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """The result of a command. Raises AssertionError with what the browser refused."""
        self.count += 1
        asked = {"id": self.count, "method": method, "params": params, **self.session}
        self.questions.write(json.dumps(asked).encode() + b"\0")
        self.questions.flush()
        while (answer := self._next()).get("id") != self.count:
            self.events.append((answer["method"], answer["params"]))
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def open(self, page: Path, width: int, scheme: str) -> None:
        """Load a file in a window of a width (CSS pixels), light or dark."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        self.call("Emulation.setEmulatedMedia", features=features)
        self.events.clear()
        self.call("Page.navigate", url=page.as_uri())
        while "Page.loadEventFired" not in [method for method, _ in self.events]:
            told = self._next()
            self.events.append((told["method"], told["params"]))

    def value(self, script: str) -> Any:
        """What a script comes to; promises are waited for."""
        params = {"expression": script, "returnByValue": True, "awaitPromise": True}
        answer = self.call("Runtime.evaluate", **params)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def said(self) -> list[str]:
        """What stood in the console since the page was opened."""
        return [
            json.dumps(params)
            for method, params in self.events
            if method in ("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown")
        ]

    def asked(self) -> list[str]:
        """Addresses that the page was made of."""
        return [
            params["request"]["url"]
            for method, params in self.events
            if method == "Network.requestWillBeSent"
        ]

    def _next(self) -> dict[str, Any]:
        text = bytearray()
        while (letter := self.answers.read(1)) != b"\0":
            assert letter, "the browser is gone"
            text += letter
        return json.loads(text)


@contextlib.contextmanager
def opened(browser: str, folder: Path) -> Iterator[Tab]:
    """A tab of a browser of its own, with its files in a folder."""
    from_us, to_browser = os.pipe()
    from_browser, to_us = os.pipe()
    command = f'exec "$@" 3<&{from_us} 4>&{to_us}'
    flags = (*FLAGS, f"--user-data-dir={folder}")
    with subprocess.Popen(
        ["bash", "-c", command, "browser", browser, *flags],
        pass_fds=(from_us, to_us),
        stderr=subprocess.DEVNULL,
    ) as process:
        os.close(from_us)
        os.close(to_us)
        watch = threading.Timer(PATIENCE, process.kill)
        watch.start()
        try:
            yield Tab(from_browser, to_browser)
        finally:
            watch.cancel()
            process.terminate()
