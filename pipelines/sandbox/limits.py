"""Rate limits as vendors keep them: buckets, windows and calls at the same time."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar


@dataclass(frozen=True, slots=True)
class Taken:
    """The outcome of asking a limit: `wait` is 0 when granted, else seconds to wait."""

    granted: bool
    wait: float
    remaining: float
    limit: float


class Limit(Protocol):
    """What every limit offers."""

    def take(self, cost: float = 1) -> Taken:
        """Ask for `cost` units."""
        ...


LimitT = TypeVar("LimitT", bound="Limit | Concurrency")


class LeakyBucket:
    """`capacity` units that refill at `per_second`."""

    def __init__(self, capacity: float, per_second: float) -> None:
        self.capacity, self.per_second = capacity, per_second
        self._level, self._seen, self._lock = capacity, time.monotonic(), threading.Lock()

    def take(self, cost: float = 1) -> Taken:
        """Take `cost` units when the bucket holds them."""
        with self._lock:
            self._refill()
            if cost > self._level:
                wait = (min(cost, self.capacity) - self._level) / self.per_second
                return Taken(False, wait, self._level, self.capacity)
            self._level -= cost
            return Taken(True, 0, self._level, self.capacity)

    def give_back(self, cost: float) -> float:
        """Return units that were not used; returns the level."""
        with self._lock:
            self._refill()
            self._level = min(self.capacity, self._level + cost)
            return self._level

    def _refill(self) -> None:
        now = time.monotonic()
        self._level = min(self.capacity, self._level + (now - self._seen) * self.per_second)
        self._seen = now


class FixedWindow:
    """`limit` units in each window of `seconds`; windows start with the first call in them."""

    def __init__(self, limit: float, seconds: float) -> None:
        self.limit, self.seconds = limit, seconds
        self._used, self._start, self._lock = 0.0, time.monotonic(), threading.Lock()

    def take(self, cost: float = 1) -> Taken:
        """Count the call in the current window when it fits."""
        with self._lock:
            now = time.monotonic()
            if now - self._start >= self.seconds:
                self._used, self._start = 0.0, now
            if self._used + cost > self.limit:
                wait = self._start + self.seconds - now
                return Taken(False, wait, self.limit - self._used, self.limit)
            self._used += cost
            return Taken(True, 0, self.limit - self._used, self.limit)

    @property
    def resets_in(self) -> float:
        """Seconds until the window ends."""
        return max(0.0, self._start + self.seconds - time.monotonic())


class RollingWindow:
    """At most `limit` calls in any `seconds`."""

    def __init__(self, limit: int, seconds: float) -> None:
        self.limit, self.seconds = limit, seconds
        self._calls: deque[float] = deque()
        self._lock = threading.Lock()

    def take(self, cost: float = 1) -> Taken:
        """Count `cost` calls when they fit."""
        with self._lock:
            now = time.monotonic()
            while self._calls and now - self._calls[0] >= self.seconds:
                self._calls.popleft()
            if len(self._calls) + cost > self.limit:
                wait = self._calls[0] + self.seconds - now if self._calls else self.seconds
                return Taken(False, wait, self.limit - len(self._calls), self.limit)
            self._calls.extend([now] * int(cost))
            return Taken(True, 0, self.limit - len(self._calls), self.limit)


class Concurrency:
    """At most `limit` calls at the same time."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._running, self._lock = 0, threading.Lock()

    def enter(self) -> bool:
        """Take a place; False when all are taken."""
        with self._lock:
            if self._running >= self.limit:
                return False
            self._running += 1
            return True

    def leave(self) -> None:
        """Free a place."""
        with self._lock:
            self._running -= 1


class Limits:
    """The limits of one system by name, each made when it is first asked for."""

    def __init__(self) -> None:
        self._limits: dict[str, Limit | Concurrency] = {}
        self._lock = threading.Lock()

    def of(self, name: str, make: Callable[[], LimitT]) -> LimitT:
        """The limit called `name`: `limits.of("tenant", lambda: FixedWindow(60, 60))`."""
        with self._lock:
            if name not in self._limits:
                self._limits[name] = make()
            return self._limits[name]  # type: ignore[return-value]

    def reset(self) -> None:
        """Forget every count."""
        with self._lock:
            self._limits.clear()
