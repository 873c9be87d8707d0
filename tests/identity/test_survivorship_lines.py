"""`make check` names the line of a survivorship seed that cannot be followed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipelines import connections, survivorship
from pipelines.check import Project
from tests.mapping.project import ROOT

BAD = {
    "survivorship_rules.csv": {
        "custmer,phone,,2,newest,,": "no entity 'custmer'; known: customer",
        "customer,fone,,1,newest,,": "no field 'fone'; known: ",
        "customer,phone,,5,newest,,": "no step '5'; known: 1, 2, 3, 4",
        "customer,phone,,2,newst,,": "no rule 'newst'; known: newest, oldest",
        "customer,phone,shop_xx,1,newest,,": "no connection 'shop_xx'; known: ",
        "customer,industry,,1,minimum,,": "minimum cannot rank industry, a text",
        "product,*,,2,longest,,": "longest cannot rank every field that * stands for",
        "employee,phone,,1,system_of_record,,": "source is missing",
        "employee,phone,,1,system_of_record,sap,": "no system or connection 'sap'; known: ",
        "employee,phone,,1,newest,bamboohr,": "source is not for newest",
        "customer,note,,1,newest,,": "says again what line ",
        "employee,email,,2,newest,,": "step 2 follows no step 1",
        "employee,email,,1,newest": "not as many values as columns",
    },
    "source_priorities.csv": {
        "order,total_amount,shopify,,1": "no field 'total_amount'; known: *",
        "customer,*,sap,,1": "no system 'sap'; known: ",
        "customer,*,shopify,people,1": "people is a connection of bamboohr",
        "customer,phone,shopify,,first": "priority 'first' is no whole number",
    },
    "survivorship_decisions.csv": {
        "customer,a,*,x,,Ann,2026-01-01,why": "no field '*'; known: ",
        "customer,a,email,,,Ann,2026-01-01,why": "a decision gives either value or record_key",
        "customer,a,address,x,,Ann,2026-01-01,why": "address is a group of fields: name the record",
        "customer,a,email,x,,Ann,soon,why": "decided_at 'soon' is no time",
        "customer,a,email,x,,,2026-01-01,why": "decided_by is empty",
    },
}


@pytest.fixture(scope="module")
def known() -> survivorship.Known:
    return Project(ROOT).survivorship_known(connections.load(ROOT / "connections.yml"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "seeds/identity", tmp_path / "identity"))


def test_the_project_s_own_lines_can_be_followed(folder: Path, known: survivorship.Known) -> None:
    assert list(survivorship.mistakes(folder, known)) == []


@pytest.mark.parametrize(
    ("name", "line", "told"),
    [(name, line, told) for name, lines in BAD.items() for line, told in lines.items()],
)
def test_a_line_that_cannot_be_followed_is_named(
    folder: Path, known: survivorship.Known, name: str, line: str, told: str
) -> None:
    path = folder / name
    path.write_text(f"{path.read_text()}{line}\n")
    number = len(path.read_text().splitlines())
    found = list(survivorship.mistakes(folder, known))
    assert any(fault.startswith(f"{name}:{number}: {told}") for fault in found), found


def test_every_entity_needs_a_rule_for_all_other_fields(
    folder: Path, known: survivorship.Known
) -> None:
    path = folder / "survivorship_rules.csv"
    path.write_text(
        "".join(
            line
            for line in path.read_text().splitlines(keepends=True)
            if not line.startswith("product,*")
        )
    )
    assert list(survivorship.mistakes(folder, known)) == [
        "survivorship_rules.csv: product lacks a rule for all other fields (*)"
    ]
