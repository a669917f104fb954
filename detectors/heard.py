"""What fields' names say to a scanner: which values they announce, and what they say nothing of. Each is read once."""

from collections.abc import Callable, Sequence
import re
from typing import Final

from detectors.detector import Check, Detector
from detectors.filled import Filling
from detectors.names import WEAK, Vocabulary

_REMEMBERED: Final = 8_192

FullMatch = Callable[[bytes, int, int], re.Match[bytes] | None]
Announced = tuple[str, tuple[tuple[int, float, FullMatch, Check], ...]]
"""What may be told of a name; of each detector that it announces values of: number, odds, value, check."""
Silent = tuple[str, tuple[Filling, ...]]
"""What may be told of a name; what may stand under it unannounced."""


class Heard:
    """Names as a scanner's loops need them.

    Args:
        vocabulary: of the detectors.
        detectors: all of them, by number.
        values: by detector, its whole values if it has any.
        fillings: those of them that tell much by themselves.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        detectors: Sequence[Detector],
        values: Sequence[re.Pattern[bytes] | None],
        fillings: Sequence[Filling],
    ) -> None:
        self._vocabulary: Final = vocabulary
        self._checks: Final = [detector.check for detector in detectors]
        self._identifies: Final = [detector.identifies and detector.is_personal for detector in detectors]
        self._values: Final = values
        self._fillings: Final = fillings
        self._announced: Final[dict[bytes, Announced]] = {}
        self._silent: Final[dict[bytes, Silent]] = {}

    def announced(self, name: bytes) -> Announced:
        """What a name announces."""
        return self._announced.get(name) or self._hear(name)

    def silent(self, name: bytes) -> Silent:
        """What may stand under a name that says nothing of it."""
        return self._silent.get(name) or self._miss(name)

    def _hear(self, name_bytes: bytes) -> Announced:
        name = self._vocabulary.look_up(name_bytes)
        known = ((number, self._values[number]) for number in name.speaks_for)
        heard = tuple((at, name.odds[at], value.fullmatch, self._checks[at]) for at, value in known if value)
        if len(self._announced) >= _REMEMBERED:
            self._announced.clear()
        self._announced[name_bytes] = name.shown, heard
        return name.shown, heard

    def _miss(self, name_bytes: bytes) -> Silent:
        name = self._vocabulary.look_up(name_bytes)
        possible: list[Filling] = []
        for each in self._fillings if name.is_given else ():
            odds = name.odds[each.number]
            # A number under the name of some number is anything's.
            if odds == 1.0 or (odds == WEAK and not self._identifies[each.number]):
                possible.append(each)
        if len(self._silent) >= _REMEMBERED:
            self._silent.clear()
        self._silent[name_bytes] = name.shown, tuple(possible)
        return name.shown, tuple(possible)
