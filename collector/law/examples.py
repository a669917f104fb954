"""Facts as short as a sentence, for the examples on the shelf and for tests."""

from datetime import date
from typing import Any, Final

import msgspec

from collector.declarations import Basis, Exemption, Exporter, Recipient
from collector.facts import Facts
from collector.negative_lists import Listing, ListRoute, ListRow, Metric, NegativeList
from wire.events import Content, Direction, Endpoint, Tally, TransferEvent
from wire.kinds import Grade, Kind
from wire.places import place_of
from wire.subjects import Span

ORGANISATION: Final = "91350100M000100Y43"
"""The example of GB 32100-2015."""
DAY: Final = date(2026, 3, 2)

PHONE: Final = Tally(Kind("cn.mobile"), Grade.GENERAL, 1)
DIAGNOSIS: Final = Tally(Kind("medical.diagnosis"), Grade.SENSITIVE, 1)
MAP: Final = Tally(Kind("geo.survey"), Grade.IMPORTANT, 1)
EXPORTER: Final = Exporter(organisation=ORGANISATION, name="示例企业", city="深圳")
OPERATOR: Final = Exporter(organisation=ORGANISATION, name="示例运营者", is_ciio=True)


def an_event(*tallies: Tally, country: str = "US", **changes: Any) -> TransferEvent:
    """A transfer from the mainland, all of it read."""
    event = TransferEvent(
        event_id="0" * 32,
        agent="example",
        organisation=ORGANISATION,
        begun_ns=1_772_416_800_000_000_000,
        ended_ns=1_772_416_801_000_000_000,
        direction=Direction.PUSH,
        protocol="http",
        origin=Endpoint("10.0.0.1", 40000, "", place_of("CN")),
        target=Endpoint("203.0.113.5", 443, "api.example.com", place_of(country)),
        sent_bytes=1200,
        sampled=1.0,
        content=Content.SEEN,
        tallies=tallies,
    )
    return msgspec.structs.replace(event, **changes)


def some_facts(*tallies: Tally, persons: int = 0, sensitive: int = 0, country: str = "US", **changes: Any) -> Facts:
    """Facts of an ordinary exporter with so many persons this year."""
    facts = Facts(
        event=an_event(*tallies, country=country),
        on=DAY,
        exporter=EXPORTER,
        recipient=Recipient(id="r", name="Example", country=country),
        any=exactly(persons),
        sensitive=exactly(sensitive),
        ordinary_only=exactly(persons - sensitive),
    )
    return msgspec.structs.replace(facts, **changes)


def exporter_with(*notified: str) -> Exporter:
    """An exporter to which these kinds were notified as important data."""
    return msgspec.structs.replace(EXPORTER, notified_important=notified)


def a_listing(at_least: int | None = None, **changes: bool) -> tuple[Listing, ...]:
    """A verified negative list in use; with a number, its only row asks for the assessment from so many persons."""
    row = ListRow(
        list_id="list", row="II-1", kinds=("cn.mobile",), metric=Metric.PERSONS, at_least=at_least,
        route=ListRoute.SECURITY_ASSESSMENT, is_verified=True,
    )  # fmt: skip
    some = NegativeList(
        id="list", title="示例负面清单", region="示例", valid_from=date(2024, 8, 30), sectors=("示例",),
        is_verified=True, is_complete=True, needs_usage_filing=False,
    )  # fmt: skip
    rows = (row,) if at_least is not None else ()
    return (Listing(msgspec.structs.replace(some, **changes), rows, 0, None),)


def exactly(count: int) -> Span:
    """So many persons, no more and no less."""
    return Span(count, count, count)


def declared(basis: Basis, *kinds: str) -> tuple[Exemption, ...]:
    """An exemption that the exporter declared for these kinds."""
    return (
        Exemption(
            organisation=ORGANISATION,
            basis=basis,
            kinds=kinds,
            recipients=("r",),
            purpose="example",
            valid_from=date(2026, 1, 1),
            valid_until=date(2026, 12, 31),
        ),
    )
