"""未达门槛: fewer than 100,000 persons this year and nothing sensitive; no CII operator."""

from typing import Final

from collector.facts import Facts
from collector.law.examples import DIAGNOSIS, OPERATOR, PHONE, some_facts
from collector.law.instruments import CBDF
from collector.law.route import Example, Role, Route
from collector.law.thresholds import CONTRACT_FROM
from collector.law.wording import TALLY_TITLES, persons_en, persons_zh, reason
from collector.verdicts import Reason
from wire.titles import profile_title

_ARTICLE: Final = CBDF.article("第五条第一款第四项")


def _applies(facts: Facts) -> tuple[Reason, ...]:
    is_over = facts.ordinary.at_least >= CONTRACT_FROM or (facts.is_sensitive_at_stake and facts.sensitive.at_least)
    if facts.listing or facts.is_ciio or is_over or facts.is_sensitive_unidentified or not facts.kinds:
        return ()
    tally, tally_en = TALLY_TITLES[facts.settings.threshold_tally]
    profile = profile_title(facts.event.profile)
    bound, bound_en = ("下限", "the lower bound ") if facts.ordinary.at_most >= CONTRACT_FROM else ("", "")
    return (
        reason(
            f"本年累计{persons_zh(facts.ordinary)}，{bound}不满 {CONTRACT_FROM:,} 人，且本次未发现敏感个人信息"
            f"（计数口径：{tally}；分级依据：{profile}）",
            f"this year {persons_en(facts.ordinary)}, {bound_en}below {CONTRACT_FROM:,}, and nothing sensitive "
            f"found here ({tally_en}; graded by {profile})",
            _ARTICLE,
        ),
    )


ROUTE: Final = Route(
    name="below_threshold",
    title="未达门槛",
    title_en="Below threshold",
    role=Role.FLOOR,
    strictness=0,
    citation=_ARTICLE,
    in_force_from=CBDF.day,
    applies=_applies,
    examples=(
        Example("99,999 persons", some_facts(PHONE, persons=99_999), applies=True),
        Example("100,000 persons", some_facts(PHONE, persons=100_000), applies=False),
        Example("one person, sensitive", some_facts(DIAGNOSIS, persons=1, sensitive=1), applies=False),
        Example("sensitive data of nobody known", some_facts(DIAGNOSIS), applies=False),
        Example("a CII operator", some_facts(PHONE, persons=1, exporter=OPERATOR), applies=False),
    ),
)
