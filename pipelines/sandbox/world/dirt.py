"""What goes wrong when people and programs write data down, and how often."""

import html
import random
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from pipelines.sandbox.world.names import COUNTRIES, NICKNAMES, ROLE_ADDRESSES

RATES = {
    "nickname": 0.08,
    "name_typo": 0.03,
    "names_swapped": 0.015,
    "initial_only": 0.03,
    "upper_case": 0.03,
    "lower_case": 0.03,
    "without_accents": 0.25,
    "native_script": 0.6,
    "html_escaped": 0.01,
    "emoji": 0.004,
    "control_character": 0.002,
    "stray_spaces": 0.02,
    "email_case": 0.05,
    "email_plus_tag": 0.02,
    "email_dots": 0.03,
    "email_typo": 0.012,
    "email_second": 0.06,
    "email_missing": 0.03,
    "email_role": 0.02,
    "email_invalid": 0.006,
    "phone_missing": 0.2,
    "phone_extension": 0.01,
    "phone_invalid": 0.01,
    "phone_office": 0.15,
    "phone_own": 0.25,
    "household": 0.06,
    "person_as_company": 0.01,
    "birth_date_placeholder": 0.02,
    "country_in_words": 0.3,
    "country_missing": 0.03,
    "unknown_code": 0.01,
    "very_long_note": 0.002,
    "test_record": 0.006,
    "duplicate_record": 0.03,
    "name_missing": 0.01,
    "order_of_guest": 0.05,
    "order_of_missing_customer": 0.006,
    "order_in_future": 0.002,
    "order_total_off": 0.004,
    "order_test": 0.004,
    "order_discount_all": 0.003,
    "order_cancelled": 0.02,
    "order_refunded": 0.06,
    "order_edited": 0.02,
    "barcode_missing": 0.04,
    "sku_missing": 0.01,
    "stock_negative": 0.02,
    "date_zero": 0.01,
}
EMOJI = ("☕", "🫖", "✨", "👩‍🍳", "❤️")
KEYS_NEAR = {"a": "s", "e": "r", "i": "o", "n": "m", "t": "r", "o": "p", "l": "k", "r": "t"}


def happens(rng: random.Random, what: str) -> bool:
    """Whether this piece of dirt falls here, at its stated rate."""
    return rng.random() < RATES[what]


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Text without accents, as a foreign keyboard writes it."""
    spelled = text.replace("ß", "ss").replace("ł", "l").replace("Ł", "L").replace("ø", "o")
    parts = unicodedata.normalize("NFKD", spelled)
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def typo(rng: random.Random, text: str) -> str:
    """One slip of the finger: two letters swapped, one doubled, lost or hit beside."""
    if len(text) < 4:
        return text
    at = rng.randrange(1, len(text) - 2)
    kind = rng.randrange(4)
    if kind == 0:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if kind == 1:
        return text[:at] + text[at] + text[at:]
    if kind == 2:
        return text[:at] + text[at + 1 :]
    return text[:at] + KEYS_NEAR.get(text[at], text[at]) + text[at + 1 :]


def person_name(rng: random.Random, person: dict[str, Any]) -> tuple[str, str]:
    """First and last name as somebody wrote them."""
    native = person["native_first_name"] and happens(rng, "native_script")
    first = person["native_first_name"] if native else person["first_name"]
    last = person["native_last_name"] if native else person["last_name"]
    if not native and happens(rng, "without_accents"):
        first, last = plain(first), plain(last)
    if happens(rng, "nickname"):
        first = NICKNAMES.get(first, first)
    if happens(rng, "name_typo"):
        first, last = (first, typo(rng, last)) if rng.random() < 0.6 else (typo(rng, first), last)
    if happens(rng, "initial_only") and not native:
        first = first[:1] + ("." if rng.random() < 0.6 else "")
    if happens(rng, "names_swapped"):
        first, last = last, first
    return _styled(rng, first), _styled(rng, last)


def _styled(rng: random.Random, text: str) -> str:
    if happens(rng, "upper_case"):
        return text.upper()
    if happens(rng, "lower_case"):
        return text.lower()
    if happens(rng, "stray_spaces"):
        return f" {text} "
    return text


def free_text(rng: random.Random, text: str) -> str:
    """A label such as a company's name, with what copying does to it."""
    if happens(rng, "html_escaped") or ("&" in text and rng.random() < 0.15):
        text = html.escape(text, quote=True)
    if happens(rng, "emoji"):
        text = f"{text} {rng.choice(EMOJI)}"
    if happens(rng, "control_character"):
        text = text[:3] + "\x0b" + text[3:]
    return _styled(rng, text)


def email(rng: random.Random, person: dict[str, Any], domain: str | None) -> str | None:
    """The e-mail address under which this system knows the person, or None."""
    if happens(rng, "email_missing"):
        return None
    if domain and happens(rng, "email_role"):
        return f"{rng.choice(ROLE_ADDRESSES)}@{domain}"
    address: str = person["email"]
    if person["second_email"] and happens(rng, "email_second"):
        address = person["second_email"]
    return soiled_email(rng, address)


def deliverable_email(rng: random.Random, address: str) -> str:
    """The address in another case, with a tag or with other dots: mail still arrives."""
    name, _, domain = address.partition("@")
    if happens(rng, "email_plus_tag"):
        name += "+" + rng.choice(("shop", "news", "tea", "goldpan"))
    if domain == "gmail.com" and happens(rng, "email_dots"):
        name = name.replace(".", "") if "." in name else f"{name[:2]}.{name[2:]}"
    if happens(rng, "email_case"):
        return f"{name}@{domain}".upper() if rng.random() < 0.4 else f"{name.title()}@{domain}"
    return f"{name}@{domain}"


def soiled_email(rng: random.Random, address: str) -> str:
    """An address as typed: mostly deliverable, sometimes misspelt or broken."""
    name, _, domain = address.partition("@")
    if happens(rng, "email_typo"):
        domain = domain.replace(".com", ".con").replace("gmail", "gmial").replace("yahoo", "yaho")
    if happens(rng, "email_invalid"):
        return rng.choice((name, f"{name}@", f"{name}@@{domain}", f"{name} @{domain}", "n/a"))
    return deliverable_email(rng, f"{name}@{domain}")


def phone(rng: random.Random, national: str, country: str) -> str | None:
    """A national number in one of the forms people write it in, or None."""
    if happens(rng, "phone_missing"):
        return None
    if happens(rng, "phone_invalid"):
        return rng.choice(("12345", "n/a", "000-000-0000", "tbd", national[:-4]))
    return _written(rng, national, COUNTRIES[country].calling_code, COUNTRIES[country].trunk)


def _written(rng: random.Random, national: str, code: str, trunk: str) -> str:
    digits = "".join(one for one in national if one.isdigit())
    bare = digits.removeprefix(trunk) if trunk else digits
    grouped = national.removeprefix(trunk) if trunk else national
    text = rng.choices(
        (f"+{code}{bare}", national, f"+{code} {grouped}", f"00{code} {bare}", digits,
         f"+{code} ({trunk}){grouped}" if trunk else f"+{code}-{grouped}",
         ".".join((digits[:3], digits[3:6], digits[6:]))),
        (40, 25, 15, 6, 8, 3, 3),
    )[0]  # fmt: skip
    return f"{text} ext. {rng.randint(10, 99)}" if happens(rng, "phone_extension") else text


def e164(national: str, country: str) -> str:
    """The number as a careful system keeps it: +491711234567."""
    known = COUNTRIES[country]
    digits = "".join(one for one in national if one.isdigit())
    return f"+{known.calling_code}{digits.removeprefix(known.trunk) if known.trunk else digits}"


def country(rng: random.Random, code: str) -> str | None:
    """A country as typed into a free field."""
    if happens(rng, "country_missing"):
        return None
    if happens(rng, "country_in_words"):
        return rng.choice(COUNTRIES[code].spellings)
    return code


def code(rng: random.Random, known: Sequence[str]) -> str:
    """One of the known codes, or one that nobody knows any more."""
    return "legacy_import_7" if happens(rng, "unknown_code") else rng.choice(known)


def birth_date(rng: random.Random, date: str | None) -> str | None:
    """A date of birth, or what a form fills in when there is none."""
    if date is not None and happens(rng, "birth_date_placeholder"):
        return rng.choice(("1900-01-01", "0000-00-00", "1970-01-01"))
    return date


def note(rng: random.Random) -> str | None:
    """A remark: mostly none, sometimes far too long."""
    if happens(rng, "very_long_note"):
        return "Called again about the delivery; will send photographs of the parcel. " * 300
    if rng.random() < 0.05:
        return rng.choice(
            ("prefers oat milk", "VIP", "gift wrap!", "do not call before 10", "☕☕☕")
        )
    return None
