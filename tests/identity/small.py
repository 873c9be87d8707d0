"""A small built warehouse, made by the grouping SQL, for the commands that read one.

Three records are one customer through each other (shop 1 - crm 1 - crm 2), a fourth was one of its
own until it gained the e-mail address of shop 1, and shop 9 may be the same as crm 2.
"""

from __future__ import annotations

from pathlib import Path

from pipelines.macros import Macros
from tests.identity.grouping import PROJECT, Grouping

FIELDS = ("email", "phone")
GRAPH = {
    "nodes": {
        "model.customers_records": {
            "name": "customers_records",
            "resource_type": "model",
            "config": {"meta": {"entity": "customer"}},
            "columns": {name: {"name": name, "data_type": "text"} for name in FIELDS},
        }
    }
}
PAIRS = """
    create or replace table pairs as
    select ones.record_number, others.record_number as linked_record_number,
        ones.record_key, others.record_key as linked_record_key,
        '{"phone": "same", "name": "near"}' as levels,
        '{"phone": 9.1, "name": 3.4}' as weights,
        weight as match_weight, probability as match_probability,
        class as match_class, why as reason
    from (values
        ('crm/contacts/2', 'shop/customers/9', 4.5, 0.5, 'possible',
            'same phone, names differ by one letter'),
        ('shop/customers/1', 'shop/customers/9', 1.0, 0.2, 'possible', 'same city'),
        ('crm/contacts/1', 'crm/contacts/2', 12.5, 0.999, 'match', 'same phone, similar name'),
        ('shop/customers/1', 'crm/contacts/2', -3.0, 0.1, 'different', 'e-mails differ')
    ) as compared (one, other, weight, probability, class, why)
    inner join numbered as ones on one = ones.record_key
    inner join numbered as others on other = others.record_key
"""
FILLED = f"""
    create or replace temp table filled as
    select records.* replace (split_part(record_key, '/', 1) as system),
        cast(null as text) as custom_fields,
        {", ".join(f"max(evidence_key) filter (evidence = '{f}') as {f}" for f in FIELDS)}
    from records left join known_values using (record_key) group by all
"""
DOCUMENTS = """
    create schema stored.silver; create schema stored.seeds; create schema stored.bronze_shop;
    create table stored.silver.orders as select * from (values
        ('shop/orders/100', 'shop/customers/9', 120.50, true),
        ('shop/orders/101', 'shop/customers/1', 80.00, true)
    ) as orders (record_key, customer_id, total_reporting_amount, is_counted);
    create table stored.silver.orders_records as select * from (values
        ('shop/orders/100', 'shop', 'customers', '9'), ('shop/orders/101', 'shop', 'customers', '1')
    ) as records (record_key, connection, customer_stream, customer_record_id);
    create table stored.silver.customers_provenance as select * from (values
        ('shop/customers/1', 'email', 'x@tea.example', 'crm/contacts/2', 'hubspot', 'newest',
            'the newest write', timestamp '2026-11-01 10:00',
            '[{"value": "y@tea.example", "record_key": "shop/customers/1", "system": "shop",
            "changed_at": "2026-10-01 09:00:00"}]', 2)
    ) as cells (customer_id, field, golden_value, winning_record_key, winning_system, rule,
        rule_reason, changed_at, losing_values, value_count);
    create table stored.bronze_shop.customers as select 'crm' as connection, '2' as record_id,
        timestamp '2026-11-02 01:00' as extracted_at, '{"email": "x@tea.example"}'::json as payload;
    create table stored.silver.record_origins as select 'customer' as entity,
        'crm/contacts/2' as record_key, 'crm' as connection, 'contacts' as stream, '2' as record_id,
        'bronze_shop.customers' as bronze_table, timestamp '2026-11-02 01:00' as extracted_at,
        '17.5' as load_id, 'run1' as run_id, 'GET' as request_method,
        'https://api.example/contacts' as request_url, 200 as response_status,
        timestamp '2026-11-02 00:59' as requested_at, 'request1' as request_id;
    create table stored.seeds.accepted_clusters (golden_id text, record_key text);
"""
STORED = ("numbered", "links", "cuts", "grouped", "xref", "history", "ids", "pairs", "review")
NAMES = {"grouped": "groups", "history": "changes"}


def small_warehouse(path: Path) -> None:
    """Write the warehouse file."""
    grouping = Grouping()
    grouping.load({"shop/customers/1": {"email": "y"}, "mail/lists/5": {}, "shop/customers/9": {}})
    grouping.load(
        {"crm/contacts/1": {"email": "y", "phone": "1"}, "crm/contacts/2": {"phone": "1"}}
    )
    grouping.build()
    grouping.load({"mail/lists/5": {"email": "y"}})
    grouping.build()
    grouping.db.execute(f"{FILLED};{PAIRS}")
    grouping.db.execute(f"create table review as {review_sql()}")
    grouping.db.execute(f"attach '{path}' as stored; {DOCUMENTS}")
    for name in STORED:
        table = f"stored.silver.customers_{NAMES.get(name, name)}"
        grouping.db.execute(f"create table {table} as from {name}")
    grouping.db.execute("create table stored.silver.customers_records as from filled")
    grouping.db.execute("detach stored")
    grouping.close()


def review_sql() -> str:
    """The review of the small warehouse, over tables of the names that Grouping uses."""
    relations = {name: name for name in ("numbered", "pairs", "xref", "must_match", "never_match")}
    relations |= {"groups": "grouped", "records": "filled"}
    relations["accepted_clusters"] = "accepted_clusters"
    macros = Macros(
        PROJECT / "macros", graph=GRAPH, relations=relations, model={"name": "customers_review"}
    )
    stakes = "(select 'shop/customers/9' as customer_id, 120.5 as amount)"
    sql: str = macros.call("review_queue", "customer", "customer_id", relations, stakes)
    return sql
