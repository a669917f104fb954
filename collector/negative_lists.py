"""Negative lists of the pilot free trade zones (自由贸易试验区数据出境负面清单): what they hold, and whom they reach.

Law:
    促进和规范数据跨境流动规定 第六条, in force 2024-03-22: what a zone's list does not name needs no route.

A list decides nothing until a legal reviewer has verified it and says that all its rows are there; what was read second
hand stands in ``collector/law/lists`` and is shown as unverified.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from collector.declarations import Exemption, Exporter, Id, Name, Persons, Slug, Text
from wire.kinds import Kind

Words = Annotated[str, Meta(max_length=1_000, description="one line of text")]
Tag = Annotated[
    str,
    Meta(
        pattern="^(V2?|G|M)$",
        description="how it was read: `V` the text itself, `V2` a text about it, `G` a digest only, `M` from memory",
    ),
]


class ListRoute(StrEnum):
    """Which way out a row asks for."""

    SECURITY_ASSESSMENT = "security_assessment"
    """数据出境安全评估: part I of a list."""
    CONTRACT_OR_CERTIFICATION = "contract_or_certification"
    """订立标准合同或者通过认证: part II."""
    FREE = "free"
    """May flow under the row's condition, which traffic cannot show: of a general list (一般数据清单)."""


class Metric(StrEnum):
    """What a row's number counts."""

    ANY = "any"
    """Any amount."""
    PERSONS = "persons"
    """Distinct persons of the calendar year, whatever was sent of them."""
    PERSONS_ORDINARY = "persons_ordinary"
    """个人信息（不含敏感个人信息）."""
    PERSONS_SENSITIVE = "persons_sensitive"
    """敏感个人信息."""
    PERSONS_HELD = "persons_held"
    """Persons whose information is held, exported or not: traffic cannot tell."""
    RECORDS = "records"
    """Records: traffic cannot tell."""


_DECIDING: Final = frozenset({ListRoute.SECURITY_ASSESSMENT, ListRoute.CONTRACT_OR_CERTIFICATION})
_COUNTED: Final = frozenset({Metric.PERSONS, Metric.PERSONS_ORDINARY, Metric.PERSONS_SENSITIVE})


class NegativeList(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """负面清单 of a zone, one edition."""

    id: Id
    title: Name
    title_en: Text = ""
    region: Annotated[
        str,
        Meta(min_length=1, max_length=200, description="such as 北京: found in the exporter's `ftz_zone`"),
    ]
    published: Annotated[str, Meta(max_length=200, description="when it was published, as far as it is known")] = ""
    valid_from: Annotated[
        date | None, Meta(description="first day on which it holds, Asia/Shanghai; without it the list decides nothing")
    ] = None
    valid_until: Annotated[date | None, Meta(description="last day; none while it holds")] = None
    superseded_by: Annotated[
        str, Meta(max_length=64, description="id of the edition that takes its place from its own first day on")
    ] = ""
    sectors: Annotated[tuple[Name, ...], Meta(description="行业领域 that it covers")] = ()
    covered_sectors_only: Annotated[
        bool, Meta(description="whether sectors that it does not name keep the national duties")
    ] = True
    groups: Annotated[
        tuple[Name, ...], Meta(description="自贸组团 whose companies may use it; none: the whole zone")
    ] = ()
    is_whole_city: Annotated[bool, Meta(description="whether companies outside the zone may use it too")] = False
    excludes_ciio: Annotated[bool, Meta(description="whether CII operators may not use it")] = True
    needs_usage_filing: Annotated[
        bool, Meta(description="whether its use is to be filed first: an exemption with basis `cbdf_6`")
    ] = True
    is_general: Annotated[
        bool,
        Meta(
            description="whether it names what may flow (一般数据清单) and not what may not: such a list is shown only"
        ),
    ] = False
    is_complete: Annotated[bool, Meta(description="whether all its rows are here")] = False
    is_verified: Annotated[bool, Meta(description="whether a legal reviewer has held it against the official text")] = (
        False
    )
    tag: Tag = "M"
    source: Words = ""


class ListRow(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """清单条目: one class of data that a list names."""

    list_id: Id
    row: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]{1,64}$", description="number of the row, unique in its list")]
    part: Annotated[str, Meta(max_length=20, description="such as I for assessment, II for contract")] = ""
    sector: Annotated[str, Meta(max_length=200, description="行业领域; none: every one that the list covers")] = ""
    category: Annotated[str, Meta(max_length=200, description="such as 重要数据, 个人信息")] = ""
    description: Words = ""
    scenario: Annotated[str, Meta(max_length=200, description="业务场景; none: every one")] = ""
    kinds: Annotated[tuple[Slug, ...], Meta(description="kinds of datum by which traffic shows it")] = ()
    items: Annotated[tuple[Text, ...], Meta(description="field names by which traffic shows it")] = ()
    metric: Annotated[Metric | None, Meta(description="what its number counts; none where that was not seen")] = None
    at_least: Annotated[Persons | None, Meta(description="from this number on (以上)")] = None
    below: Annotated[Persons | None, Meta(description="below this number (不满)")] = None
    route: Annotated[ListRoute | None, Meta(description="the way out that it asks for; none where not seen")] = None
    exception: Annotated[str, Meta(max_length=1_000, description="when the row does not hold")] = ""
    is_verified: Annotated[bool, Meta(description="whether a legal reviewer has held it against the official text")] = (
        False
    )
    tag: Tag = "M"
    source: Words = ""

    @property
    def is_decidable(self) -> bool:
        """Whether traffic and registry can say if its number is reached, and what follows."""
        has_number = self.metric is Metric.ANY or (
            self.metric in _COUNTED and (self.at_least, self.below) != (None, None)
        )
        return self.is_verified and self.route in _DECIDING and has_number

    @property
    def is_visible(self) -> bool:
        """Whether traffic can show it at all."""
        return bool(self.kinds or self.items)


class Listed(Struct, frozen=True):
    """A list with its rows."""

    list: NegativeList
    rows: tuple[ListRow, ...]


class Listing(Struct, frozen=True):
    """What one list says about one transfer."""

    list: NegativeList
    rows: tuple[ListRow, ...]
    """Those that name something that was found."""
    hidden: int
    """Rows that hold for the exporter and that traffic cannot show."""
    usage: Exemption | None
    """使用备案: the exporter's declaration that it uses the list here."""

    @property
    def is_usable(self) -> bool:
        """Whether its use was filed where that is asked."""
        return self.usage is not None or not self.list.needs_usage_filing

    @property
    def is_enforced(self) -> bool:
        """Whether it decides: verified, whole, used rightly, and every row that is touched can be decided."""
        is_sure = self.list.is_verified and self.list.is_complete and not self.list.is_general
        is_dated = self.list.valid_from is not None
        return is_sure and is_dated and self.is_usable and all(row.is_decidable for row in self.rows)


def assembled(lists: Iterable[NegativeList], rows: Iterable[ListRow]) -> tuple[Listed, ...]:
    """The registry's lists with their rows, and those of the package that the registry does not declare itself."""
    own = tuple(lists)
    names = {each.id for each in own}
    by_list: dict[str, list[ListRow]] = {}
    for row in rows:
        by_list.setdefault(row.list_id, []).append(row)
    declared = tuple(Listed(each, tuple(by_list.get(each.id, ()))) for each in own)
    return declared + tuple(each for each in packaged_lists() if each.list.id not in names)


def reaching(known: Iterable[Listed], exporter: Exporter) -> tuple[Listed, ...]:
    """The lists that are open to the exporter, whatever the day, each with the rows for its sector."""
    return tuple(
        Listed(each.list, tuple(row for row in each.rows if not row.sector or _is_of(exporter.sector, (row.sector,))))
        for each in known
        if _reaches(each.list, exporter)
    )


def on_day(known: Iterable[Listed], on: date) -> Iterator[Listed]:
    """The lists in force that day; an edition ends when its successor begins."""
    current = [
        each
        for each in known
        if (each.list.valid_from or on) <= on and (each.list.valid_until is None or on <= each.list.valid_until)
    ]
    names = {each.list.id for each in current}
    return (each for each in current if each.list.superseded_by not in names)


def listing_of(listed: Listed, kinds: Iterable[Kind], fields: Iterable[str], usage: Exemption | None) -> Listing:
    """What the list says about data of these kinds under these field names.

    A row of another scenario than the one whose use was filed does not hold; where none was filed, every row does.
    """
    found, names = frozenset(kinds), frozenset(fields)
    rows = [row for row in listed.rows if not (usage and usage.scenario and row.scenario not in ("", usage.scenario))]
    excepted = usage.exceptions if usage else ()
    touched = (
        row
        for row in rows
        if row.row not in excepted
        and not (found.isdisjoint(row.kinds) and names.isdisjoint(item.casefold() for item in row.items))
    )
    return Listing(listed.list, tuple(touched), sum(not row.is_visible for row in rows), usage)


@cache
def packaged_lists() -> tuple[Listed, ...]:
    """What was read about the lists, and is shown as unverified."""
    folder = files("collector").joinpath("law", "lists")
    names = sorted(each.name for each in folder.iterdir() if each.name.endswith(".yaml"))
    tables = [msgspec.yaml.decode(folder.joinpath(name).read_bytes(), type=_File) for name in names]
    return tuple(
        Listed(each, tuple(row for row in table.list_rows if row.list_id == each.id))
        for table in tables
        for each in table.lists
    )


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    """The same two sections as in a registry, so that a reviewer can copy, verify and declare them there."""

    lists: tuple[NegativeList, ...]
    list_rows: tuple[ListRow, ...] = ()


def _reaches(some: NegativeList, exporter: Exporter) -> bool:
    if some.excludes_ciio and exporter.is_ciio:
        return False
    if some.covered_sectors_only and not _is_of(exporter.sector, some.sectors):
        return False
    if some.is_whole_city:
        return some.region in exporter.ftz_zone or exporter.province.startswith(some.region)
    return some.region in exporter.ftz_zone and (not some.groups or _is_of(exporter.ftz_group, some.groups))


def _is_of(said: str, names: Iterable[str]) -> bool:
    """医药 and 生物医药 are one, written longer or shorter."""
    return bool(said) and any(said in name or name in said for name in names)
