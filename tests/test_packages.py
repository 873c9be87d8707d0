"""The stand-in for dbt_expectations gives the failures that the hub's package documents."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from dbt.cli.main import dbtRunner

from pipelines import packages

ROOT = Path(__file__).resolve().parents[1]

THINGS = """
select 1 as id, 'a' as kind, 5 as low, 9 as high, 'AB-1' as sku
union all select 2, 'b', 9, 9, 'ab-2'
union all select 2, 'b', 9, 5, 'AB-3'
union all select 4, null, null, 7, null
"""
# The test, its arguments, and how many rows fail it. Nulls pass everything but a set.
CASES: dict[str, tuple[str, dict[str, Any], int]] = {
    "between": ("expect_column_values_to_be_between", {"column_name": "low", "max_value": 8}, 2),
    "between strictly": (
        "expect_column_values_to_be_between",
        {"column_name": "low", "min_value": 5, "strictly": True},
        1,
    ),
    "between some rows": (
        "expect_column_values_to_be_between",
        {"column_name": "low", "max_value": 8, "row_condition": "high > 5"},
        1,
    ),
    "regex": (
        "expect_column_values_to_match_regex",
        {"column_name": "sku", "regex": "^[A-Z]+-[0-9]$"},
        1,
    ),
    "not regex": (
        "expect_column_values_to_not_match_regex",
        {"column_name": "sku", "regex": "^[A-Z]+-[0-9]$"},
        2,
    ),
    "set": (
        "expect_column_values_to_be_in_set",
        {"column_name": "kind", "value_set": ["a", "c"]},
        3,
    ),
    "set of numbers": (
        "expect_column_values_to_be_in_set",
        {"column_name": "id", "value_set": [1, 2], "quote_values": False},
        1,
    ),
    "not in set": (
        "expect_column_values_to_not_be_in_set",
        {"column_name": "kind", "value_set": ["b"]},
        2,
    ),
    "not null": ("expect_column_values_to_not_be_null", {"column_name": "kind"}, 1),
    "lengths": (
        "expect_column_value_lengths_to_be_between",
        {"column_name": "sku", "min_value": 5},
        3,
    ),
    "pair": (
        "expect_column_pair_values_A_to_be_greater_than_B",
        {"column_A": "high", "column_B": "low"},
        2,
    ),
    "pair or equal": (
        "expect_column_pair_values_A_to_be_greater_than_B",
        {"column_A": "high", "column_B": "low", "or_equal": True},
        1,
    ),
    "pair equal": (
        "expect_column_pair_values_to_be_equal",
        {"column_A": "high", "column_B": "low"},
        2,
    ),
    "unique": ("expect_compound_columns_to_be_unique", {"column_list": ["id", "kind"]}, 1),
    "unique, no nulls": (
        "expect_compound_columns_to_be_unique",
        {"column_list": ["id", "kind"], "ignore_row_if": "any_value_is_missing"},
        1,
    ),
    "row count": ("expect_table_row_count_to_be_between", {"min_value": 5}, 1),
    "row count well": ("expect_table_row_count_to_be_between", {"min_value": 4, "max_value": 4}, 0),
    "row count equal": ("expect_table_row_count_to_equal", {"value": 3}, 1),
    "expression": ("expression_is_true", {"expression": "high >= low"}, 1),
    "column there": ("expect_column_to_exist", {"column_name": "sku"}, 0),
    "column not there": ("expect_column_to_exist", {"column_name": "price"}, 1),
}


@pytest.fixture(scope="module")
def failures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """Rows that failed each case; packages.yml names the hub's package, the stand-in is laid in."""
    folder = tmp_path_factory.mktemp("packages")
    output = {"type": "duckdb", "path": str(folder / "w.duckdb")}
    files = {
        "dbt_project.yml": {"name": "fixture", "profile": "fixture", "model-paths": ["models"]},
        "profiles.yml": {"fixture": {"target": "duckdb", "outputs": {"duckdb": output}}},
        "packages.yml": yaml.safe_load((ROOT / "packages.yml").read_text()),
        "models/things.yml": {"models": [{"name": "things", "data_tests": declared_tests()}]},
    }
    (folder / "models").mkdir()
    (folder / "models/things.sql").write_text(THINGS)
    for name, content in files.items():
        (folder / name).write_text(yaml.safe_dump(content))
    (folder / "packages_local").symlink_to(ROOT / "packages_local")
    assert packages.install_stand_ins(folder) == ["dbt_expectations"]
    place = ["--project-dir", str(folder), "--profiles-dir", str(folder)]
    outcome = dbtRunner().invoke(["--quiet", "build", *place])
    assert outcome.exception is None, outcome.exception
    results = {r.node.name: int(r.failures or 0) for r in outcome.result.results}  # type: ignore[union-attr]
    return {case: results[name_of(case)] for case in CASES}


def name_of(case: str) -> str:
    return "case_" + case.replace(" ", "_").replace(",", "")


def declared_tests() -> list[dict[str, Any]]:
    return [
        {f"dbt_expectations.{test}": {"name": name_of(case), "arguments": arguments}}
        for case, (test, arguments, _) in CASES.items()
    ]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_failures(failures: dict[str, int], case: str) -> None:
    assert failures[case] == CASES[case][2]


def test_every_expectation_that_the_project_uses_is_there() -> None:
    texts = [path.read_text() for path in (ROOT / "dbt_project").rglob("*.yml")]
    lines = [line.strip() for text in texts for line in text.splitlines()]
    used = {
        line.split("dbt_expectations.", 1)[1].split(":")[0]
        for line in lines
        if line.startswith("- dbt_expectations.")
    }
    macros = ROOT / "packages_local/dbt_expectations/macros"
    assert used <= {path.stem for path in macros.glob("*.sql")}


def test_without_the_hub_setup_says_so_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(packages, "hub_answers", lambda: False)
    monkeypatch.setattr(packages, "install_stand_ins", lambda: ["dbt_expectations"])
    assert packages.main() == 0
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    assert "the project's own dbt_expectations stands in" in said


def test_a_dead_hub_is_known_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(address: tuple[str, int], timeout: float) -> None:
        assert timeout <= 2
        raise OSError

    monkeypatch.setattr(packages.socket, "create_connection", refuse)
    assert packages.hub_answers() is False


def test_the_lock_file_holds_every_declared_dependency() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*declared["project"]["dependencies"], *declared["dependency-groups"]["dev"]]
    locked = re.findall(r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    names = {re.match(r"[\w.-]+", line)[0].lower() for line in wanted}  # type: ignore[index]
    assert names - {name.lower() for name in locked} == set(), "run `make lock`"
