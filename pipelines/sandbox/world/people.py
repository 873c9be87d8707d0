"""People and companies, and the records that each system keeps of them."""

import hashlib
import random
from datetime import date, timedelta
from typing import Any

from pipelines.sandbox import clock
from pipelines.sandbox.world import dirt, plenty
from pipelines.sandbox.world.engine import Day, Row
from pipelines.sandbox.world.ids import record_id
from pipelines.sandbox.world.names import (
    CODES,
    COMPANY_TRADES,
    COUNTRIES,
    CUMULATIVE_WEIGHTS,
    JOB_TITLES,
    MAIL_PROVIDERS,
    Country,
    Name,
)

COMPANY_SHARE, MEMBERS_SHARE = 0.12, 0.026
SUPPLIERS_SHARE = 0.01
LATE_RECORD_DAYS = 200
PRIVATE_SYSTEMS = {
    "shopify.customer": 0.62, "square.customer": 0.3, "klaviyo.profile": 0.42,
    "mailchimp.member": 0.25, "hubspot.contact": 0.1, "files.contact": 0.04,
    "quickbooks.customer": 0.02,
}  # fmt: skip
BUSINESS_SYSTEMS = {
    "hubspot.contact": 0.6, "salesforce.contact": 0.45, "salesforce.lead": 0.12,
    "mailchimp.member": 0.2, "shopify.customer": 0.15, "klaviyo.profile": 0.1,
    "files.contact": 0.08,
}  # fmt: skip
LEAD_STATUSES = ("Open - Not Contacted", "Working - Contacted", "Closed - Not Converted")
LIFECYCLES = ("subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity",
              "customer", "evangelist")  # fmt: skip
TAGS = ("wholesale", "vip", "newsletter", "trade-fair", "barista", "tea-club", "b2b", "returning")


def live(day: Day) -> None:
    """Companies and people who come to the company's notice today, with their records."""
    rng = day.chance("companies")
    for _ in range(day.births(day.scale * COMPANY_SHARE)):
        _company(day, rng)
    rng = day.chance("suppliers")
    for _ in range(day.births(20 + day.scale * SUPPLIERS_SHARE, opening=0.8, minimum=0)):
        _supplier(day, rng)
    rng = day.chance("people")
    for _ in range(day.births(day.scale * (1 - COMPANY_SHARE - MEMBERS_SHARE))):
        _person(day, rng)


def _company(day: Day, rng: random.Random) -> None:
    company = _company_fields(rng, day.scale)
    company["id"] = f"company-{day.count('company') + 1}"
    at = day.at(rng, 7, 18)
    european = company["country"] not in ("US", "CN", "AE", "IL", "JP")
    kinds = {"hubspot.company": 0.7, "salesforce.account": 0.5,
             "xero.contact": 0.75 if european else 0.05,
             "quickbooks.customer": 0.02 if european else 0.75, "files.contact": 0.05}  # fmt: skip
    chosen = [kind for kind, share in kinds.items() if rng.random() < share] or ["hubspot.company"]
    company["records"] = {kind: _keep_company(day, rng, kind, company, at) for kind in chosen}
    day.add("company", at, company)


def _supplier(day: Day, rng: random.Random) -> None:
    company = _company_fields(rng, day.scale)
    company["id"] = f"company-{day.count('company') + 1}"
    at = day.at(rng, 7, 18)
    kinds = ["quickbooks.vendor"] if company["country"] == "US" else ["xero.contact"]
    if rng.random() < 0.2:
        kinds = ["quickbooks.vendor", "xero.contact"]
    if rng.random() < 0.1:
        kinds.append("quickbooks.customer")
    records = {kind: _keep_company(day, rng, kind, company, at, True) for kind in kinds}
    day.add("company", at, {**company, "records": records})
    for kind in kinds:
        if kind != "quickbooks.customer":
            n = records[kind]
            day.add(f"{kind.partition('.')[0]}.supplier", at, {"record_n": n, "kind": kind})


def _company_fields(rng: random.Random, scale: int) -> Row:
    country = _country(rng)
    name, industry, domain = plenty.company(rng, scale)
    return {
        "name": name,
        "legal_form": rng.choice(country.legal_forms),
        "industry": industry,
        "domain": domain,
        "country": country.code,
        "tax_number": digits(rng, country.tax_number),
        "phone": digits(rng, plenty.mobile(country, scale)),
        "address": address(rng, country),
        "employee_count": int(10 ** rng.uniform(0.3, 3.2)),
        "annual_revenue": int(10 ** rng.uniform(4.7, 7.5)) // 1000 * 1000,
        "currency": country.currency,
    }


def _keep_company(
    day: Day, rng: random.Random, kind: str, company: Row, at: str, is_supplier: bool = False
) -> int:
    name = _company_name(rng, company)
    typed = dict(company["address"])
    typed["country"] = dirt.country(rng, company["country"])
    fields: Row = {
        "is_company": True, "is_supplier": is_supplier, "is_test": False,
        "name": name, "company_name": name, "first_name": None, "last_name": None,
        "email": f"{rng.choice(('info', 'accounts', 'office'))}@{company['domain']}"
        if rng.random() < 0.6 else None,
        "phone": dirt.phone(rng, company["phone"], company["country"]),
        "address": typed, "country_code": company["country"],
        "tax_number": _tax_number(rng, company), "website": _website(rng, company["domain"]),
        "industry": company["industry"], "employee_count": company["employee_count"],
        "annual_revenue": company["annual_revenue"], "currency": company["currency"],
        "note": dirt.note(rng), "tags": _tags(rng), "owner_n": rng.randint(1, 8),
        "lifecycle": dirt.code(rng, LIFECYCLES), "company": None,
        "external": {}, "list_ns": [],
    }  # fmt: skip
    return _keep(day, rng, kind, fields, at, [("company", company["id"])])


def _company_name(rng: random.Random, company: Row) -> str:
    style = rng.random()
    form: str = company["legal_form"]
    name: str = company["name"]
    if style < 0.35:
        name = f"{name} {form}"
    elif style < 0.45:
        name = f"{name}, {form.rstrip('.')}"
    elif style < 0.5:
        name = name.replace("&", "and")
    elif style < 0.53:
        name = f"The {name}"
    return dirt.free_text(rng, name)


def _tax_number(rng: random.Random, company: Row) -> str | None:
    number: str = company["tax_number"]
    if rng.random() < 0.35:
        return None
    if rng.random() < 0.3:
        return number[:4] + " " + number[4:7] + " " + number[7:]
    return number


def _website(rng: random.Random, domain: str) -> str | None:
    return rng.choice((domain, f"www.{domain}", f"https://{domain}/", f"http://www.{domain}", None))


def _person(day: Day, rng: random.Random) -> None:
    company = day.pick(rng, "company") if rng.random() < 0.22 else None
    relative = None
    if company is None and dirt.happens(rng, "household"):
        relative = day.pick(rng, "person")
    person = person_fields(rng, company, relative, day.scale)
    shares = PRIVATE_SYSTEMS if company is None else BUSINESS_SYSTEMS
    chosen = [kind for kind, share in shares.items() if rng.random() < share]
    if not chosen:
        chosen = ["shopify.customer" if company is None else "hubspot.contact"]
    add_person(day, rng, person, company, chosen, day.at(rng, 6, 23))


def add_person(
    day: Day, rng: random.Random, person: Row, company: Row | None, kinds: list[str], at: str
) -> int:
    """Add a person with a record in each of the systems; returns its `n`."""
    person["id"] = f"person-{day.count('person') + 1}"
    person["records"] = _keep_person(day, rng, kinds, person, company, at)
    return day.add("person", at, person)


def person_fields(rng: random.Random, company: Row | None, relative: Row | None, scale: int) -> Row:
    """Who somebody is. Relatives share much; those of one home (`is_home`) name and number."""
    is_home = relative is not None and "is_home" in relative
    code = company["country"] if company else relative["country"] if relative else None
    country = COUNTRIES[code] if code else _country(rng)
    first, family = rng.choice(country.given), plenty.family(rng, country, scale)
    if relative and (is_home or rng.random() < 0.8):
        family = (relative["native_last_name"], relative["last_name"])
        family = family if family[0] else relative["last_name"]
    first_name, last_name = _latin(first), _latin(family)
    born = date(1940, 1, 1) + timedelta(days=rng.randrange(365 * 66))
    return {
        "first_name": first_name, "last_name": last_name,
        "native_first_name": _native(first) if _native(family) else None,
        "native_last_name": _native(family) if _native(first) else None,
        "email": _work_email(rng, first_name, last_name, company["domain"]) if company
        else _private_email(rng, first_name, last_name, scale),
        "second_email": _private_email(rng, first_name, last_name, scale)
        if rng.random() < 0.4 else None,
        "phone": relative["phone"] if relative and (is_home or rng.random() < 0.6)
        else digits(rng, plenty.mobile(country, scale)),
        "address": relative["address"] if relative
        else company["address"] if company and rng.random() < 0.5 else address(rng, country),
        "country": country.code, "language": country.language, "currency": country.currency,
        "birth_date": born.isoformat(), "job_title": rng.choice(JOB_TITLES) if company else None,
        "company_id": company["id"] if company else None,
    }  # fmt: skip


def _keep_person(
    day: Day, rng: random.Random, kinds: list[str], person: Row, company: Row | None, at: str
) -> dict[str, int]:
    records: dict[str, int] = {}
    kept: dict[str, str] = {}
    moment = at
    for kind in kinds:
        for mail in _addresses(rng, kind, person):
            fields = _person_record(rng, kind, person, company, kept, day, mail)
            truths = [("person", person["id"]), *([person["group"]] if "group" in person else [])]
            number = _keep(day, rng, kind, fields, moment, truths)
            records.setdefault(kind, number)
            kept.setdefault(kind.partition(".")[0], _record_id(kind, number, fields["email"]))
            moment = clock.shift(at, hours=rng.random() ** 3 * 24 * LATE_RECORD_DAYS)
    return records


def _addresses(rng: random.Random, kind: str, person: Row) -> list[str]:
    """The address of each record that a system keeps of the person.

    Mail systems hold an address once, so a second record there needs a second address.
    """
    is_twice = dirt.happens(rng, "duplicate_record")
    if kind not in ("klaviyo.profile", "mailchimp.member"):
        return [person["email"]] * (2 if is_twice else 1)
    known = [person["email"], *([person["second_email"]] if person["second_email"] else [])]
    return [dirt.deliverable_email(rng, one) for one in known[: 2 if is_twice else 1]]


def _person_record(
    rng: random.Random,
    kind: str,
    person: Row,
    company: Row | None,
    kept: dict[str, str],
    day: Day,
    mail: str,
) -> Row:
    first, last = dirt.person_name(rng, person)
    typed = dict(person["address"])
    typed["country"] = dirt.country(rng, person["country"])
    number = company["phone"] if company and dirt.happens(rng, "phone_office") else person["phone"]
    if "mobile" in person and dirt.happens(rng, "phone_own"):
        number = person["mobile"]
    phone = dirt.phone(rng, number, person["country"])
    is_test = dirt.happens(rng, "test_record")
    system = kind.partition(".")[0]
    mails = system in ("klaviyo", "mailchimp")
    domain = company["domain"] if company else None
    email = mail if mails else dirt.email(rng, person, domain)
    fields: Row = {
        "is_company": False, "is_supplier": False, "is_test": is_test,
        "first_name": "Test" if is_test else None if dirt.happens(rng, "name_missing") else first,
        "last_name": "Test" if is_test else last,
        "email": "test@example.com" if is_test and not mails else email,
        "phone": phone and (dirt.e164(number, person["country"]) if system == "klaviyo" else phone),
        "address": typed if rng.random() < 0.8 or system == "shopify" else None,
        "country_code": person["country"], "language": person["language"],
        "currency": person["currency"], "birth_date": dirt.birth_date(rng, person["birth_date"])
        if rng.random() < 0.4 else None,
        "job_title": person["job_title"], "tax_number": None, "website": None,
        "company_name": _company_name(rng, company) if company
        else dirt.free_text(rng, f"{last} {rng.choice(COMPANY_TRADES)[0]}")
        if dirt.happens(rng, "person_as_company") else None,
        "company": _company_link(system, company, day), "list_ns": _lists(rng),
        "consent": rng.choices(("subscribed", "unsubscribed", "never"), (70, 8, 22))[0],
        "note": dirt.note(rng), "tags": _tags(rng), "owner_n": rng.randint(1, 8),
        "lifecycle": dirt.code(rng, LIFECYCLES), "lead_status": dirt.code(rng, LEAD_STATUSES),
        "external": {name: kept[name] for name in kept if rng.random() < 0.5 and name != system},
    }  # fmt: skip
    fields["name"] = " ".join(part for part in (fields["first_name"], fields["last_name"]) if part)
    return fields


def _company_link(system: str, company: Row | None, day: Day) -> Row | None:
    kind = {"hubspot": "hubspot.company", "salesforce": "salesforce.account"}.get(system)
    if kind is None or company is None or kind not in company["records"]:
        return None
    number = company["records"][kind]
    record_kind = kind.partition(".")[2]
    return {"n": number, "record_id": record_id(system, record_kind, number)}


def _keep(
    day: Day,
    rng: random.Random,
    kind: str,
    fields: Row,
    at: str,
    truths: list[tuple[str, str]],
) -> int:
    number = day.count(kind) + 1
    identity = _record_id(kind, number, fields["email"])
    fields = {"record_id": identity, **fields}
    timeline: list[tuple[str, Row]] = []
    if rng.random() < 0.15:
        changed_at = clock.shift(at, hours=rng.uniform(1, 24 * 420))
        timeline.append((changed_at, edit(rng, fields)))
    if rng.random() < 0.008:
        gone_at = clock.shift(at, hours=rng.uniform(24 * 421, 24 * 700))
        timeline.append((gone_at, {"deleted_at": gone_at}))
    system, record_kind = kind.split(".")
    for truth in truths:
        day.is_truth(system, record_kind, identity, *truth)
    return day.add(kind, at, fields, timeline)


def edit(rng: random.Random, record: Row) -> Row:
    """What somebody changes in a record of a person or company, late."""
    what = rng.randrange(4)
    if what == 0:
        country = COUNTRIES[record["country_code"]]
        return {"phone": dirt.e164(digits(rng, country.mobile), country.code)}
    if what == 1:
        country = COUNTRIES[record["country_code"]]
        return {"address": {**address(rng, country), "country": country.code}}
    if what == 2:
        return {"tags": _tags(rng) or ["returning"], "lifecycle": "customer"}
    return {
        "note": rng.choice(("moved", "called back", "asked for the catalogue", "no mail, please"))
    }


def _lists(rng: random.Random) -> list[int]:
    return sorted({1, *rng.sample((2, 3), rng.choice((0, 0, 1, 2)))})


def _record_id(kind: str, number: int, email: str | None) -> str:
    system, record_kind = kind.split(".")
    if kind == "mailchimp.member":
        return hashlib.md5(str(email).lower().encode(), usedforsecurity=False).hexdigest()
    return record_id(system, record_kind, number)


def _country(rng: random.Random) -> Country:
    return COUNTRIES[rng.choices(CODES, cum_weights=CUMULATIVE_WEIGHTS)[0]]


def address(rng: random.Random, country: Country) -> Row:
    """A postal address; `country` is the ISO code."""
    town, region = rng.choice(country.towns)
    street, number = rng.choice(country.streets), rng.randint(1, 180)
    if country.code == "US":
        street += rng.choice((" St", " Ave", " Street", " Blvd", " Rd"))
    return {
        "street": f"{number} {street}" if country.number_first else f"{street} {number}",
        "street2": f"Apt {rng.randint(1, 40)}" if rng.random() < 0.1 else None,
        "city": town,
        "region": region,
        "postal_code": digits(rng, country.postal),
        "country": country.code,
    }


def digits(rng: random.Random, pattern: str) -> str:
    """The pattern with a digit for each `#`; the first is 2 to 9."""
    number = rng.getrandbits(64)
    written, is_first = [], True
    for sign in pattern:
        if sign == "#":
            digit = number % 8 + 2 if is_first else number % 10
            number, is_first, sign = number // 10, False, str(digit)
        written.append(sign)
    return "".join(written)


def _private_email(rng: random.Random, first: str, last: str, scale: int) -> str:
    a, b = _mail_letters(first), _mail_letters(last)
    number = rng.randint(1, plenty.mail_numbers(scale))
    name = rng.choice(
        (f"{a}.{b}{number}", f"{a}{b}{number}", f"{a[:1]}{b}{number}", f"{b}.{a}{number}")
    )
    return f"{name}@{rng.choice(MAIL_PROVIDERS)}"


def _work_email(rng: random.Random, first: str, last: str, domain: str) -> str:
    a, b = _mail_letters(first), _mail_letters(last)
    return f"{rng.choice((f'{a}.{b}', f'{a[:1]}{b}', a))}@{domain}"


def _mail_letters(name: str) -> str:
    return "".join(
        letter for letter in dirt.plain(name).lower() if letter.isascii() and letter.isalnum()
    )


def _latin(name: Name | tuple[Any, Any]) -> str:
    return name if isinstance(name, str) else name[1]


def _native(name: Name | tuple[Any, Any]) -> str | None:
    return None if isinstance(name, str) else name[0]


def _tags(rng: random.Random) -> list[str]:
    return rng.sample(TAGS, rng.choice((0, 0, 0, 1, 1, 2)))
