"""粤港澳大湾区标准合同: between the nine mainland cities of the Greater Bay Area and Hong Kong or Macao."""

from typing import Final

from msgspec.structs import replace

from collector.declarations import FilingRoute, Recipient
from collector.facts import Facts
from collector.law.examples import EXPORTER, PHONE, some_facts
from collector.law.instruments import GBA
from collector.law.route import Example, Role, Route
from collector.law.wording import FILING_TITLES, reason
from collector.verdicts import Reason
from wire.places import Region, place_of

_CITIES: Final = ("广州", "深圳", "珠海", "佛山", "惠州", "东莞", "中山", "江门", "肇庆")
_OTHER_SIDE: Final = (Region.MACAO, Region.HONG_KONG)
_ARTICLE: Final = GBA.article("第四条第二项")


def _applies(facts: Facts) -> tuple[Reason, ...]:
    region = facts.event.target.place.region
    city = facts.exporter.city.removesuffix("市") if facts.exporter else ""
    if city not in _CITIES or region not in _OTHER_SIDE or facts.notified_kinds:
        return ()
    if facts.recipient and place_of(facts.recipient.country).region not in _OTHER_SIDE:
        return ()
    if region is Region.MACAO:
        return (
            reason(
                "双方均在粤港澳大湾区内，也可以订立大湾区标准合同；不得再向大湾区外提供",
                "both sides stand in the Greater Bay Area: its standard contract serves; no onward supply outside it",
                _ARTICLE,
            ),
        )
    return (
        reason(
            "双方均在粤港澳大湾区内，也可以订立大湾区标准合同（内地与香港的指引原文未核对，请核实）",
            "both sides stand in the Greater Bay Area: its own standard contract serves (the text between the mainland "
            "and Hong Kong was not verified: please check)",
        ),
    )


_MACAO: Final = some_facts(PHONE, country="MO")

ROUTE: Final = Route(
    name="gba_standard_contract",
    title=FILING_TITLES[FilingRoute.GBA_STANDARD_CONTRACT][0],
    title_en=FILING_TITLES[FilingRoute.GBA_STANDARD_CONTRACT][1],
    role=Role.ALTERNATIVE,
    strictness=20,
    citation=_ARTICLE,
    in_force_from=GBA.day,
    applies=_applies,
    examples=(
        Example("Shenzhen to Macao", _MACAO, applies=True),
        Example("Shenzhen to Hong Kong", some_facts(PHONE, country="HK"), applies=True),
        Example("Shenzhen to the United States", some_facts(PHONE), applies=False),
        Example(
            "to the server in Macao of a company that is registered elsewhere",
            replace(_MACAO, recipient=Recipient(id="r", name="Example", country="SG")),
            applies=False,
        ),
        Example("Beijing to Macao", replace(_MACAO, exporter=replace(EXPORTER, city="北京")), applies=False),
    ),
)
