"""What may go wrong at a vendor, by name: faults wait for a request and change it or its answer."""

import fnmatch
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from typing import Any

import orjson

NAMED: Mapping[str, Mapping[str, Any]] = {
    "throttled_seconds": {"status": 429, "headers": {"Retry-After": "1"}},
    "throttled_date": {"status": 429, "headers": {"Retry-After": "$soon"}},
    "throttled": {"status": 429},
    "server_error": {"status": 500},
    "unavailable": {"status": 503},
    "reset": {"edit": "reset"},
    "timeout": {"delay": 3.0},
    "half_json": {"edit": "half"},
    "html": {"status": 200, "headers": {"content-type": "text/html"}, "body": "<html>sorry</html>"},
    "error_in_body": {"status": 200, "body": {"errors": [{"code": "INTERNAL", "message": "no"}]}},
    "empty_page": {"edit": "empty"},
    "same_page": {"edit": "repeat", "is_later": True},
    "expired_cursor": {"edit": "garble", "is_later": True},
    "short_page": {"page_size": 5, "times": 0},
    "unlimited": {"unlimited": True, "times": 0},
    "clock_ahead": {"clock": 86_400, "times": 0},
    "clock_behind": {"clock": -86_400, "times": 0},
}

# How requests for another page than the first look, over all vendors.
LATER = re.compile(
    rb"(?i)(?:page_token|offset|cursor|after|page(?:%5B|\[)cursor(?:%5D|\]))=[^&\s]*[A-Za-z1-9]"
    rb"|[?&]page=(?:[2-9]|\d\d)|STARTPOSITION(?:\+|%20)(?:[2-9]|\d\d)"
    rb"|/query/\w+-\d+|\"(?:cursor|after|offset)\":\s*\"?[A-Za-z1-9]"
)
CURSOR = re.compile(
    rb"(?i)((?:page_token|offset|cursor|after|page(?:%5B|\[)cursor(?:%5D|\]))=|/query/"
    rb"|\"(?:cursor|after)\":\s*\")[^&\s\"]+"
)
# A size inside a query language is left alone: there a short page is the only sign of the end.
SIZE = re.compile(
    rb"(?i)((?:limit|count|page_?size|page(?:%5B|\[)size(?:%5D|\]))=|"
    rb"\"(?:limit|first)\":\s*|\bfirst: )(\d+)"
)
NEXT = ("after", "cursor", "endCursor", "offset", "next", "nextRecordsUrl")
AGAIN = re.compile(rb"~again(\d+)")


@dataclass(slots=True)
class Asked:
    """One request to a vendor, as far as faults look at it or change it."""

    system: str
    path: str
    query: bytes
    body: bytes

    @property
    def text(self) -> bytes:
        """Everything that may say which page is meant."""
        return b"%s?%s\n%s" % (self.path.encode(), self.query, self.body)


@dataclass(slots=True)
class Answer:
    """What a vendor answers; ``cut``: the connection ends after so many bytes of the body."""

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytearray = field(default_factory=bytearray)
    cut: int | None = None


@dataclass(slots=True)
class Fault:
    """What the next ``times`` answers to a system (and path pattern) will be; 0: until calmed.

    ``kind`` takes over the values of NAMED. ``skip`` answers stay good before. Without ``status``
    the stand-in answers itself, late by ``delay`` seconds, cut after ``cut`` bytes, changed by
    ``edit``, with ``instead`` (old text, new text), with its clock off by ``clock`` seconds,
    ``unlimited`` by its rate limits, or asked for pages of ``page_size``. ``is_later``: only
    pages that follow another.
    """

    system: str
    kind: str = ""
    path: str = "*"
    times: int | None = None
    skip: int = 0
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = ""
    delay: float = 0
    cut: int | None = None
    edit: str = ""
    is_later: bool = False
    page_size: int | None = None
    clock: int = 0
    unlimited: bool = False
    instead: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        if self.kind and self.kind not in NAMED:
            raise ValueError(f"kind must be one of {', '.join(NAMED)}. Got: {self.kind}")
        for name, value in NAMED.get(self.kind, {}).items():
            if name != "times" or self.times is None:
                setattr(self, name, value)
        self.times = 1 if self.times is None else self.times

    def is_for(self, asked: Asked) -> bool:
        """Whether the fault is meant for a request."""
        return (
            self.system == asked.system
            and fnmatch.fnmatch(asked.path, self.path)
            and (not self.is_later or bool(LATER.search(asked.text)))
        )

    @property
    def made(self) -> Answer:
        """The answer of a fault with a status; JSON unless told otherwise."""
        soon = formatdate(time.time() + 2, usegmt=True)
        named = {"content-type": "application/json", **self.headers}
        headers = [
            (name.lower().encode(), str(value).replace("$soon", soon).encode())
            for name, value in named.items()
        ]
        text = self.body.encode() if isinstance(self.body, str) else orjson.dumps(self.body)
        return Answer(self.status or 200, headers, bytearray(text))


class Faults:
    """The faults waiting to happen, and how often each kind has happened."""

    def __init__(self) -> None:
        self.happened: Counter[str] = Counter()
        self._waiting: list[Fault] = []
        self._pages: dict[tuple[str, str], bytes] = {}
        self._again: list[Asked] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        """Queue a fault."""
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        """Forget all faults."""
        with self._lock:
            self._waiting.clear()
            self._pages.clear()

    def take(self, asked: Asked) -> Fault | None:
        """The first fault for this request, counted down."""
        with self._lock:
            for fault in self._waiting:
                if fault.times and fault.is_for(asked):
                    if fault.skip:
                        fault.skip -= 1
                        return None
                    fault.times -= 1
                    if not fault.times:
                        self._waiting.remove(fault)
                    self.happened[fault.kind] += 1
                    return fault
            return None

    def lasting(self, asked: Asked) -> list[Fault]:
        """The faults that hold for every request until they are calmed."""
        with self._lock:
            return [fault for fault in self._waiting if not fault.times and fault.is_for(asked)]

    def skew(self, system: str) -> int:
        """Seconds by which the clock that a vendor shows is off."""
        with self._lock:
            return sum(fault.clock for fault in self._waiting if fault.system == system)

    def ask(self, asked: Asked, fault: Fault | None) -> Asked:
        """The request that the stand-in gets instead."""
        if again := AGAIN.search(asked.text):
            return self._again[int(again[1])]
        asked = replace(asked)
        for lasting in self.lasting(asked):
            if lasting.page_size:
                asked.query = _sized(asked.query, lasting.page_size)
                asked.body = _sized(asked.body, lasting.page_size)
        if fault and fault.edit == "garble":
            asked.path = _garbled(asked.path.encode()).decode()
            asked.query, asked.body = _garbled(asked.query), _garbled(asked.body)
        return asked

    def answer(self, asked: Asked, fault: Fault | None, answer: Answer) -> None:
        """Change the stand-in's answer as faults want it."""
        for lasting in self.lasting(asked):
            if lasting.instead:
                old, new = (text.encode() for text in lasting.instead)
                answer.body = answer.body.replace(old, new)
        page = bytes(answer.body)
        if fault and answer.status == 200:
            if fault.cut is not None:
                answer.cut = fault.cut
            changed = EDITS[fault.edit](self, asked, answer) if fault.edit in EDITS else True
            if not changed:
                self._put_back(fault)
        if answer.status == 200:
            self._pages[asked.system, asked.path] = page

    def _put_back(self, fault: Fault) -> None:
        with self._lock:
            self.happened[fault.kind] -= 1
            fault.times = (fault.times or 0) + 1
            if fault not in self._waiting:
                self._waiting.append(fault)

    # -- edits: each changes an answer; False where it cannot -------------------------------------

    def _reset(self, _: Asked, answer: Answer) -> bool:
        answer.cut = len(answer.body) // 2
        return True

    def _half(self, _: Asked, answer: Answer) -> bool:
        answer.body = answer.body[: len(answer.body) // 2]
        return True

    def _repeat(self, asked: Asked, answer: Answer) -> bool:
        before = self._pages.get((asked.system, asked.path))
        answer.body = bytearray(before or answer.body)
        return before is not None

    def _empty(self, asked: Asked, answer: Answer) -> bool:
        """No records, and a cursor that leads to the very page that should have come."""
        try:
            body = orjson.loads(answer.body)
        except orjson.JSONDecodeError:
            return False
        if b'"hasNextPage":false' in answer.body or not (records := _longest(body)):
            return False
        records.clear()
        marked = _mark(body, f"~again{len(self._again)}")
        if marked:
            self._again.append(asked)
            answer.body = bytearray(orjson.dumps(body))
        return marked


EDITS: dict[str, Callable[[Faults, Asked, Answer], bool]] = {
    "reset": Faults._reset,
    "half": Faults._half,
    "repeat": Faults._repeat,
    "empty": Faults._empty,
}


def _sized(text: bytes, size: int) -> bytes:
    return SIZE.sub(lambda found: found[1] + str(min(int(found[2]), size)).encode(), text)


def _garbled(text: bytes) -> bytes:
    return CURSOR.sub(rb"\g<1>expired", text)


def _longest(node: Any) -> list[Any]:
    """The longest list of objects in an answer: its records."""
    below = node.values() if isinstance(node, dict) else ()
    lists = [_longest(child) for child in below]
    if isinstance(node, list) and node and isinstance(node[0], dict):
        lists.append(node)
    return max(lists, key=len, default=[])


def _mark(node: Any, mark: str) -> bool:
    """Append a mark to every cursor of an answer; False where it has none."""
    if not isinstance(node, dict):
        return False
    own = [key for key in NEXT if isinstance(node.get(key), str) and node[key]]
    for key in own:
        node[key] += mark
    below = [_mark(child, mark) for child in node.values()]
    return bool(own) or any(below)
