"""What the report says about the state of the data: its sections, as questions to ops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.report import charts
from pipelines.summary import LATEST_RUNS


@dataclass(frozen=True)
class Exhibit:
    """One answer: the rows of a query as a table, and as a chart where there is one.

    The names of the query's columns are the headings. ``each`` names a column whose every value
    gets a chart and table of its own. A table without a chart shows at most ``limit`` rows, and
    says how many there are.
    """

    caption: str
    sql: str
    empty: str
    chart: charts.Spec | None = None
    each: str = ""
    limit: int = 100


@dataclass(frozen=True)
class Section:
    """One topic. ``verdict`` gives one row: a level (good, look, bad or said) and a sentence.

    ``runbook`` is the heading in docs/RUNBOOK.md that says what to do.
    """

    id: str
    title: str
    verdict: str
    exhibits: Sequence[Exhibit] = field(default_factory=tuple)
    runbook: str = ""


ALERTS = Section(
    id="alerts",
    title="What is wrong now",
    verdict="""
        select
            case
                when count(*) filter (where severity = 'error') > 0 then 'bad'
                when count(*) > 0 then 'look'
                else 'good'
            end,
            format('{:,} errors and {:,} warnings are open',
                count(*) filter (where severity = 'error'),
                count(*) filter (where severity = 'warning'))
        from ops.alerts
    """,
    exhibits=(
        Exhibit(
            caption="Open problems",
            sql="""
                select severity, replace(kind, '_', ' ') as kind, sentence,
                    since_at as "since, UTC"
                from ops.alerts
                order by severity, kind, subject, alert_key
            """,
            empty="Nothing needs anybody.",
        ),
    ),
    runbook="An alert came",
)

CONNECTIONS = Section(
    id="connections",
    title="Connections",
    verdict=f"""
        select case when count("failed streams") > 0 then 'bad' else 'good' end,
            format('{{:,}} of {{:,}} connections were read without a failed stream',
                count(*) - count("failed streams"), count(*))
        from ({LATEST_RUNS})
    """,
    exhibits=(
        Exhibit(
            caption="What the last run of each connection brought",
            sql=LATEST_RUNS,
            empty="No connection was read yet: `make ingest`.",
        ),
    ),
    runbook="A run failed",
)

FRESHNESS = Section(
    id="freshness",
    title="Freshness",
    verdict="""
        select case when count(*) filter (where not is_in_promise) > 0 then 'bad' else 'good' end,
            format('{:,} of {:,} streams are as fresh as promised',
                count(*) filter (where is_in_promise), count(*))
        from ops.freshness
    """,
    exhibits=(
        Exhibit(
            caption="How well each connection kept its promise",
            sql="""
                select connection, system, promise_minutes as "promise, minutes",
                    stream_count as streams, in_promise_pct as "time in promise, %",
                    incident_count as incidents, open_incident_count as "still open",
                    mean_minutes_to_detect as "minutes to detect",
                    mean_minutes_to_repair as "minutes to repair"
                from ops.slo
                order by in_promise_pct, connection
            """,
            empty="Nothing was promised yet: no stream was read.",
        ),
        Exhibit(
            caption="Streams that are later than promised",
            sql="""
                select connection, stream, lag_minutes as "lag, minutes",
                    promise_minutes as "promise, minutes", last_run_status as "last run",
                    failed_run_count as "failed runs", last_success_at as "last good run, UTC"
                from ops.freshness
                where not is_in_promise
                order by lag_minutes - promise_minutes desc nulls first, connection, stream
            """,
            empty="No stream is later than promised.",
        ),
    ),
    runbook="A stream is not read as promised",
)

LEDGER = Section(
    id="ledger",
    title="Record ledger",
    verdict="""
        select case when count(*) filter (where difference <> 0) > 0 then 'bad' else 'good' end,
            format('{:,} of {:,} equations hold',
                count(*) filter (where difference = 0), count(*))
        from ops.record_ledger
    """,
    exhibits=(
        Exhibit(
            caption="Where the records of each connection are",
            sql="""
                select connection, term as place, cast(sum(amount) as bigint) as records
                from ops.ledger_terms
                where equation = 'newest' and side = 'right'
                group by connection, term
                having sum(amount) > 0
                order by connection, term
            """,
            empty="There are no records yet.",
            chart=charts.ranks("connection", "records", "place"),
        ),
        Exhibit(
            caption="The equations, over all connections and loads",
            sql="""
                select equation,
                    case equation
                        when 'runs' then 'runs begun = ended well + failed + killed'
                        when 'returned' then 'what answers held = new, changed, deleted or the same'
                        when 'requests' then 'requests counted = requests logged'
                        when 'appended' then 'versions stored by loads = those in bronze'
                        when 'versions' then 'versions = newest + superseded'
                        when 'newest' then 'records = staged, set aside, deleted or left out'
                        when 'elements' then 'the same for parts of records'
                        when 'linked' then 'staged records = part of silver + left out by a rule'
                    end as "what must be equal",
                    count(*) as checked, cast(sum(left_count) as bigint) as "left side",
                    cast(sum(right_count) as bigint) as "right side",
                    count(*) filter (where difference <> 0) as broken
                from ops.record_ledger
                group by equation
                order by broken desc, equation
            """,
            empty="The ledger is empty.",
        ),
        Exhibit(
            caption="Equations that do not hold",
            sql="""
                select equation, connection, stream, entity, left_terms as "left side",
                    right_terms as "right side", difference
                from ops.record_ledger
                where difference <> 0
                order by abs(difference) desc, ledger_key
            """,
            empty="Every equation holds.",
        ),
    ),
    runbook="The ledger does not balance",
)

QUALITY = Section(
    id="quality",
    title="Quality scores",
    verdict="""
        select 'said', format('{} of 100 over all records; lowest {} ({})',
            round(sum(quality_score * record_count) / sum(record_count), 1), min(quality_score),
            arg_min(connection || ', ' || entity, (quality_score, score_key)))
        from ops.quality_scores
        having sum(record_count) > 0
    """,
    exhibits=(
        Exhibit(
            caption="Trend of the scores",
            sql="""
                with states as (
                    select connection, entity, max(valid_from) as since,
                        arg_max(quality_score, valid_from) as score
                    from ops.quality_scores_history
                    group by connection, entity, cast(valid_from as date)
                ), newest as (
                    select max(since) as newest_at, count(distinct cast(since as date)) as days
                    from states
                )
                select states.* from states, newest where days > 1
                union
                select connection, entity, newest_at, quality_score
                from ops.quality_scores_history, newest
                where valid_to > newest_at and days > 1
                order by connection, entity, since
            """,
            empty="The trend begins when a score changes for the first time, on another day.",
            chart=charts.steps("since", "score", "entity"),
            each="connection",
        ),
        Exhibit(
            caption="Scores, the lowest first",
            sql="""
                select connection, entity, record_count as records, quality_score as score,
                    completeness_score as completeness, validity_score as validity,
                    consistency_score as consistency, accuracy_score as accuracy,
                    timeliness_score as timeliness, most_common_errors as "most common errors",
                    replace(shifted_fields, '_', ' ') as "shifted fields"
                from ops.quality_scores
                order by quality_score, score_key
            """,
            empty="There is nothing to score yet.",
        ),
        Exhibit(
            caption="What systems say of the same things, least agreement first",
            sql="""
                select connection, entity, replace(field, '_', ' ') as field,
                    shared_count as "held by another too", differing_count as contradicted,
                    agreement_pct as "agreement, %"
                from ops.system_agreements
                where differing_count > 0
                order by agreement_pct, differing_count desc, agreement_key
            """,
            empty="No system contradicts another.",
            limit=25,
        ),
        Exhibit(
            caption="Values that are spread otherwise than in the weeks before",
            sql="""
                select connection, stream, replace(field, '_', ' ') as field,
                    replace(most_moved, '_', ' ') as "most moved", past_pct as "share before, %",
                    recent_pct as "share of late, %",
                    round(divergence_bits, 3) as "divergence, bits"
                from ops.distribution_shifts
                where is_shifted
                order by divergence_bits desc, shift_key
            """,
            empty="No column's values are spread otherwise.",
        ),
    ),
    runbook="A quality score falls",
)

SERIES = """connection || ', ' || stream || ': ' || replace(metric, '_', ' ')
    || coalesce(' of ' || field, '') || coalesce(' ' || code, '')"""
ANOMALIES = Section(
    id="anomalies",
    title="Anomalies",
    verdict="""
        select case when count(*) filter (where is_anomaly) > 0 then 'look' else 'good' end,
            format('{:,} of {:,} tested days of a series are unusual',
                count(*) filter (where is_anomaly), count(*))
        from (
            select bool_or(is_anomaly) as is_anomaly from ops.metric_scores
            group by connection, entity, stream, metric, field, code, metric_date
        )
    """,
    exhibits=(
        Exhibit(
            caption="Unusual days",
            sql="""
                select metric_date as day, reason, direction,
                    round(cast(z_score as numeric(18, 4)), 1) as "z score"
                from ops.anomalies
                order by metric_date desc, abs(z_score) desc, anomaly_key
            """,
            empty="No day was unlike its past.",
        ),
        Exhibit(
            caption="What was unusual",
            sql=f"""
                select {SERIES} as series, metric_date as day,
                    round(cast(observed_value as numeric(18, 4)), 2) as observed,
                    round(cast(expected_value as numeric(18, 4)), 2) as expected,
                    ({SERIES}, metric_date) in (
                        select {SERIES}, metric_date from ops.anomalies
                    ) as unusual
                from ops.metric_scores
                where day_count = 1 and {SERIES} in (
                    select {SERIES} from ops.anomalies
                    group by all order by max(metric_date) desc, max(abs(z_score)) desc, 1 limit 12
                )
                order by series, day
            """,
            empty="So there is nothing to draw.",
            chart=charts.expected("day", "observed", "expected", "unusual"),
            each="series",
        ),
    ),
    runbook="A day is an anomaly",
)

QUARANTINE = Section(
    id="quarantine",
    title="Quarantine",
    verdict="""
        select case when count(*) filter (where state = 'open') > 0 then 'look' else 'good' end,
            format('{:,} records are set aside, {:,} were accepted and {:,} dismissed by people',
                count(*) filter (where state = 'open'), count(*) filter (where state = 'accepted'),
                count(*) filter (where state = 'dismissed'))
        from ops.quarantine
    """,
    exhibits=(
        Exhibit(
            caption="Records set aside, by connection and rule",
            sql="""
                select connection, replace(broken_rule, '_', ' ') as rule, count(*) as records
                from ops.quarantine
                where state = 'open'
                group by connection, broken_rule
                order by connection, broken_rule
            """,
            empty="Nothing is set aside.",
            chart=charts.ranks("connection", "records", "rule"),
        ),
        Exhibit(
            caption="Records set aside, by what is wrong",
            sql="""
                select connection, stream, entity, fault as "what is wrong",
                    count(*) as records, min(first_seen_at) as "first seen, UTC"
                from ops.quarantine
                where state = 'open'
                group by all
                order by records desc, connection, stream, entity, "what is wrong"
            """,
            empty="Nothing is set aside.",
        ),
    ),
    runbook="A record is in quarantine",
)

DRIFT = Section(
    id="drift",
    title="Drift",
    verdict="""
        select
            case
                when count(*) filter (where is_required and drift <> 'unmapped_field') > 0
                    then 'bad'
                when count(*) filter (where drift <> 'unmapped_field') > 0 then 'look'
                else 'good'
            end,
            format('{:,} fields or codes changed; {:,} fields are read by no mapping',
                count(*) filter (where drift <> 'unmapped_field'),
                count(*) filter (where drift = 'unmapped_field'))
        from ops.drift
    """,
    exhibits=(
        Exhibit(
            caption="Fields by system and kind of drift",
            sql="""
                select system, replace(drift, '_', ' ') as drift, count(*) as fields
                from ops.drift
                group by system, drift
                order by system, drift
            """,
            empty="No field drifts.",
            chart=charts.ranks("system", "fields", "drift"),
        ),
        Exhibit(
            caption="Fields and codes that changed",
            sql="""
                select replace(drift, '_', ' ') as drift, connection, stream, path as field,
                    says as "what is the matter", sum(record_count) as records,
                    is_required as required, max(last_seen_at) as "last seen, UTC"
                from ops.drift
                where drift <> 'unmapped_field'
                group by all
                order by is_required desc, records desc, 1, connection, stream, path, says
            """,
            empty="No field vanished, appeared or changed its type, and every code is known.",
        ),
        Exhibit(
            caption="Fields that no mapping reads, the most frequent first",
            sql="""
                select connection, stream, path as field, record_count as records,
                    record_pct as "of records, %"
                from ops.drift
                where drift = 'unmapped_field'
                order by record_count desc, connection, stream, path
            """,
            empty="Every field is mapped.",
            limit=25,
        ),
    ),
    runbook="A field appeared or vanished",
)

CONFLICTS = Section(
    id="conflicts",
    title="Conflicts",
    verdict="""
        select case when count(*) filter (where state = 'open') > 0 then 'look' else 'good' end,
            format('{:,} conflicts wait for a person; rules resolve {:,}',
                count(*) filter (where state = 'open'),
                count(*) filter (where state = 'resolved'))
        from silver.conflicts
    """,
    exhibits=(
        Exhibit(
            caption="Open conflicts by field",
            sql="""
                select entity, field, replace(kind, '_', ' ') as kind, count(*) as conflicts,
                    min(since_at) as "oldest since, UTC"
                from silver.conflicts
                where state = 'open'
                group by entity, field, kind
                order by conflicts desc, entity, field, kind
            """,
            empty="No conflict waits for a person.",
        ),
        Exhibit(
            caption="Resolved conflicts by the rule that decides",
            sql="""
                select replace(rule, '_', ' ') as rule, entity, count(*) as conflicts
                from silver.conflicts
                where state = 'resolved'
                group by rule, entity
                order by rule, entity
            """,
            empty="No records contradict each other.",
            chart=charts.ranks("rule", "conflicts", "entity"),
        ),
    ),
    runbook="Conflicts wait for a person",
)

CONTROLS = Section(
    id="controls",
    title="Control totals",
    verdict="""
        select
            case
                when count(*) filter (where state = 'differs' and severity = 'error') > 0
                    then 'bad'
                when count(*) filter (where state = 'differs') > 0 then 'look'
                else 'good'
            end,
            format('{:,} of {:,} figures of the systems'' own reports are met',
                count(*) filter (where state = 'agrees'), count(*))
        from ops.control_totals
    """,
    exhibits=(
        Exhibit(
            caption="The systems' own reports beside our records",
            sql="""
                select connection, stream as report, currency, count(*) as figures,
                    count(*) filter (where state = 'agrees') as agree,
                    count(*) filter (where state = 'differs') as differ,
                    count(*) filter (where state = 'open') as "period still open",
                    count(*) filter (where state = 'not compared') as "not compared",
                    max(abs(amount_difference)) as "largest difference",
                    max(reported_at) as "newest report, UTC"
                from ops.control_totals
                group by connection, stream, currency
                order by differ desc, connection, stream, currency
            """,
            empty="No system gives a report that could be compared.",
        ),
        Exhibit(
            caption="Figures that differ",
            sql="""
                select connection, stream as report, period_start_date as "from",
                    period_end_date as "to", currency, reported_count as "count reported",
                    computed_count as "count here", reported_amount as "amount reported",
                    computed_amount as "amount here", tolerance_amount as tolerance, severity
                from ops.control_totals
                where state = 'differs'
                order by severity, abs(amount_difference) desc nulls last, record_key
            """,
            empty="No figure differs by more than its tolerance.",
        ),
        Exhibit(
            caption="Records that may explain a difference, by cause",
            sql="""
                select connection, stream, cause, count(*) as records
                from ops.control_total_keys
                group by connection, stream, cause
                order by records desc, connection, stream, cause
            """,
            empty="There is no difference to explain.",
        ),
    ),
    runbook="A control total differs",
)

LAST_RUN = "(select arg_max(invocation_id, started_at) from ops.run_history)"
BUILDS = Section(
    id="builds",
    title="Builds",
    verdict=f"""
        select
            case
                when error_count + failed_test_count > 0 then 'bad'
                when warned_test_count > 0 then 'look'
                else 'good'
            end,
            format('the last ran {{:,}} nodes: {{:,}} errors, {{:,}} failed tests, {{:,}} warned',
                node_count, error_count, failed_test_count, warned_test_count)
        from ops.run_history
        where invocation_id = {LAST_RUN}
    """,
    exhibits=(
        Exhibit(
            caption="Runs of dbt, the newest first",
            sql="""
                select started_at as "started, UTC", command, target_name as target,
                    is_full_refresh as "full refresh", round(seconds, 1) as seconds,
                    node_count as nodes, error_count as errors, failed_test_count as failed,
                    warned_test_count as warned
                from ops.run_history
                order by started_at desc, invocation_id
            """,
            empty="dbt was not run yet: `make build`.",
            limit=20,
        ),
        Exhibit(
            caption="What failed or warned in the last run",
            sql=f"""
                select node_name as node, node_kind as kind, status, failure_count as "rows found"
                from ops.run_results
                where invocation_id = {LAST_RUN} and status in ('warn', 'fail', 'error', 'skipped')
                order by status, node_name
            """,
            empty="Nothing failed or warned.",
        ),
    ),
    runbook="A dbt test fails",
)

TRUST = (
    ALERTS,
    CONNECTIONS,
    FRESHNESS,
    LEDGER,
    CONTROLS,
    QUALITY,
    ANOMALIES,
    QUARANTINE,
    DRIFT,
    CONFLICTS,
    BUILDS,
)
