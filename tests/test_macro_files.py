"""A macro is found by its name: one a file, with a header that says why, with what, and how."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "packages_local/dbt_expectations/macros"
FILES = sorted([*(ROOT / "macros").rglob("*.sql"), *PACKAGE.glob("*.sql")])
DEFINED = re.compile(r"{%-?\s*(?:macro|test|materialization)\s+(\w+)[(,]")
HEADER = re.compile(r"\A{#\nWhy: .+?\nUsage: .+?#}\n{%", re.S)
BRANCH = re.compile(r"#}\n{%-?\s*macro\s+\w+__\w+\(")


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", FILES, ids=named)
def test_one_macro_named_as_its_file(path: Path) -> None:
    own = [name for name in DEFINED.findall(path.read_text()) if "__" not in name]
    assert own == [path.stem]


@pytest.mark.parametrize("path", FILES, ids=named)
def test_header(path: Path) -> None:
    assert HEADER.match(path.read_text()), "the file begins with {# Why: … Args: … Usage: … #}"


@pytest.mark.parametrize("path", FILES, ids=named)
def test_branches_are_of_the_same_macro_and_say_by_what_authority(path: Path) -> None:
    text = path.read_text()
    branches = [name for name in DEFINED.findall(text) if "__" in name]
    assert {name.split("__", 1)[1] for name in branches} <= {path.stem}
    assert len(BRANCH.findall(text)) == len(branches)
    if branches:
        assert f"default__{path.stem}" in branches


@pytest.mark.parametrize("path", FILES, ids=named)
def test_branches_live_in_engine(path: Path) -> None:
    if "adapter.dispatch" in path.read_text():
        assert path.parent in (ROOT / "macros/engine", PACKAGE)
