"""Staging that is built again does only what something changed for, and says what a build from
nothing says."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.mapping.project import Project
from tests.mapping.test_staging import (
    CODES,
    DAY,
    ITEM,
    ITEM_META,
    ORDER,
    ORDER_META,
    OVERRIDES,
    order,
)

TABLES = ("stg_vendor__orders", "stg_vendor__order_items")
MINUTE = dt.timedelta(minutes=1)
DECISIONS = "quarantine_id,decision,record_key,decided_by,decided_at,why\n"
HELD = """
    select md5('order ' || record_key || ' ' || quarantined_payload)
    from staging.stg_vendor__orders where quarantined_payload is not null
    union all
    select md5('order_item ' || record_key || ' ' || quarantined_payload)
    from staging.stg_vendor__order_items where quarantined_payload is not null
"""


class Shop(Project):
    """Orders with lines; what is in bronze is made up by a seeded generator."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, {"mapping_overrides": OVERRIDES})
        self.random = random.Random(7)
        self.clock = DAY
        self.add_entity("order", ORDER, keeps_change_times=True)
        self.add_entity("order_item", ITEM)
        self.write("seeds/codes/codes_vendor.csv", CODES)
        records = (
            "{{ stage_records(source('bronze_vendor', 'orders'), codes=ref('codes_vendor')) }}"
        )
        self.add_model("stg_vendor__orders", records, ORDER_META)
        self.add_model(
            "stg_vendor__order_items", "{{ stage_array(ref('stg_vendor__orders')) }}", ITEM_META
        )

    def version(self, number: int, at: dt.datetime | None = None) -> None:
        """Bronze gets another version of an order: any of what can become of one."""
        self.clock += MINUTE
        one_of = self.random.choice
        lines = [
            {"id": one_of("abc"), "sku": "CUP", "qty": one_of([1, 2, "x", None])}
            for _ in range(one_of([0, 1, 2, 3]))
        ]
        fields: dict[str, Any] = {
            "kind": one_of(["sale", "sale", "draft"]),
            "name": one_of([f"#{number}", f"#{number}", ""]),
            "total": one_of(["10.00", "11.00", "ten"]),
            "status": one_of(["PAID", "WAT"]),
            "items": one_of([{"nodes": lines}, {"nodes": lines}, {}, None]),
        }
        self.add_records(
            "vendor",
            "orders",
            [order(number, **fields)],
            connection=one_of(["test", "test", "shop_us"]),
            is_deleted=self.random.random() < 0.2,
            extracted_at=at or self.clock,
        )

    def modes(self) -> list[str]:
        """What the last build did with each staging table."""
        lines = [
            next(self.folder.glob(f"target/compiled/**/{table}.sql")).read_text().split("\n")[0]
            for table in TABLES
        ]
        return [line.removeprefix("-- staged: ").split(" ")[0] for line in lines]

    def accept_some(self) -> None:
        """Somebody accepts every third record in quarantine, and every line of an order that is."""
        with duckdb.connect(str(self.warehouse)) as db:
            held = sorted(str(key) for (key,) in db.execute(HELD).fetchall())
        lines = [f"{key},accept,any,a person,2026-11-21,seen\n" for key in held[::3]]
        assert lines
        self.write("seeds/rules/quarantine_decisions.csv", DECISIONS + "".join(lines))

    def everything(self) -> list[list[dict[str, Any]]]:
        return [self.rows(table) for table in TABLES]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    made = Shop(tmp_path_factory.mktemp("rebuild"))
    for number in range(60):
        for _ in range(made.random.choice([1, 1, 2, 4])):
            made.version(number)
    made.build()
    return made


def test_nothing_is_made_again_when_nothing_changed(shop: Shop) -> None:
    before = shop.everything()
    assert shop.modes() == ["whole", "whole"]
    shop.build()
    assert shop.modes() == ["nothing", "nothing"]
    assert shop.everything() == before
    assert all(len(rows) > 20 for rows in before)


def test_what_changed_is_made_again_as_in_a_build_from_nothing(shop: Shop) -> None:
    before = shop.everything()
    shop.accept_some()
    bronze = shop.bronze["vendor", "orders"]
    gone = {"3", "7"}
    bronze[:] = [row for row in bronze if row[1] not in gone]
    for number in (*range(0, 60, 5), *range(60, 66)):
        shop.version(number)
    for number in range(1, 60, 9):
        shop.version(number, at=DAY - number * MINUTE)  # read long ago, loaded only now
    shop.build()
    assert shop.modes() == ["missing", "missing"]
    found = shop.everything()
    assert not {row["record_id"] for row in found[0]} & gone
    assert found != before

    assert not shop.run("run", "--full-refresh", "--select", "staging")
    assert shop.modes() == ["whole", "whole"]
    assert shop.everything() == found


def test_another_code_list_makes_all_anew(shop: Shop) -> None:
    shop.write("seeds/codes/codes_vendor.csv", CODES + "status,WAT,waiting,Waiting\n")
    shop.build()
    assert shop.modes() == ["whole", "whole"]
    assert {row["status"] for row in shop.everything()[0]} >= {"paid", "waiting"}
