"""Streams of what a judge may meet: thresholds near, days at midnight, filings that begin and end, bad sketches."""

from datetime import date, timedelta
from typing import Final

from hypothesis import strategies as st
import msgspec

from collector.book import Registry
from collector.law.examples import MAP
from collector.whatif import day_begins_ns
from tests.collector.builders import COMPANY, HOSPITAL, LAB, MAKER, NOWHERE, STRANGER, at, event, the_registry
from wire.events import Content, Endpoint, Tally, TransferEvent
from wire.kinds import Grade, Kind, Profile
from wire.places import Place, Region
from wire.subjects import Subjects

FILED: Final = the_registry()
BARE: Final = msgspec.structs.replace(FILED, filings=(), exemptions=())
SMALL: Final = the_registry(**{"most_persons: 5000": "most_persons: 12"})
LATE: Final = the_registry(
    **{"valid_from: 2026-01-15": "valid_from: 2026-03-02", "valid_until: 2026-12-31": "valid_until: 2026-03-01"}
)
EXPORTER_WIDE: Final = the_registry(
    **{"threshold_tally: any": "threshold_tally: ordinary_only\n  sensitive_reach: exporter"}
)
MARKED: Final = the_registry(**{"Example Clinical Laboratories": "\ue0000\ue001 Laboratories"})
REGISTRIES: Final = (FILED, BARE, SMALL, LATE, EXPORTER_WIDE, MARKED)

TARGETS: Final = (
    LAB,
    NOWHERE,
    at("hr.example.no", country="NO"),
    at("www.example.cn", country="CN"),
    at("", "198.51.100.9", country="MO"),
    at("", "192.0.2.99", country="US"),
    Endpoint("10.0.0.9", 443, "", Place(Region.PRIVATE)),
    Endpoint("192.0.2.98", 443, "", Place(Region.UNKNOWN)),
)
DAYS: Final = tuple(
    map(date.fromisoformat, ("2024-03-21", "2025-12-31", "2026-01-01", "2026-01-15", "2026-03-01", "2026-03-02"))
)
NEARLY_CONTRACT: Final = Subjects.of({"cn.mobile": range(99_995)})
NEARLY_ASSESSMENT: Final = Subjects.of({"cn.mobile": range(9_997)})
BROKEN: Final = Subjects((("cn.mobile", b"no sketch at all"),))

_KINDS: Final = (
    (Kind("cn.mobile"), Grade.GENERAL), (Kind("email"), Grade.GENERAL), (Kind("medical.diagnosis"), Grade.SENSITIVE),
)  # fmt: skip
_FEW: Final = st.builds(
    lambda name, first, many: Subjects.of({name: range(first, first + many)}),
    st.sampled_from(["cn.mobile", "cn.mobile+", "email", "email+"]), st.integers(0, 40), st.integers(0, 9),
)  # fmt: skip
_SUBJECTS: Final = st.one_of(
    _FEW, _FEW, st.builds(lambda one, other: one | other, _FEW, _FEW),
    st.integers(0, 3).map(lambda which: (Subjects(), NEARLY_CONTRACT, NEARLY_ASSESSMENT, BROKEN)[which]),
)  # fmt: skip
_TALLIES: Final = st.one_of(
    st.builds(
        lambda kind, subjects, fields: Tally(kind[0], kind[1], 3, subjects, ("1**",), fields),
        st.sampled_from(_KINDS), _SUBJECTS, st.sampled_from([(), ("body:mobile",)]),
    ),
    st.just(MAP),
)  # fmt: skip


def _moment_ns(day: date, off_ns: int) -> int:
    return day_begins_ns(day) + off_ns


MOMENTS: Final = st.builds(
    _moment_ns,
    st.one_of(st.sampled_from(DAYS), st.builds(lambda n: date(2025, 12, 1) + timedelta(n), st.integers(0, 120))),
    st.sampled_from([-1, 0, 1, 43_200_000_000_000]),
)


def _event(
    number: int, tallies: list[Tally], target: Endpoint, begun_ns: int, how: tuple[object, ...]
) -> TransferEvent:
    organisation, content, sent_bytes, sampled, profile, line = how
    return event(
        number, *tallies, target=target, begun_ns=begun_ns, organisation=organisation, content=content,
        sent_bytes=sent_bytes, sampled=sampled, profile=profile, line=line,
    )  # fmt: skip


_HOW: Final = st.tuples(
    st.sampled_from([COMPANY, COMPANY, COMPANY, HOSPITAL, MAKER, STRANGER, ""]),
    st.sampled_from([Content.SEEN, Content.SEEN, Content.PARTIAL, Content.UNSEEN]),
    st.sampled_from([None, 0, 1_200, 34_567]),
    st.sampled_from([1.0, 0.25]),
    st.sampled_from(list(Profile)),
    st.sampled_from(["", "line-mo-1"]),
)
EVENTS: Final = st.builds(
    _event, st.integers(0, 1 << 60), st.lists(_TALLIES, max_size=3), st.sampled_from(TARGETS), MOMENTS, _HOW
)


def streams(most: int = 25) -> st.SearchStrategy[list[TransferEvent]]:
    """Some transfers, in any order of time."""
    return st.lists(EVENTS, min_size=1, max_size=most, unique_by=lambda each: each.event_id)


def registries() -> st.SearchStrategy[Registry]:
    """One of some registries."""
    return st.sampled_from(REGISTRIES)
