"""Products with their variants, places, and what lies where."""

import random

from pipelines.sandbox import clock
from pipelines.sandbox.world import dirt
from pipelines.sandbox.world.engine import Day, Row
from pipelines.sandbox.world.ids import record_id

LOCATIONS = (
    ("shopify", "Leeds Warehouse", "12 Mill Lane", "Leeds", "West Yorkshire", "LS1 4AB", "GB"),
    ("shopify", "Rotterdam Warehouse", "Havenstraat 8", "Rotterdam", "ZH", "3011 AB", "NL"),
    ("square", "Portland Store", "200 Oak St", "Portland", "OR", "97205", "US"),
    ("square", "Seattle Store", "81 Pine Ave", "Seattle", "WA", "98101", "US"),
    ("square", "Austin Pop-up", "9 Lake Blvd", "Austin", "TX", "78701", "US"),
)
MATERIALS = ("Stoneware", "Porcelain", "Cast Iron", "Glass", "Copper", "Bamboo", "Enamel", "Walnut")
THINGS: tuple[tuple[str, str, int, tuple[str, ...]], ...] = (
    ("Teapot", "Teaware", 3900, ("0.6 l", "0.9 l", "1.2 l")),
    ("Mug", "Drinkware", 1600, ("Moss", "Clay", "Ink", "Snow")),
    ("Kettle", "Kettles", 7900, ("0.8 l", "1.0 l")),
    ("Pour-over Set", "Coffeeware", 4900, ("2 cups", "4 cups")),
    ("Tea Caddy", "Storage", 2200, ("100 g", "250 g")),
    ("Grinder", "Coffeeware", 12900, ("Manual", "Electric")),
    ("Cup & Saucer", "Drinkware", 2400, ("Single", "Set of 4")),
    ("Strainer", "Accessories", 900, ("Fine", "Coarse")),
    ("Tray", "Accessories", 3200, ("Small", "Large")),
    ("Gift Card", "Gifts", 2500, ("25", "50", "100")),
)
BAGS: tuple[str, ...] = ("100 g", "500 g")
BEANS = ("Darjeeling", "Sencha", "Assam", "Earl Grey", "Guji Espresso", "Huila Filter", "Rooibos")
SYSTEMS = {
    "shopify": 0.95, "square": 0.7, "quickbooks": 0.8, "xero": 0.8, "salesforce": 0.5,
    "hubspot": 0.4,
}  # fmt: skip
RECORD_KINDS = {
    "shopify": "variant", "square": "variation", "quickbooks": "item", "xero": "item",
    "salesforce": "product", "hubspot": "product",
}  # fmt: skip
RATES_FROM_USD = {"USD": 1.0, "EUR": 0.92, "GBP": 0.79, "JPY": 1.5}


def live(day: Day) -> None:
    """Open the places and add today's new products."""
    rng = day.chance("catalog")
    if day.is_first:
        _open_locations(day, rng)
    for _ in range(day.births(60 + day.scale**0.5, opening=0.85)):
        _product(day, rng)


def _open_locations(day: Day, rng: random.Random) -> None:
    at = day.at(rng, 0, 1)
    for system, name, street, city, region, postal_code, country in LOCATIONS:
        n = day.count("location") + 1
        place = {"street": street, "street2": None, "city": city, "region": region,
                 "postal_code": postal_code, "country": country}  # fmt: skip
        fields = {"record_id": record_id(system, "location", n), "system": system, "name": name,
                  "address": place, "is_active": True, "currency": "USD" if country == "US" else
                  "GBP" if country == "GB" else "EUR"}  # fmt: skip
        day.add("location", at, fields)


def _product(day: Day, rng: random.Random) -> None:
    n = day.count("product") + 1
    if rng.random() < 0.25:
        category, base, options = "Tea & Coffee", 1400, BAGS
        name = rng.choice(BEANS)
    else:
        thing, category, base, options = rng.choice(THINGS)
        name = f"{rng.choice(MATERIALS)} {thing}"
    at = day.at(rng, 6, 18)
    chosen = [system for system, share in SYSTEMS.items() if rng.random() < share] or ["shopify"]
    product: Row = {
        "name": name, "category": category, "systems": chosen,
        "titles": {system: _title(rng, name) for system in chosen},
        "description": f"{name} made for everyday use. Dishwasher safe &amp; gift boxed.",
        "vendor": rng.choice(("Goldpan", "Kiln & Co", "Daughters Ceramics", "Nordlys")),
        "status": rng.choices(("active", "draft", "archived"), (92, 3, 5))[0],
        "tags": rng.sample(("new", "gift", "bestseller", "sale"), rng.randint(0, 2)),
        "records": {system: record_id(system, "item" if system == "square" else "product", n)
                    for system in chosen if system in ("shopify", "square")},
        "variant_ns": [],
    }  # fmt: skip
    timeline: list[tuple[str, Row]] = []
    for position, option in enumerate(options, start=1):
        variant_n, change = _variant(day, rng, n, product, option, position, base, at)
        product["variant_ns"].append(variant_n)
        if change is not None:
            timeline.append((change, {}))
    day.add("product", at, product, timeline)


def _variant(
    day: Day, rng: random.Random, product_n: int, product: Row, option: str, position: int,
    base: int, at: str,
) -> tuple[int, str | None]:  # fmt: skip
    n = day.count("variant") + 1
    price = int(base * rng.uniform(0.7, 1.8) * (1 + 0.25 * (position - 1)) / 100) * 100 + 90
    chosen = product["systems"]
    variant: Row = {
        "product_n": product_n, "product_name": product["name"], "option": option,
        "position": position, "sku": _sku(product["name"], product_n, position),
        "skus": {system: _sku_as_typed(rng, product["name"], product_n, position)
                 for system in chosen},
        "barcode": None if dirt.happens(rng, "barcode_missing") else _ean(n),
        "prices": prices(price), "cost": int(price * rng.uniform(0.35, 0.6)),
        "weight_grams": rng.randint(80, 2400), "systems": chosen, "category": product["category"],
        "titles": {system: f"{title} {option}" for system, title in product["titles"].items()},
        "records": {system: record_id(system, RECORD_KINDS[system], n) for system in chosen},
        "is_taxable": product["category"] != "Gifts",
    }  # fmt: skip
    changed_at = None
    timeline = []
    if rng.random() < 0.3:
        changed_at = clock.shift(at, hours=rng.uniform(24, 24 * 540))
        timeline.append((changed_at, {"prices": prices(int(price * 1.08) // 10 * 10)}))
    number = day.add("variant", at, variant, timeline)
    for system, identity in variant["records"].items():
        day.is_truth(system, RECORD_KINDS[system], identity, "variant", f"variant-{number}")
    _stock(day, rng, number, variant, at)
    return number, changed_at


MOST_IN_STOCK = 180
SCARCE = 0.1  # share of the variants of which next to nothing is left


def _stock(day: Day, rng: random.Random, variant_n: int, variant: Row, at: str) -> None:
    most = 3 if rng.random() < SCARCE else MOST_IN_STOCK
    for location_n, (system, *_) in enumerate(LOCATIONS, start=1):
        if system not in variant["systems"]:
            continue
        fields = {
            "system": system, "variant_n": variant_n, "location_n": location_n,
            "quantity": quantity(rng, most), "committed": rng.randint(0, 4), "incoming": 0,
            "record_id": record_id(system, "inventory_level", variant_n * 10 + location_n),
            "inventory_item_id": record_id(system, "inventory_item", variant_n),
        }  # fmt: skip
        timeline = []
        for _ in range(rng.randint(0, 3)):
            counted_at = clock.shift(at, hours=rng.uniform(2, 24 * 600))
            timeline.append((counted_at, {"quantity": quantity(rng, most)}))
        day.add("inventory_level", at, fields, timeline)


def quantity(rng: random.Random, most: int = MOST_IN_STOCK) -> int:
    """A count of stock; below zero where sales were booked before goods."""
    return -rng.randint(1, 9) if dirt.happens(rng, "stock_negative") else rng.randint(0, most)


def prices(usd_cents: int) -> dict[str, int]:
    """The price in each currency's minor units (JPY has none: whole yen)."""
    return {currency: int(usd_cents * rate) for currency, rate in RATES_FROM_USD.items()}


def _sku(name: str, product_n: int, position: int) -> str:
    letters = "".join(word[:2] for word in name.split()).upper()[:4]
    return f"{letters}-{product_n:04d}-{position:02d}".replace("&", "X")


def _sku_as_typed(rng: random.Random, name: str, product_n: int, position: int) -> str:
    sku = _sku(name, product_n, position)
    if dirt.happens(rng, "sku_missing"):
        return ""
    return rng.choices((sku, sku.lower(), sku.replace("-", ""), sku + " "), (90, 5, 3, 2))[0]


def _title(rng: random.Random, name: str) -> str:
    style = rng.random()
    if style < 0.15:
        name = name.upper()
    elif style < 0.3:
        name = "Goldpan " + name
    elif style < 0.4:
        words = name.split()
        name = ", ".join((words[-1], " ".join(words[:-1]))) if len(words) > 1 else name
    return dirt.free_text(rng, name)


def _ean(n: int) -> str:
    body = f"506{n:09d}"
    odd, even = sum(map(int, body[::2])), sum(map(int, body[1::2]))
    return f"{body}{-(odd + 3 * even) % 10}"
