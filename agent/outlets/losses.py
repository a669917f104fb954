"""What a spool has lost and not told yet: a bounded list of gaps, and counts that only grow."""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from agent.outlets.lane import Loss
from agent.outlets.packing import GRADES
from agent.outlets.segment import Head
from wire.envelopes import Gap

MOST_GAPS: Final = 128
"""Beyond it, losses are told together that do not follow each other."""


class Losses:
    """Gathers losses of one agent.

    Args:
        agent: its name.
        gaps: those that were not told when the spool was closed.
        dropped: how many records were lost by then, by reason.
    """

    def __init__(self, agent: str, gaps: Sequence[Gap], dropped: dict[str, int]) -> None:
        self._agent = agent
        self.gaps = list(gaps)
        self.dropped = dict(dropped)

    def note(self, losses: Sequence[Loss]) -> None:
        """Records that were in the spool."""
        for loss in losses:
            gap = Gap(
                agent=self._agent,
                epoch=loss.epoch,
                from_sequence=loss.from_sequence,
                count=loss.count,
                items=loss.items,
                reason=loss.reason,
                grade=GRADES[min(loss.grade, len(GRADES) - 1)],
                from_ns=loss.from_ns,
                until_ns=loss.until_ns,
            )
            self.add(gap, max(loss.count, 1))

    def note_unkept(self, heads: Sequence[Head], epoch: str, reason: str, count: int = 0) -> None:
        """Records that the spool could not keep; where ``count`` is 0 their numbers are still to be used."""
        gap = Gap(
            agent=self._agent,
            epoch=epoch,
            from_sequence=heads[0].sequence,
            count=count,
            items=sum(head.items for head in heads),
            reason=reason,
            grade=GRADES[max(head.grade for head in heads)],
            from_ns=min((head.from_ns for head in heads if head.from_ns), default=0),
            until_ns=max(head.until_ns for head in heads),
        )
        self.add(gap, len(heads))

    def add(self, gap: Gap, records: int) -> None:
        """Remember a gap; it is joined to one that it follows, or to any of its kind where there are too many."""
        self.dropped[gap.reason] = self.dropped.get(gap.reason, 0) + records
        for place, known in enumerate(self.gaps):
            if _is_kin(known, gap) and (self._is_full or gap.from_sequence == known.from_sequence + known.count):
                self.gaps[place] = _joined(known, gap)
                return
        if self._is_full:
            self.gaps[:2] = [_joined(self.gaps[0], self.gaps[1])]
        self.gaps.append(gap)

    @property
    def _is_full(self) -> bool:
        return len(self.gaps) >= MOST_GAPS


def _is_kin(one: Gap, other: Gap) -> bool:
    return (one.reason, one.epoch) == (other.reason, other.epoch)


def _joined(one: Gap, other: Gap) -> Gap:
    grades = [gap.grade for gap in (one, other) if gap.grade is not None]
    return replace(
        one,
        count=one.count + other.count,
        items=None if one.items is None or other.items is None else one.items + other.items,
        grade=max(grades, key=GRADES.index, default=None),
        from_ns=min((gap.from_ns for gap in (one, other) if gap.from_ns), default=0),
        until_ns=max(one.until_ns, other.until_ns),
    )
