"""Pages that are made from the code say what the code says."""

from __future__ import annotations

import re

from pipelines.connections import PROJECT
from pipelines.streams_page import PAGE, render


def test_the_page_of_streams_is_not_stale() -> None:
    assert PAGE.read_text() == render(), "run `python -m pipelines streams`"


def test_every_link_between_pages_leads_somewhere() -> None:
    pages = [PROJECT / "README.md", *(PROJECT / "docs").glob("*.md")]
    links = [
        (page, link) for page in pages for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text())
    ]
    assert links
    assert [(page.name, link) for page, link in links if not (page.parent / link).exists()] == []


def test_every_make_target_has_its_line_of_help() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (PROJECT / "Makefile").read_text(), re.M))
    helped = set(re.findall(r"^([a-z][a-z-]*):.*## ", (PROJECT / "Makefile").read_text(), re.M))
    assert targets == helped
