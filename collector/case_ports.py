"""What cases, acts and spot checks ask of a store. One contract test holds for every store."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from collector.cases import Act, Case, Found, Opening, State
from collector.draws import Draw, Result


class CaseQuery(Struct, frozen=True):
    """Which cases to read, the one with the newest transfer first."""

    states: tuple[State, ...] = ()
    """Empty: all."""
    at_work: bool = False
    """Only those that are open, or closed and recurring."""
    organisation: str = ""
    """Empty: all exporters."""
    most: int = 100
    before: tuple[int, str] | None = None
    """(last_ns, case_id) of the last row already read."""


class CaseWriter(Protocol):
    """The cases within a transaction."""

    def join(self, findings: Sequence[Found]) -> None:
        """Let transfers open their cases or join them; one that belongs to a case already changes nothing."""
        ...

    def case_ids(self, event_ids: Sequence[str]) -> dict[str, str]:
        """The cases that transfers belong to; one that belongs to none is left out."""
        ...

    def leave(self, event_ids: Sequence[str]) -> None:
        """Take transfers out of their cases, which stay and go on naming them as former members."""
        ...

    def open(self, opening: Opening, known_ns: int) -> None:
        """Open a case that no transfer shows; one that is there already stays as it is."""
        ...

    def case(self, case_id: str) -> Case | None:
        """One case as it stands within this transaction."""
        ...

    def append(self, act: Act, after: Case) -> None:
        """Append an act.

        Args:
            act: the act.
            after: the case as it stands with it.
        """
        ...

    def keep_draw(self, draw: Draw) -> None:
        """Keep a draw; the same one again changes nothing."""
        ...

    def keep_result(self, result: Result) -> None:
        """Append the result of one check."""
        ...


class CaseStore(Protocol):
    """The cases for reading."""

    def cases(self, query: CaseQuery) -> list[Case]:
        """Cases, newest transfer first."""
        ...

    def case(self, case_id: str) -> Case | None:
        """One case."""
        ...

    def counts(self) -> dict[State, int]:
        """How many cases of each state."""
        ...

    def members(self, case_id: str, most: int) -> list[str]:
        """The transfers of a case, newest first."""
        ...

    def former(self, case_id: str, most: int) -> list[str]:
        """The transfers that left a case and did not come back, newest first."""
        ...

    def case_of(self, event_id: str) -> str:
        """The case that a transfer belongs to; empty if none."""
        ...

    def draws(self) -> list[Draw]:
        """Every draw, newest day first."""
        ...

    def results(self, draw_id: str) -> list[Result]:
        """The results of a draw in the order in which they were given."""
        ...
