"""The four properties: conservation, exactness, accounting, liveness (which the scenarios measure)."""

from collections.abc import Iterable
from threading import Lock

from agent.outlets.lane import TORN
from wire.envelopes import Envelope, Gap
from wire.events import TransferEvent


class Oracle:
    """Knows what the spool took in, counts what arrives as a collector does, and says what does not fit.

    Args:
        may_overstate: whether a loss may be told that was none, of what had arrived out of order before a crash: only
            how far all is acknowledged without a hole is kept on the disk.
        most_items: of an envelope.
    """

    def __init__(self, *, may_overstate: bool = False, most_items: int = 200) -> None:
        self._may_overstate, self._most_items = may_overstate, most_items
        self.taken: set[int] = set()
        """Events from whose ``append`` the spool has returned."""
        self.tried: set[int] = set()
        """Events that were offered to it."""
        self.arrived: set[int] = set()
        self.envelopes: dict[tuple[str, int], frozenset[int]] = {}
        """What arrived under each name first."""
        self.late: set[tuple[str, int]] = set()
        """Those of them that had been given up, and told, while they were on their way."""
        self.gaps: dict[tuple[str, int, str], Gap] = {}
        self._wrong: list[str] = []
        self._lock = Lock()

    def arrive(self, envelope: Envelope) -> None:
        """Count an envelope; one of a name that came before is a repetition and counts nothing."""
        ids = frozenset(int(item.event_id, 16) for item in envelope.items if isinstance(item, TransferEvent))
        name = envelope.epoch, envelope.sequence
        with self._lock:
            if self.envelopes.setdefault(name, ids) != ids:
                self._wrong.append("exactness: one name for two contents")
                return
            self.arrived |= ids
            for item in envelope.items:
                if isinstance(item, Gap):
                    self.gaps[item.epoch, item.from_sequence, item.reason] = item

    def violations(self) -> list[str]:
        """What does not hold."""
        told = [gap for gap in self.gaps.values() if gap.reason != TORN]
        twice = self._told_and_arrived(told)
        late = self.late | twice if self._may_overstate else self.late
        lost = self.taken - self.arrived.difference(*(self.envelopes[name] for name in late))
        known = [gap.items for gap in told if gap.items is not None]
        most = sum(known) + sum(gap.count * self._most_items for gap in told if gap.items is None)
        wrong = list(self._wrong)
        if self.arrived - self.tried:
            wrong.append("exactness: events arrived that nobody sent")
        if len(lost) > most:
            wrong.append(f"conservation: {len(lost)} events were taken in and did not arrive, {most} are told at most")
        if len(known) == len(told) and most != len(lost):
            wrong.append(f"accounting: {len(lost)} events are lost, {most} are told")
        if told and not lost:
            wrong.append(f"accounting: told as lost though nothing is: {sorted({gap.reason for gap in told})}")
        return wrong + [f"accounting: {name} arrived and is told as lost" for name in twice - late]

    def _told_and_arrived(self, told: Iterable[Gap]) -> set[tuple[str, int]]:
        missing = {
            (gap.epoch, gap.from_sequence + place) for gap in told for place in range(min(gap.count, 1 << 20))
        }  # fmt: skip
        return missing & self.envelopes.keys()
