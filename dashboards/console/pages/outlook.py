"""What lies ahead: limits with interval and date, terms that fall due, what is seen for the first time."""

from datetime import timedelta
from typing import Any, Final

from collector.outlook import Alert, Horizon
from dashboards.console.page import Asked, Desk, Page, Shown
from dashboards.console.rows import exporter_name
from dashboards.console.words import say
from wire.faults import MalformedError
from wire.legal_time import legal_day

_WITHIN: Final = ("30", "60", "90", "180", "365")
_GROUPS: Final = (
    ("limits", ("threshold_open", "threshold_crossed", "threshold_forecast")),
    ("terms", ("deadline",)),
    ("new", ("new_destination", "new_kind", "new_system")),
)


def view(desk: Desk, asked: Asked) -> Shown:
    """The outlook of today."""
    within = asked.query.get("within", "60")
    if within not in _WITHIN:
        raise MalformedError("within")
    horizon = Horizon(legal_day(desk.now_ns()), int(within))
    alerts = desk.foresight.of(horizon)
    groups = [_group(desk, name, [each for each in alerts if each.name in names], asked) for name, names in _GROUPS]
    return Shown({"groups": groups, "on": horizon.on, "within": within, "choices": _WITHIN})


def _group(desk: Desk, name: str, alerts: list[Alert], asked: Asked) -> dict[str, Any]:
    """What can be told with a day or waits for somebody; forecasts without one stand folded behind."""
    horizon = Horizon(legal_day(desk.now_ns()), int(asked.query.get("within", "60")))
    told = [each for each in alerts if each.due or each.is_soon or each.name != "threshold_forecast"]
    rows = [_row(desk, each, horizon, asked.language) for each in told]
    others = [_row(desk, each, horizon, asked.language) for each in alerts if each not in told]
    return {"name": name, "rows": rows, "others": others, "has_bars": any(row["bar"] for row in rows)}


def _row(desk: Desk, alert: Alert, horizon: Horizon, language: int) -> dict[str, Any]:
    cited = alert.citation
    return {
        "exporter": exporter_name(desk, alert.organisation, language) or say("limits.unknown", language),
        "what": alert.what_en if language else alert.what,
        "due": alert.due,
        "is_soon": alert.is_soon,
        "law": f"《{cited.instrument}》{cited.article}" if cited else "",
        "bar": _bar(alert, horizon),
    }


def _bar(alert: Alert, horizon: Horizon) -> dict[str, float] | None:
    """Where the interval lies in the days looked ahead, in percent of the room."""
    if alert.earliest is None or alert.name != "threshold_forecast":
        return None
    end = horizon.on + timedelta(horizon.within)
    first, last = alert.earliest, alert.latest or end
    start, stop = (_share((day - horizon.on).days, horizon.within) for day in (first, last))
    middle = _share((alert.due - horizon.on).days, horizon.within) if alert.due else -1.0
    return {"start": start, "width": max(1.0, stop - start), "middle": middle}


def _share(days: int, within: int) -> float:
    return round(min(100.0, max(0.0, 100 * days / within)), 1)


PAGE: Final = Page(path="/outlook", title=("预警", "Outlook"), part="outlook_part.html", view=view)
