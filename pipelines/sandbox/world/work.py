"""Teams, projects, tasks, what people say about them and the hours they book."""

import random

from pipelines.sandbox import clock
from pipelines.sandbox.world import dirt
from pipelines.sandbox.world.engine import Day, Row
from pipelines.sandbox.world.ids import record_id
from pipelines.sandbox.world.trade import recent

TEAMS = ("Product", "Marketing", "Operations", "Sales", "Stores", "Finance")
SECTIONS = ("To do", "In progress", "Review", "Done")
PROJECTS = ("Spring catalogue", "Website relaunch", "Store fit-out", "Trade fair", "Packaging",
            "Stock take", "Loyalty scheme", "Photo shoot", "New supplier", "Audit")  # fmt: skip
TASKS = ("Write copy for", "Order samples of", "Check prices of", "Photograph", "Call about",
         "Approve", "Translate texts of", "Fix labels on", "Plan launch of")  # fmt: skip
THINGS = ("teapots", "the mug range", "kettles", "gift boxes", "the tray", "caddies", "the flyer")
TAGS = ("urgent", "waiting", "design", "legal", "quick win")
COMMENTS = ("Done on my side.", "Can you check this?", "Waiting for the supplier.", "👍",
            "Moved to next week", "See <a href='#'>file</a> &amp; comment")  # fmt: skip
TASKS_PER_CUSTOMER, MOST_TASKS = 0.6, 200_000


def live(day: Day) -> None:
    """Today's projects and tasks."""
    rng = day.chance("work")
    if day.is_first:
        _open_teams(day, rng)
    for _ in range(day.births(20 + day.scale**0.5, opening=0.3, minimum=1)):
        _project(day, rng)
    total = min(MOST_TASKS, 150 + day.scale * TASKS_PER_CUSTOMER)
    for _ in range(day.births(total, opening=0.05, minimum=2)):
        _task(day, rng)


def _open_teams(day: Day, rng: random.Random) -> None:
    at = day.at(rng, 0, 1)
    for n, name in enumerate(TEAMS, start=1):
        day.add("asana.team", at, {"record_id": record_id("asana", "team", n), "name": name})
    for n, name in enumerate(TAGS, start=1):
        day.add("asana.tag", at, {"record_id": record_id("asana", "tag", n), "name": name})


def _project(day: Day, rng: random.Random) -> None:
    n = day.count("asana.project") + 1
    at = day.at(rng, 7, 12)
    fields: Row = {
        "record_id": record_id("asana", "project", n), "team_n": rng.randint(1, len(TEAMS)),
        "name": dirt.free_text(rng, f"{rng.choice(PROJECTS)} {n}"), "owner_n": _employee(day, rng),
        "start_on": clock.date(at),
        "due_on": clock.date(clock.shift(at, days=rng.randint(20, 200))),
        "is_archived": False, "is_completed": False, "completed_at": None,
        "notes": dirt.note(rng) or "", "section_ns": [],
        "customer_n": rng.randint(1, max(1, day.count("company"))) if rng.random() < 0.2 else None,
    }  # fmt: skip
    for name in SECTIONS:
        section_n = day.count("asana.section") + 1
        section = {
            "record_id": record_id("asana", "section", section_n),
            "name": name,
            "project_n": n,
        }
        day.add("asana.section", at, section)
        fields["section_ns"].append(section_n)
    timeline: list[tuple[str, Row]] = []
    if rng.random() < 0.6:
        done_at = clock.shift(at, days=rng.uniform(30, 260))
        timeline.append((done_at, {"is_completed": True, "completed_at": done_at}))
        archived_at = clock.shift(done_at, days=30)
        timeline.append((archived_at, {"is_archived": True}))
    day.add("asana.project", at, fields, timeline)


def _task(day: Day, rng: random.Random) -> None:
    at = day.at(rng, 7, 19)
    project = recent(day, rng, "asana.project", at)
    if project is None:
        return
    n = day.count("asana.task") + 1
    parent = recent(day, rng, "asana.task", at) if rng.random() < 0.12 else None
    fields: Row = {
        "record_id": record_id("asana", "task", n), "project_n": project["n"],
        "name": dirt.free_text(rng, f"{rng.choice(TASKS)} {rng.choice(THINGS)}"),
        "section_n": project["section_ns"][0], "assignee_n": _employee(day, rng)
        if rng.random() < 0.85 else None, "created_by_n": _employee(day, rng),
        "parent_n": parent["n"] if parent else None, "is_completed": False, "completed_at": None,
        "start_on": None, "due_on": clock.date(clock.shift(at, days=rng.randint(1, 45)))
        if rng.random() < 0.7 else None, "notes": dirt.note(rng) or "", "tag_ns": rng.sample(
            range(1, len(TAGS) + 1), rng.choice((0, 0, 1, 2))),
        "priority": rng.choice(("Low", "Medium", "High", None)),
        "estimated_hours": rng.choice((1, 2, 4, 8, 16, None)),
        "budget": rng.choice((None, None, 25000, 120000)),
        "subtype": "milestone" if rng.random() < 0.03 else "default_task",
    }  # fmt: skip
    timeline = _progress(rng, project, at)
    day.add("asana.task", at, fields, timeline)
    _stories(day, rng, n, at, timeline)
    if rng.random() < 0.3:
        _time_entry(day, rng, n, at)


def _progress(rng: random.Random, project: Row, at: str) -> list[tuple[str, Row]]:
    timeline: list[tuple[str, Row]] = []
    moment = at
    for section_n in project["section_ns"][1:]:
        if rng.random() < 0.25:
            break
        moment = clock.shift(moment, hours=rng.uniform(2, 200))
        timeline.append((moment, {"section_n": section_n}))
    if len(timeline) == 3:
        timeline[-1][1].update({"is_completed": True, "completed_at": moment})
    elif rng.random() < 0.03:
        gone_at = clock.shift(moment, days=rng.uniform(1, 60))
        timeline.append((gone_at, {"deleted_at": gone_at}))
    return timeline


def _stories(
    day: Day, rng: random.Random, n: int, at: str, timeline: list[tuple[str, Row]]
) -> None:
    told = [(at, "system", "added_to_project", "added this task to the project")]
    for moment, patch in timeline:
        if "section_n" in patch:
            told.append((moment, "system", "section_changed", "moved this task"))
        if patch.get("is_completed"):
            told.append((moment, "system", "marked_complete", "marked this task complete"))
    for _ in range(rng.choice((0, 0, 1, 1, 2))):
        moment = clock.shift(at, hours=rng.uniform(1, 300))
        told.append((moment, "comment", "comment_added", rng.choice(COMMENTS)))
    for moment, type_, subtype, text in told:
        number = day.count("asana.story") + 1
        fields = {"record_id": record_id("asana", "story", number), "task_n": n, "type": type_,
                  "subtype": subtype, "text": text, "author_n": _employee(day, rng)}  # fmt: skip
        day.add("asana.story", moment, fields)


def _time_entry(day: Day, rng: random.Random, task_n: int, at: str) -> None:
    number = day.count("asana.time_entry") + 1
    moment = clock.shift(at, hours=rng.uniform(3, 200))
    fields: Row = {
        "record_id": record_id("asana", "time_entry", number), "task_n": task_n,
        "minutes": rng.choice((15, 30, 45, 60, 90, 120, 240)), "entered_on": clock.date(moment),
        "employee_n": _employee(day, rng), "is_billable": rng.random() < 0.2,
    }  # fmt: skip
    day.add("asana.time_entry", moment, fields)


def _employee(day: Day, rng: random.Random) -> int:
    return rng.randint(1, max(1, day.count("employee")))
