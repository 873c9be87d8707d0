"""Every kind of fault as one round: plant it, run into it, and see what bronze holds after."""

from __future__ import annotations

import json
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from pipelines import api, auth
from pipelines.reading import StreamReader
from pipelines.sandbox import clock
from pipelines.stream import Page
from tests.faults.harness import Key, Scene, Verdict
from tests.faults.kills import STEPS, killed

AT_ONCE = 4  # faults of one kind in a round
TOUCHED = 6  # documents of each list that change before a round
SMALL_PAGE = 5


@dataclass
class Round:
    """What became of one round: how often each kind of fault happened, and what it did."""

    faults: dict[str, int]
    verdict: Verdict
    said: dict[str, str] = field(default_factory=dict)


Act = Callable[[Scene, random.Random], Round]


def change(scene: Scene, rng: random.Random, most: int = TOUCHED) -> None:
    """Let some documents of every list change at the vendor."""
    for stream, rows in scene.documents().items():
        scene.touch(stream, [row.id for row in rng.sample(rows, min(most, len(rows)))])


@contextmanager
def hurried() -> Iterator[None]:
    """No waits between two tries, and a client that hangs up after a second."""
    with (
        mock.patch("tenacity.nap.time.sleep"),
        mock.patch.object(api, "TIMEOUT", (5, 1)),
        mock.patch.object(auth, "TIMEOUT", (5, 1)),
        mock.patch.object(api, "BREAKS_FOR", 1),
    ):
        yield


def into(scene: Scene) -> dict[str, str]:
    """The subject's run into what was planted; what its streams said."""
    with hurried():
        return scene.subject.problems()


def storm(kinds: list[str], *, pages: int | None = None) -> Act:
    """Answers go wrong here and there in a run; with ``pages``, lists have many small pages."""

    def act(scene: Scene, rng: random.Random) -> Round:
        change(scene, rng, most=4 * (pages or TOUCHED))
        before = scene.happened()
        if pages:
            scene.fault("short_page")
        for kind in rng.sample(kinds, len(kinds)):
            scene.fault(kind)
        for kind in rng.sample(kinds * (AT_ONCE - 1), len(kinds) * (AT_ONCE - 1)):
            scene.fault(kind, skip=rng.randrange(3))
        said = into(scene)
        after = scene.happened()
        faults = {kind: after.get(kind, 0) - before.get(kind, 0) for kind in kinds}
        return Round(faults, scene.settle(), said)

    return act


def one_instant(scene: Scene, rng: random.Random) -> Round:
    """More documents than a page holds change at the same instant, and every page is short."""
    at = scene.now()
    lists = {name: rows for name, rows in scene.documents().items() if len(rows) > SMALL_PAGE}
    for stream, rows in lists.items():
        scene.touch(stream, [row.id for row in rows[: 3 * SMALL_PAGE]], at=at)
    scene.fault("short_page")
    said = into(scene)
    faults = {"short_page": len(lists), "one_instant": len(lists)}
    return Round(faults, scene.settle(), said)


def while_paging(scene: Scene, rng: random.Random) -> Round:
    """Records that were just read change, or go, while the next pages are read."""
    change(scene, rng, most=4 * SMALL_PAGE)
    scene.fault("short_page")
    at = {row.id: stream for stream, rows in scene.documents().items() for row in rows}
    due = [(rng.randrange(3), kind) for kind in ("moved", "deleted") for _ in range(AT_ONCE)]
    done = {"moved_while_paging": 0, "deleted_while_paging": 0}
    accept, lock = StreamReader._accept, threading.Lock()

    def accepted(reader: StreamReader, page: Page) -> None:
        accept(reader, page)
        id_ = reader.touched[-1].rpartition(":")[2] if reader.touched else ""
        with lock:
            if not due or id_ not in at:
                return
            wait, kind = due.pop(0)
            if wait:
                due.insert(0, (wait - 1, kind))
                return
            done[f"{kind}_while_paging"] += 1
            scene.delete(at.pop(id_), id_) if kind == "deleted" else scene.touch(at[id_], [id_])

    with mock.patch.object(StreamReader, "_accept", accepted):
        said = into(scene)
    return Round(done, scene.settle(may_see_more=True), said)


def skewed(scene: Scene, rng: random.Random) -> Round:
    """The vendor's clock is a day off for a run, ahead and then behind, and right afterwards."""
    said: dict[str, str] = {}
    for kind in ("clock_ahead", "clock_behind"):
        change(scene, rng)
        scene.fault(kind)
        said |= into(scene)
        scene.calm()
    change(scene, rng)
    return Round({"clock_ahead": 1, "clock_behind": 1}, scene.settle(may_see_more=True), said)


def out_of_order(kind: str) -> Act:
    """Changes come with times behind those read already, or with one that is still to come."""

    def act(scene: Scene, rng: random.Random) -> Round:
        chosen = {name: rng.choice(rows).id for name, rows in scene.documents().items() if rows}
        before = scene.now()
        seen = scene.noticed(chosen, None)
        at = before if kind == "late_arrival" else clock.shift(before, days=1)
        noticed = scene.noticed(chosen, at)
        if kind == "from_the_future":
            noticed = scene.noticed(chosen, None)
        verdict = Verdict(lost=seen - noticed)
        return Round({kind: len(seen)}, verdict | scene.settle(may_see_more=True))

    return act


ODD: dict[str, tuple[str, str]] = {  # as sent, as kept
    "id_beyond_2_53": ("9007199254740993123", "9007199254740993123"),
    "decimal_of_30_digits": ("1234567890123456789012345678.90", "1234567890123456789012345678.90"),
    "nul": (r'"a\u0000b"', r'"a\u0000b"'),
    "unpaired_surrogate": (r'"a\ud83db"', r'"a\ufffdb"'),
    "record_of_20_mb": (f'"{"x" * (20 << 20)}"', f'"{"x" * (20 << 20)}"'),
    "type_changes": ('{"was": ["text"]}', '{"was": ["text"]}'),
}


def odd_values(scene: Scene, rng: random.Random) -> Round:
    """Records hold values that break lesser pipelines; both warehouses must keep them."""
    change(scene, rng)
    odd = dict(zip(ODD, some_texts(scene, rng, len(ODD)), strict=True))
    for kind, (_, text, (stream, id_)) in odd.items():
        scene.touch(stream, [id_])
        scene.fault(instead=[text, ODD[kind][0]], times=0)
    said = into(scene) | scene.twin.problems()
    payloads = scene.subject.payloads()
    lost = {key for kind, (key, *_) in odd.items() if ODD[kind][1] not in payloads.get(key, "")}
    for _, _, (stream, id_) in odd.values():
        scene.touch(stream, [id_])
    return Round(dict.fromkeys(ODD, 1), Verdict(lost=lost) | scene.settle(), said)


def some_texts(
    scene: Scene, rng: random.Random, count: int
) -> list[tuple[Key, str, tuple[str, str]]]:
    """Records with a text that the vendor sends nowhere else, and the documents they come from."""
    at = {row.id: stream for stream, rows in scene.documents().items() for row in rows}
    payloads = scene.subject.payloads()
    everything = Counter(
        text for payload in payloads.values() for text in _texts(json.loads(payload))
    )
    found = []
    for key in rng.sample(sorted(payloads), len(payloads)):
        id_ = key[1].rpartition(":")[2]
        own = set(_texts(json.loads(payloads[key]))) if id_ in at else set()
        for text in sorted(own):
            if everything[text] == 1 and text not in key[1] and _is_plain(text):
                found.append((key, json.dumps(text, ensure_ascii=False), (at.pop(id_), id_)))
                break
    assert len(found) >= count, f"{scene.system} has {len(found)} records with a text of their own"
    return found[:count]


def _texts(node: Any) -> Iterator[str]:
    below = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in below:
        yield from [child] if isinstance(child, str) else _texts(child)


def _is_plain(text: str) -> bool:
    return len(text) > 8 and text.replace(" ", "").isalpha()


def kill(step: str) -> Act:
    """The run is killed at a step."""

    def act(scene: Scene, rng: random.Random) -> Round:
        change(scene, rng)
        if "token" in step:
            (scene.subject.folder / "tokens.json").unlink(missing_ok=True)
        happened = killed(scene.subject, STEPS[step])
        return Round({f"killed: {step}": int(happened)}, scene.settle())

    return act


TRANSPORT = [
    "throttled_seconds",
    "throttled_date",
    "throttled",
    "server_error",
    "unavailable",
    "reset",
    "timeout",
    "half_json",
    "html",
    "error_in_body",
]
PAGING = ["empty_page", "same_page", "expired_cursor"]
ROUNDS: dict[str, Act] = {
    "transport": storm(TRANSPORT),
    "paging": storm(PAGING, pages=SMALL_PAGE),
    "one_instant": one_instant,
    "while_paging": while_paging,
    "skewed": skewed,
    "late_arrival": out_of_order("late_arrival"),
    "from_the_future": out_of_order("from_the_future"),
    "odd_values": odd_values,
    **{f"killed: {step}": kill(step) for step in STEPS},
}
