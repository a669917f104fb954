"""Belief raised or lowered by what stands around a candidate: its field's name, words in its own sentence, company."""

import re
from typing import Final

from detectors.detector import Detector
from detectors.finding import Candidate
from detectors.names import AGAINST

COMPANY: Final = 4.0
"""What an identified person in the same record adds to the odds of an attribute (an age, a birth date)."""
_CUE: Final = 12.0
_BEFORE: Final = 36
_AFTER: Final = 15
_LETTER: Final = re.compile(rb"[A-Za-z\x80-\xff]")
_EDGE: Final = re.compile(rb'["{}<>&\n\r;]|\xe3\x80\x82|\xef\xbc\x9b')
_CLAUSE: Final = re.compile(rb'["{}<>&\n\r;,]|\xe3\x80\x82|\xef\xbc\x9b|\xef\xbc\x8c')
_AGAINST_CUES: Final = (
    "订单 訂單 流水 运单 運單 快递 物流 批次 序列 会员编号 发票 發票 交易 时间 金额 单号 單號 编号 編號 设备 IMEI "
    "order trade serial tracking invoice transaction timestamp imei uuid build"
).split()


def weighed(belief: float, odds: float) -> float:
    """Belief after evidence that multiplies its odds."""
    favourable = belief * odds
    return favourable / (favourable + 1.0 - belief)


class Cues:
    """The words that speak for one detector in running text, and those that speak against; the nearest decides."""

    def __init__(self, detector: Detector) -> None:
        words = {word.replace("_", " ").encode() for word in (*detector.fields, *detector.cues) if _is_cue(word)}
        against = {word.lower().encode() for word in (*_AGAINST_CUES, *detector.against) if _is_cue(word)}
        self.words: Final = frozenset(words)
        self.heeded: Final = frozenset(words | against)
        self._expression: Final = _any_of(words | against)

    def word(self, candidate: Candidate) -> bytes:
        """The word that decides; empty where there is none."""
        return self._last_in(candidate.before(_BEFORE)) or self._first_in(candidate.after(_AFTER))

    def odds(self, candidate: Candidate) -> float:
        """What the words around a candidate multiply its odds with; 1 where there are none."""
        found = self.word(candidate)
        return (_CUE if found in self.words else AGAINST) if found else 1.0

    def _last_in(self, before: bytes) -> bytes:
        if not _LETTER.search(before):
            return b""
        edges = [found.end() for found in _EDGE.finditer(before)]
        found = self._expression.findall(before.lower(), edges[-1] if edges else 0)
        return found[-1] if found else b""

    def _first_in(self, after: bytes) -> bytes:
        if not _LETTER.search(after):
            return b""
        edge = _CLAUSE.search(after)
        found = self._expression.search(after.lower(), 0, edge.start() if edge else len(after))
        return found[0] if found else b""


def _is_cue(word: str) -> bool:
    return not word.isascii() or len(word) > 2


def _any_of(words: set[bytes]) -> re.Pattern[bytes]:
    """Any of the words, the longest first, parted by first letter so that ``re`` tries few of them at each place."""
    latin = b"(?<![0-9a-z])(?:" + _parted({word for word in words if word.isascii()}) + b")(?![a-z])"
    return re.compile(b"|".join((latin, _parted({word for word in words if not word.isascii()}))))


def _parted(words: set[bytes]) -> bytes:
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return b"|".join(
        re.escape(first) + b"(?:" + b"|".join(re.escape(word[1:]) for word in longest_first if word[:1] == first) + b")"
        for first in sorted({word[:1] for word in words})
    )
