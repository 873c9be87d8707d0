"""The demo company's spreadsheets: lists that people keep, reports and exports of other shops.

They are as untidy as such files are: titles above the header, totals below, two encodings,
decimal commas, the same file twice, one that nobody can read.
"""

from __future__ import annotations

import csv
import io
import json
import random
import re
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from pipelines.sandbox.state import EXPORT_FOLDER
from pipelines.sandbox.world import World

CREDENTIALS = {"folder": EXPORT_FOLDER}
ETSY_ORDERS_A_DAY = 0.8
ETSY_ORDER = [
    "Sale Date",
    "Order ID",
    "Buyer User ID",
    "Full Name",
    "First Name",
    "Last Name",
    "Number of Items",
    "Payment Method",
    "Date Shipped",
    "Street 1",
    "Street 2",
    "Ship City",
    "Ship State",
    "Ship Zipcode",
    "Ship Country",
    "Currency",
    "Order Value",
    "Coupon Code",
    "Coupon Details",
    "Discount Amount",
    "Shipping Discount",
    "Shipping",
    "Sales Tax",
    "Order Total",
    "Status",
    "Card Processing Fees",
    "Order Net",
    "SKU",
]
ETSY_ITEM = [
    "Sale Date",
    "Item Name",
    "Buyer",
    "Quantity",
    "Price",
    "Coupon Code",
    "Discount Amount",
    "Order Shipping",
    "Order Sales Tax",
    "Item Total",
    "Currency",
    "Transaction ID",
    "Listing ID",
    "Date Paid",
    "Date Shipped",
    "Ship Country",
    "Order ID",
    "Variations",
    "SKU",
]

Row = dict[str, Any]


def export(world: World, since: str | None, folder: Path) -> None:
    """Write the files of every month since ``since``, and the lists as they are now."""
    folder.mkdir(parents=True, exist_ok=True)
    today = date.fromisoformat(world.now[:10])
    start = date.fromisoformat(since[:10]) if since else today - timedelta(days=120)
    month = start.replace(day=1)
    while month <= today:
        _etsy(world, month, today, folder / "etsy")
        month = (month + timedelta(days=32)).replace(day=1)
    contacts = [row for row in world.rows("files.contact", None) if not row["deleted_at"]]
    _lists(contacts, folder / "customers")
    if since is None:
        _price_lists(world, folder / "suppliers")
        _unreadable(folder)


# -- lists ------------------------------------------------------------------------------------


def _lists(contacts: list[Row], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    _workbook(folder / "fair customers.xlsx", contacts[0::4])
    _report(folder / "Goldpan & Daughters_Customer Contact List.csv", contacts[1::4])
    _json_lines(folder / "stall.jsonl", contacts[2::4])
    _parquet(folder / "tasting evenings.parquet", contacts[3::4])


def _listed(row: Row) -> dict[str, str]:
    address = row["address"] or {}
    return {
        "Customer no": row["record_id"],
        "Customer name": row["name"] or "",
        "Company": row["company_name"] or "",
        "E-mail": row["email"] or "",
        "Telephone": row["phone"] or "",
        "Street": address.get("street") or "",
        "City": address.get("city") or "",
        "Postcode": address.get("postal_code") or "",
        "Country": address.get("country") or row["country_code"] or "",
        "VAT number": row["tax_number"] or "",
        "Birthday": row.get("birth_date") or "",
        "Remarks": row["note"] or "",
    }


def _workbook(path: Path, contacts: list[Row]) -> None:
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook()
    sheet = book.active
    sheet.title = "Customers"
    rows = [
        [ILLEGAL_CHARACTERS_RE.sub("", cell) for cell in _listed(row).values()] for row in contacts
    ]
    header = list(_listed(contacts[0])) if contacts else []
    titles: list[list[str]] = [["Goldpan & Daughters"], ["Customers met at fairs"], []]
    for cells in [*titles, header, *rows, [], ["Total", str(len(rows))]]:
        sheet.append(cells)
    sheet.merge_cells("A1:D1")
    buffer = io.BytesIO()
    book.save(buffer)
    _write(path, _timeless(buffer))


def _timeless(saved: io.BytesIO) -> bytes:
    """A workbook without its time of saving: the same rows are the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb">[^<]*Z</dcterms", b">2026-01-01T00:00:00Z</dcterms", content)
            new.writestr(zipfile.ZipInfo(name), content)
    return packed.getvalue()


def _report(path: Path, contacts: list[Row]) -> None:
    header = ["Customer", "Phone Numbers", "Email", "Full Name", "Billing Address"]
    rows: list[list[str]] = [
        ["Customer Contact List"],
        ["Goldpan & Daughters Inc."],
        [],
        [],
        header,
    ]
    for row in contacts:
        address = row["address"] or {}
        lines = [address.get(name) or "" for name in ("street", "city", "postal_code", "country")]
        label = row["company_name"] or row["name"] or ""
        phone = f"Phone:{row['phone']}" if row["phone"] else ""
        billing = "\n".join(line for line in lines if line)
        rows.append([label, phone, row["email"] or "", row["name"] or "", billing])
    rows += [["TOTAL", "", "", "", ""], [], ["Monday, November 2, 2026 09:14 AM GMT-05:00"]]
    _write(path, b"\xef\xbb\xbf" + _delimited(rows, ",").encode())


def _json_lines(path: Path, contacts: list[Row]) -> None:
    lines = [json.dumps(_listed(row), ensure_ascii=False) for row in contacts]
    _write(path, "\n".join(lines).encode())


def _parquet(path: Path, contacts: list[Row]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as parquet

    if contacts:
        buffer = io.BytesIO()
        parquet.write_table(pa.Table.from_pylist([_listed(row) for row in contacts]), buffer)
        _write(path, buffer.getvalue())


def _price_lists(world: World, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rows = [["Preisliste 2026"], [], ["Article number", "Name", "EAN", "Net price", "Currency"]]
    for variant in world.rows("variant", None):
        if variant["n"] % 3 == 0:
            cost = f"{variant['cost'] // 100:,}".replace(",", ".") + f",{variant['cost'] % 100:02}"
            name = f"{variant['product_name']} {variant['option']}"
            rows.append([variant["sku"], name, variant["barcode"] or "", cost, "USD"])
    content = _delimited(rows, ";").encode("cp1252", "replace")
    _write(folder / "price list Müller.csv", content)
    _write(folder / "price list Müller (1).csv", content)


def _unreadable(folder: Path) -> None:
    _write(folder / "meeting notes.csv", b"who,what,when\nAnna,order labels,Friday\n")
    _write(
        folder / "old report.xls", b"<html><body><table><tr><td>1</td></tr></table></body></html>"
    )


# -- a market place that is not connected -----------------------------------------------------


def _etsy(world: World, month: date, today: date, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    variants = [one for one in world.rows("variant", None) if "shopify" in one["systems"]]
    buyers = [one for one in world.rows("files.contact", None) if not one["is_company"]]
    orders: list[Row] = []
    items: list[Row] = []
    day = month
    while day.month == month.month and day <= today:
        for number in range(_orders_on(world, day)):
            order, lines = _etsy_order(world, day, number, _then(variants, day), _then(buyers, day))
            orders.append(order)
            items.extend(lines)
        day += timedelta(days=1)
    suffix = f"{month:%Y-%-m}.csv"
    for name, header, rows in (
        ("EtsySoldOrders", ETSY_ORDER, orders),
        ("EtsySoldOrderItems", ETSY_ITEM, items),
    ):
        cells = [header, *([str(row.get(column, "")) for column in header] for row in rows[::-1])]
        _write(folder / f"{name}{suffix}", _delimited(cells, ",").encode())


def _then(rows: list[Row], day: date) -> list[Row]:
    """The rows that there were on a day: later ones must not change what was sold then."""
    return [row for row in rows if row["created_at"][:10] <= day.isoformat()]


def _chance(world: World, *what: Any) -> random.Random:
    return random.Random("/".join(map(str, (world.seed, "etsy", *what))))


def _orders_on(world: World, day: date) -> int:
    chance = _chance(world, day)
    return sum(chance.random() < ETSY_ORDERS_A_DAY / 2 for _ in range(2))


def _etsy_order(
    world: World, day: date, number: int, variants: list[Row], buyers: list[Row]
) -> tuple[Row, list[Row]]:
    chance = _chance(world, day, number)
    buyer = chance.choice(buyers)
    order_id = 3_000_000_000 + day.toordinal() * 10 + number
    lines = [
        _etsy_line(chance, day, order_id, position, chance.choice(variants))
        for position in range(chance.choice((1, 1, 1, 2, 3)))
    ]
    value = sum(int(line["cents"]) for line in lines)
    shipping = 495
    fees = round((value + shipping) * 0.065) + 30
    address = buyer["address"] or {}
    total = value + shipping
    order = {
        "Sale Date": f"{day:%m/%d/%y}",
        "Order ID": order_id,
        "Buyer User ID": f"buyer{buyer['n']}",
        "Full Name": buyer["name"],
        "First Name": buyer["first_name"],
        "Last Name": buyer["last_name"],
        "Number of Items": sum(int(line["Quantity"]) for line in lines),
        "Payment Method": "Credit Card",
        "Date Shipped": f"{day + timedelta(days=2):%m/%d/%Y}",
        "Street 1": address.get("street", ""),
        "Ship City": address.get("city", ""),
        "Ship Zipcode": address.get("postal_code", ""),
        "Ship Country": address.get("country") or buyer["country_code"],
        "Currency": "USD",
        "Order Value": _amount(value),
        "Discount Amount": "0.00",
        "Shipping": _amount(shipping),
        "Sales Tax": "0.00",
        "Order Total": _amount(total),
        "Status": "Shipped",
        "Card Processing Fees": _amount(fees),
        "Order Net": _amount(total - fees),
        "SKU": ",".join(str(line["SKU"]) for line in lines),
    }
    return order, lines


def _etsy_line(chance: random.Random, day: date, order_id: int, position: int, variant: Row) -> Row:
    quantity = chance.choice((1, 1, 1, 2))
    price = variant["cost"] * 2 // 10 * 10  # the cost stays, prices change
    return {
        "Sale Date": f"{day:%m/%d/%y}",
        "Item Name": f"{variant['product_name']} {variant['option']}",
        "Quantity": quantity,
        "Price": _amount(price),
        "Item Total": _amount(price * quantity),
        "Currency": "USD",
        "Transaction ID": order_id * 10 + position,
        "Listing ID": 1_000_000_000 + variant["n"],
        "Date Paid": f"{day:%m/%d/%Y}",
        "Order ID": order_id,
        "SKU": variant["sku"],
        "cents": price * quantity,
    }


def _amount(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def _delimited(rows: list[list[str]], delimiter: str) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    return buffer.getvalue()


def _write(path: Path, content: bytes) -> None:
    if not path.exists() or path.read_bytes() != content:
        path.write_bytes(content)


def documents(world: World, since: str | None) -> Iterator[Any]:
    """Nothing is served; the files are the interface."""
    return iter(())
