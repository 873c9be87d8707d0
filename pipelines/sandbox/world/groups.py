"""Households and offices: people who share an address and a number, and stay different people.

Each member is kept in two systems or more, so that matching has to join a member's records and
keep the members apart. The truth names the household or office of each record beside its person.
"""

import random

from pipelines.sandbox.world.engine import Day, Row
from pipelines.sandbox.world.names import COUNTRIES
from pipelines.sandbox.world.people import (
    BUSINESS_SYSTEMS,
    PRIVATE_SYSTEMS,
    add_person,
    address,
    digits,
    person_fields,
)
from pipelines.sandbox.world.plenty import family, mobile

HOUSEHOLDS_SHARE, OFFICES_SHARE = 0.005, 0.002
FEWEST_GROUPS = 2
HOUSEHOLD_SIZES, OFFICE_SIZES = (2, 2, 3, 3, 4, 5), (3, 4, 5, 6, 8)
LANDLINES = {
    "US": "(###) 555-####", "GB": "0113 ### ####", "DE": "030 ########", "FR": "01 ## ## ## ##",
    "NL": "020 #######",
}  # fmt: skip


def live(day: Day) -> None:
    """Households and offices that come to the company's notice today."""
    rng = day.chance("households")
    for _ in range(_births(day, HOUSEHOLDS_SHARE)):
        _household(day, rng)
    rng = day.chance("offices")
    for _ in range(_births(day, OFFICES_SHARE)):
        _office(day, rng)


def _births(day: Day, share: float) -> int:
    return day.births(max(FEWEST_GROUPS, day.scale * share), minimum=0)


def _household(day: Day, rng: random.Random) -> None:
    country = COUNTRIES[rng.choice(tuple(LANDLINES))]
    last = family(rng, country, day.scale)
    home: Row = {
        "country": country.code, "last_name": last, "native_last_name": None,
        "address": address(rng, country), "phone": digits(rng, LANDLINES[country.code]),
        "is_home": True,
    }  # fmt: skip
    group = f"household-{day.count('household') + 1}"
    at = day.at(rng, 6, 20)
    members: dict[str, int] = {}
    size = rng.choice(HOUSEHOLD_SIZES)
    while len(members) < size:
        person = person_fields(rng, None, home, day.scale)
        if person["first_name"] not in members:
            person |= {
                "mobile": digits(rng, mobile(country, day.scale)),
                "group": ("household", group),
            }
            chosen = _several(rng, PRIVATE_SYSTEMS)
            members[person["first_name"]] = add_person(day, rng, person, None, chosen, at)
    fields = {name: home[name] for name in ("country", "last_name", "address", "phone")}
    day.add("household", at, {**fields, "person_ns": list(members.values())})


def _office(day: Day, rng: random.Random) -> None:
    company = day.pick(rng, "company")
    if company is None:
        return
    group = f"office-{day.count('office') + 1}"
    at = day.at(rng, 7, 18)
    members: dict[str, int] = {}
    size = rng.choice(OFFICE_SIZES)
    while len(members) < size:
        person = person_fields(rng, company, None, day.scale)
        if person["email"] not in members:
            person |= {"mobile": person["phone"], "phone": company["phone"]}
            person |= {"address": company["address"], "group": ("office", group)}
            chosen = _several(rng, BUSINESS_SYSTEMS)
            members[person["email"]] = add_person(day, rng, person, company, chosen, at)
    fields = {"company_n": company["n"], "person_ns": list(members.values())}
    day.add("office", at, fields)


def _several(rng: random.Random, shares: dict[str, float]) -> list[str]:
    """Two systems or more, each as likely as its share."""
    chosen: list[str] = []
    while len(chosen) < 2:
        chosen = [kind for kind, share in shares.items() if rng.random() < share]
    return chosen
