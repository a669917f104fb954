"""One organisation's view of a store and a registry: what is another's is not there, whoever asks and however."""

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager
from typing import Final

from msgspec.structs import replace
from typing_extensions import override

from collector.book import Registry
from collector.case_ports import CaseQuery, CaseStore
from collector.cases import Case, State
from collector.declarations import Exporter
from collector.draws import Draw, Result
from collector.intake_ports import IntakeStore, KeepingStore
from collector.ledger import Ledger
from collector.ports import Judged, Past, Query, Store, Stretch, Transaction
from collector.verdicts import Status
from wire.coverage import Coverage
from wire.faults import GuanjinError

_NOBODY: Final = "-"
"""An organisation that cannot be: an empty one in a query would mean all."""
_PAGE: Final = 500


class ForeignError(GuanjinError):
    """What was asked for belongs to somebody else, or is not there: the two are not told apart."""


def registry_of_tenant(registry: Registry, organisation: str) -> Registry:
    """The registry as one organisation may see it: its own entries, and what those name.

    A filing that another made for both is seen without whom else it covers, and its maker by name only.
    """
    filings = tuple(
        each if each.organisation == organisation else replace(each, covers=(organisation,))
        for each in registry.filings_of(organisation)
    )
    exemptions = registry.exemptions_of(organisation)
    named = {each for filing in filings for each in filing.recipients}
    named |= {each for exemption in exemptions for each in exemption.recipients}
    partners = {each for filing in filings for each in (filing.organisation, *filing.covers)}
    return replace(
        registry,
        exporters=tuple(_exporters(registry, organisation, partners)),
        recipients=tuple(
            replace(each, onward=tuple(name for name in each.onward if name in named))
            for each in registry.recipients
            if each.id in named
        ),
        filings=filings,
        exemptions=exemptions,
        lines=tuple(each for each in registry.lines if each.organisation == organisation),
    )


def _exporters(registry: Registry, organisation: str, partners: Collection[str]) -> Iterator[Exporter]:
    for each in registry.exporters:
        if each.organisation == organisation:
            yield each
        elif each.organisation in partners:
            yield Exporter(organisation=each.organisation, name=each.name, name_en=each.name_en, group=each.group)


class TenantStore(Store):
    """A store for reading. Agents serve many organisations at once, so their coverage is nobody's in particular."""

    def __init__(self, store: Store, organisation: str) -> None:
        self._store = store
        self._organisation = organisation or _NOBODY
        self._cases = TenantCases(store.cases, self._organisation)

    @property
    @override
    def cases(self) -> CaseStore:
        return self._cases

    @property
    @override
    def intake(self) -> IntakeStore:
        raise ForeignError("what agents handed in is nobody's in particular")

    @property
    @override
    def keeping(self) -> KeepingStore:
        raise ForeignError("what is kept for how long is nobody's in particular")

    @override
    def begin(self) -> AbstractContextManager[Transaction]:
        raise ForeignError("this view is for reading")

    @override
    def keep_coverage(self, coverage: Coverage) -> None:
        raise ForeignError("this view is for reading")

    @override
    def transfers(self, query: Query) -> list[Judged]:
        if not self._is_own(query.organisation):
            return []
        return self._store.transfers(replace(query, organisation=self._organisation))

    @override
    def transfer(self, event_id: str) -> Judged | None:
        judged = self._store.transfer(event_id)
        return judged if judged is not None and judged.event.organisation == self._organisation else None

    @override
    def past(self, event_id: str) -> list[Past]:
        return self._store.past(event_id) if self.transfer(event_id) is not None else []

    @override
    def stretches(self) -> list[Stretch]:
        return [each for each in self._store.stretches() if each.organisation == self._organisation]

    @override
    def in_time(self, organisation: str, from_ns: int, until_ns: int) -> Iterator[Judged]:
        if organisation == self._organisation:
            yield from self._store.in_time(organisation, from_ns, until_ns)

    @override
    def count_between(self, organisation: str, from_ns: int, until_ns: int) -> int:
        return self._store.count_between(organisation, from_ns, until_ns) if organisation == self._organisation else 0

    @override
    def counts(self, organisation: str = "") -> dict[Status, int]:
        return self._store.counts(self._organisation) if self._is_own(organisation) else {}

    @override
    def ledgers(self, year: int, organisation: str = "") -> list[Ledger]:
        return self._store.ledgers(year, self._organisation) if self._is_own(organisation) else []

    @override
    def coverages(self) -> list[Coverage]:
        return []

    @override
    def close(self) -> None:
        """The store behind is closed by whoever opened it."""

    def _is_own(self, organisation: str) -> bool:
        return organisation in ("", self._organisation)


class TenantCases(CaseStore):
    """An organisation's cases for reading; draws are the regulator's."""

    def __init__(self, cases: CaseStore, organisation: str) -> None:
        self._cases = cases
        self._organisation = organisation

    @override
    def cases(self, query: CaseQuery) -> list[Case]:
        if query.organisation not in ("", self._organisation):
            return []
        return self._cases.cases(replace(query, organisation=self._organisation))

    @override
    def case(self, case_id: str) -> Case | None:
        case = self._cases.case(case_id)
        return case if case is not None and case.opening.cause.organisation == self._organisation else None

    @override
    def counts(self) -> dict[State, int]:
        found: dict[State, int] = {}
        before: tuple[int, str] | None = None
        while some := self.cases(CaseQuery(most=_PAGE, before=before)):
            for case in some:
                found[case.state] = found.get(case.state, 0) + 1
            before = some[-1].last_ns, some[-1].case_id
        return found

    @override
    def members(self, case_id: str, most: int) -> list[str]:
        return self._cases.members(case_id, most) if self.case(case_id) is not None else []

    @override
    def former(self, case_id: str, most: int) -> list[str]:
        return self._cases.former(case_id, most) if self.case(case_id) is not None else []

    @override
    def case_of(self, event_id: str) -> str:
        case_id = self._cases.case_of(event_id)
        return case_id if case_id and self.case(case_id) is not None else ""

    @override
    def draws(self) -> list[Draw]:
        return []

    @override
    def results(self, draw_id: str) -> list[Result]:
        return []
