"""The numbers of articles 7 and 8. 以上 includes the number, 不满 excludes it.

Law:
    促进和规范数据跨境流动规定 第五条、第七条、第八条, in force 2024-03-22, cumulative since 1 January of the current
    year. By 第十三条 they replace 数据出境安全评估办法 第四条 and 个人信息出境标准合同办法 第四条, whose older numbers,
    counted since 1 January of the previous year, no longer hold.
"""

from collections.abc import Iterator
from typing import Final

from collector.declarations import SensitiveReach
from collector.facts import Facts
from collector.law.instruments import AUTO, CBDF, NDR
from collector.law.wording import REACH_TITLES, TALLY_TITLES, doubt, holds, persons_en, persons_zh, reason
from collector.verdicts import Citation, Reason
from wire.titles import profile_title

CONTRACT_FROM: Final = 100_000
"""Persons, from which a standard contract or certification is required."""
ASSESSMENT_FROM: Final = 1_000_000
"""Persons, from which a security assessment is required."""
CONTRACT_FROM_SENSITIVE: Final = 1
"""Persons with sensitive information: 不满1万人 has no floor, so one is enough."""
ASSESSMENT_FROM_SENSITIVE: Final = 10_000
"""Persons with sensitive information, from which a security assessment is required."""

CAR_OWNERS_ABOVE: Final = 100_000
"""Persons, above which an automotive exporter's personal information is important data by its sector's rules."""
HELD_BY_LARGE_HANDLERS: Final = 10_000_000
"""Persons, from which a handler has duties of those who process important data."""


def reached(facts: Facts, limit: int, citation: Citation) -> Reason | None:
    """Why the count of persons reaches a limit; None while it does not for certain, or where a list's rows hold."""
    if facts.listing or facts.ordinary.at_least < limit:
        return None
    tally, tally_en = TALLY_TITLES[facts.settings.threshold_tally]
    return reason(
        f"本年累计{persons_zh(facts.ordinary)}，已达到 {limit:,} 人（计数口径：{tally}）",
        f"this year {persons_en(facts.ordinary)}, which reaches {limit:,} ({tally_en})",
        citation,
    )


def reached_sensitive(facts: Facts, limit: int, citation: Citation) -> Reason | None:
    """As ``reached``, for persons with sensitive information."""
    if facts.listing or not facts.is_sensitive_at_stake or facts.sensitive.at_least < limit:
        return None
    profile = profile_title(facts.event.profile)
    if limit == CONTRACT_FROM_SENSITIVE:
        return reason(
            f"本年累计敏感个人信息{persons_zh(facts.sensitive)}；不满 {ASSESSMENT_FROM_SENSITIVE:,} 人的，1 人即适用"
            f"（分级依据：{profile}）",
            f"this year sensitive data of {persons_en(facts.sensitive)}; below {ASSESSMENT_FROM_SENSITIVE:,} one is "
            f"enough (graded by {profile})",
            citation,
        )
    return reason(
        f"本年累计敏感个人信息{persons_zh(facts.sensitive)}，已达到 {limit:,} 人（分级依据：{profile}）",
        f"this year sensitive data of {persons_en(facts.sensitive)}, reaching {limit:,} (graded by {profile})",
        citation,
    )


def doubts(facts: Facts) -> Iterator[Reason]:
    """A remark for each limit that the interval holds: it may be crossed already, and nobody can say."""
    if facts.listing:
        return
    for limit, citation in (
        (CONTRACT_FROM, CBDF.article("第八条")),
        (ASSESSMENT_FROM, CBDF.article("第七条第一款第二项")),
    ):
        if holds(facts.ordinary, limit):
            yield doubt(facts.ordinary, limit, citation)
    if facts.is_sensitive_at_stake and holds(facts.sensitive, ASSESSMENT_FROM_SENSITIVE):
        yield doubt(facts.sensitive, ASSESSMENT_FROM_SENSITIVE, CBDF.article("第七条第一款第二项"))


def elsewhere(facts: Facts) -> Iterator[Reason]:
    """A remark where the exporter sent sensitive data that this transfer does not carry."""
    reach = facts.settings.sensitive_reach
    if reach is SensitiveReach.TRANSFER and not facts.sensitive_kinds and facts.sensitive.at_least:
        is_many = facts.sensitive.at_least >= ASSESSMENT_FROM_SENSITIVE
        article, number = ("第七条", 7) if is_many else ("第八条", 8)
        says, says_en = REACH_TITLES[reach]
        yield reason(
            f"本次未发现敏感个人信息；该主体本年另向境外提供敏感个人信息，累计{persons_zh(facts.sensitive)}，"
            f"另行适用{article}（登记库设定：敏感个人信息{says}）",
            f"nothing sensitive was found here; this year's sensitive data of {persons_en(facts.sensitive)} fall under "
            f"article {number} by themselves (the registry's setting: sensitive data are {says_en})",
            CBDF.article(article),
        )


def crowds(facts: Facts) -> Iterator[Reason]:
    """Remarks on numbers of other instruments than CBDF, which change no route."""
    sector = facts.exporter.sector if facts.exporter else ""
    if "汽车" in sector and facts.any.at_least > CAR_OWNERS_ABOVE:
        yield reason(
            f"本年累计{persons_zh(facts.any)}，超过 {CAR_OWNERS_ABOVE:,} 人：汽车数据规定将涉及个人信息主体超过10万人的"
            f"个人信息列为重要数据，与 {ASSESSMENT_FROM:,} 人的门槛不一致；两者并列提示，请向主管部门核实",
            f"this year {persons_en(facts.any)}, more than {CAR_OWNERS_ABOVE:,}: the rules on automotive data call "
            f"this important data, in tension with the limit of {ASSESSMENT_FROM:,}; both are shown, please verify",
            AUTO.article("第三条第五项"),
        )
    if facts.any.at_least >= HELD_BY_LARGE_HANDLERS and facts.on >= NDR.day:
        yield reason(
            f"本年累计{persons_zh(facts.any)}：处理 {HELD_BY_LARGE_HANDLERS:,} 人以上个人信息的，还应当履行第三十条、"
            "第三十二条对重要数据处理者的义务",
            f"this year {persons_en(facts.any)}: who processes {HELD_BY_LARGE_HANDLERS:,} persons or more also has the "
            "duties of articles 30 and 32",
            NDR.article("第二十八条"),
        )
