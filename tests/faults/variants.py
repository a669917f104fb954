"""Spools that are broken on purpose, each in one way that some real one was: the harness must catch every one."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
import os
import secrets
from typing import Any
from unittest.mock import patch

from agent.outlets import lane, segment
from agent.outlets.dead_letters import DeadLetters
from agent.outlets.lane import Lane, Parcel
from agent.outlets.ledger import Mark
from agent.outlets.losses import Losses
from agent.outlets.spool import Spool
from wire.faults import MalformedError

Variant = Callable[[], AbstractContextManager[Any]]


@contextmanager
def _whole() -> Iterator[None]:
    yield


def _no_fsync() -> AbstractContextManager[Any]:
    """Durable as long as only the process dies."""
    return patch.object(os, "fdatasync", lambda _file: None)


def _taken_before_written() -> AbstractContextManager[Any]:
    """``append`` writes what it was given the time before."""
    append, waiting = Spool.append, []

    def late(spool: Spool, items: Any) -> None:
        waiting.append(list(items))
        if len(waiting) > 1:
            append(spool, waiting.pop(0))

    return patch.object(Spool, "append", late)


def _acknowledged_when_handed_out() -> AbstractContextManager[Any]:
    hand_out = Lane.hand_out

    def hasty(self: Lane) -> Any:
        parcel, losses = hand_out(self)
        if parcel is not None:
            self.acknowledge(parcel)
        return parcel, losses

    return patch.object(Lane, "hand_out", hasty)


def _mark_passes_over_holes() -> AbstractContextManager[Any]:
    """The last acknowledgement counts for all before it."""

    def acknowledge(self: Lane, parcel: Parcel) -> bool:
        while self._flying and not parcel.is_done:
            one = self._flying.popleft()
            one.is_done = True
            one.segment.settle(one.head.sequence, one.head.items)
            self._mark = Mark(one.segment.name.number, one.head.sequence)
        return True

    return patch.object(Lane, "acknowledge", acknowledge)


def _sequences_used_twice() -> AbstractContextManager[Any]:
    """Every opening counts from one again under one name."""
    return patch.object(secrets, "token_hex", lambda _bytes: "0" * 16)


def _errors_of_the_disk_are_swallowed() -> AbstractContextManager[Any]:
    append = Lane.append

    def deaf(self: Lane, batch: Any, most_bytes: int) -> None:
        try:
            append(self, batch, most_bytes)
        except OSError:
            return

    return patch.object(Lane, "append", deaf)


def _removed_before_it_is_written_down() -> AbstractContextManager[Any]:
    save = Spool._save_and_remove

    def reversed_order(self: Spool, *, must: bool = False) -> None:
        for name in self._doomed:
            self._disk.remove(self._folder / name.file)
        save(self, must=must)

    return patch.object(Spool, "_save_and_remove", reversed_order)


def _drops_are_not_told() -> AbstractContextManager[Any]:
    return patch.object(Losses, "add", lambda _self, _gap, _records: None)


def _bound_is_forgotten() -> AbstractContextManager[Any]:
    return patch.object(Spool, "_has_room", lambda _self, _lane, _size: True)


def _gravest_goes_first() -> AbstractContextManager[Any]:

    def drop(self: Spool, index: int) -> bool:
        self._lanes.reverse()
        try:
            return whole(self, max(index, 3))
        finally:
            self._lanes.reverse()

    whole = Spool._drop_below
    return patch.object(Spool, "_drop_below", drop)


def _reading_stops_at_damage() -> AbstractContextManager[Any]:
    def until_damage(content: bytes, offset: int = 0) -> Iterator[Any]:
        at = 0
        while (found := segment.record_at(content, at, offset)) is not None:
            yield found
            at = found.end - offset

    return patch.object(lane, "records", until_damage)


def _changed_records_pass() -> AbstractContextManager[Any]:
    """The seal is not looked at, as if a checksum were one."""

    def opened(self: segment.Seal, found: segment.Found) -> bytes:
        try:
            return whole(self, found)
        except MalformedError:
            return b""

    whole = segment.Seal.opened
    return patch.object(segment.Seal, "opened", opened)


def _too_large_is_dropped() -> AbstractContextManager[Any]:
    """Acknowledged and gone."""
    return patch.multiple(Spool, _bury=lambda *_args, **_more: None)


def _refused_letters_are_not_kept() -> AbstractContextManager[Any]:
    return patch.object(DeadLetters, "keep", lambda *_args: None)


VARIANTS: Mapping[str, Variant] = {
    "": _whole,
    "no fsync": _no_fsync,
    "taken before it is written": _taken_before_written,
    "acknowledged when handed out": _acknowledged_when_handed_out,
    "the mark passes over holes": _mark_passes_over_holes,
    "sequences used twice": _sequences_used_twice,
    "errors of the disk are swallowed": _errors_of_the_disk_are_swallowed,
    "removed before it is written down": _removed_before_it_is_written_down,
    "drops are not told": _drops_are_not_told,
    "the bound is forgotten": _bound_is_forgotten,
    "the gravest goes first": _gravest_goes_first,
    "reading stops at damage": _reading_stops_at_damage,
    "changed records pass": _changed_records_pass,
    "too large is dropped": _too_large_is_dropped,
    "refused letters are not kept": _refused_letters_are_not_kept,
}
