from collections.abc import Iterable, Iterator
from datetime import date
import re
from typing import Any

from msgspec.structs import replace
import pytest

from agent.evidence import tokeniser_of, year_key
from agent.geo import Located, MmdbLocator
from agent.ports import Bench
from agent.sighting import Media, Party, Payload, Sighting, named, turned
from agent.window import Windows, heading_of
from detectors.detector import Detector
from detectors.finding import Finding
from wire.events import Content, Direction, TransferEvent
from wire.faults import MalformedError
from wire.kinds import Grade, Kind, Profile
from wire.places import Place, Region, place_of

SECOND = 1_000_000_000
DAY = 86_400 * SECOND
NOON = 20_777 * DAY + 4 * 3600 * SECOND
"""2026-11-20 12:00 in Shanghai."""
INSIDE = Party("10.0.0.5", 50_000)
ABROAD = Party("8.8.8.8", 443)
WORD = Kind("test.word")
STATE = Kind("test.state")
KEY = b"k" * 32


def a_detector(kind: Kind, *, identifies: bool) -> Detector:
    return Detector(
        kind=kind,
        title="词",
        title_en="word",
        grades=dict.fromkeys(Profile, Grade.GENERAL),
        patterns=("x",),
        check=lambda _: 1.0,
        canonical=bytes,
        mask=lambda value: value[:1].decode() + "*",
        identifies=identifies,
        law="none: a test's own kind",
    )


def words(payload: Payload, _: date) -> Iterable[Finding]:
    """Every word of lower-case letters is an identifier, ``SICK`` is an attribute, each line is a record."""
    for record, line in enumerate(payload.content.splitlines()):
        for match in re.finditer(rb"[a-z]+", line):
            yield Finding(WORD, match.start(), match.end(), match.group(), 1.0, record, "name")
        for match in re.finditer(rb"SICK", line):
            yield Finding(STATE, match.start(), match.end(), match.group(), 1.0, record, "state")


def a_bench(*, window_ns: int = 0, domestic: int = 0, organisation: str = "") -> Bench:
    locator = MmdbLocator()
    left = iter(range(domestic))
    return Bench(
        agent="probe",
        organisation=organisation,
        profile=Profile.GBT45574_2025,
        rate=1.0,
        window_ns=window_ns,
        geo=locator.source,
        ruleset="r",
        detectors={WORD: a_detector(WORD, identifies=True), STATE: a_detector(STATE, identifies=False)},
        locate=lambda party: locator.locate(party.address) if party.address else Located(place_of("CN")),
        scan=words,
        tokeniser=lambda exporter, year: tokeniser_of(year_key(KEY, exporter, year)),
        name_of=lambda address: {"8.8.8.8": "dns.example"}.get(address, ""),
        wants_domestic=lambda: next(left, None) is not None,
    )


def seen(content: bytes = b"", *, by_client: bool = True, **changes: Any) -> Sighting:
    payloads = (Payload(content, "body", Media.TEXT, by_client),) if content else ()
    facts: dict[str, Any] = {
        "conversation": "c", "client": INSIDE, "server": ABROAD, "begun_ns": NOON, "ended_ns": NOON,
        "protocol": "http", "payloads": payloads,
    }  # fmt: skip
    return Sighting(**{**facts, **changes})


def counted(client_bytes: int | None, server_bytes: int | None = 0, **changes: Any) -> Sighting:
    return seen(client_bytes=client_bytes, server_bytes=server_bytes, is_total=True, protocol="tcp", **changes)


def fold(*sightings: Sighting, **bench: Any) -> list[TransferEvent]:
    def events() -> Iterator[TransferEvent]:
        windows = Windows(a_bench(**bench))
        for sighting in sightings:
            yield from windows.add(sighting)
        yield from windows.close()

    return list(events())


@pytest.mark.parametrize(
    ("client", "server", "direction", "is_export"),
    [
        (Region.MAINLAND, Region.FOREIGN, Direction.PUSH, True),
        (Region.PRIVATE, Region.HONG_KONG, Direction.PUSH, True),
        (Region.FOREIGN, Region.MAINLAND, Direction.PULL, True),
        (Region.TAIWAN, Region.PRIVATE, Direction.PULL, True),
        (Region.MAINLAND, Region.UNKNOWN, Direction.PUSH, True),
        (Region.MAINLAND, Region.PRIVATE, Direction.PUSH, False),
        (Region.FOREIGN, Region.FOREIGN, Direction.PUSH, False),
        (Region.FOREIGN, Region.UNKNOWN, Direction.PUSH, False),
    ],
)
def test_export_is_told_by_where_data_go(client: Region, server: Region, direction: Direction, is_export: bool) -> None:
    heading = heading_of(Place(client), Place(server))
    assert (heading.direction, heading.is_export) == (direction, is_export)


def test_a_push_counts_what_the_client_sent_and_names_the_server() -> None:
    (event,) = fold(seen(b"anna\nbert\nanna"), counted(1_000, 77))
    assert event.direction is Direction.PUSH
    assert (event.origin.address, event.target.address, event.target.host) == ("10.0.0.5", "8.8.8.8", "dns.example")
    assert (event.sent_bytes, event.protocol, event.content) == (1_000, "http", Content.SEEN)
    (tally,) = event.tallies
    assert (tally.hits, tally.subjects.at_least, tally.exemplars) == (3, 2, ("a*", "b*"))


def test_a_pull_counts_what_the_server_sent_to_the_client_abroad() -> None:
    (event,) = fold(
        seen(b"anna", by_client=False, client=ABROAD, server=INSIDE),
        counted(10, 2_000, client=ABROAD, server=INSIDE),
    )
    assert event.direction is Direction.PULL
    assert (event.origin.address, event.target.address, event.sent_bytes) == ("10.0.0.5", "8.8.8.8", 2_000)
    assert event.tallies[0].subjects.at_least == 1


def test_what_the_other_side_sends_is_no_export() -> None:
    (event,) = fold(seen(b"anna", by_client=False), seen(b"123"), counted(50, 5_000))
    assert (event.tallies, event.sent_bytes) == ((), 50)


def test_an_attribute_concerns_the_persons_of_its_record() -> None:
    (event,) = fold(seen(b"anna SICK\nbert\ncarl SICK\nSICK"))
    state, word = event.tallies
    assert (state.kind, state.hits, state.subjects.at_least) == (STATE, 3, 2)
    assert (word.hits, word.subjects.at_least) == (3, 3)


def test_content_that_was_not_read_is_unseen_or_partial_never_clean() -> None:
    (unseen,) = fold(seen(unseen_client=True), counted(900))
    (partial,) = fold(seen(b"anna", unseen_client=True), counted(900))
    (silent,) = fold(counted(900))
    assert (unseen.content, partial.content, silent.content) == (Content.UNSEEN, Content.PARTIAL, Content.UNSEEN)


def test_an_unknown_volume_stays_unknown() -> None:
    (event,) = fold(seen(b"anna", client_bytes=None))
    assert event.sent_bytes is None


def test_totals_of_the_transport_beat_the_sums_of_messages() -> None:
    (messages,) = fold(seen(b"anna", client_bytes=10), seen(b"bert", client_bytes=20))
    (totals,) = fold(seen(b"anna", client_bytes=10), counted(500), counted(25))
    assert (messages.sent_bytes, totals.sent_bytes) == (30, 525)


def test_a_query_from_abroad_tells_about_whom_was_asked_only_where_the_answer_is_not_in_view() -> None:
    asked = Payload(b"anna", "query", Media.FORM, by_client=True)
    (log,) = fold(seen(client=ABROAD, server=Party(), payloads=(asked,), unseen_server=True, server_bytes=400))
    (capture,) = fold(
        seen(b"123", by_client=False, client=ABROAD, server=INSIDE), seen(client=ABROAD, payloads=(asked,))
    )
    assert (log.content, log.tallies[0].subjects.at_least, log.sent_bytes) == (Content.PARTIAL, 1, 400)
    assert log.origin.place.region is Region.MAINLAND
    assert capture.tallies == ()


def test_nothing_sent_is_no_transfer() -> None:
    assert fold(counted(0, 900)) == []


def test_domestic_conversations_are_told_only_as_far_as_wanted_and_never_read() -> None:
    inner = Party("114.114.114.114", 80)
    assert fold(seen(b"anna", server=inner)) == []
    (event,) = fold(seen(b"anna", server=inner), counted(70, server=inner), domestic=1)
    assert (event.tallies, event.sampled, event.sent_bytes, event.content) == ((), 0.0, 70, Content.UNSEEN)


def test_windows_cut_a_long_conversation_and_never_span_two_legal_days() -> None:
    later: dict[str, Any] = {"begun_ns": NOON + 61 * SECOND, "ended_ns": NOON + 61 * SECOND}
    next_day: dict[str, Any] = {"begun_ns": NOON + DAY, "ended_ns": NOON + DAY}
    first, second = fold(seen(b"anna"), seen(b"anna", **later), window_ns=60 * SECOND)
    assert first.event_id != second.event_id
    assert len(fold(seen(b"anna"), seen(b"anna", **later))) == 1
    assert len(fold(seen(b"anna"), seen(b"anna", **next_day))) == 2


def test_the_same_transfer_read_twice_is_one_event() -> None:
    assert fold(seen(b"anna"), counted(9)) == fold(seen(b"anna"), counted(9))


def test_tokens_join_within_an_exporter_and_year_and_nowhere_else() -> None:
    (here,) = fold(seen(b"anna"), organisation="A")
    (there,) = fold(seen(b"anna"), organisation="B")
    both = here.tallies[0].subjects | there.tallies[0].subjects
    again = here.tallies[0].subjects | fold(seen(b"anna bert"), organisation="A")[0].tallies[0].subjects
    assert (both.at_least, again.at_least) == (2, 2)


def test_identifiers_in_names_from_the_traffic_are_struck_out() -> None:
    (event,) = fold(named(seen(b"anna"), "13800138000.example"), counted(5, source="list-13800138000.pcap"))
    assert event.target.host == "***********.example"


def test_turning_a_sighting_twice_gives_it_back() -> None:
    sighting = seen(b"anna", client_bytes=1, server_bytes=2, unseen_client=True)
    assert turned(turned(sighting)) == sighting
    assert turned(sighting).client == ABROAD


def test_content_whose_scan_failed_is_not_told_as_read() -> None:
    def broken(*_: object) -> list[Finding]:
        raise MalformedError("a scan failed")

    windows = Windows(replace(a_bench(), scan=broken))
    (event,) = [*windows.add(seen(b"anna", client_bytes=4)), *windows.close()]
    assert event.content is Content.PARTIAL
    assert event.tallies == ()
