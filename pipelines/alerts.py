"""`make alerts`: what is wrong with the warehouse, told once to those who can mend it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

import dlt
from apprise import Apprise, AppriseAsset, NotifyFormat, NotifyType, OverflowMode
from dlt.common.configuration.exceptions import ConfigValueCannotBeCoercedException
from rich.console import Console

from pipelines.bronze import utcnow
from pipelines.errors import IngestError
from pipelines.golden import silver

if TYPE_CHECKING:
    from pipelines.ingest import Loader

SECRET = "alerts.channels"
KNOWN = """
    select channel, alert_key, arg_max(kind, noted_at), arg_max(sentence, noted_at)
    from {table}
    group by channel, alert_key
    having arg_max(event, noted_at) = 'told'
"""
TITLES = {
    "failed_load": "Failed loads",
    "promise": "Not read as promised",
    "credentials": "Credentials about to end",
    "daily_limit": "Daily limits nearly used up",
    "ledger": "The ledger does not balance",
    "control_total": "Control totals that differ",
    "quality_score": "Quality scores that fell",
    "anomaly": "Anomalies",
    "dbt_failure": "dbt models and tests that failed",
}


@dataclass(frozen=True)
class Alert:
    """An open problem; a row of ops.alerts. ``since_at`` is UTC."""

    alert_key: str
    kind: str
    subject: str
    severity: str
    sentence: str
    runbook_link: str
    since_at: datetime


@dataclass(frozen=True)
class Told:
    """A problem that a channel was told and that it was not told to be solved."""

    alert_key: str
    kind: str
    sentence: str


@dataclass(frozen=True)
class News:
    """What a channel does not know yet."""

    fresh: list[Alert]
    solved: list[Told]

    @property
    def title(self) -> str:
        counts = [(len(self.fresh), "new"), (len(self.solved), "solved")]
        return "Goldpan: " + ", ".join(f"{count} {word}" for count, word in counts if count)

    @property
    def kind(self) -> NotifyType:
        if any(alert.severity == "error" for alert in self.fresh):
            return NotifyType.FAILURE
        return NotifyType.WARNING if self.fresh else NotifyType.SUCCESS

    @property
    def body(self) -> str:
        told = [f"- {one.sentence}" for one in self.solved]
        return "\n".join([*_listed(self.fresh), *(["Solved", *told] if told else [])])

    def rows(self, channel: str) -> list[dict[str, Any]]:
        """What alert_log keeps of it once the channel took it."""
        return [
            {
                "channel": channel,
                "event": event,
                "alert_key": one.alert_key,
                "kind": one.kind,
                "sentence": one.sentence,
                "noted_at": utcnow(),
            }
            for event, ones in (("told", self.fresh), ("solved", self.solved))
            for one in ones
        ]


class Channel:
    """Where alerts go: a name, and an Apprise URL that is a secret and never shown."""

    def __init__(self, name: str, url: str) -> None:
        self.name = name
        self._way = Apprise(asset=AppriseAsset(app_id="Goldpan", async_mode=False))
        with _unlogged():
            self.is_understood = self._way.add(url)
        for service in self._way:
            service.overflow_mode = OverflowMode.SPLIT  # otherwise too long a text is refused

    def send(self, title: str, body: str, kind: NotifyType = NotifyType.INFO) -> bool:
        """Whether the channel took the message. Apprise says no more without its URL."""
        if not self.is_understood:
            return False
        with _unlogged():
            taken = self._way.notify(
                body=body, title=title, notify_type=kind, body_format=NotifyFormat.TEXT
            )
        return bool(taken)

    @property
    def complaint(self) -> str:
        """What a person can do when it did not take a message."""
        if not self.is_understood:
            return f"the channel '{self.name}' was not told: Apprise does not understand its URL"
        return (
            f"the channel '{self.name}' did not take the message, the next run tells it again; "
            "`apprise -vv --body test` with its URL says why"
        )


@contextmanager
def _unlogged() -> Iterator[None]:
    """Apprise and urllib3 log addresses, which are secrets here."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


def channels() -> list[Channel]:
    """The channels of the secrets. Raises IngestError when they are not names with URLs."""
    try:
        found = dlt.secrets.get(SECRET, dict) or {}
    except ConfigValueCannotBeCoercedException:
        found = {"": None}
    if not all(name and isinstance(url, str) for name, url in found.items()):
        raise IngestError(
            'the channels of alerts are lines <name> = "<Apprise URL>" under [alerts.channels] in '
            ".dlt/secrets.toml, or a JSON object of them in ALERTS__CHANNELS"
        )
    return [Channel(str(name), str(url)) for name, url in found.items()]


def run(console: Console) -> bool:
    """Print what is wrong and tell each channel what it does not know yet.

    Returns whether every channel took its message. Without channels nothing is written down.
    """
    ways = channels()
    if not ways:
        _print_open(console, _open())
        return True
    from pipelines.ingest import Loader, exclusive

    with exclusive():
        alerts = _open()
        _print_open(console, alerts)
        loader = Loader()
        with loader.open():
            loader.recover()
            known = _known(loader.ask(KNOWN, table="alert_log"))
            return _tell(console, ways, alerts, known, loader)


def test(console: Console) -> bool:
    """Send each channel a message that tells of nothing. Whether all took it."""
    ways = channels()
    refused = [way for way in ways if not way.send("Goldpan: a test", "Alerts come here.")]
    _complain(console, refused)
    _say(console, f"channels that took the test: {len(ways) - len(refused)} of {len(ways)}")
    return not refused


def _tell(
    console: Console,
    ways: list[Channel],
    alerts: list[Alert],
    known: dict[str, list[Told]],
    loader: Loader,
) -> bool:
    refused = []
    for way in ways:
        news = _news(alerts, known.get(way.name, []))
        if not (news.fresh or news.solved):
            continue
        if way.send(news.title, news.body, news.kind):
            loader.write({"alert_log": news.rows(way.name)})
            _say(console, f"told {way.name}: {news.title.removeprefix('Goldpan: ')}")
        else:
            refused.append(way)
    _complain(console, refused)
    return not refused


def _open() -> list[Alert]:
    """Open problems in the order of TITLES, the oldest first."""
    with silver("ops.alerts") as found:
        rows = found.rows("select * from ops.alerts order by severity, since_at, alert_key")
    order = list(TITLES)
    return sorted((Alert(**row) for row in rows), key=lambda alert: order.index(alert.kind))


def _known(rows: Iterable[tuple[Any, ...]]) -> dict[str, list[Told]]:
    known: dict[str, list[Told]] = {}
    for channel, *told in rows:
        known.setdefault(channel, []).append(Told(*told))
    return known


def _news(alerts: list[Alert], known: list[Told]) -> News:
    told = {one.alert_key for one in known}
    still = {alert.alert_key for alert in alerts}
    return News(
        [alert for alert in alerts if alert.alert_key not in told],
        [one for one in known if one.alert_key not in still],
    )


def _listed(alerts: list[Alert]) -> list[str]:
    """Lines: each kind with its problems, and where the runbook says what to do."""
    lines = []
    for kind, group in groupby(alerts, key=lambda alert: alert.kind):
        ones = list(group)
        lines += [TITLES[kind]]
        lines += [f"- {one.sentence} ({one.severity}, since {one.since_at:%F})" for one in ones]
        lines += [f"  What to do: {ones[0].runbook_link}", ""]
    return lines


def _print_open(console: Console, alerts: list[Alert]) -> None:
    _say(console, "\n".join(_listed(alerts)) if alerts else "No problem is open.")


def _complain(console: Console, refused: list[Channel]) -> None:
    for way in refused:
        console.print(way.complaint, style="red", highlight=False, markup=False, soft_wrap=True)


def _say(console: Console, text: str) -> None:
    console.print(text, highlight=False, markup=False, soft_wrap=True)
