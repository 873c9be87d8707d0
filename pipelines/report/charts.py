"""Charts: Vega-Lite specifications, drawn as SVG whose colours are the page's CSS variables."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from markupsafe import Markup

Spec = dict[str, Any]
COLOURS = 10  # --c1 to --c10 of page.css
WIDTH = 380  # of a chart in its own units; the page scales it to the column
INK = "currentColor"
CONFIG: Spec = {
    "aria": False,  # the picture has one text; its figures are in the table below it
    "background": None,
    "font": "Arial, Liberation Sans, sans-serif",
    "padding": {"left": 24, "right": 16, "top": 6, "bottom": 6},  # fonts wider than the measured
    "view": {"stroke": None},
    "range": {"category": [f"var(--c{number + 1})" for number in range(COLOURS)]},
    "axis": {
        "labelColor": INK,
        "titleColor": INK,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "gridColor": "var(--line)",
        "domainColor": "var(--line)",
        "tickColor": "var(--line)",
        "labelLimit": 130,
    },
    "legend": {
        "labelColor": INK,
        "labelFontSize": 12,
        "title": None,
        "orient": "bottom",
        "columns": 2,
        "labelLimit": 160,
        "layout": {"bottom": {"anchor": "middle", "bounds": "full"}},
    },
    "bar": {"color": "var(--c1)"},
    "line": {"color": "var(--c1)", "strokeWidth": 2},
    "point": {"color": "var(--c1)", "filled": True, "size": 40},
}
ROOT = re.compile(r'<svg xmlns[^>]*?(?P<size>width="[^>]*)>')
ROLES = re.compile(r' (?:role|aria-\w+)="[^"]*"')


def steps(x: str, y: str, series: str) -> Spec:
    """What holds until the next time, as one stepped line for each value of ``series``."""
    held = {"field": y, "type": "quantitative", "scale": {"zero": False}}
    return {
        "mark": {"type": "line", "interpolate": "step-after", "point": True},
        "encoding": {"x": _time(x), "y": held, **_stack(series)},
    }


def lines(x: str, measures: Sequence[str]) -> Spec:
    """Lines over time, one for each of the columns ``measures``."""
    held = {"field": "value", "type": "quantitative", "title": None, "axis": {"tickCount": 5}}
    return {
        "mark": {"type": "line", "point": True},
        "transform": [{"fold": list(measures), "as": ["measure", "value"]}],
        "encoding": {"x": _time(x), "y": held, **_stack("measure")},
    }


def columns(x: str, y: str, series: str = "") -> Spec:
    """A bar for each month of ``x``, stacked by ``series``."""
    time = {**_time(x), "timeUnit": "utcyearmonth"}
    return {"mark": "bar", "encoding": {"x": time, "y": _sum(y), **_stack(series)}}


def ranks(y: str, x: str, series: str = "") -> Spec:
    """A lying bar for each value of ``y``, in the order of the rows, stacked by ``series``."""
    named = {"field": y, "type": "nominal", "sort": None, "title": None}
    return {
        "mark": "bar",
        "height": {"step": 22},
        "encoding": {"y": named, "x": _sum(x), **_stack(series)},
    }


def expected(x: str, observed: str, expectation: str, flag: str) -> Spec:
    """What was observed as a line, what was expected as a broken one, flagged days as points."""
    held = {"field": observed, "type": "quantitative", "title": None}
    broken = {"type": "line", "strokeDash": [4, 3]}
    colours = {"range": ["var(--c1)", "var(--c7)", "var(--bad)"]}
    flagged = [{"filter": {"field": flag, "equal": True}}]
    return {
        "encoding": {"x": _time(x)},
        "layer": [
            {
                "mark": "line",
                "encoding": {"y": held, "color": {"datum": observed, "scale": colours}},
            },
            {
                "mark": broken,
                "encoding": {"y": {**held, "field": expectation}, "color": {"datum": expectation}},
            },
            {
                "mark": {"type": "point", "size": 90},
                "transform": flagged,
                "encoding": {"y": held, "color": {"datum": flag}},
            },
        ],
    }


def _time(field: str) -> Spec:
    scale = {"type": "utc"}
    axis = {"grid": False, "tickCount": 5, "labelOverlap": True}
    return {"field": field, "type": "temporal", "title": None, "scale": scale, "axis": axis}


def _sum(field: str) -> Spec:
    return {
        "field": field,
        "type": "quantitative",
        "aggregate": "sum",
        "title": field,
        "axis": {"tickCount": 5},
    }


def _stack(series: str) -> Spec:
    return {"color": {"field": series, "type": "nominal", "sort": None}} if series else {}


def svg(spec: Spec, rows: Sequence[dict[str, Any]], text: str) -> Markup:
    """The chart of some rows as one SVG element that a screen reader reads as ``text``."""
    import vl_convert

    drawn = vl_convert.vegalite_to_svg(
        {
            "width": WIDTH,
            "height": 180,
            "autosize": {"type": "fit-x", "contains": "padding"},
            **spec,
            "data": {"values": [{name: _json(cell) for name, cell in row.items()} for row in rows]},
            "config": CONFIG,
        }
    )
    size = ROOT.match(drawn)
    assert size, drawn[:200]
    root = Markup('<svg {} role="img" aria-label="{}">').format(Markup(size["size"]), text)
    return root + Markup(ROLES.sub("", drawn[size.end() :]))


def _json(cell: Any) -> Any:
    if isinstance(cell, Decimal):
        return float(cell)
    if isinstance(cell, dt.datetime):
        return f"{cell.isoformat()}Z"
    return cell.isoformat() if isinstance(cell, dt.date) else cell
