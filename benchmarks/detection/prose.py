"""``python -m benchmarks.detection.prose --data DIR``: names and addresses in prose, strict precision, recall and F.

The sets are measured on and never trained on. jieba and rjieba are measured beside the tagger where they are installed.
Speed is processor time in one thread, warmed, in MB of UTF-8 a second.
"""

from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
import importlib
from pathlib import Path
import time
from typing import Final

import msgspec

from detectors.prose import tag

Piece = tuple[str, int, int]
Tagger = Callable[[str], Sequence[Piece]]

_SETS: Final = ("weibo_dev", "weibo_train", "cluener_train")
_COUNTRIES: Final = frozenset(
    "中国 美国 日本 韩国 英国 法国 德国 俄罗斯 意大利 西班牙 印度 加拿大 澳大利亚 "
    "朝鲜 伊朗 伊拉克 乌克兰 荷兰 葡萄牙 巴西 阿根廷 欧洲 亚洲 非洲 美洲 我国 "
    "美 中 英 日 俄 欧 韩 法 德".split()
)
"""CLUENER's annotators left most bare countries unlabelled, so none is taken for an ADDRESS there."""


class Sentence(msgspec.Struct, frozen=True):
    """A text and its gold spans."""

    text: str
    spans: list[Piece]


def _ours(text: str) -> list[Piece]:
    return [(span.label, span.start, span.end) for span in tag(text)]


def _words(pairs: Iterator[tuple[str, str]]) -> list[Piece]:
    pieces, at = [], 0
    for word, flag in pairs:
        label = "PERSON" if flag.startswith("nr") else "LOCATION" if flag == "ns" else ""
        if label:
            pieces.append((label, at, at + len(word)))
        at += len(word)
    return pieces


def _jieba() -> Tagger:
    posseg = importlib.import_module("jieba.posseg")
    return lambda text: _words((pair.word, pair.flag) for pair in posseg.cut(text))


def _rjieba() -> Tagger:
    rjieba = importlib.import_module("rjieba")
    return lambda text: _words(iter(rjieba.tag(text)))


def _taggers() -> Iterator[tuple[str, Tagger]]:
    yield "guanjin", _ours
    for name, load in (("rjieba", _rjieba), ("jieba.posseg", _jieba)):
        try:
            yield name, load()
        except ImportError:
            print(f"{name} is not installed: skipped")


def _as_labelled(label: str, text: str, pieces: Sequence[Piece]) -> set[tuple[int, int]]:
    """The pieces that answer to a set's label."""
    if label != "ADDRESS":
        return {(start, end) for found, start, end in pieces if found == label}
    return {
        (start, end)
        for found, start, end in pieces
        if found in {"ADDRESS", "LOCATION"} and text[start:end] not in _COUNTRIES
    }


def _figures(label: str, sentences: Sequence[Sentence], answers: Sequence[Sequence[Piece]]) -> str:
    right = said = gold = 0
    for sentence, pieces in zip(sentences, answers, strict=True):
        expected = {(start, end) for found, start, end in sentence.spans if found == label}
        given = _as_labelled(label, sentence.text, pieces)
        right, said, gold = right + len(expected & given), said + len(given), gold + len(expected)
    if not gold:
        return ""
    return f"{label} {100 * right / max(1, said):.1f}/{100 * right / gold:.1f}/{200 * right / (said + gold):.1f}  "


def _speed(tagger: Tagger, text: str) -> float:
    tagger(text[:20_000])
    started = time.process_time()
    tagger(text)
    return len(text.encode()) / 1e6 / (time.process_time() - started)


def main() -> None:
    """Print one line a tagger and set."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    folder: Path = parser.parse_args().data
    sets = {
        name: [
            msgspec.json.decode(line, type=Sentence) for line in (folder / f"{name}.jsonl").read_bytes().splitlines()
        ]
        for name in _SETS
    }
    prose = "\n".join(sentence.text for sentences in sets.values() for sentence in sentences)
    for who, tagger in _taggers():
        for name, sentences in sets.items():
            answers = [tagger(sentence.text) for sentence in sentences]
            figures = (_figures(label, sentences, answers) for label in ("PERSON", "LOCATION", "ADDRESS"))
            print(f"{who:13}{name:14}{''.join(figures)}", flush=True)
        print(f"{who:13}{_speed(tagger, prose if who == 'guanjin' else prose[:100_000]):.2f} MB/s")


if __name__ == "__main__":
    main()
