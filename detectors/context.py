"""Belief raised or lowered by what stands around a candidate: its field's name, words in its own sentence, company."""

from collections.abc import Sequence
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
        words = {word.replace("_", " ") for word in (*detector.fields, *detector.cues) if _is_cue(word)}
        against = set(_AGAINST_CUES) | {word for word in detector.against if not word.isascii()}
        self._expression: Final = re.compile(b"(" + _any_of(words) + b")|" + _any_of(against - words), re.IGNORECASE)

    def odds(self, candidate: Candidate) -> float:
        """What the words around a candidate multiply its odds with; 1 where there are none."""
        before = candidate.before(_BEFORE)
        edges = [found.end() for found in _EDGE.finditer(before)]
        nearest = None
        for nearest in self._expression.finditer(before, edges[-1] if edges else 0):  # noqa: B007  # the last is wanted
            pass
        if nearest is None:
            after = candidate.after(_AFTER)
            edge = _CLAUSE.search(after)
            nearest = self._expression.search(after, 0, edge.start() if edge else len(after))
        if nearest is None:
            return 1.0
        return _CUE if nearest[1] else AGAINST


def _is_cue(word: str) -> bool:
    return not word.isascii() or len(word) > 2


def _any_of(words: Sequence[str] | set[str]) -> bytes:
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return b"|".join(
        rb"(?<![0-9A-Za-z])" + re.escape(word.encode()) + rb"(?![A-Za-z])" if word.isascii() else word.encode()
        for word in longest_first
    )
