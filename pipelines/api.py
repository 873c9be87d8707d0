"""Requests of one connection: signed, limited, tried again, written down.

Every answer, good or bad, becomes one row of ``bronze_meta.requests``.
"""

from __future__ import annotations

import copy
import math
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

import msgspec
import requests
from circuitbreaker import CircuitBreaker
from dlt.sources.helpers.rest_client.paginators import BasePaginator, SinglePagePaginator
from pyrate_limiter import InMemoryBucket, Limiter, Rate
from requests.adapters import HTTPAdapter
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_exponential_jitter

from pipelines.auth import retry_after
from pipelines.connections import Connection
from pipelines.errors import (
    CredentialError,
    ExpiredPageError,
    IngestError,
    LeftAloneError,
    PermanentError,
    ThrottledError,
    TransientError,
    UnreadableAnswerError,
)
from pipelines.quota import DAY, SHARE
from pipelines.records import repaired, split
from pipelines.stream import Limit, Page, System

ATTEMPTS = 6
LONGEST_WAIT = 300.0  # seconds; a vendor that asks for more is left alone until the next run
TIMEOUT = (10, 120)
BREAKS_AFTER = 10  # requests in a row without a good answer, over all streams of a connection
BREAKS_FOR = 15  # seconds that it is then left alone before one request tries again
KEPT_OF_UNREADABLE = 20_000  # characters of an answer that is not JSON, for the quarantine
COMPLAINTS = {"error", "errors", "fault", "exception"}  # members of an answer that says no
SIGNATURE = re.compile(r"(?i)([?&](?:x-(?:amz|goog)-)?(?:signature|security-token|sig)=)[^&\s]+")

Waiting = Callable[[str, float], None]
Doubt = Callable[[Page], str | None]


class SandboxAdapter(HTTPAdapter):
    """Sends what is meant for a vendor to the local sandbox, keeping the vendor's host name."""

    def __init__(self, url: str) -> None:
        super().__init__(pool_maxsize=32)
        self.target = urlsplit(url)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        real = request.url or ""
        parts = urlsplit(real)
        request.headers["Host"] = parts.netloc
        request.url = urlunsplit(parts._replace(scheme="http", netloc=self.target.netloc))
        answer = super().send(request, *args, **kwargs)
        answer.url = request.url = real
        return answer


def known_secrets(connection: Connection, system: System) -> list[str]:
    """A connection's secrets, the longest first."""
    values = (connection.secret(name, default="") for name in system.secrets)
    return sorted({value for value in values if len(value) > 3}, key=len, reverse=True)


def redacted(text: str, secrets: Iterable[str]) -> str:
    """The text without secrets and without signatures of links."""
    for secret in secrets:
        text = text.replace(secret, "***")
    return SIGNATURE.sub(r"\1***", text)


def limiter(limits: Iterable[Limit]) -> Limiter | None:
    """A limiter that keeps to 80 % of the documented figures; None where there are none.

    A limit that allows no fewer calls than one over a longer time says nothing and is left out.
    Those of a day or more are budgets: nobody waits that long.
    """
    rates: list[Rate] = []
    for limit in sorted(limits, key=lambda limit: limit.seconds, reverse=True):
        if limit.seconds >= DAY.total_seconds():
            continue
        rate = _rate(limit)
        if not rates or rate.limit < rates[0].limit:
            rates.insert(0, rate)
    return Limiter(InMemoryBucket(rates)) if rates else None


def _rate(limit: Limit) -> Rate:
    if limit.seconds <= 1 and limit.calls <= 20:
        # Evenly spread: two bursts that meet on their way would be over a limit of one second.
        return Rate(1, math.ceil(limit.seconds * 1000 / (limit.calls * SHARE)))
    return Rate(max(int(limit.calls * SHARE), 1), int(limit.seconds * 1000))


class Api:
    """The way to one connection's vendor, shared by all its streams and their threads."""

    def __init__(
        self,
        connection: Connection,
        system: System,
        *,
        sandbox_url: str | None = None,
        attempts: int = ATTEMPTS,
        budgets: Mapping[str, int] | None = None,
    ) -> None:
        self.connection = connection
        self.system = system
        self.requests: list[dict[str, Any]] = []
        self.clock: dict[str, datetime] = {}
        if sandbox_url and (date := _server_date(requests.head(sandbox_url).headers)):
            self.clock["vendor"] = date  # the sandbox's clock is not this machine's
        self.shared: dict[str, Any] = {}  # what a connector's streams tell one another
        self._attempts = attempts
        self._waiting: Waiting = lambda reason, seconds: None
        self._sandbox_url = sandbox_url
        self._local = threading.local()
        self._slots = threading.BoundedSemaphore(system.concurrency)
        self._limiters = {name: limiter(limits) for name, limits in system.limits.items()}
        self._throttled: dict[str, float] = {}
        self._left = dict(budgets or {})
        self._spending = threading.Lock()
        self._breaker = CircuitBreaker(BREAKS_AFTER, BREAKS_FOR, _is_sign_of_death, connection.name)
        self._secrets = known_secrets(connection, system)
        self.auth = system.auth(connection, self.session) if system.auth else None
        self.stream = ""

    def for_stream(self, stream: str, waiting: Waiting) -> Api:
        """The same way in, with its requests and waits counted for one stream."""
        view = copy.copy(self)
        view.stream = stream
        view._waiting = waiting
        return view

    @property
    def base_url(self) -> str:
        """The connection's base URL (asked for late: some systems learn it when signing in)."""
        if self.system.base_url is None:
            raise IngestError(f"system '{self.system.name}' has no base URL")
        return self.system.base_url(self.connection, self.auth)

    @property
    def session(self) -> requests.Session:
        """This thread's session."""
        if not hasattr(self._local, "session"):
            session = requests.Session()
            adapter = SandboxAdapter(self._sandbox_url) if self._sandbox_url else HTTPAdapter()
            session.mount("https://", adapter)
            session.headers["User-Agent"] = "goldpan"
            headers = self.system.headers
            session.headers.update(headers(self.connection) if callable(headers) else headers)
            self._local.session = session
        return self._local.session

    def get(self, path: str, *, records: str = "", **kwargs: Any) -> Page:
        """One GET as a page; see ``page``."""
        return self.page(requests.Request("GET", self.url(path), **kwargs), records)

    def post(self, path: str, *, records: str = "", **kwargs: Any) -> Page:
        """One POST as a page; see ``page``."""
        return self.page(requests.Request("POST", self.url(path), **kwargs), records)

    def url(self, path: str) -> str:
        """A path under the base URL; a whole URL is left as it is."""
        if path.startswith("https://"):
            return path
        return urljoin(self.base_url.rstrip("/") + "/", path.lstrip("/"))

    def pages(
        self,
        request: requests.Request,
        records: str,
        paginator: BasePaginator | None = None,
        limit: str | None = None,
        cost: int = 1,
    ) -> Iterator[Page]:
        """Every page that a paginator leads to.

        Raises ExpiredPageError when it refuses a page that follows another, PermanentError when
        the vendor leads in a circle, TransientError when it answers
        with the page before, however often it is asked.
        """
        paginator = copy.deepcopy(paginator) if paginator else SinglePagePaginator()
        paginator.init_request(request)
        asked, before = None, None
        while True:
            this = _fingerprint(request)
            if this == asked:
                raise PermanentError(f"{request.url}: the vendor names the same page as the next")
            asked = this
            try:
                page = self.page(request, records, limit, cost, doubt=repeats(before))
            except PermanentError as error:
                # The page before was given for all but the cursor.
                if before is None or type(error) is not PermanentError:
                    raise
                raise ExpiredPageError(str(error)) from None
            before = page.records
            yield page
            paginator.update_state(page, page.records)  # type: ignore[arg-type]
            if not paginator.has_next_page:
                return
            paginator.update_request(request)

    def page(
        self,
        request: requests.Request,
        records: str,
        limit: str | None = None,
        cost: int = 1,
        doubt: Doubt | None = None,
    ) -> Page:
        """One answer cut into records, after as many tries as it takes.

        ``doubt`` says why a page cannot be right, so that it is asked for again. Raises
        CredentialError, PermanentError, or TransientError when the tries are used up.
        """
        retrying = Retrying(
            retry=retry_if_exception_type(TransientError),
            stop=stop_after_attempt(self._attempts),
            wait=self._wait,
            before_sleep=partial(self._tell, limit or ""),
            reraise=True,
        )
        renewed = False
        for attempt in retrying:
            with attempt:
                number = attempt.retry_state.attempt_number
                try:
                    return _trusted(self._once(request, records, limit, cost, number), doubt)
                except CredentialError:
                    expire = getattr(self.auth, "expire", None)
                    if renewed or expire is None:
                        raise
                    renewed = True
                    expire()
                    return _trusted(self._once(request, records, limit, cost, number), doubt)
        raise AssertionError("unreachable")

    def now(self) -> datetime:
        """The vendor's newest ``Date`` header, or this machine's clock before there is one."""
        return self.clock.get("vendor") or datetime.now(UTC).replace(tzinfo=None)

    def log(self, method: str, url: str, **row: Any) -> str:
        """Write down a reading that was not an HTTP request (a file); its request id."""
        request_id = uuid.uuid4().hex
        now = datetime.now(UTC).replace(tzinfo=None)
        self.requests.append(
            {"request_id": request_id, "method": method, "url": self.redact(url), "attempt": 1}
            | {"stream": self.stream, "requested_at": now, **row}
        )
        return request_id

    def map(self, function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        """``function`` of each item, as many at once as the vendor allows, in order."""
        with ThreadPoolExecutor(self.system.concurrency) as pool:
            yield from pool.map(function, items)

    def wait(self, reason: str, seconds: float) -> None:
        """Wait for something of the vendor's, telling why."""
        self._waiting(reason, seconds)
        time.sleep(seconds)

    def redact(self, text: str) -> str:
        """The text without this connection's secrets and without signatures of links."""
        return redacted(text, self._secrets)

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = getattr(error, "wait", None)
        backoff = wait_exponential_jitter(initial=1, max=60)(state)
        return backoff if asked is None else float(asked) + 0.05

    def _tell(self, limit: str, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        seconds = state.next_action.sleep if state.next_action else 0.0
        self._waiting(str(error), seconds)
        if isinstance(error, ThrottledError):
            # Where limits hold by endpoint only, the other endpoints need not wait.
            place = "" if "" in self._limiters else limit
            until = time.monotonic() + seconds
            self._throttled[place] = max(self._throttled.get(place, 0.0), until)

    def _queue(self, limit: str, cost: int) -> float:
        """Wait for one limit's leave ("" is the connection's own); seconds waited."""
        started = time.monotonic()
        self._spend(limit)
        pause = self._throttled.get(limit, 0.0) - started
        if pause > 0:
            time.sleep(pause)
        bucket = self._limiters.get(limit)
        if bucket and not bucket.try_acquire(limit or "connection", weight=cost, blocking=False):
            self._waiting("own rate limit", 0)
            bucket.try_acquire(limit or "connection", weight=cost, blocking=True)
        return time.monotonic() - started

    def _spend(self, limit: str) -> None:
        """Take a request from the day's budget. Raises PermanentError when it is used up."""
        with self._spending:
            if self._left.get(limit) == 0:
                raise PermanentError(
                    f"what {self.connection.name} may take of the vendor's day is used up "
                    f"({limit or 'all requests'}); what was read is kept, a later run goes on"
                )
            if limit in self._left:
                self._left[limit] -= 1

    def _once(
        self, request: requests.Request, records: str, limit: str | None, cost: int, attempt: int
    ) -> Page:
        row: dict[str, Any] = {
            "request_id": uuid.uuid4().hex,
            "stream": self.stream,
            "method": request.method,
            "limit_name": limit,
            "attempt": attempt,
            "requested_at": datetime.now(UTC).replace(tzinfo=None),
        }
        started = time.monotonic()
        try:
            self._check_circuit()
            # Whatever may take long comes before the limits: leave to ask is for now, not later.
            prepared = self._signed(request, row)
            waited = self._queue(limit, cost) if limit else 0.0
            with self._slots:
                row["waited_seconds"] = waited + self._queue("", cost)
                self._check_circuit()
                row["requested_at"] = datetime.now(UTC).replace(tzinfo=None)
                started = time.monotonic()
                with self._breaker:
                    answer = self._send(prepared, row)
                    error = self._explained(answer)
                    if error:
                        raise error
            return self._cut(answer, records, row)
        except IngestError as error:
            row["error"] = self.redact(str(error))[:2000]
            raise
        finally:
            row["seconds"] = time.monotonic() - started

    def _signed(self, request: requests.Request, row: dict[str, Any]) -> requests.PreparedRequest:
        request.auth = self.auth
        try:
            prepared = self.session.prepare_request(request)
        except IngestError:
            self.requests.append(row)  # signing in asks, too
            with self._breaker:
                raise
        row["url"] = self.redact(prepared.url or "")
        return prepared

    def _check_circuit(self) -> None:
        """Raise LeftAloneError while the circuit is open."""
        if self._breaker.opened:
            seconds = max(self._breaker.open_remaining, 0)
            raise LeftAloneError(
                f"{self.connection.name} is left alone for {seconds} s after "
                f"{self._breaker.failure_count} requests in a row without a good answer; the "
                f"last: {self._breaker.last_failure}",
                seconds,
            )

    def _send(self, prepared: requests.PreparedRequest, row: dict[str, Any]) -> requests.Response:
        self.requests.append(row)
        try:
            answer = self.session.send(prepared, timeout=TIMEOUT, allow_redirects=False)
        except requests.RequestException as error:
            raise TransientError(
                f"{_place(prepared.url)}: no answer ({type(error).__name__})"
            ) from None
        row |= {"status": answer.status_code, "bytes": len(answer.content)}
        row["server_date"] = _server_date(answer.headers)
        if row["server_date"]:
            self.clock["vendor"] = max(row["server_date"], self.clock.get("vendor", datetime.min))
        return answer

    def _explained(self, answer: requests.Response) -> Exception | None:
        return (self.system.explain and self.system.explain(answer)) or explain(answer)

    def _cut(self, answer: requests.Response, records: str, row: dict[str, Any]) -> Page:
        try:
            raws, body = split(repaired(answer.content), records)
        except (msgspec.DecodeError, UnicodeDecodeError) as problem:
            raise UnreadableAnswerError(
                f"{_place(answer.url)}: the answer is not JSON ({problem}); it begins with "
                f"{answer.content[:80]!r}",
                self.redact(answer.text[:KEPT_OF_UNREADABLE]),
                row["request_id"],
            ) from None
        if answer.status_code == 200 and not raws and (complaint := _complaint(body)):
            raise TransientError(f"{_place(answer.url)} answered {answer.status_code}: {complaint}")
        row["records"] = len(raws)
        return Page(
            records=raws,
            body=body,
            request_id=row["request_id"],
            headers=answer.headers,
            url=answer.url,
        )


def explain(answer: requests.Response) -> Exception | None:
    """The error that an answer's status stands for (RFC 9110 section 15), or None."""
    status = answer.status_code
    if status < 300:
        return None
    said = f"{_place(answer.url)} answered {status}: {answer.text[:300]}"
    if status == 429 or (status == 503 and "Retry-After" in answer.headers):
        wait = retry_after(answer)
        if wait is not None and wait > LONGEST_WAIT:
            return PermanentError(f"{said}; it asks to wait {wait:.0f} s, so the next run goes on")
        return ThrottledError(said, wait)
    if status in (408, 423, 425) or status >= 500:
        return TransientError(said, retry_after(answer))
    if status == 401:
        return CredentialError(f"{said}; renew the connection's credentials")
    if status == 403:
        return PermanentError(f"{said}; the credentials lack the permission for this")
    return PermanentError(said)


def _is_sign_of_death(kind: type[BaseException], error: BaseException) -> bool:
    return isinstance(error, TransientError) and not isinstance(error, ThrottledError)


def _trusted(page: Page, doubt: Doubt | None) -> Page:
    reason = doubt(page) if doubt else None
    if reason:
        raise TransientError(f"{_place(page.url)}: {reason}")
    return page


def repeats(before: list[msgspec.Raw] | None) -> Doubt:
    """Doubts a page that holds just what the page before it held."""

    def doubt(page: Page) -> str | None:
        return "the same page twice" if page.records and page.records == before else None

    return doubt


def _complaint(body: Any) -> str | None:
    """What an answer without records says went wrong, in the words that vendors use for it."""
    members = body.items() if isinstance(body, dict) else ()
    said = [f"{key}: {value}" for key, value in members if key.lower() in COMPLAINTS and value]
    return "; ".join(said)[:300] or None


def _place(url: str | None) -> str:
    parts = urlsplit(url or "")
    return f"{parts.netloc}{parts.path}"


def _fingerprint(request: requests.Request) -> tuple[str, ...]:
    parts = (request.url, request.params, request.json, request.data, request.headers)
    return tuple(repr(part) for part in parts)


def _server_date(headers: Mapping[str, str]) -> datetime | None:
    try:
        return parsedate_to_datetime(headers["Date"]).astimezone(UTC).replace(tzinfo=None)
    except (KeyError, ValueError, TypeError):
        return None
