"""The compiled gate and batches against the plain scanner.

Compiled if ``python -m detectors.batch.warm`` was run for these sources, else only with ``NUMBA_DISABLE_JIT=1``: to
compile takes minutes.
"""

from datetime import date
from itertools import islice

from hypothesis import given, settings
from hypothesis import strategies as st
from numba import config
import numpy as np
import pytest

from benchmarks.detection import own
from benchmarks.detection.corpus import generate
from benchmarks.detection.values import DAY
from detectors.batch import layout, store
from detectors.batch.analyze import analyze_batch
from detectors.batch.automata import automaton
from detectors.batch.gate import CompiledGate
from detectors.batch.known import _COMPILED, digest_of, empty, known_of
from detectors.batch.spans import spans_of
from detectors.build import build_scanner
from detectors.catalogue import catalogue
from detectors.engines.regex import RegexEngine
from detectors.scanner import Scanner

pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")
needs_loops = pytest.mark.skipif(
    not (getattr(config, "DISABLE_JIT", 0) or store.kept()),
    reason="python -m detectors.batch.warm, or NUMBA_DISABLE_JIT=1",
)
_RECORDS = 60
_PARTS = st.sampled_from(
    [
        *(example.text for one in catalogue() for example in (*one.examples, *one.lookalikes)),
        *(
            '"',
            '":"',
            '{"',
            "}",
            ",",
            "\n",
            "=",
            "&",
            ": ",
            " ",
            "手机",
            "name",
            "<a>",
            "</a>",
            "%41",
            "\\n",
            "**",
            "1",
            "x",
        ),
    ]
)


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    plain = build_scanner()
    plain.gate = None
    return plain


@pytest.fixture(scope="module")
def gate(scanner: Scanner) -> CompiledGate:
    return CompiledGate(scanner, empty(*known_of(scanner)))


def hold(gate: CompiledGate, piece: tuple[bytes, str, str], on: date = DAY) -> int:
    content, media, where = piece
    return int(gate.held((content,), (media,), (where,), on)[0])


def judge(scanner: Scanner, gate: CompiledGate, piece: tuple[bytes, str, str], on: date = DAY) -> None:
    held = hold(gate, piece, on)
    if held >= 0:
        assert scanner.scan(*piece, on) == []
        assert scanner.masked == held


@needs_loops
def test_what_the_gate_holds_back_has_no_finding_in_the_corpus(scanner: Scanner, gate: CompiledGate) -> None:
    pieces = [
        (content, piece.media, piece.where) for record in generate(_RECORDS) for content, piece in own.prepare(record)
    ]
    held = [hold(gate, piece) for piece in pieces]
    assert sum(one >= 0 for one in held) > len(pieces) / 4
    for piece in pieces:
        judge(scanner, gate, piece)


@needs_loops
def test_no_example_of_the_catalogue_is_held_back(scanner: Scanner, gate: CompiledGate) -> None:
    for detector in catalogue():
        for example in (*detector.examples, *detector.lookalikes):
            judge(scanner, gate, (example.text.encode(), example.media, "body"))


@needs_loops
@settings(max_examples=150, deadline=None)
@given(st.lists(_PARTS, max_size=6), st.sampled_from(["json", "xml", "csv", "text", "form"]))
def test_whatever_is_put_together_is_held_back_only_without_findings(
    scanner: Scanner, gate: CompiledGate, parts: list[str], media: str
) -> None:
    for where in ("body", "query", "body:phone"):
        judge(scanner, gate, ("".join(parts).encode(), media, where))


@needs_loops
@settings(max_examples=60, deadline=None)
@given(st.lists(_PARTS, max_size=6))
def test_the_automata_find_what_the_expressions_find(scanner: Scanner, gate: CompiledGate, parts: list[str]) -> None:
    content = "".join(parts).encode()
    known = gate._tables.known
    work = np.full(layout.I_SIZE, -1, np.int64)
    buf = np.frombuffer(b"\n" + content + b"\n\n\n", np.uint8)
    count = spans_of(buf, 1, 1 + len(content), known, work)
    rows = work[layout.SPANS : layout.SPANS + 3 * count].reshape(-1, 3).tolist()
    spans = sorted((number, start - 1, end - 1) for number, start, end in rows)
    assert spans == sorted(span for span in RegexEngine(scanner.patterns).spans(content) if span[1] >= 0)


@needs_loops
def test_a_batch_finds_what_one_scan_after_the_other_finds(scanner: Scanner, gate: CompiledGate) -> None:
    pieces = [piece for record in islice(generate(_RECORDS), 20) for piece in own.prepare(record)]
    contents = [content for content, _ in pieces]
    media, where = [piece.media for _, piece in pieces], [piece.where for _, piece in pieces]
    plain = [scanner.scan(*piece, DAY) for piece in zip(contents, media, where, strict=True)]
    scanner.gate = gate
    found = analyze_batch(scanner, contents, media, where, DAY)
    assert [found.of(number) for number in range(len(contents))] == plain
    assert len(found) == sum(map(len, plain))
    assert scanner.gate is gate
    scanner.gate = None


def test_compiled_checks_repeat_those_of_the_catalogue() -> None:
    stale = [one.kind for one in catalogue() if one.kind in _COMPILED and _COMPILED[one.kind][1] != digest_of(one)]
    assert stale == []


def test_an_automaton_ends_where_its_patterns_end() -> None:
    one = automaton([(0, rb"a{2,3}(?:b|c)?", 0), (1, rb"aab", 0)])
    state = 1
    for letter in b"aab":
        state = int(one.moves[state * one.width + one.classes[letter]])
    number = one.accepts[state]
    assert sorted(one.members[one.set_ends[number - 1] : one.set_ends[number]]) == [0, 1]


def test_there_is_room_for_all_that_a_name_speaks_for(scanner: Scanner) -> None:
    words = {word for one in catalogue() for word in one.fields}
    assert max(len(scanner.look_up(word.encode()).speaks_for) for word in words) <= layout.MOST_SPOKEN
    assert len(scanner.detectors) <= layout.MOST_DETECTORS
    assert len(scanner.patterns) <= layout.MOST_PATTERNS
