"""Employees with their jobs and pay over time, their days off, and people who apply."""

import random
from datetime import date, timedelta

from pipelines.sandbox import clock
from pipelines.sandbox.world import dirt
from pipelines.sandbox.world.engine import Day, Row
from pipelines.sandbox.world.ids import record_id
from pipelines.sandbox.world.names import COUNTRIES
from pipelines.sandbox.world.people import address, digits

DEPARTMENTS = {
    "Sales": ("Sales Representative", "Key Account Manager", "Sales Director"),
    "Marketing": ("Content Editor", "E-mail Marketer", "Head of Marketing"),
    "Operations": ("Warehouse Associate", "Logistics Planner", "Operations Manager"),
    "Stores": ("Store Associate", "Barista", "Store Manager"),
    "Product": ("Designer", "Product Manager", "Buyer"),
    "Finance": ("Bookkeeper", "Controller"),
    "People": ("HR Generalist",),
}
SALES_PEOPLE = 8
SYSTEM_KINDS = {
    "bamboohr": "employee", "asana": "user", "hubspot": "owner", "salesforce": "user",
    "square": "team_member",
}  # fmt: skip
TIME_OFF_TYPES = ("Vacation", "Sick", "Parental", "Volunteer")
OPENINGS = ("Barista", "Warehouse Associate", "Designer", "Bookkeeper", "Store Manager")


def live(day: Day) -> None:
    """Today's hires, requests for days off and applications."""
    rng = day.chance("staff")
    employees = 40 + day.scale**0.5
    for _ in range(day.births(employees, opening=0.6)):
        _employee(day, rng)
    for _ in range(day.births(employees * 12, opening=0.01)):
        _time_off(day, rng)
    if day.is_first:
        for n, title in enumerate(OPENINGS, start=1):
            fields = {"record_id": record_id("bamboohr", "job_opening", n), "title": title,
                      "status": "Open" if n % 2 else "Filled", "location": "Portland"}  # fmt: skip
            day.add("job_opening", day.at(rng, 1, 2), fields)
    for _ in range(day.births(employees * 3, opening=0.01)):
        _application(day, rng)


def _employee(day: Day, rng: random.Random) -> None:
    n = day.count("employee") + 1
    at = day.at(rng, 3, 6)
    country = COUNTRIES[rng.choices(("US", "GB", "DE", "NL"), (55, 25, 12, 8))[0]]
    first, last = str(rng.choice(country.given)), str(rng.choice(country.family))
    department = "Sales" if n <= SALES_PEOPLE else rng.choice(list(DEPARTMENTS))
    title = rng.choice(DEPARTMENTS[department])
    hired_on = clock.start_of_day(day.number).date()
    if day.is_first:
        hired_on -= timedelta(days=rng.randint(30, 2500))
    letters = dirt.plain(f"{first}.{last}").lower().replace(" ", "").replace("'", "")
    pay = {"amount": rng.randint(32, 110) * 1000, "currency": country.currency, "period": "Year",
           "type": "Salary"}  # fmt: skip
    job = {"date": hired_on.isoformat(), "title": title, "department": department,
           "location": "Leeds" if country.code == "GB" else "Rotterdam"
           if country.code in ("DE", "NL") else rng.choice(("Portland", "Seattle", "Austin")),
           "supervisor_n": rng.randint(1, n - 1) if n > 1 else None}  # fmt: skip
    fields: Row = {
        "records": {system: record_id(system, kind, n) for system, kind in SYSTEM_KINDS.items()},
        "number": f"{1000 + n}", "first_name": first, "last_name": last,
        "preferred_name": None, "email": f"{letters}{n if n > 60 else ''}@goldpan.example",
        "phone": dirt.phone(rng, digits(rng, country.mobile), country.code),
        "address": address(rng, country), "birth_date": dirt.birth_date(rng, _born(rng)),
        "gender": rng.choice(("Female", "Male", "Non-binary", None)),
        "hired_on": "0000-00-00" if dirt.happens(rng, "date_zero") else hired_on.isoformat(),
        "terminated_on": None, "status": "Active", "country": country.code,
        "employment": "Part-Time" if rng.random() < 0.2 else "Full-Time",
        "job_title": title, "department": department, "location": job["location"],
        "supervisor_n": job["supervisor_n"], "pay": pay, "jobs": [job],
        "pays": [{"date": hired_on.isoformat(), **pay, "reason": "Hired"}],
        "statuses": [{"date": hired_on.isoformat(), "status": "Full-Time"}],
    }  # fmt: skip
    number = day.add("employee", at, fields, _career(rng, fields, n, at))
    for system, identity in fields["records"].items():
        day.is_truth(system, SYSTEM_KINDS[system], identity, "employee", f"employee-{number}")


def _career(rng: random.Random, fields: Row, n: int, at: str) -> list[tuple[str, Row]]:
    timeline: list[tuple[str, Row]] = []
    if rng.random() < 0.45:
        raised_at = clock.shift(at, days=rng.uniform(90, 500))
        pay = {**fields["pay"], "amount": int(fields["pay"]["amount"] * 1.06)}
        raised = {"date": clock.date(raised_at), **pay, "reason": "Merit"}
        timeline.append((raised_at, {"pay": pay, "pays": [*fields["pays"], raised]}))
    if rng.random() < 0.2:
        moved_at = clock.shift(at, days=rng.uniform(60, 500))
        title = rng.choice(DEPARTMENTS[fields["department"]])
        job = {**fields["jobs"][0], "date": clock.date(moved_at), "title": title}
        timeline.append((moved_at, {"job_title": title, "jobs": [*fields["jobs"], job]}))
    if rng.random() < 0.18 and n > SALES_PEOPLE:
        left_at = clock.shift(at, days=rng.uniform(501, 800))
        ended = {"date": clock.date(left_at), "status": "Terminated"}
        patch = {"status": "Inactive", "terminated_on": clock.date(left_at),
                 "statuses": [*fields["statuses"], ended]}  # fmt: skip
        timeline.append((left_at, patch))
    return timeline


def _born(rng: random.Random) -> str:
    return (date(1958, 1, 1) + timedelta(days=rng.randrange(365 * 45))).isoformat()


def _time_off(day: Day, rng: random.Random) -> None:
    n = day.count("time_off") + 1
    at = day.at(rng, 7, 18)
    start = day.start.date() + timedelta(days=rng.randint(-3, 60))
    days = rng.choice((1, 1, 2, 3, 5, 10))
    fields: Row = {
        "record_id": record_id("bamboohr", "time_off", n), "type": rng.choice(TIME_OFF_TYPES),
        "employee_n": rng.randint(1, max(1, day.count("employee"))), "start_on": start.isoformat(),
        "end_on": (start + timedelta(days=days - 1)).isoformat(), "days": days,
        "requested_on": clock.date(at), "status": "requested", "note": dirt.note(rng),
        "status_changed_on": clock.date(at),
    }  # fmt: skip
    decided_at = clock.shift(at, hours=rng.uniform(1, 90))
    status = rng.choices(("approved", "denied", "canceled"), (85, 8, 7))[0]
    timeline = [(decided_at, {"status": status, "status_changed_on": clock.date(decided_at)})]
    day.add("time_off", at, fields, timeline if rng.random() < 0.92 else [])


def _application(day: Day, rng: random.Random) -> None:
    n = day.count("application") + 1
    at = day.at(rng)
    country = COUNTRIES["US"]
    first, last = str(rng.choice(country.given)), str(rng.choice(country.family))
    fields: Row = {
        "record_id": record_id("bamboohr", "application", n),
        "first_name": first, "last_name": last,
        "email": dirt.soiled_email(rng, f"{first}.{last}{n}@gmail.com".lower()),
        "phone": dirt.phone(rng, digits(rng, country.mobile), "US"), "status": "New",
        "opening_n": rng.randint(1, len(OPENINGS)), "rating": None,
        "source": rng.choice(("Careers Website", "Indeed", "Referral")),
    }  # fmt: skip
    status = rng.choice(("Reviewed", "Schedule Interview", "Not a Fit", "Hired"))
    decided_at = clock.shift(at, days=rng.uniform(1, 30))
    day.add(
        "application", at, fields, [(decided_at, {"status": status, "rating": rng.randint(1, 5)})]
    )
