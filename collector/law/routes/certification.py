"""个人信息出境认证: serves where a standard contract would."""

from typing import Final

from collector.facts import Facts
from collector.law.examples import DIAGNOSIS, OPERATOR, PHONE, some_facts
from collector.law.instruments import CERT
from collector.law.route import Example, Role, Route
from collector.law.wording import reason
from collector.verdicts import Reason

_FIFTH: Final = CERT.article("第五条")


def _applies(facts: Facts) -> tuple[Reason, ...]:
    if facts.is_ciio or facts.notified_kinds or not facts.kinds:
        return ()
    return (
        reason(
            "也可以通过个人信息出境认证，与标准合同择一",
            "certification serves as well as a standard contract",
            _FIFTH,
        ),
    )


ROUTE: Final = Route(
    name="certification",
    title="个人信息出境认证",
    title_en="Certification",
    role=Role.ALTERNATIVE,
    strictness=20,
    citation=_FIFTH,
    in_force_from=CERT.day,
    applies=_applies,
    examples=(
        Example("one person, sensitive", some_facts(DIAGNOSIS, persons=1, sensitive=1), applies=True),
        Example("a CII operator", some_facts(PHONE, persons=1, exporter=OPERATOR), applies=False),
        Example("nothing personal", some_facts(), applies=False),
    ),
)
