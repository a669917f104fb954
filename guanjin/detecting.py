"""What ``guanjin detect`` and ``guanjin mask`` do: findings of a file shown, or the file rewritten with them masked."""

from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import date
from itertools import islice
from pathlib import Path
import sys
from typing import BinaryIO, Final

from msgspec import Struct
from rich import box
from rich.console import Console
from rich.table import Table

from detectors.aligned import Aligned, charset_of, in_utf8
from detectors.build import build_scanner
from detectors.catalogue import catalogue
from detectors.detector import Detector
from detectors.explained import Explainer
from detectors.finding import Finding
from detectors.masking import Masker
from detectors.names import Vocabulary
from detectors.paths import JsonPaths
from detectors.scanner import Scanner
from guanjin import config
from guanjin.command import Exit, Speech
from guanjin.pieces import Piece, pieces
from guanjin.rules_files import rules_of
from wire.codec import json_line
from wire.faults import ConfigurationError
from wire.kinds import Grade, Profile
from wire.legal_time import legal_day

_GRADES: Final = {
    Grade.GENERAL: Speech("一般", "general"),
    Grade.SENSITIVE: Speech("敏感", "sensitive"),
    Grade.IMPORTANT: Speech("疑似重要", "suspected important"),
}
_NONE: Final = Speech("没有发现个人信息。", "No personal information was found.")
_TOTAL: Final = Speech("发现 {0} 处：{1}", "{0} found: {1}")
_DECODED: Final = Speech(
    "注意：有一种编码无法原样保留，输出为解码后的文本",
    "note: an encoding could not be kept; the output is decoded text",
)


class Shown(Struct, frozen=True):
    """One finding as it is shown: nothing raw."""

    source: str
    line: int
    column: int
    """In characters, from 1."""
    start: int
    end: int
    """In bytes of the input, of its text in UTF-8 if it came in another charset."""
    path: str
    """``$.users[2].mobile`` in JSON, else the field's name."""
    field: str
    kind: str
    title: str
    grade: Grade
    masked: str
    belief: float
    reasons: tuple[str, ...]


class _Desk:
    """What both commands need."""

    def __init__(self, arguments: Namespace) -> None:
        custom = rules_of(arguments.rules)
        self.detectors: Final[tuple[Detector, ...]] = (*catalogue(), *custom)
        self.scanner: Final[Scanner] = build_scanner(custom=custom)
        self.on: Final[date] = legal_day(config.now_ns())


class _Reader(_Desk):
    """Shows findings."""

    def __init__(self, arguments: Namespace) -> None:
        super().__init__(arguments)
        self._by_kind: Final = {detector.kind: detector for detector in self.detectors}
        self._vocabulary: Final = Vocabulary(self.detectors)
        self._explainer: Final = Explainer(self.detectors) if arguments.explain else None
        self._profile: Final = Profile(arguments.profile)
        self._lang: Final[str] = arguments.lang

    def shown(self, source: str, piece: Piece) -> Iterator[Shown]:
        """The findings of a piece, in order."""
        text = in_utf8(piece.content, charset_of(piece.content))
        findings = self.scanner.scan(text, piece.media, "body", self.on)
        if not findings:
            return
        aligned = Aligned(text, piece.media)
        paths = JsonPaths(aligned.base, lambda key: self._vocabulary.look_up(key).shown)
        lines = _Lines(aligned.base, piece)
        for finding in findings:
            start, end = aligned.span(finding.start, finding.end)
            if start < piece.header:
                continue
            line, column = lines.at(start)
            yield Shown(
                source, line, column, start - piece.header + piece.offset, end - piece.header + piece.offset,
                paths.at(start) if piece.media == "json" else finding.field, finding.field,
                *self._said(finding), self._reasons(finding, aligned.view, piece.media),
            )  # fmt: skip

    def _said(self, finding: Finding) -> tuple[str, str, Grade, str, float]:
        detector = self._by_kind[finding.kind]
        title = detector.title_en if self._lang == "en" else detector.title
        shown = detector.mask(finding.value)
        return finding.kind, title, detector.grades[self._profile], shown, round(finding.belief, 3)

    def _reasons(self, finding: Finding, view: bytes, media: str) -> tuple[str, ...]:
        if self._explainer is None:
            return ()
        said = self._explainer.explain(finding, view, media, self.on)
        return (*said.said(self._lang).splitlines(), said.law)


class _Lines:
    """Lines and columns of places that are asked in ascending order."""

    def __init__(self, content: bytes, piece: Piece) -> None:
        self._content: Final = content
        self._line = piece.line - content.count(b"\n", 0, piece.header)
        self._start = self._reached = 0

    def at(self, place: int) -> tuple[int, int]:
        """Line and column, from 1."""
        if place > self._reached:
            self._line += self._content.count(b"\n", self._reached, place)
            self._start = max(self._start, self._content.rfind(b"\n", self._reached, place) + 1)
            self._reached = place
        low = max(self._start, place - (1 << 16))
        return self._line, low - self._start + len(self._content[low:place].decode("utf-8", "replace")) + 1


def detect(arguments: Namespace) -> Exit:
    """Show what stands in the files; flagged where anything does.

    Raises:
        UnavailableError: a file cannot be read.
        ConfigurationError: the rules have a fault.
    """
    reader = _Reader(arguments)
    found = (
        each
        for path in arguments.files
        for piece in pieces(path)
        for each in reader.shown("stdin" if str(path) == "-" else path.name, piece)
    )
    counts: dict[str, int] = {}
    told = _counted(found, counts)
    if arguments.json:
        for each in told:
            sys.stdout.buffer.write(json_line(each) + b"\n")
    elif arguments.table:
        _print_table(told, arguments)
    else:
        for each in told:
            print(_line_of(each, arguments.lang))
    if not arguments.json:
        print(_summary(counts, arguments.lang), file=sys.stderr)
    return Exit.FLAGGED if counts else Exit.CLEAN


def mask(arguments: Namespace) -> Exit:
    """Rewrite a file with everything found in it masked.

    Raises:
        UnavailableError: it cannot be read.
        ConfigurationError: the output cannot be written, or is the input.
    """
    source, target = arguments.file, arguments.output
    if target is not None and target.exists() and str(source) != "-" and source.exists() and target.samefile(source):
        raise ConfigurationError("the output is the input", str(target), "name another file: the original is not kept")
    desk = _Desk(arguments)
    masker = Masker(desk.scanner, desk.detectors)
    counts: dict[str, int] = {}
    is_exact = True
    with ExitStack() as stack:
        out = _opened(target, stack)
        for piece in pieces(source):
            masked = masker.masked(piece.content, piece.media, desk.on)
            # A header that was put in front holds names only: it is as long as it was.
            out.write(masked.content[piece.header :])
            is_exact = is_exact and masked.is_exact
            for kind, count in masked.counts.items():
                counts[kind] = counts.get(kind, 0) + count
    titles = {str(each.kind): each.title_en if arguments.lang == "en" else each.title for each in desk.detectors}
    print(_summary({titles[kind]: count for kind, count in counts.items()}, arguments.lang), file=sys.stderr)
    if not is_exact:
        print(_DECODED.said(arguments.lang), file=sys.stderr)
    return Exit.CLEAN


def _opened(target: Path | None, stack: ExitStack) -> BinaryIO:
    if target is None:
        return sys.stdout.buffer
    try:
        return stack.enter_context(target.open("wb"))
    except OSError as error:
        raise ConfigurationError(f"cannot write: {error.strerror}", str(target)) from error


def _counted(found: Iterator[Shown], counts: dict[str, int]) -> Iterator[Shown]:
    for each in found:
        counts[each.title] = counts.get(each.title, 0) + 1
        yield each


def _summary(counts: dict[str, int], lang: str) -> str:
    if not counts:
        return _NONE.said(lang)
    told = " · ".join(f"{title} {count:,}" for title, count in sorted(counts.items(), key=lambda each: -each[1]))
    return _TOTAL.said(lang).format(f"{sum(counts.values()):,}", told)


def _line_of(each: Shown, lang: str) -> str:
    said = (
        f"{each.source}:{each.line}:{each.column}: {each.title} {each.masked} [{_GRADES[each.grade].said(lang)}] "
        f"{each.belief:.2f} {each.path}"
    )
    return "\n    ".join((said.rstrip(), *each.reasons))


def _print_table(told: Iterator[Shown], arguments: Namespace) -> None:
    lang = arguments.lang
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for zh, en in (
        ("位置", "Place"), ("字段", "Field"), ("种类", "Kind"), ("级别", "Grade"), ("遮盖后", "Masked"),
        ("可信度", "Belief"), *([("理由", "Why")] if arguments.explain else []),
    ):  # fmt: skip
        table.add_column(Speech(zh, en).said(lang), overflow="fold")
    for each in islice(told, arguments.rows):
        table.add_row(*_cells(each, lang, is_explained=arguments.explain))
    Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 160).print(table)
    for _ in told:  # the rest is counted
        pass


def _cells(each: Shown, lang: str, *, is_explained: bool) -> Sequence[str]:
    place = f"{each.source}:{each.line}:{each.column}"
    cells = (place, each.path, each.title, _GRADES[each.grade].said(lang), each.masked, f"{each.belief:.2f}")
    return (*cells, "\n".join(each.reasons)) if is_explained else cells
