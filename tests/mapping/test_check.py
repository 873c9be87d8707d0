"""`make check`: the project has no mistakes, and each kind of mistake is told with its file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipelines import check
from tests.mapping.project import ROOT

ORDERS = "dbt_project/models/silver/records/orders_records.sql"
MODELS = "dbt_project/models/staging/hubspot/_hubspot__models.yml"
SOURCES = "dbt_project/models/staging/hubspot/_hubspot__sources.yml"
MATCHING = "dbt_project/models/silver/customers/_customers__matching.yml"
CODES = "seeds/codes/codes_hubspot.csv"


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("check") / "project"
    for name in ("dbt_project", "macros", "seeds"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("dbt_project.yml", "connections.yml"):
        shutil.copy(ROOT / name, folder)
    return folder


def test_the_project_has_no_mistakes() -> None:
    assert list(check.mistakes()) == []


def change(folder: Path, path: str, old: str, new: str) -> None:
    file = folder / path
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def test_every_kind_of_mistake_is_told(copied: Path) -> None:
    change(copied, MODELS, "{target: ", "{goal: 1, target: ")
    change(copied, SOURCES, "name: contacts", "name: contact")
    change(copied, ORDERS, "ref('stg_hubspot__orders')", "ref('stg_hubspot__order')")
    change(copied, "connections.yml", "system: hubspot", "system: hubspott")
    change(
        copied, "dbt_project.yml", "  mapping_overrides:", "  mapping_overrides:\n    nobody: {}"
    )
    change(copied, MATCHING, "max_records_per_key:", "max_record_per_key:")
    first_code = (copied / CODES).read_text().splitlines()[1]
    change(copied, CODES, first_code, f"{first_code}\n{first_code}")
    with (copied / "seeds/identity/never_match.csv").open("a") as decisions:
        decisions.write("customer,a/b/1,a/b/2,Ada,soon,no reason to wait\n")
    told = "\n".join(check.mistakes(copied))
    for expected in (
        "key 'goal' is unknown. Allowed: target",
        f"{SOURCES}: lacks the stream 'contacts' of pipelines/systems/hubspot.py",
        f"{SOURCES}: 'contact' is not a stream of pipelines/systems/hubspot.py",
        f"{SOURCES}: 'contacts' is staged and not declared",
        "stg_hubspot__orders.sql: orders_records does not read it",
        "no system 'hubspott'; known: ",
        "dbt_project.yml: mapping_overrides names the connection 'nobody'; known: ",
        "customers_pairs: Matching plan person: key 'max_record_per_key' is unknown. Allowed: ",
        f"{CODES}:3: ",
        "seeds/identity/never_match.csv:2: decided_at 'soon' is no date YYYY-MM-DD",
    ):
        assert expected in told
