"""What Splink 5 makes of the same records, for comparison.

    python -m benchmarks.splink_baseline [data set …]
    python -m benchmarks.splink_baseline customers.parquet

Settings follow Splink's own tutorials where it has one for the data (fake_1000, historical_50k,
Febrl) and its documentation's advice elsewhere: comparisons out of its library with term
frequencies, u by random sampling, the prior from deterministic rules, m by expectation-maximisation
over two or three blockings. Splink's cut is a probability that its user chooses; the best of
several by pairwise F1 is taken, which is more than a user without labels gets.

The parquet file holds customer records with truth_kind and truth_id beside the columns of
customers_records; people and companies are linked apart, as Splink advises for unlike things.
"""

from __future__ import annotations

import logging
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.figures import Figures, bcubed, pairwise

INSTALLED = find_spec("splink") is not None
CUTS = (0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999, 0.99999, 0.999999)
RANDOM_PAIRS = 2_000_000
Rows = list[tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Model:
    """Settings of one Splink model, and the rules that train it."""

    comparisons: list[Any]
    blocks: list[Any]
    certain: list[Any]
    recall: float
    training: list[Any]


@dataclass(frozen=True, slots=True)
class Result:
    """Splink's best cut on one data set."""

    cut: float
    seconds: float
    pairwise: Figures
    bcubed: Figures


def fake_1000() -> Model:
    """The quickstart of Splink's documentation, with more blocking rules."""
    import splink.comparison_library as cl
    from splink import block_on

    return Model(
        [
            cl.NameComparison("given"),
            cl.NameComparison("family"),
            cl.DateOfBirthComparison("born", input_is_string=True),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.EmailComparison("email"),
        ],
        [
            block_on("given", "city"),
            block_on("family"),
            block_on("born"),
            block_on("email"),
            block_on("given", "substr(born, 1, 7)"),
            block_on("email_user"),
        ],
        [
            block_on("given", "born"),
            "l.given = r.given and levenshtein(r.family, l.family) <= 2",
            block_on("email"),
        ],
        0.7,
        [block_on("given", "family"), block_on("born")],
    )


def historical_50k() -> Model:
    """Splink's tutorial on this data set."""
    import splink.comparison_library as cl
    from splink import block_on

    outward = "substr(postcode, 1, 3)"
    return Model(
        [
            cl.ForenameSurnameComparison(
                "given", "family", forename_surname_concat_col_name="both_names"
            ),
            cl.DateOfBirthComparison("born", input_is_string=True),
            cl.PostcodeComparison("postcode"),
            cl.ExactMatch("place").configure(term_frequency_adjustments=True),
            cl.ExactMatch("occupation").configure(term_frequency_adjustments=True),
        ],
        [
            block_on("substr(given, 1, 3)", "substr(family, 1, 4)"),
            block_on("family", "born"),
            block_on("given", "born"),
            block_on("postcode", "given"),
            block_on("postcode", "family"),
            block_on("born", "place"),
            block_on(outward, "born"),
            block_on(outward, "given"),
            block_on(outward, "family"),
            block_on("substr(given, 1, 2)", "substr(family, 1, 2)", "substr(born, 1, 4)"),
        ],
        [
            "l.given = r.given and l.family = r.family and l.born = r.born",
            "substr(l.given, 1, 2) = substr(r.given, 1, 2) and l.family = r.family "
            "and substr(l.postcode, 1, 2) = substr(r.postcode, 1, 2)",
            "l.born = r.born and l.postcode = r.postcode",
        ],
        0.6,
        [block_on("given", "family"), block_on("born")],
    )


def febrl() -> Model:
    """Splink's tutorial on Febrl 3."""
    import splink.comparison_library as cl
    from splink import block_on

    return Model(
        [
            cl.NameComparison("given"),
            cl.NameComparison("family"),
            cl.DateOfBirthComparison(
                "born", input_is_string=True, datetime_format="%Y%m%d", invalid_dates_as_null=True
            ),
            cl.DamerauLevenshteinAtThresholds("security_number", [1, 2]),
            cl.ExactMatch("house").configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("street", [0.9, 0.7]),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]),
        ],
        [
            block_on("security_number"),
            block_on("born"),
            block_on("given", "family"),
            block_on("family", "postcode"),
            block_on("given", "postcode"),
            block_on("street", "house"),
        ],
        [block_on("security_number"), block_on("given", "family", "born")],
        0.8,
        [block_on("born"), block_on("postcode")],
    )


def people() -> Model:
    """Customers who are people."""
    import splink.comparison_level_library as cll
    import splink.comparison_library as cl
    from splink import block_on

    address = cl.CustomComparison(
        output_column_name="address",
        comparison_levels=[
            cll.And(cll.NullLevel("street"), cll.NullLevel("postcode")),
            cll.And(cll.ExactMatchLevel("street"), cll.ExactMatchLevel("postcode")),
            cll.And(cll.JaroWinklerLevel("street", 0.9), cll.ExactMatchLevel("postcode")),
            cll.ExactMatchLevel("postcode"),
            cll.ExactMatchLevel("city"),
            cll.ElseLevel(),
        ],
    )
    return Model(
        [
            cl.ForenameSurnameComparison(
                "given", "family", forename_surname_concat_col_name="both_names"
            ),
            cl.EmailComparison("email"),
            cl.ExactMatch("phone").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison("born", input_is_string=True),
            address,
        ],
        [
            block_on("email"),
            block_on("phone"),
            block_on("given", "family", "city"),
            block_on("given", "family", "born"),
            block_on("family", "postcode"),
            block_on("given", "postcode"),
            block_on("email_user", "family"),
            block_on("given", "street"),
        ],
        [block_on("email", "family"), block_on("given", "family", "phone")],
        0.7,
        [block_on("email"), block_on("given", "family"), block_on("phone")],
    )


def companies() -> Model:
    """Customers that are companies."""
    import splink.comparison_library as cl
    from splink import block_on

    return Model(
        [
            cl.JaroWinklerAtThresholds("name", [0.92, 0.85]).configure(
                term_frequency_adjustments=True
            ),
            cl.LevenshteinAtThresholds("tax_number", [1]),
            cl.ExactMatch("domain"),
            cl.ExactMatch("phone").configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("street", [0.9]).configure(term_frequency_adjustments=True),
            cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
        ],
        [
            block_on("name"),
            block_on("tax_number"),
            block_on("domain"),
            block_on("phone"),
            block_on("street", "postcode"),
            block_on("substr(name, 1, 6)", "postcode"),
        ],
        [block_on("tax_number"), block_on("name", "postcode"), block_on("domain", "name")],
        0.8,
        [block_on("name"), block_on("postcode"), block_on("phone")],
    )


MODELS: dict[str, Callable[[], Model]] = {
    "fake_1000": fake_1000,
    "historical_50k": historical_50k,
    "febrl3": febrl,
    "febrl4": febrl,
}


def result(connection: duckdb.DuckDBPyConnection, name: str) -> Result | None:
    """Splink on the table records (truth, record_number, the data set's columns), if it can."""
    if not INSTALLED or name not in MODELS:
        return None
    began = time.perf_counter()
    found = list(grouped(connection, "records", MODELS[name]()))
    return best(found, time.perf_counter() - began)


def best(found: list[tuple[float, Rows]], seconds: float) -> Result:
    """The cut with the highest pairwise F1 over the records whose truth is known."""
    results = []
    for cut, rows in found:
        known = [row for row in rows if row[0] is not None]
        results.append(Result(cut, seconds, pairwise(known), bcubed(known)))
    return max(results, key=lambda one: one.pairwise.f1)


def grouped(
    connection: duckdb.DuckDBPyConnection, table: str, model: Model
) -> Iterator[tuple[float, Rows]]:
    """For each cut the (truth, cluster) of every record."""
    from splink import DuckDBAPI, Linker, SettingsCreator

    logging.getLogger("splink").setLevel(logging.ERROR)
    columns = {row[0] for row in connection.execute(f"describe {table}").fetchall()}
    both = ", given || ' ' || family as both_names" if "given" in columns else ""
    connection.execute(f"create or replace temp table for_splink as select *{both} from {table}")
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record_number",
        comparisons=model.comparisons,
        blocking_rules_to_generate_predictions=model.blocks,
        retain_matching_columns=False,
    )
    api = DuckDBAPI(connection)
    linker = Linker(api.register("for_splink"), settings, log_level=logging.ERROR)
    linker.training.estimate_probability_two_random_records_match(
        model.certain, recall=model.recall
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=1)
    for rule in model.training:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    scored = linker.inference.predict(threshold_match_probability=min(CUTS))
    for cut in CUTS:
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(scored, cut)
        yield (
            cut,
            connection.execute(
                f"select records.truth, clusters.cluster_id from {table} as records "
                f"join {clusters.physical_name} as clusters using (record_number)"
            ).fetchall(),
        )


PREPARED = """
    create or replace table customers as
    with texts as (
        select
            truth_kind || '|' || truth_id as truth,
            record_key,
            truth_kind,
            lower(strip_accents(trim(coalesce(first_name, string_split(full_name, ' ')[1]))))
                as given,
            lower(strip_accents(trim(coalesce(last_name, string_split(full_name, ' ')[-1]))))
                as family,
            lower(trim(email)) as email,
            coalesce(phone, mobile_phone) as phone,
            strftime(birth_date, '%Y-%m-%d') as born,
            lower(strip_accents(street)) as street,
            lower(strip_accents(city)) as city,
            nullif(regexp_replace(lower(postal_code), '[^a-z0-9]', '', 'g'), '') as postcode,
            nullif(regexp_replace(upper(tax_number), '[^A-Z0-9]', '', 'g'), '') as tax_number,
            website_domain,
            trim(regexp_replace(regexp_replace(lower(strip_accents(company_name)),
                '[^a-z0-9 ]', '', 'g'), '\\s(inc|llc|ltd|limited|gmbh|ag|corp|corporation|co|bv|sa|'
                || 'sarl|srl|sl|plc|oy|ab|as|kg|ug|pty|spa|nv|sas)$', '')) as name
        from read_parquet(?)
        where truth_id is not null and not coalesce(is_deleted, false)
    )

    select
        row_number() over (order by record_key) as record_number,
        texts.* replace (
            case when count(*) over (partition by email) <= 30 then email end as email,
            case when count(*) over (partition by phone) <= 30 then phone end as phone
        ),
        split_part(email, '@', 1) as email_user,
        coalesce(website_domain, case when truth_kind = 'company'
            then split_part(email, '@', 2) end) as domain
    from texts
"""


def customers(path: Path) -> Result:
    """People and companies of a file of customer records, together in one figure."""
    connection = duckdb.connect()
    connection.execute(PREPARED, [str(path)])
    began = time.perf_counter()
    parts = []
    for kind, model in (("person", people()), ("company", companies())):
        connection.execute(
            f"create or replace view part as select * from customers where truth_kind = '{kind}'"
        )
        parts.append(list(grouped(connection, "part", model)))
    seconds = time.perf_counter() - began
    for name, part in zip(("people", "companies"), parts, strict=True):
        show(name, best(part, seconds))
    together = [
        (
            cut,
            [
                (truth, (kind, group))
                for kind, (_, rows) in enumerate(both)
                for truth, group in rows
            ],
        )
        for cut, both in zip(CUTS, zip(*parts, strict=True), strict=True)
    ]
    return best(together, seconds)


def show(name: str, one: Result) -> None:
    """One line of the table."""
    figures = "   ".join(
        f"{f.precision:.3f} {f.recall:.3f} {f.f1:.4f}" for f in (one.pairwise, one.bcubed)
    )
    print(f"{name:<18}{one.cut:>9}{one.seconds:>8.1f}   {figures}", flush=True)


def main() -> None:
    from benchmarks.identity_eval import DataSet

    if not INSTALLED:
        raise SystemExit("splink is not installed (pip install --group benchmarks)")
    print(f"{'Splink 5':<18}{'cut':>9}{'s':>8}   pairwise P/R/F1      B-cubed P/R/F1")
    for name in sys.argv[1:] or MODELS:
        if name.endswith(".parquet"):
            show(Path(name).stem, customers(Path(name)))
        else:
            data = DataSet(name)
            data.load()
            found = result(data.connection, name)
            if found:
                show(name, found)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(f"peak memory {used.ru_maxrss / 1024:,.0f} MB, {used.ru_utime:.0f} s of processor time")


if __name__ == "__main__":
    main()
