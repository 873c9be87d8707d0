"""A new system touches no shared file: nothing shared knows a system by its name."""

from __future__ import annotations

import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

from pipelines import systems
from pipelines.connections import PROJECT

NAMES = re.compile(rf"\b({'|'.join(set(systems.names()) - {'files'})})\b|stg_\w+__")


def test_no_shared_python_names_a_system() -> None:
    found = [hit for path in (PROJECT / "pipelines").glob("*.py") for hit in _python_hits(path)]
    assert found == []


def test_no_shared_sql_names_a_system_but_for_the_lists_of_stagings() -> None:
    models = PROJECT / "dbt_project" / "models"
    shared = [
        *(PROJECT / "macros").rglob("*.sql"),
        *(path for path in models.rglob("*.sql") if "staging" not in path.parts),
    ]
    assert len(shared) > 100
    listing = models / "silver" / "records"
    found = [
        f"{path.relative_to(PROJECT)}: {line.strip()}"
        for path in shared
        if path.parent != listing
        for line in re.sub(r"\{#.*?#\}|--.*?$", "", path.read_text(), flags=re.S | re.M).split("\n")
        if NAMES.search(line)
    ]
    assert found == []


def test_the_lists_of_stagings_hold_nothing_else() -> None:
    for path in (PROJECT / "dbt_project" / "models" / "silver" / "records").glob("*.sql"):
        lines = path.read_text().strip().split("\n")
        assert (lines[0], lines[-1]) == ("{{ union_records([", "]) }}"), path.name
        refs = [re.fullmatch(r"    ref\('(stg_\w+)'\),", line) for line in lines[1:-1]]
        assert all(refs), path.name
        names = [ref[1] for ref in refs if ref]
        assert names == sorted(set(names)), path.name


def _python_hits(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            is_code = token.type in (tokenize.NAME, tokenize.STRING)
            is_docstring = token.string.lstrip("rf").startswith('"""')
            if is_code and not is_docstring and NAMES.search(token.string):
                yield f"{path.name}:{token.start[0]}: {token.string}"
