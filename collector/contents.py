"""What a store holds, as lines and as digests: how a backup is compared, and two stores that took in the same."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any, Final

import msgspec
from msgspec import Struct

from collector.case_ports import CaseQuery
from collector.cases import Case
from collector.ports import Judged, Store
from wire.legal_time import legal_year

_PAGE: Final = 500
_ENDLESS: Final = 1 << 62
_LATEST_NS: Final = (1 << 63) - 1
_json: Final = msgspec.json.Encoder().encode


class Section(Struct, frozen=True):
    """One kind of what is kept."""

    rows: int
    sha256: str


def digests(store: Store) -> dict[str, Section]:
    """Rows and digest of each kind; of two stores with the same content they are the same, whatever the engine."""
    return {name: _digest(lines) for name, lines in sections(store).items()}


def sections(store: Store) -> dict[str, Iterable[bytes]]:
    """Each kind of what is kept, in one order, as lines of JSON."""
    return {
        "events": (_json(each.event) for each in _judged(store)),
        "verdicts": (_json(each.verdict) for each in _judged(store)),
        "past": (_json(past) for each in _judged(store) for past in store.past(each.event.event_id)),
        "ledgers": _ledgers(store),
        "cases": _cases(store),
        "draws": (_json((draw, store.cases.results(draw.draw_id))) for draw in store.cases.draws()),
        "coverage": sorted(_json(each) for each in store.coverages()),
        "gaps": sorted(_json(each) for each in store.intake.gaps(most=_ENDLESS)),
        "asides": sorted(each.aside_id.encode() for each in store.intake.asides(most=_ENDLESS)),
        "holds": (_json(each) for each in store.keeping.holds()),
    }


def _digest(lines: Iterable[bytes]) -> Section:
    rows, state = 0, sha256()
    for line in lines:
        state.update(line + b"\n")
        rows += 1
    return Section(rows, state.hexdigest())


def _judged(store: Store) -> Iterator[Judged]:
    for stretch in store.stretches():
        yield from store.in_time(stretch.organisation, stretch.first_ns, min(stretch.last_ns + 1, _LATEST_NS))


def _ledgers(store: Store) -> Iterator[bytes]:
    years = {
        year for each in store.stretches() for year in range(legal_year(each.first_ns), legal_year(each.last_ns) + 1)
    }
    for year in sorted(years):
        for ledger in store.ledgers(year):
            cells: list[Any] = list(ledger.cells())
            yield _json((ledger.organisation, year, cells))


def _cases(store: Store) -> Iterator[bytes]:
    query = CaseQuery(most=_PAGE)
    while page := store.cases.cases(query):
        for case in page:
            yield _json((case, _members(store, case)))
        query = CaseQuery(most=_PAGE, before=(page[-1].last_ns, page[-1].case_id))


def _members(store: Store, case: Case) -> tuple[list[str], list[str]]:
    return store.cases.members(case.case_id, _ENDLESS), store.cases.former(case.case_id, _ENDLESS)
