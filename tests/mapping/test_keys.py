"""Every staged record has one key, and a test of dbt says so: where the records of an entity come
together, or in the staging model itself when no entity reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.mapping.project import LOADED_AT, ROOT, Project

MODELS = ROOT / "dbt_project/models"
TESTED = {"name": "record_key", "data_tests": ["primary_key"]}


def models(folder: Path) -> dict[str, dict[str, Any]]:
    """What YAML says of the models of a folder, by name."""
    declared = [yaml.safe_load(path.read_text()) for path in sorted(folder.rglob("*.yml"))]
    return {model["name"]: model for one in declared for model in one.get("models", [])}


def is_tested(model: dict[str, Any]) -> bool:
    columns = {column["name"]: column for column in model.get("columns", [])}
    return "primary_key" in columns.get("record_key", {}).get("data_tests", [])


def test_the_keys_of_all_stagings_are_tested() -> None:
    records = MODELS / "silver/records"
    read = "".join(path.read_text() for path in records.glob("*.sql"))
    stagings = models(MODELS / "staging")
    alone = {
        name: model
        for name, model in stagings.items()
        if name.startswith("stg_") and f"ref('{name}')" not in read
    }
    entities = {name: model for name, model in models(records).items() if name in read_by(records)}
    assert len(stagings) - len(alone) > 100
    assert [name for name, model in {**alone, **entities}.items() if not is_tested(model)] == []


def read_by(folder: Path) -> set[str]:
    return {path.stem for path in folder.glob("*.sql")}


@pytest.mark.parametrize(("second", "failing"), [("2", False), ("1", True)])
def test_a_key_that_is_there_twice_ends_the_build(
    tmp_path: Path, second: str, failing: bool
) -> None:
    project = Project(tmp_path)
    project.add_entity("thing", {"number": "text"})
    mapping = [{"target": "number", "source": "number"}]
    source = "{{ stage_records(source('bronze_vendor', 'things')) }}"
    project.add_model("stg_vendor__things", source, {"entity": "thing", "mapping": mapping})
    path = "dbt_project/models/silver/records/"
    project.write(f"{path}things_records.sql", "{{ union_records([ref('stg_vendor__things')]) }}")
    declared = yaml.safe_load((tmp_path / f"{path}_things_records.yml").read_text())
    declared["models"][0]["columns"].append({**TESTED, "data_type": "text"})
    project.write(f"{path}_things_records.yml", yaml.safe_dump(declared))
    for number in ("1", second):  # twice at one time: a fault that only a broken load can make
        project.add_records("vendor", "things", [{"id": number}], extracted_at=LOADED_AT)
    problems = project.run("build")
    assert any("Got 1 result" in problem for problem in problems) == failing, problems
