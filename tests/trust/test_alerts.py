"""Alerts: what is wrong is one row with what to do, and each channel is told once."""

from __future__ import annotations

import datetime as dt
import email
import io
import json
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import msgspec
import pytest
import yaml
from aiosmtpd.controller import Controller
from rich.console import Console

from pipelines import alerts, ingest, systems
from pipelines.bronze import META_TABLES
from pipelines.errors import IngestError
from pipelines.stream import Limit, System
from tests.engine.shelf import CONNECTION, Shelf, bronze, things
from tests.engine.test_auth import rotating, sign
from tests.engine.vendor import Answer, Vendor, vendor
from tests.mapping.project import ROOT, Project

OPS = "dbt_project/models/ops"
SOURCES = "dbt_project/models/staging/_bronze_meta__sources.yml"
NOW = dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)
SECRET = "s3cret-t0ken"

# -- the model ----------------------------------------------------------------------------------

STAND_INS = {
    "freshness": "connection text, stream text, promise_minutes bigint, is_in_promise boolean, "
    "last_success_at timestamp, last_run_at timestamp",
    "record_ledger": "connection text, stream text, equation text, difference bigint",
    "control_totals": "connection text, stream text, state text, severity text, "
    "reported_at timestamp",
    "quality_scores": "score_key text, connection text, entity text, quality_score decimal(18, 1)",
    "quality_scores_history": "score_key text, quality_score decimal(18, 1), valid_to timestamp",
    "anomalies": "connection text, stream text, entity text, metric text, field text, reason text, "
    "metric_date date, z_score double",
    "run_history": "invocation_id text, command text, node_count bigint, started_at timestamp",
    "run_results": "invocation_id text, node_id text, node_name text, node_kind text, status text",
}


class Watch:
    """The model's view over tables that a test fills."""

    def __init__(self, folder: Path) -> None:
        self.project = Project(folder)
        self.project.write(SOURCES, (ROOT / SOURCES).read_text())
        self.project.write(f"{OPS}/alerts.sql", (ROOT / OPS / "alerts.sql").read_text())
        for name in STAND_INS:
            self.project.write(f"{OPS}/{name}.sql", "select 1 as stands_in")
        assert self.project.run("compile", "--select", "alerts") == []
        compiled = folder / "target/compiled/goldpan" / OPS / "alerts.sql"
        self.db = duckdb.connect()
        self.do("attach ':memory:' as warehouse; use warehouse")
        self.do("create schema ops; create schema bronze_meta")
        for name, columns in STAND_INS.items():
            self.do(f"create table ops.{name} ({columns})")
        for name, schema in META_TABLES.items():
            self.db.register("empty", schema.empty_table())
            self.do(f"create table bronze_meta.{name} as from empty")
            self.db.unregister("empty")
        self.do(f"create view ops.alerts as {compiled.read_text()}")

    def add(self, table: str, **row: Any) -> None:
        """A row of ops.<table>, or of bronze_meta when that has it."""
        schema = "bronze_meta" if table in META_TABLES else "ops"
        holders = ", ".join("?" for _ in row)
        self.do(
            f"insert into {schema}.{table} ({', '.join(row)}) values ({holders})", *row.values()
        )

    def do(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        return self.db.execute(sql, list(values)).fetchall()

    def told(self) -> list[tuple[Any, ...]]:
        return self.do("select subject, severity, sentence, since_at from ops.alerts order by 1")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Watch:
    return Watch(tmp_path_factory.mktemp("watch"))


@pytest.fixture
def watch(built: Watch) -> Iterator[Watch]:
    """Nothing is wrong."""
    yield built
    for name in STAND_INS:
        built.do(f"delete from ops.{name}")
    for name in META_TABLES:
        built.do(f"delete from bronze_meta.{name}")


def ago(hours: float) -> dt.datetime:
    return NOW - dt.timedelta(hours=hours)


def add_load(watch: Watch, hours: float, status: str, **more: Any) -> None:
    at = ago(hours)
    row = {"connection": "crm", "stream": "deals", "started_at": at, "finished_at": at}
    watch.add("stream_runs", **row, status=status, **more)


def test_a_failed_load_is_open_until_a_good_one(watch: Watch) -> None:
    add_load(watch, 5, "done")
    add_load(watch, 4, "failed", error="out of order")
    add_load(watch, 3, "failed", error="crm.test/deals answered 401: who is ada@example.com?")
    why = "answered 401, the credentials are not accepted"
    sentence = f"crm: 1 of its streams failed, deals among them: {why}"
    assert watch.told() == [("crm", "error", sentence, ago(4))]
    add_load(watch, 2, "done")
    assert watch.told() == []


@pytest.mark.parametrize(
    ("error", "summary"),
    [
        ("connection 'crm' lacks the secret 'api_key': put it", "a secret is missing"),
        ("crm.test/deals answered 422: ada@example.com is no date", "answered 422"),
        ("crm.test/deals: no answer (ConnectTimeout)", "the vendor does not answer"),
        ("KeyError in read (line 7): 'ada@example.com'", "its own words are in bronze_meta"),
        (None, "its own words are in bronze_meta"),
    ],
)
def test_a_failed_load_is_told_in_our_words(watch: Watch, error: str | None, summary: str) -> None:
    add_load(watch, 1, "failed", error=error)
    cursor = watch.db.execute("select * from ops.alerts")
    names = [column[0] for column in cursor.description or []]
    (row,) = cursor.fetchall()
    message = alerts._news([alerts.Alert(**dict(zip(names, row, strict=True)))], []).body
    assert summary in message
    assert "@" not in message


def test_the_words_that_failures_are_known_by_are_those_of_the_pipelines() -> None:
    macro = (ROOT / "macros/quality/failure_summary.sql").read_text()
    known = re.findall(r"^        '(.+)': '", macro, re.M)
    assert len(known) == 12
    code = "".join(path.read_text() for path in sorted((ROOT / "pipelines").glob("*.py")))
    said = re.sub(r'"\s*\n\s*f?"', "", code)
    assert [words for words in known if words not in said] == ["answered 401", "answered 403"]
    assert "answered {status}: {answer.text" in said


def test_a_broken_promise_is_open_since_it_ran_out(watch: Watch) -> None:
    for stream, kept in (("deals", False), ("notes", True)):
        row = {"connection": "crm", "stream": stream, "promise_minutes": 60}
        watch.add("freshness", **row, is_in_promise=kept, last_success_at=ago(3))
    watch.add("freshness", **row | {"stream": "tasks"}, is_in_promise=False, last_run_at=ago(1))
    sentence = "crm: not read within the promised 60 minutes: 2 of its streams, deals among them"
    assert watch.told() == [("crm", "error", sentence, ago(2))]


def test_credentials_that_end_soon_until_new_ones_are_noted(watch: Watch) -> None:
    for days, connection in ((5, "soon"), (-1, "over"), (60, "later"), (None, "unknown")):
        end = ago(-24 * days) if days else None
        watch.add("credentials", connection=connection, expires_at=end, noted_at=ago(1))
    assert [row[:2] for row in watch.told()] == [("over", "error"), ("soon", "warning")]
    assert watch.told()[1][2] == f"soon: its credentials end on {ago(-24 * 5):%F}"
    for connection in ("soon", "over"):
        watch.add("credentials", connection=connection, expires_at=ago(-9999), noted_at=ago(0))
    assert watch.told() == []


def test_a_daily_limit_of_connections_that_share_it(watch: Watch) -> None:
    for connection in ("a", "b"):
        for noted, most in ((ago(9), 5), (ago(1), 10)):
            row = {"connection": connection, "system": "shop", "account": "ours", "most": most}
            watch.add("daily_limits", **row, limit_name="", quote="12 a day", noted_at=noted)
    for hours, connection in ((30, "a"), *((n, "ab"[n % 2]) for n in range(1, 9))):
        row = {"connection": connection, "limit_name": "search", "status": 200}
        watch.add("requests", **row, requested_at=ago(hours))
    assert watch.told() == []
    watch.add("requests", connection="a", status=429, requested_at=ago(0.5))
    sentence = "shop/ours: 9 of 10 requests a day are used up (12 a day)"
    assert watch.told() == [("shop/ours", "warning", sentence, ago(0.5))]


def add_build(watch: Watch, hours: float, nodes: int = 10, **results: str) -> None:
    run = {"invocation_id": f"run {hours}", "node_count": nodes, "started_at": ago(hours)}
    watch.add("run_history", **run, command="build")
    for name, status in results.items():
        node = {"node_id": f"test.{name}", "node_name": name, "node_kind": "test"}
        watch.add("run_results", invocation_id=run["invocation_id"], **node, status=status)


def test_a_failed_test_is_open_until_it_passes_or_is_gone(watch: Watch) -> None:
    add_build(watch, 9, a="pass", b="fail", gone="fail", lenient="warn")
    assert [row[0] for row in watch.told()] == ["b", "gone"]
    add_build(watch, 8, a="error", b="skipped")
    add_build(watch, 7, nodes=1, a="fail")
    assert watch.told() == [
        ("a", "error", "dbt: the test a failed", ago(8)),
        ("b", "error", "dbt: the test b failed", ago(9)),
    ]
    add_build(watch, 6, nodes=2, a="pass", b="pass")
    assert watch.told() == []


def test_ledger_and_totals_are_one_row_each_not_one_more_of_their_test(watch: Watch) -> None:
    failed: dict[str, Any] = {
        "assert_the_ledger_balances": "fail",
        "assert_control_totals_agree": "fail",
    }
    add_build(watch, 2, **failed)
    add_build(watch, 1, **failed)
    for stream, difference in (("deals", -1), ("notes", 2), ("tasks", 0)):
        row = {"connection": "crm", "stream": stream, "equation": "newest"}
        watch.add("record_ledger", **row, difference=difference)
    for state, severity in (("differs", "warn"), ("differs", "error"), ("agrees", "error")):
        row = {"connection": "shop", "stream": "sales", "state": state, "severity": severity}
        watch.add("control_totals", **row, reported_at=ago(7))
    ledger = (
        "crm: the ledger's equation newest is off by 3 (deals among its streams); "
        "ops.ledger_keys names the records"
    )
    totals = (
        "shop: figures of the report sales that differ from our records: 2; "
        "ops.control_total_keys names what may explain it"
    )
    assert watch.told() == [
        ("newest of crm", "error", ledger, ago(2)),
        ("shop/sales", "error", totals, ago(7)),
    ]


def test_a_score_that_fell_since_its_best_of_a_week(watch: Watch) -> None:
    watch.add("requests", connection="crm", server_date=NOW)
    for entity, score in (("deal", 80), ("customer", 96)):
        key = {"score_key": f"crm/{entity}"}
        watch.add("quality_scores", **key, connection="crm", entity=entity, quality_score=score)
        for best, until in ((100, ago(24 * 20)), (97.5, ago(24)), (score, dt.datetime(9999, 1, 1))):
            watch.add("quality_scores_history", **key, quality_score=best, valid_to=until)
    sentence = "crm: the quality of its deal records fell from 97.5 to 80.0"
    assert watch.told() == [("crm/deal", "warning", sentence, ago(24))]


def test_anomalies_of_one_measure_are_one_row(watch: Watch) -> None:
    day = NOW.replace(hour=0, minute=0, second=0)
    for metric, field, reason, z in (
        ("row_count", None, "few", -5),
        ("first_half_count", None, "none", -9),
        ("null_rate", "email", "no mails", 4),
    ):
        row = {"connection": "crm", "stream": "deals", "entity": "deal", "metric_date": day}
        watch.add("anomalies", **row, metric=metric, field=field, reason=reason, z_score=z)
    on = f", on {day:%F}"
    assert watch.told() == [
        ("crm/deals (deal) null rate of email", "warning", f"no mails{on}", day),
        ("crm/deals (deal) records", "warning", f"none{on}, and 1 more of its kind", day),
    ]


def test_every_kind_leads_to_a_heading_of_the_runbook_and_has_a_title() -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "docs/RUNBOOK.md").read_text(), re.M)
    slugs = {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
    listed = (ROOT / OPS / "alerts.sql").read_text().partition("set kinds = {")[2].partition("}")[0]
    assert set(re.findall(r": '([\w-]+)'", listed)) <= slugs
    (model,) = yaml.safe_load((ROOT / OPS / "_alerts.yml").read_text())["models"]
    columns = {column["name"]: column for column in model["columns"]}
    kinds = columns["kind"]["data_tests"][0]["accepted_values"]["arguments"]["values"]
    assert kinds == list(alerts.TITLES)
    assert len(kinds) == listed.count(": '")


# -- what a run writes down for it --------------------------------------------------------------


def test_a_run_notes_when_credentials_end_and_what_the_vendor_allows(
    scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    daily = Limit(calls=1000, seconds=86_400, quote="1,000 a day")
    system = System(name="demo", limits={"reports": (daily,)})
    module = SimpleNamespace(SYSTEM=system, STREAMS=[things(Shelf())])
    monkeypatch.setattr(systems, "load", lambda name: module)
    monkeypatch.setattr(systems, "names", lambda: ["demo"])
    told = {"credentials_expire": dt.date(2027, 1, 31), "quota": "ours"}
    (outcome,) = ingest.Run([msgspec.structs.replace(CONNECTION, **told)]).start()
    assert not outcome.failed, outcome
    ends = bronze(scratch, "select connection, expires_at from bronze_meta.credentials")
    assert ends == [("c", dt.datetime(2027, 1, 31))]
    sql = "select account, limit_name, quote, most from bronze_meta.daily_limits"
    assert bronze(scratch, sql) == [("ours", "reports", "1,000 a day", 800)]


def test_the_end_of_a_refresh_token_is_known_where_the_answer_says_it(tmp_path: Path) -> None:
    body = {"access_token": "a", "refresh_token": "r2", "x_refresh_token_expires_in": 864_000}
    with vendor(Answer(body)) as script:
        for _ in range(2):  # the second run takes it from the store
            auth = rotating(script, tmp_path / "tokens.json")
            assert auth.expires_at is None
            sign(auth)
            assert auth.expires_at is not None
            assert abs((auth.expires_at - NOW).days - 10) <= 1


# -- telling ------------------------------------------------------------------------------------


class Mails:
    """What a local mail server took."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        message = email.message_from_bytes(envelope.content)
        part = next(part for part in message.walk() if part.get_content_type() == "text/plain")
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes)
        self.taken.append(f"{message['Subject']}\n{payload.decode()}")
        return "250 OK"


@pytest.fixture
def mails() -> Iterator[Mails]:
    held = Mails()
    controller = Controller(held, hostname="127.0.0.1", port=held.port)
    controller.start()
    yield held
    controller.stop()


Tell = Callable[[], tuple[bool, str]]


@pytest.fixture
def tell(scratch: Path) -> Tell:
    """Run `make alerts`: whether all channels were told, and what the terminal showed."""
    with closing(duckdb.connect(str(scratch / "warehouse.duckdb"))) as db:
        db.execute(
            "create schema ops; create table ops.alerts (alert_key text, kind text, "
            "subject text, severity text, sentence text, runbook_link text, since_at timestamp)"
        )

    def run() -> tuple[bool, str]:
        console = Console(file=io.StringIO(), width=200)
        is_told = alerts.run(console)
        assert isinstance(console.file, io.StringIO)
        return is_told, console.file.getvalue()

    return run


def set_open(scratch: Path, *subjects: str) -> None:
    """What is wrong now."""
    with closing(duckdb.connect(str(scratch / "warehouse.duckdb"))) as db:
        db.execute("delete from ops.alerts")
        for subject in subjects:
            row = (f"failed_load: {subject}", "failed_load", subject, "error", f"{subject}: down")
            link = "docs/RUNBOOK.md#a-run-failed"
            db.execute("insert into ops.alerts values (?, ?, ?, ?, ?, ?, ?)", [*row, link, NOW])


def urls(mails: Mails, hook: Vendor) -> str:
    to = "?smtp=127.0.0.1&mode=insecure&from=goldpan@example.org&to=ada@example.org"
    return json.dumps(
        {
            "office": f"mailto://127.0.0.1:{mails.port}/{to}",
            "hook": f"{hook.url.replace('http:', 'json:')}/{SECRET}",
        }
    )


def bodies(hook: Vendor) -> list[str]:
    return [json.loads(body)["title"] for *_, body in hook.asked]


def test_without_channels_it_is_shown_and_nothing_is_written(tell: Tell, scratch: Path) -> None:
    assert tell() == (True, "No problem is open.\n")
    set_open(scratch, "crm")
    is_told, shown = tell()
    assert is_told
    assert shown.splitlines()[:3] == [
        "Failed loads",
        f"- crm: down (error, since {NOW:%F})",
        "  What to do: docs/RUNBOOK.md#a-run-failed",
    ]
    sql = "select count(*) from information_schema.schemata where schema_name = 'bronze_meta'"
    assert bronze(scratch, sql) == [(0,)]


def test_each_channel_is_told_once_and_when_it_is_solved(
    tell: Tell,
    scratch: Path,
    mails: Mails,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    ok = [Answer({}), Answer({}), Answer({}, 500), Answer({}), Answer({})]
    with vendor(*ok) as hook:
        monkeypatch.setenv("ALERTS__CHANNELS", urls(mails, hook))
        set_open(scratch, "crm", "shop")
        shown = [tell(), tell()]
        assert [one[0] for one in shown] == [True, True]
        assert bodies(hook) == ["Goldpan: 2 new"]
        assert len(mails.taken) == 1
        assert "Subject" not in mails.taken[0]
        assert "- crm: down" in mails.taken[0]
        assert "docs/RUNBOOK.md#a-run-failed" in mails.taken[0]

        set_open(scratch, "shop", "books")  # crm is solved, books is new
        shown.append(tell())
        assert bodies(hook)[1:] == ["Goldpan: 1 new, 1 solved"]
        assert "Solved" in mails.taken[1]
        assert "- crm: down" in mails.taken[1]

        set_open(scratch, "crm", "shop")  # crm is back; the hook is down
        shown.append(tell())
        assert shown[-1][0] is False
        assert "the channel 'hook' did not take the message" in shown[-1][1]
        assert len(mails.taken) == 3
        shown.append(tell())
        assert shown[-1][0] is True
        assert bodies(hook)[2:] == ["Goldpan: 1 new, 1 solved"] * 2
        assert len(mails.taken) == 3
    rows = bronze(scratch, "select channel, event, alert_key from bronze_meta.alert_log")
    assert sorted(row[0] for row in rows) == ["hook"] * 6 + ["office"] * 6
    outputs = [text for _, text in shown] + [str(rows), *capfd.readouterr(), caplog.text]
    assert not [text for text in outputs if SECRET in text]


def test_a_channel_that_cannot_be_understood_hides_neither_itself_nor_the_others(
    tell: Tell, scratch: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    set_open(scratch, "crm")
    with vendor(Answer({}), Answer({})) as hook:
        named = {"typo": f"slakc://{SECRET}", "hook": hook.url.replace("http:", "json:")}
        monkeypatch.setenv("ALERTS__CHANNELS", json.dumps(named))
        is_told, shown = tell()
        assert not is_told
        assert "the channel 'typo' was not told: Apprise does not understand its URL" in shown
        console = Console(file=io.StringIO(), width=200)
        assert not alerts.test(console)
        assert bodies(hook) == ["Goldpan: 1 new", "Goldpan: a test"]
    assert SECRET not in "".join([shown, *capfd.readouterr()])


@pytest.mark.parametrize("held", [f"slack://{SECRET}", f'["slack://{SECRET}"]', '{"a": 1}'])
def test_channels_that_are_no_names_with_urls_are_refused(
    held: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALERTS__CHANNELS", held)
    with pytest.raises(IngestError, match=r"under \[alerts.channels\]") as refused:
        alerts.channels()
    assert SECRET not in str(refused.value)
