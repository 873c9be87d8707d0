"""The sandbox's own time: a fixed instant that moves only when somebody advances it.

Times are text, ISO 8601 in UTC with milliseconds (`2026-11-02T00:00:00.000Z`), so that they
sort and compare as they are.
"""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

BASE = datetime(2026, 11, 2, tzinfo=UTC)
HISTORY_DAYS = 549
START = BASE - timedelta(days=HISTORY_DAYS)


def iso(moment: datetime) -> str:
    """The sandbox's text form of a UTC datetime."""
    return moment.isoformat(timespec="milliseconds")[:23] + "Z"


def parse(text: str) -> datetime:
    """A UTC datetime from any ISO 8601 text; text without a zone is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def normal(text: str) -> str:
    """Any ISO 8601 text as the sandbox writes it, for comparing with stored times."""
    return iso(parse(text))


def start_of_day(day: int) -> datetime:
    """The first instant of simulated day `day` (0 is the first day of the history)."""
    return START + timedelta(days=day)


def seconds(text: str) -> str:
    """`2026-11-02T00:00:00Z`"""
    return text[:19] + "Z"


def offset(text: str, zone: str = "+00:00") -> str:
    """`2026-11-02T00:00:00+00:00`; the zone is a mark only, the time stays UTC."""
    return text[:19] + zone


def date(text: str) -> str:
    """`2026-11-02`"""
    return text[:10]


def epoch_ms(text: str) -> int:
    """Milliseconds since 1970."""
    return round(parse(text).timestamp() * 1000)


def dotnet(text: str) -> str:
    """`/Date(1793577600000+0000)/`"""
    return f"/Date({epoch_ms(text)}+0000)/"


def http_date(text: str) -> str:
    """`Mon, 02 Nov 2026 00:00:00 GMT`"""
    return format_datetime(parse(text), usegmt=True)


def shift(text: str, **parts: float) -> str:
    """The time moved by timedelta parts: `shift(at, days=30, hours=-1)`."""
    return iso(parse(text) + timedelta(**parts))
