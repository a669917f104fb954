"""What lies ahead, and who wrote what."""

from typing import Any, Final

from collector.accounts import Right
from collector.api.endpoint import LANG, LIMIT, MOST, Answer, Call, Endpoint
from collector.outlook import Alert, Horizon
from wire.legal_time import legal_day, rfc3339
from wire.titles import EN

_DAYS: Final = range(3_661)


def _outlook(call: Call) -> Answer:
    horizon = Horizon(
        call.day("on") or legal_day(call.bench.now_ns()),
        call.number("within", 60, _DAYS),
        call.number("recent", 14, _DAYS),
    )
    lang = call.language
    return {"on": horizon.on, "items": [_alert(each, lang) for each in call.bench.foresight.of(horizon)]}, 200


def _alert(alert: Alert, lang: str) -> dict[str, Any]:
    return {
        "name": alert.name,
        "organisation": alert.organisation,
        "what": alert.what_en if lang == EN else alert.what,
        "due": alert.due,
        "earliest": alert.earliest,
        "latest": alert.latest,
        "is_soon": alert.is_soon,
        "is_estimate": alert.is_estimate,
        "citation": alert.citation,
    }


def _audit(call: Call) -> Answer:
    most = call.number("limit", MOST, range(1, MOST + 1))
    before = call.number("before", 1 << 62, range(1, (1 << 62) + 1))
    found = call.office.trail.newest(most, before)
    items = [
        {
            "number": each.number, "at": rfc3339(each.at_ns), "who": each.who, "role": each.role, "deed": each.deed,
            "about": each.about, "outcome": each.outcome, "seal": each.seal,
        }
        for each in found
    ]  # fmt: skip
    return {"items": items, "next": found[-1].number if len(found) == most else None}, 200


ENDPOINTS: Final = (
    Endpoint(
        path="/api/v1/outlook",
        says="What lies ahead: limits (estimated, with an interval), terms that fall due, what is new.",
        answer=_outlook,
        parameters=(
            ("on", "day from which one looks; today by default"),
            ("within", "days looked ahead (60)"),
            ("recent", "what was first seen in so many days is new (14)"),
            LANG,
        ),
    ),
    Endpoint(
        path="/api/v1/audit",
        says="Who wrote what, newest first, each line sealed together with the one before it.",
        answer=_audit,
        right=Right.AUDIT,
        parameters=(LIMIT, ("before", "number of a line: those before it")),
    ),
)
