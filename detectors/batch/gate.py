"""Contents that surely hold nothing, told by compiled loops before anything is looked at in Python."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np

from detectors.announced import TELLERS
from detectors.batch import layout
from detectors.batch.bytes import Array
from detectors.batch.known import Tables
from detectors.batch.memo import asked, clear, number_of
from detectors.batch.run import A_FORM, WAITING, look_at_all
from detectors.batch.scan import ANNOUNCES, ASK, FORM, GIVEN, HOLDER, LEAVE, MEDIA, OPAQUE, OTHER, TELLER
from detectors.fields import HOLDERS, whole_name
from detectors.finding import Candidate
from detectors.scanner import Scanner
from detectors.views import FORMS

_ROUNDS: Final = 6
"""Runs in which names and then values may come up that were never seen; what is unknown after that is left."""
_MOST_WHOLES: Final = 1_024
_SHORTEST: Final = 4_096
"""Bytes from which a content by itself is asked about."""


class CompiledGate:
    """Says which contents the scanner would find nothing in. One serves one thread at a time.

    Args:
        plain: the scanner.
        tables: what is known of its detectors.
    """

    def __init__(self, plain: Scanner, tables: Tables) -> None:
        self._plain: Final = plain
        self._tables: Final = tables
        self._shown: Final[dict[str, int]] = {}
        self._wholes: Final[dict[str, tuple[int, int]]] = {}
        self._answered = 0
        self._on: date | None = None

    def __call__(self, content: bytes, media: str, where: str, on: date) -> int:
        """The same of one content; of a short one -1, for to ask costs as much as to scan it."""
        return int(self.held((content,), (media,), (where,), on)[0]) if len(content) >= _SHORTEST else -1

    def held(self, contents: Sequence[bytes], media: Sequence[str], where: Sequence[str], on: date) -> Array:
        """By content: -1 if it may hold something, else how many values in it are masked already."""
        if on != self._on or self._is_full():
            self._forget()
            self._on = on
        content = b"".join((b"\n", b"\n\n\n".join(contents), b"\n\n\n"))
        pieces = np.zeros((len(contents), 7), np.int64)
        ends = np.cumsum([len(one) + 3 for one in contents])
        pieces[:, 1] = ends - 2
        pieces[:, 0] = pieces[:, 1] - [len(one) for one in contents]
        pieces[:, 2] = [MEDIA.get(one, OTHER) for one in media]
        pieces[:, 3:5] = [self._where(one) for one in where]
        pieces[pieces[:, 2] == FORM, 3] |= A_FORM
        pieces[:, 5] = WAITING
        self._look(content, pieces, on)
        return np.where(pieces[:, 5] == 0, pieces[:, 6], -1)

    def _look(self, content: bytes, pieces: Array, on: date) -> None:
        buf = np.frombuffer(content, np.uint8)
        today = on.year * 10_000 + on.month * 100 + on.day
        again = np.zeros(len(pieces), np.bool_)
        for _ in range(_ROUNDS):
            look_at_all(buf, pieces, today, (self._tables.known, self._tables.work, self._tables.floats))
            # Also what was left may have asked: its buffer will not come again.
            self._answer_names(content)
            self._answer_values(content, on)
            again = pieces[:, 5] == ASK
            if not again.any():
                return
            pieces[again, 5] = WAITING
        pieces[again, 5] = LEAVE

    def _is_full(self) -> bool:
        names, values = self._tables.work[layout.NAMES], self._tables.work[layout.VALUES]
        return bool(
            names > layout.MOST_NAMES // 2 or values > layout.MOST_VALUES // 2 or len(self._wholes) > _MOST_WHOLES
        )

    def _forget(self) -> None:
        clear(self._tables.work, layout.NAMES, layout.MOST_NAMES)
        clear(self._tables.work, layout.VALUES, layout.MOST_VALUES)
        self._tables.floats[layout.VALUE_BELIEFS :] = -1.0
        self._tables.work[layout.STATE + 4] = self._answered = 0
        self._shown.clear()
        self._wholes.clear()
        self._number(b"")

    def _number(self, name: bytes) -> int:
        """The number of a name, put in from Python."""
        buf = np.frombuffer(name + b" ", np.uint8)
        number = int(number_of(buf, (0, len(name)), 0, self._tables.work, layout.NAMES, layout.MOST_NAMES))
        self._answer_names(name)
        return number

    def _where(self, where: str) -> tuple[int, int]:
        """Flags of a part of a message, and the number of its own name."""
        known = self._wholes.get(where)
        if known is None:
            name = whole_name(where)
            known = self._wholes[where] = (A_FORM * (where in FORMS), self._number(name) if name else 0)
        return known

    def _answer_names(self, content: bytes) -> None:
        first = int(self._tables.work[layout.STATE + 4])
        for number, (_, _, start, end, _) in enumerate(asked(self._tables.work, layout.NAMES, first), first):
            self._learn(number, content[start:end])
            self._tables.work[layout.STATE + 4] = number + 1

    def _learn(self, number: int, name: bytes) -> None:
        said = self._plain.look_up(name)
        speaks = [one for one in said.speaks_for if self._plain.detectors[one].values][: layout.MOST_SPOKEN]
        flags = (
            HOLDER * (name.lower() in HOLDERS)
            | OPAQUE * said.is_opaque
            | GIVEN * said.is_given
            | ANNOUNCES * bool(speaks)
            | TELLER * (name.lower() in TELLERS)
        )
        shown = self._shown.setdefault(said.shown, len(self._shown))
        row = layout.NAME_ROWS + layout.NAME_WIDTH * number
        self._tables.work[row : row + 3 + len(speaks)] = (flags, shown, len(speaks), *speaks)
        odds = layout.ODDS + layout.MOST_DETECTORS * number
        self._tables.floats[odds : odds + len(said.odds)] = said.odds

    def _answer_values(self, content: bytes, on: date) -> None:
        shown = list(self._shown)
        rows = asked(self._tables.work, layout.VALUES, self._answered)
        for number, (_, _, start, end, extra) in enumerate(rows, self._answered):
            name = shown[(extra >> 16) - 1] if extra >> 16 else ""
            candidate = Candidate(content[start:end], 0, end - start, name, "", on)
            belief = self._plain.detectors[(extra & 0xFFFF) - 1].check(candidate)
            self._tables.floats[layout.VALUE_BELIEFS + number] = belief
        self._answered += len(rows)
