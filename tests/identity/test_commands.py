"""`make review` and `make explain` over a small built warehouse."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines import decisions
from pipelines.cli import app
from pipelines.errors import IngestError
from pipelines.review import Desk
from tests.identity.small import small_warehouse

NINE, TWO = "shop/customers/9", "crm/contacts/2"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("built") / "warehouse.duckdb"
    small_warehouse(path)
    return path


@pytest.fixture(autouse=True)
def seeds(built: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A warehouse and empty seeds of the test's own."""
    shutil.copy(built, scratch / "warehouse.duckdb")
    for seed, names in decisions.FILES.items():
        (scratch / f"{seed}.csv").write_text(",".join(names) + "\n")
    monkeypatch.setattr(decisions, "FOLDER", scratch)
    return scratch


def run(*arguments: str, code: int = 0, typed: str = "") -> str:
    done = CliRunner().invoke(app, arguments, input=typed)
    assert done.exit_code == code, done.output
    return done.output


def written(seeds: Path, seed: str) -> list[dict[str, str]]:
    with (seeds / f"{seed}.csv").open(newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_questions_are_listed_the_most_valuable_first() -> None:
    said = run("review", "--list")
    assert said.index("same phone, names differ by one letter") < said.index("e-mails differ")
    assert "30.12" in said
    assert "same city" not in said, (
        "one question a pair of customers, its likeliest pair of records"
    )


def test_a_match_says_what_would_move_and_is_written(seeds: Path) -> None:
    said = run(
        *("review", "--decide", NINE, TWO, "--as", "match"),
        *("--why", "she told us, by phone", "--by", "Ada"),
    )
    assert f"{NINE} merges into shop/customers/1 (1 record)" in said
    assert "orders: 1 would move, 120.50 in the reporting currency" in said
    (row,) = written(seeds, "must_match")
    assert (row["record_key"], row["other_record_key"], row["decided_by"]) == (NINE, TWO, "Ada")
    assert row["why"] == "she told us, by phone"
    assert list(decisions.mistakes(seeds, decisions.known_keys(seeds))) == []
    assert "same phone, names differ" not in run("review", "--list")


def test_a_never_says_who_parts_and_what_follows(seeds: Path) -> None:
    keys = ("shop/customers/1", TWO)
    said = run("review", "--decide", *keys, "--as", "never", "--why", "two sisters", "--by", "Ada")
    assert f"shop/customers/1 loses 1 record to {TWO}" in said
    assert "No document moves." in said
    assert len(written(seeds, "never_match")) == 1


def test_earlier_decisions_on_disk_are_part_of_what_would_change(seeds: Path) -> None:
    run("review", "--decide", NINE, TWO, "--as", "match", "--why", "one", "--by", "Ada")
    keys = ("shop/customers/1", TWO)
    said = run("review", "--decide", *keys, "--as", "never", "--why", "two", "--by", "Ada")
    assert f"shop/customers/1 loses 1 record to {NINE}" in said


def test_a_dry_run_writes_nothing(seeds: Path) -> None:
    said = run("review", "--decide", NINE, TWO, "--as", "match", "--dry-run")
    assert "merges into" in said
    assert written(seeds, "must_match") == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--decide", "shop/customers/7", TWO, "--as", "match"), "nearest: shop/customers/"),
        (("--decide", NINE, NINE, "--as", "match"), "both keys are the same record"),
        (("--decide", NINE, TWO, "--as", "maybe"), "--as is match or never. Got: 'maybe'"),
        (("--decide", NINE, TWO, "--as", "never", "--by", "Ada"), "a decision needs its reason"),
        (
            ("--accept", "crm/contacts/1", "--why", "x"),
            "'crm/contacts/1' is no golden id of several",
        ),
        (("--list", "--entity", "unicorn"), "no entity 'unicorn'; there are customer, product"),
        (("--list", "--entity", "product"), "silver.products_review is not there"),
    ],
)
def test_what_cannot_be_decided_is_refused(
    seeds: Path, arguments: tuple[str, ...], message: str
) -> None:
    assert message in " ".join(run("review", *arguments, code=2).split())
    assert all(written(seeds, seed) == [] for seed in decisions.FILES)


def test_an_accepted_cluster_is_not_shown_again(seeds: Path) -> None:
    why = ("--why", "looked at all four", "--by", "Ada")
    run("review", "--accept", "shop/customers/1", *why)
    rows = written(seeds, "accepted_clusters")
    assert {row["golden_id"] for row in rows} == {"shop/customers/1"}
    assert sorted(row["record_key"] for row in rows) == [
        "crm/contacts/1", "crm/contacts/2", "mail/lists/5", "shop/customers/1",
    ]  # fmt: skip
    assert "e-mails differ" not in run("review", "--list")


@pytest.mark.parametrize(
    ("typed", "seed", "count"),
    [
        ("m\nsame person\nq\n", "must_match", 1),
        ("x\nn\nnot the same\ns\n", "never_match", 1),
        ("m\n\nq\n", "must_match", 0),
        ("s\na\nfour of a kind\n", "accepted_clusters", 4),
        ("q\n", "must_match", 0),
    ],
)
def test_the_conversation(seeds: Path, typed: str, seed: str, count: int) -> None:
    said = run("review", "--by", "Ada", typed=typed)
    assert "1 of 2, 120.50 at stake" in said
    assert len(written(seeds, seed)) == count


def test_a_decision_has_a_maker(monkeypatch: pytest.MonkeyPatch) -> None:
    from rich.console import Console

    monkeypatch.setattr("pipelines.review.git_user", lambda: "")
    with pytest.raises(IngestError, match="who decides"):
        Desk(Console(), "customer").decide((NINE, TWO), "match", "because")


def steps(said: str) -> Iterator[str]:
    return (line.strip() for line in said.splitlines() if line.strip())


def test_explain_walks_from_the_value_to_the_request() -> None:
    said = list(steps(run("explain", "mail/lists/5", "--field", "email")))
    expected = [
        "customer shop/customers/1",
        "(mail/lists/5 is a former golden id of it, until 2026-11-02 05:00)",
        "email = x@tea.example",
        "crm/contacts/2 (hubspot)",
        "newest: the newest write",
        "y@tea.example (shop), from shop/customers/1, changed 2026-10-01 09:00",
        "same phone number: crm/contacts/1",
        "weight +12.5 bits, probability 0.9990: phone same +9.1, name near +3.4",
        "same e-mail address: shop/customers/1",
        "the founding record",
        "bronze_shop.customers, read 2026-11-02 01:00:00 UTC",
        '"email": "x@tea.example"',
        "17.5 of connection crm, stream contacts, run run1",
        "GET https://api.example/contacts",
        "answered 200, sent 2026-11-02 00:59:00 UTC, id request1",
    ]
    assert [line for line in said if line in expected] == expected


def test_explain_tells_the_whole_record_and_how_it_changed() -> None:
    said = " ".join(run("explain", "shop/customers/1", "--entity", "supplier").split())
    assert "merged (mail/lists/5)" in said
    assert "founding record" in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("shop/customers/11",), "nearest: shop/customers/1"),
        (("x@TEA.example",), "nearest: shop/customers/1 (holds that value)"),
        (("shop/customers/1", "--field", "shoe_size"), "no value in 'shoe_size'; it has email"),
        (("1", "--entity", "order"), "no entity 'order'; there are customer, product, employee"),
    ],
)
def test_explain_says_what_was_looked_for(arguments: tuple[str, ...], message: str) -> None:
    assert message in " ".join(run("explain", *arguments, code=2).split())


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ("customer,shop/customers/9,crm/contacts/2,Ada,2026-11-20", "5 values for 6 columns"),
        ("person,shop/customers/9,crm/contacts/2,Ada,2026-11-20,x", "entity 'person' is none of"),
        (
            "customer,shop/customers/9,crm/contacts/3,Ada,2026-11-20,x",
            "the key 'crm/contacts/3'",
        ),
        ("customer,shop/customers/9,shop/customers/9,Ada,2026-11-20,x", "both keys are the same"),
        ("customer,shop/customers/9,crm/contacts/2,,2026-11-20,x", "decided_by is empty"),
        ("customer,shop/customers/9,crm/contacts/2,Ada,20 Nov,x", "is no date YYYY-MM-DD"),
        ('customer,shop/customers/9,crm/contacts/2,Ada,2026-11-20,"a\nb"', "holds a line break"),
    ],
)
def test_a_bad_line_is_named(seeds: Path, line: str, mistake: str) -> None:
    good = "customer,shop/customers/1,crm/contacts/1,Ada,2026-11-20,fine\n"
    with (seeds / "never_match.csv").open("a") as out:
        out.write(f"{good}{line}\n")
    told = list(decisions.mistakes(seeds, decisions.known_keys(seeds)))
    assert len(told) == 1
    assert told[0].startswith("never_match.csv:3: ")
    assert mistake in told[0]


def test_a_pair_decided_twice_is_named(seeds: Path) -> None:
    for seed, order in (("must_match", (NINE, TWO)), ("never_match", (TWO, NINE))):
        with (seeds / f"{seed}.csv").open("a") as out:
            out.write(f"customer,{order[0]},{order[1]},Ada,2026-11-20,x\n")
    told = list(decisions.mistakes(seeds))
    assert told == ["never_match.csv:2: must_match.csv:2 names this pair already"]


def test_what_is_accepted_as_one_cannot_be_never_one(seeds: Path) -> None:
    with (seeds / "accepted_clusters.csv").open("a") as out:
        for key in (NINE, TWO, TWO):
            out.write(f"customer,{NINE},{key},Ada,2026-11-20,x\n")
    with (seeds / "never_match.csv").open("a") as out:
        out.write(f"customer,{TWO},{NINE},Ada,2026-11-20,x\n")
    assert list(decisions.mistakes(seeds)) == [
        "accepted_clusters.csv:4: accepted_clusters.csv:3 names this record already",
        f"never_match.csv:2: accepted_clusters.csv holds both as '{NINE}'",
    ]
