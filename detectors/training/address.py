"""Invented addresses by the grammar of Chinese addresses, and other invented words of the patterns."""

from collections.abc import Sequence
from typing import Final

from numpy.random import Generator

from detectors.training.lexicon import Word
from detectors.training.vocabulary import word_list


class Places:
    """A source of places and addresses."""

    def __init__(self, words: Sequence[Word]) -> None:
        places = [w.text for w in words if w.label == "LOC"]

        def ending(ends: str, shortest: int = 3) -> list[str]:
            return [text for text in places if text[-1] in ends and shortest <= len(text) <= 6]

        self._cities: Final = ending("市州盟")
        self._provinces: Final = [text for text in places if text.endswith(("省", "自治区"))]
        self._counties: Final = ending("区县旗")
        self._towns: Final = ending("镇乡") + [text for text in places if text.endswith("街道")]
        self._villages: Final = ending("村庄屯")
        self._roads: Final = ending("路街道巷")
        self.common: Final = [w.text for w in words if w.label == "LOC" and w.cost < 54 and len(w.text) > 1]

    def place(self, rng: Generator) -> str:
        """A place that is often spoken of."""
        return pick(rng, self.common)

    def address(self, rng: Generator) -> str:
        """An address: some levels of division, then a road or an estate, then numbers."""
        parts = []
        if rng.random() < 0.35:
            parts.append(pick(rng, self._provinces))
        if rng.random() < 0.75:
            city = pick(rng, self._cities)
            parts.append(city[:-1] if len(city) > 2 and rng.random() < 0.3 else city)
        if rng.random() < 0.7 or not parts:
            parts.append(pick(rng, self._counties))
        if rng.random() < 0.3:
            parts.append(pick(rng, self._towns))
        parts += self._rural(rng) if rng.random() < 0.2 else self._urban(rng)
        if rng.random() < 0.08:
            parts.append(pick(rng, word_list("near")))
        return "".join(parts)

    def _rural(self, rng: Generator) -> list[str]:
        parts = [pick(rng, self._villages)]
        if rng.random() < 0.6:
            parts.append(f"{_number(rng, 20)}{pick(rng, ('组', '队', '社', '号'))}")
        return parts

    def _urban(self, rng: Generator) -> list[str]:
        parts = []
        if rng.random() < 0.75:
            road = (
                pick(rng, word_list("roads")) + pick(rng, word_list("road_ends"))
                if rng.random() < 0.7
                else pick(rng, self._roads)
            )
            parts.append(road)
            if rng.random() < 0.75:
                parts.append(f"{_number(rng, 999)}号")
        if rng.random() < 0.6 or not parts:
            parts.append(pick(rng, word_list("estates")) + pick(rng, word_list("estate_ends")))
            if rng.random() < 0.6:
                parts.append(f"{_number(rng, 40)}{pick(rng, ('号楼', '栋', '幢', '座', '#'))}")
            if rng.random() < 0.4:
                parts.append(f"{_number(rng, 8)}单元")
            if rng.random() < 0.6:
                parts.append(f"{_number(rng, 3200)}{pick(rng, ('室', '', '号', '房'))}")
        return parts


def pick(rng: Generator, values: Sequence[str]) -> str:
    """One of the values."""
    return values[int(rng.integers(len(values)))]


def _number(rng: Generator, top: int) -> int:
    return int(rng.integers(1, top + 1))
