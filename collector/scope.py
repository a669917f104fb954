"""What of a transfer lies outside the scope that a filing declares, dimension by dimension (超范围)."""

from collections.abc import Callable, Iterator
from typing import Final

from msgspec import Struct

from collector.declarations import Filing, FilingRoute, Recipient
from collector.facts import Facts
from collector.filings import fields_outside
from collector.implied import undeclared
from collector.law.instruments import GBA
from collector.law.wording import kinds_en, kinds_zh, listed_en, listed_zh
from collector.verdicts import Citation
from wire.kinds import Kind
from wire.places import Region, place_of
from wire.titles import EN, country_title, place_title

_IN_THE_BAY: Final = (Region.MAINLAND, Region.HONG_KONG, Region.MACAO)
_NO_ONWARD: Final = GBA.article("第四条第二项")


class Outside(Struct, frozen=True):
    """One dimension in which the transfer leaves the scope."""

    name: str
    """``kind``, ``field``, ``region``, ``purpose``, ``line``, ``onward``; ``recipient`` is asked where none is held."""
    says: str
    says_en: str
    citation: Citation | None = None
    """Where the dimension has an article of its own."""


def outside(facts: Facts, filing: Filing) -> tuple[Outside, ...]:
    """Every dimension in which a transfer to the filing's recipient leaves its scope."""
    return tuple(found for dimension in _DIMENSIONS for found in dimension(facts, filing))


def kinds_outside(facts: Facts, filing: Filing) -> tuple[Kind, ...]:
    """The kinds found that the filing neither lists nor implies."""
    return undeclared((*facts.kinds, *facts.notified_kinds), filing.kinds)


def outside_the_bay(facts: Facts) -> tuple[Recipient, ...]:
    """Those outside the Greater Bay Area to whom the recipient supplies the data in turn, as registered."""
    return tuple(each for each in facts.onward if place_of(each.country).region not in _IN_THE_BAY)


def _kind(facts: Facts, filing: Filing) -> Iterator[Outside]:
    kinds = kinds_outside(facts, filing)
    if kinds:
        yield Outside("kind", f"数据类型：{kinds_zh(kinds)}", f"kinds: {kinds_en(kinds)}")


def _field(facts: Facts, filing: Filing) -> Iterator[Outside]:
    fields = fields_outside(filing, facts.event)
    if fields:
        yield Outside("field", f"字段：{listed_zh(fields)}", f"fields: {listed_en(fields)}")


def _region(facts: Facts, filing: Filing) -> Iterator[Outside]:
    place = facts.event.target.place
    if filing.countries and place.country and place.country not in filing.countries:
        names = listed_zh(country_title(each) for each in filing.countries)
        names_en = listed_en(country_title(each, EN) for each in filing.countries)
        yield Outside(
            "region",
            f"地区：目标位于{place_title(place)}，申报的境外存储、处理地为{names}",
            f"region: the target stands in {place_title(place, EN)}, declared are {names_en}",
        )


def _purpose(facts: Facts, filing: Filing) -> Iterator[Outside]:
    """Traffic shows no purpose; the registry says what a recipient's system serves."""
    served = facts.recipient.purpose.strip() if facts.recipient else ""
    if served and filing.purpose and served.casefold() != filing.purpose.strip().casefold():
        yield Outside(
            "purpose",
            f"目的：该接收方登记的用途为“{served}”，申报的出境目的为“{filing.purpose}”",
            f"purpose: the recipient is registered for {served}, declared is {filing.purpose}",
        )


def _line(facts: Facts, filing: Filing) -> Iterator[Outside]:
    """A line is registered with the filings that it may serve."""
    if facts.line and facts.line.filings and filing.number not in facts.line.filings:
        tied = facts.line.filings
        yield Outside(
            "line",
            f"链路：国际专线 {facts.line.id} 登记用于 {listed_zh(tied)}",
            f"line: the international line {facts.line.id} is registered for {listed_en(tied)}",
        )


def _onward(facts: Facts, filing: Filing) -> Iterator[Outside]:
    """The text between the mainland and Macao was read; that with Hong Kong was not, and is a remark."""
    beyond = outside_the_bay(facts)
    is_macao = facts.event.target.place.region is Region.MACAO
    if filing.route is FilingRoute.GBA_STANDARD_CONTRACT and is_macao and beyond:
        names = listed_zh(f"{each.name}（{country_title(each.country)}）" for each in beyond)
        names_en = listed_en(f"{each.name_en or each.name} ({country_title(each.country, EN)})" for each in beyond)
        yield Outside(
            "onward",
            f"再转移：接收方登记为向大湾区外再提供：{names}；大湾区标准合同不得向大湾区外提供",
            f"onward: the recipient is registered to supply on to {names_en}, outside the Greater Bay Area",
            _NO_ONWARD,
        )


_DIMENSIONS: Final[tuple[Callable[[Facts, Filing], Iterator[Outside]], ...]] = (
    _kind, _field, _region, _purpose, _line, _onward,
)  # fmt: skip
