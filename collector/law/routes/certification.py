"""个人信息出境认证: serves where a standard contract would.

Law:
    个人信息出境认证办法 第五条, in force 2026-01-01. Before that day, see ``certification_until_2025``.
"""

from typing import Final

from collector.declarations import FilingRoute
from collector.law.certified import certification_under
from collector.law.examples import DIAGNOSIS, OPERATOR, PHONE, some_facts
from collector.law.instruments import CERT
from collector.law.route import Example, Role, Route
from collector.law.wording import FILING_TITLES

_FIFTH: Final = CERT.article("第五条")

ROUTE: Final = Route(
    name="certification",
    title=FILING_TITLES[FilingRoute.CERTIFICATION][0],
    title_en=FILING_TITLES[FilingRoute.CERTIFICATION][1],
    role=Role.ALTERNATIVE,
    strictness=20,
    citation=_FIFTH,
    in_force_from=CERT.day,
    applies=certification_under(_FIFTH),
    examples=(
        Example("one person, sensitive", some_facts(DIAGNOSIS, persons=1, sensitive=1), applies=True),
        Example("a CII operator", some_facts(PHONE, persons=1, exporter=OPERATOR), applies=False),
        Example("nothing personal", some_facts(), applies=False),
    ),
)
