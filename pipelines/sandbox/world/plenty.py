"""What keeps names, numbers and addresses apart in a large company, where the short lists repeat.

Up to SHORT_LISTS_UP_TO customers the lists of names.py are enough; beyond, two strangers would get
one mobile number, and two companies one domain, far more often than in life.
"""

import random

from pipelines.sandbox.world.names import (
    COMPANY_TRADES,
    COMPANY_WORDS,
    ENGLISH_FAMILY,
    Country,
    Name,
    words,
)

SHORT_LISTS_UP_TO = 20_000
MADE_FAMILY_SHARE = 0.7
MOBILES = {
    "US": "(###) 5##-####", "GB": "07### ######", "DE": "017# #######", "IT": "32# ### ####",
    "PL": "5## ### ###", "UA": "05# ### ## ##",
}  # fmt: skip
ENGLISH_PARTS = (
    words(
        "Ash Black Brad Brook Burn Chat Clay Cold Crow East Elm Fair Farn Green Hal Hart Hather "
        "Hollo Kings Lang Mar Mel Nor Oak Pen Rad Red Rush Shel Stan Stock Thorn Wake Wal Water "
        "Wen West Whit Win Wood"
    ),
    words(
        "bourne bridge brook bury by combe cott dale den field ford gate ham hurst land leigh ley "
        "low man mere more ridge shaw stead stone ton wall water way well wick wood worth"
    ),
)
GERMAN_PARTS = (
    words(
        "Alt Bern Birk Brand Bruck Buch Dorn Eich Eber Erl Felden Fried Gold Grün Hag Heil Hirsch "
        "Hof Kalt Kirch Lind Loch Mitter Nieder Ober Rosen Roth Sand Schön Stein Tann Wald Weid "
        "Wies"
    ),
    words(
        "acker auer bach bauer becker berg berger brunner egger feld gruber hammer haus hofer "
        "huber inger kamp kirchner lechner mann mayr meier moser müller reiter rieder stein thaler"
    ),
)
FRENCH_PARTS = (
    words(
        "Barb Bern Bois Bonn Bour Cham Char Clair Cour Del Des Don Fav Font Gail Gran Lab Lam Lar "
        "Mal Mar Mont Per Pich Rav Roch Sal Ser Vall Vign"
    ),
    words(
        "ade ageau ard aud audin ault eau elet elin elle ellier ereau ert et eyre ier ieux in on "
        "ot oux uel ussier ville"
    ),
)
ITALIAN_PARTS = (
    words(
        "Albert Barb Batt Bell Ben Bertol Bon Brun Cal Capp Cast Cav Fabb Fabr Font Gal Gioff Lomb "
        "Mancin Mart Mazz Mor Pell Pic Sal Sant Serr Tom Val Vent"
    ),
    words(
        "accini aldi ani ardi atti avoli elli eni eri erini etti iani icci igli ini inelli oli one "
        "oni otti ucci uzzi"
    ),
)
DUTCH_PARTS = (
    words("van_der_ van_den_ van_de_ de_ ten_ van_"),
    words(
        "Akker Beek Berg Bosch Brink Broek Burg Dam Dijk Does Eijk Gracht Haar Heide Heuvel Hoek "
        "Hoven Kamp Kolk Laan Linde Maas Meer Meulen Molen Plas Ploeg Poel Ven Veen Velde Veer "
        "Vliet Voort Vos Waal Wal Water Weide Werf Wiel Wijk Zande"
    ),
)
POLISH_PARTS = (
    words(
        "Adam Bar Biel Bog Bor Brzoz Cich Czar Dom Gaj Głow Gór Jan Jaw Kal Kam Koz Kraw Krzyż Lip "
        "Mal Mar Mich Mor Ost Piotr Rud Sad Sok Stan Tom Wal Witk Zaw"
    ),
    words(
        "acki arek arski as czak czyk ecki ek ewicz icki ik inski kiewicz kowski ocki owicz owski"
    ),
)
SPANISH_PARTS = (
    words(
        "Álvarez Domínguez Fernández García Gómez González Gutiérrez Hernández Jiménez López "
        "Martín Martínez Moreno Muñoz Pérez Ramírez Ramos Rodríguez Romero Ruiz Sánchez Serrano "
        "Torres Vázquez"
    ),
    words(
        "_Aguilar _Blanco _Cabrera _Calvo _Campos _Castillo _Cortés _Cruz _Delgado _Díaz _Flores "
        "_Gil _Guerrero _Herrera _Iglesias _León _Lozano _Marín _Medina _Molina _Nieto _Núñez "
        "_Ortega _Ortiz _Peña _Prieto _Reyes _Rubio _Santos _Soto _Suárez _Vega"
    ),
)
FAMILY_PARTS = {
    "US": ENGLISH_PARTS, "GB": ENGLISH_PARTS, "DE": GERMAN_PARTS, "FR": FRENCH_PARTS,
    "IT": ITALIAN_PARTS, "NL": DUTCH_PARTS, "PL": POLISH_PARTS, "ES": SPANISH_PARTS,
}  # fmt: skip


def family(rng: random.Random, country: Country, scale: int) -> Name:
    """A family name, or the pair (native, Latin letters) of one in another script."""
    if scale <= SHORT_LISTS_UP_TO or country.code not in FAMILY_PARTS:
        return rng.choice(country.family)
    if rng.random() >= MADE_FAMILY_SHARE:
        return rng.choice(country.family)
    start, end = (rng.choice(parts) for parts in FAMILY_PARTS[country.code])
    return start + end


def mobile(country: Country, scale: int) -> str:
    """The pattern of a mobile number, `#` a digit."""
    known = country.mobile
    return known if scale <= SHORT_LISTS_UP_TO else MOBILES.get(country.code, known)


def mail_numbers(scale: int) -> int:
    """The greatest number in a private address, such as anna.weber4711@."""
    return 9999 if scale <= SHORT_LISTS_UP_TO else scale * 2


def company(rng: random.Random, scale: int) -> tuple[str, str, str]:
    """(name, industry, domain) of a company."""
    is_large = scale > SHORT_LISTS_UP_TO
    word, (trade, industry) = rng.choice(COMPANY_WORDS), rng.choice(COMPANY_TRADES)
    second = rng.choice(COMPANY_WORDS) if rng.random() < 0.5 else ""
    name = " ".join((word, second, trade) if second not in ("", word) else (word, trade))
    if is_large:
        name = f"{_founder(rng)} {name}"
    slug = "".join(letter for letter in name.lower().replace("&", "and") if letter.isalnum())
    number = rng.randint(2, 999) if rng.random() < 0.6 else ""
    return name, industry, f"{slug}{number}.example"


def _founder(rng: random.Random) -> str:
    if rng.random() < 0.1:
        return rng.choice(ENGLISH_FAMILY).replace("'", "")
    start, end = (rng.choice(parts) for parts in ENGLISH_PARTS)
    return start + end
