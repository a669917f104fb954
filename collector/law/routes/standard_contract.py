"""个人信息出境标准合同: required between the thresholds; certification serves as well."""

from typing import Final

from collector.declarations import FilingRoute
from collector.facts import Facts
from collector.law.examples import DIAGNOSIS, OPERATOR, PHONE, some_facts
from collector.law.instruments import CBDF
from collector.law.listed import by_list
from collector.law.route import Example, Role, Route
from collector.law.thresholds import CONTRACT_FROM, CONTRACT_FROM_SENSITIVE, reached, reached_sensitive
from collector.law.wording import FILING_TITLES
from collector.negative_lists import ListRoute
from collector.verdicts import Reason
from wire.subjects import Span

_EIGHTH: Final = CBDF.article("第八条")


def _applies(facts: Facts) -> tuple[Reason, ...]:
    if facts.is_ciio or not facts.kinds:
        return ()
    found = (reached(facts, CONTRACT_FROM, _EIGHTH), reached_sensitive(facts, CONTRACT_FROM_SENSITIVE, _EIGHTH))
    return (*(each for each in found if each), *by_list(facts, ListRoute.CONTRACT_OR_CERTIFICATION))


ROUTE: Final = Route(
    name="standard_contract",
    title=FILING_TITLES[FilingRoute.STANDARD_CONTRACT][0],
    title_en=FILING_TITLES[FilingRoute.STANDARD_CONTRACT][1],
    role=Role.REQUIRED,
    strictness=20,
    citation=_EIGHTH,
    in_force_from=CBDF.day,
    applies=_applies,
    examples=(
        Example("99,999 persons", some_facts(PHONE, persons=99_999), applies=False),
        Example("100,000 persons", some_facts(PHONE, persons=100_000), applies=True),
        Example("an interval around it", some_facts(PHONE, any=Span(60_000, 60_000, 120_000)), applies=False),
        Example("one person, sensitive", some_facts(DIAGNOSIS, persons=1, sensitive=1), applies=True),
        Example("sensitive data of nobody known", some_facts(DIAGNOSIS), applies=False),
        Example("ordinary data beside sensitive ones", some_facts(PHONE, persons=9, sensitive=5), applies=False),
        Example("a CII operator", some_facts(PHONE, persons=100_000, exporter=OPERATOR), applies=False),
    ),
)
