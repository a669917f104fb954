"""未发现个人信息: data without personal information and important data need no route."""

from typing import Final

from msgspec.structs import replace

from collector.facts import Facts
from collector.law.examples import EXPORTER, MAP, PHONE, an_event, some_facts
from collector.law.instruments import CBDF
from collector.law.route import Example, Role, Route
from collector.law.wording import reason
from collector.verdicts import Reason
from wire.events import Content

_THIRD: Final = CBDF.article("第三条")


def _applies(facts: Facts) -> tuple[Reason, ...]:
    if facts.kinds or facts.notified_kinds or facts.event.content is not Content.SEEN:
        return ()
    return (
        reason(
            "已读取的全部内容中未发现个人信息，也未发现已被告知或者公开发布的重要数据",
            "in all that was read, no personal information and no notified important data were found",
            _THIRD,
        ),
    )


ROUTE: Final = Route(
    name="exempt_no_personal_information",
    title="不含个人信息和重要数据",
    title_en="No personal information, no important data",
    role=Role.EXEMPTION,
    strictness=0,
    citation=_THIRD,
    in_force_from=CBDF.day,
    applies=_applies,
    examples=(
        Example("all read, nothing found", some_facts(), applies=True),
        Example("half read, nothing found", some_facts(event=an_event(content=Content.PARTIAL)), applies=False),
        Example("a phone number", some_facts(PHONE), applies=False),
        Example("suspected important data", some_facts(MAP), applies=True),
        Example(
            "notified important data",
            some_facts(MAP, exporter=replace(EXPORTER, notified_important=("geo.survey",))),
            applies=False,
        ),
    ),
)
