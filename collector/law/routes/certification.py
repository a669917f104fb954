"""个人信息出境认证: serves where a standard contract would.

Law:
    促进和规范数据跨境流动规定 第八条, since 2024-03-22; since 2026-01-01 also 个人信息出境认证办法 第五条.
"""

from typing import Final

from collector.declarations import FilingRoute
from collector.facts import Facts
from collector.law.examples import DIAGNOSIS, OPERATOR, PHONE, some_facts
from collector.law.instruments import CBDF, CERT
from collector.law.route import Example, Role, Route
from collector.law.wording import FILING_TITLES, reason
from collector.verdicts import Reason

_EIGHTH: Final = CBDF.article("第八条")
_FIFTH: Final = CERT.article("第五条")


def _applies(facts: Facts) -> tuple[Reason, ...]:
    if facts.is_ciio or facts.notified_kinds or not facts.kinds:
        return ()
    return (
        reason(
            "也可以通过个人信息出境认证，与标准合同择一",
            "certification serves as well as a standard contract",
            _FIFTH if facts.on >= CERT.day else _EIGHTH,
        ),
    )


ROUTE: Final = Route(
    name="certification",
    title=FILING_TITLES[FilingRoute.CERTIFICATION][0],
    title_en=FILING_TITLES[FilingRoute.CERTIFICATION][1],
    role=Role.ALTERNATIVE,
    strictness=20,
    citation=_EIGHTH,
    in_force_from=CBDF.day,
    applies=_applies,
    examples=(
        Example("one person, sensitive", some_facts(DIAGNOSIS, persons=1, sensitive=1), applies=True),
        Example("a CII operator", some_facts(PHONE, persons=1, exporter=OPERATOR), applies=False),
        Example("nothing personal", some_facts(), applies=False),
    ),
)
