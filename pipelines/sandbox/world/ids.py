"""Record ids in each vendor's own form, made from a row's number; the same number, the same id."""

import base64
import hashlib
import string
import uuid
from functools import cache

BASE62 = string.ascii_uppercase + string.ascii_lowercase + string.digits
SALESFORCE_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
SALESFORCE_PREFIXES = {
    "account": "001", "contact": "003", "lead": "00Q", "opportunity": "006", "task": "00T",
    "event": "00U", "user": "005", "product": "01t", "pricebook": "01s", "pricebook_entry": "01u",
    "line": "00k", "opportunity_history": "008", "campaign": "701",
    "campaign_member": "00v", "case": "500",
}  # fmt: skip


def record_id(system: str, kind: str, n: int) -> str:
    """The id that `system` gives to its `n`th record of `kind`. Ids of a kind are distinct."""
    make = MAKERS.get(system)
    return make(kind, n) if make else f"{kind}-{n}"


def _digest(system: str, kind: str, n: int) -> bytes:
    return hashlib.blake2b(f"{system}/{kind}/{n}".encode(), digest_size=16).digest()


def _number(system: str, base: int, step: int, kind: str, n: int) -> str:
    return str(base + _spread(system, kind) + n * step)


@cache
def _spread(system: str, kind: str) -> int:
    return int.from_bytes(_digest(system, kind, 0)[:4]) % 90_000_000 * 10_000


def _shopify(kind: str, n: int) -> str:
    return _number("shopify", 5_000_000_000_000, 32_768, kind, n)


def _hubspot(kind: str, n: int) -> str:
    return _number("hubspot", 10_000_000_000_000, 37, kind, n)


def _asana(kind: str, n: int) -> str:
    return _number("asana", 1_200_000_000_000_000, 13, kind, n)


def _small(kind: str, n: int) -> str:
    return str(n + 10)


def _xero(kind: str, n: int) -> str:
    return str(uuid.UUID(bytes=_digest("xero", kind, n), version=4))


def _square(kind: str, n: int) -> str:
    return _letters("square", kind, n, 26)


def _klaviyo(kind: str, n: int) -> str:
    if kind in ("profile", "event", "campaign"):
        return "01J" + _letters("klaviyo", kind, n, 23)
    return _in_base(int.from_bytes(_digest("klaviyo", kind, n)), BASE62, 6)


def _letters(system: str, kind: str, n: int, width: int) -> str:
    digest = hashlib.blake2b(f"{system}/{kind}/{n}".encode(), digest_size=21).digest()
    return base64.b64encode(digest, b"XZ")[:width].decode().upper()


def _mailchimp(kind: str, n: int) -> str:
    return _digest("mailchimp", kind, n).hex()[:10]


def _salesforce(kind: str, n: int) -> str:
    short = SALESFORCE_PREFIXES[kind] + "gP0" + _in_base(n, SALESFORCE_DIGITS, 9)
    return short + _case_suffix(short)


def _case_suffix(short: str) -> str:
    alphabet = string.ascii_uppercase + "012345"
    parts = (short[at : at + 5] for at in (0, 5, 10))
    return "".join(
        alphabet[sum(1 << bit for bit, letter in enumerate(part) if letter.isupper())]
        for part in parts
    )


def _in_base(number: int, alphabet: str, width: int) -> str:
    digits = []
    for _ in range(width):
        number, digit = divmod(number, len(alphabet))
        digits.append(alphabet[digit])
    return "".join(reversed(digits))


MAKERS = {
    "shopify": _shopify, "hubspot": _hubspot, "asana": _asana, "quickbooks": _small,
    "bamboohr": _small, "xero": _xero, "square": _square, "klaviyo": _klaviyo,
    "mailchimp": _mailchimp, "salesforce": _salesforce,
}  # fmt: skip
