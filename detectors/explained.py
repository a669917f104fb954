"""Why a finding is told: its pattern, its checks, and what its field and the words around it did to the belief.

Worked out afterwards for one finding by asking the same check and the same words again: the scan itself stays fast.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
import re
from types import CodeType
from typing import Final

from msgspec import Struct

from detectors.context import COMPANY, Cues, weighed
from detectors.custom import CustomCheck
from detectors.detector import Detector
from detectors.engines import as_bytes
from detectors.finding import Candidate, Finding
from detectors.names import Vocabulary
from detectors.spoken import is_spoken
from wire.kinds import Kind

_NEAR: Final = 0.005
"""Difference of beliefs that is no difference."""
_CHECKS: Final = {
    "identity_number": (
        "校验码（ISO 7064 MOD 11-2）、出生日期、行政区划代码",
        "check character, birth date, county code",
    ),
    "mod_11_2": ("校验码（ISO 7064 MOD 11-2）", "check character (ISO 7064 MOD 11-2)"),
    "mod_31": ("校验码（GB 32100-2015 模 31）", "check character (GB 32100-2015, mod 31)"),
    "luhn": ("校验位（Luhn）", "check digit (Luhn)"),
    "vin_check_digit": ("校验位（GB 16735 第九位）", "check digit (GB 16735, ninth place)"),
    "calendar_day": ("日历日期", "day of the calendar"),
    "counties": ("行政区划代码（曾经有效）", "county code (in force at some time)"),
    "card_prefixes": ("发卡行标识代码与长度", "issuer prefix and length"),
    "domains": ("在用的顶级域名", "top-level domain in use"),
    "PREFIXES": ("号段", "prefix in use"),
}
"""What the functions and tables are called that a check may ask."""
_PARTS: Final = frozenset({"counties", "calendar_day", "mod_11_2"})
"""What ``identity_number`` asks itself."""


class Step(Struct, frozen=True):
    """One thing that moved the belief, in words that hold no value."""

    zh: str
    en: str
    belief: float
    """After this step."""

    def said(self, lang: str) -> str:
        """The step in one language."""
        return f"{self.en if lang == 'en' else self.zh} → {self.belief:.2f}"


class Explanation(Struct, frozen=True):
    """Why one finding is told."""

    kind: Kind
    base: float
    """Belief from the value alone."""
    steps: tuple[Step, ...]
    pattern: str
    """The pattern that it is written in; empty for a word of a dictionary."""
    word: str
    """The field's name or the word that speaks for it or against."""
    law: str

    def said(self, lang: str) -> str:
        """The explanation in one language, a step a line."""
        return "\n".join(step.said(lang) for step in self.steps)


class Explainer:
    """Explains findings of some detectors.

    Args:
        detectors: those of the scanner, in its order.
    """

    def __init__(self, detectors: Sequence[Detector]) -> None:
        self._numbers: Final = {detector.kind: number for number, detector in enumerate(detectors)}
        self._detectors: Final = tuple(detectors)
        self._vocabulary: Final = Vocabulary(detectors)
        self._cues: Final[dict[Kind, Cues]] = {}

    def explain(self, finding: Finding, view: bytes, media: str, on: date) -> Explanation:
        """Why a finding is told.

        Args:
            finding: what a scanner told.
            view: the bytes that its places are in.
            media: how they are written.
            on: the day of the scan.
        """
        number = self._numbers[finding.kind]
        detector = self._detectors[number]
        candidate = Candidate(view, finding.start, finding.end, finding.field, media, on)
        base = detector.check(candidate)
        if any(self._is_source(kind, candidate) for kind in detector.reads):
            steps = [_read_step(detector, finding.belief)]
            return Explanation(detector.kind, finding.belief, tuple(steps), "", finding.field, detector.law)
        if is_spoken(finding):
            return Explanation(detector.kind, finding.belief, (_spoken_step(finding.belief),), "", "", detector.law)
        steps = list(_value_steps(detector, candidate, base))
        word, step = self._context(number, candidate, base)
        if step is not None:
            steps.append(step)
        steps += _remaining(steps[-1].belief, finding.belief)
        return Explanation(detector.kind, base, tuple(steps), _pattern_of(detector, candidate)[0], word, detector.law)

    def _is_source(self, kind: Kind, candidate: Candidate) -> bool:
        """Whether the span is a value of a kind that the attribute is read out of."""
        if kind not in self._numbers:
            return False
        source = self._detectors[self._numbers[kind]]
        return bool(_pattern_of(source, candidate)[0]) and source.check(candidate) > 0.0

    def _context(self, number: int, candidate: Candidate, base: float) -> tuple[str, Step | None]:
        detector = self._detectors[number]
        odds = self._vocabulary.look_up(candidate.field.encode()).odds[number]
        if isinstance(detector.check, CustomCheck) and detector.check.vouches(candidate):
            return candidate.field, Step(
                "字段名符合自定义的字段名写法", "the field's name matches a pattern of yours", base
            )
        if odds != 1.0:
            zh, en = ("支持", "speaks for it") if odds > 1.0 else ("不利", "speaks against it")
            return candidate.field, Step(
                f"字段名 {candidate.field} {zh}（×{odds:g}）",
                f"the field's name {candidate.field} {en} (odds x{odds:g})",
                weighed(base, odds),
            )
        cues = self._cues.setdefault(detector.kind, Cues(detector))
        word, odds = cues.word(candidate).decode("utf-8", "replace"), cues.odds(candidate)
        if not word:
            return "", None
        zh, en = ("支持", "speaks for it") if odds > 1.0 else ("不利", "speaks against it")
        return word, Step(
            f"邻近的词 {word} {zh}（×{odds:g}）", f"the word {word} close by {en} (odds x{odds:g})", weighed(base, odds)
        )


def _value_steps(detector: Detector, candidate: Candidate, base: float) -> Iterator[Step]:
    pattern, number, count = _pattern_of(detector, candidate)
    names = list(dict.fromkeys(_names_asked(detector.check)))
    whole = "identity_number" in names
    checked = [_CHECKS[name] for name in names if name in _CHECKS and not (whole and name in _PARTS)]
    zh = "、".join(each[0] for each in checked) or "值的写法"
    en = ", ".join(each[1] for each in checked) or "the form of the value"
    if pattern:
        form = (f"写法 {number}/{count}", f"pattern {number} of {count}")
    else:
        is_word = candidate.text.decode("utf-8", "replace") in detector.words
        form = ("词典中的词", "a word of the dictionary") if is_word else ("字段的值", "the value of a field")
    yield Step(f"{form[0]}；检查：{zh}", f"{form[1]}; checked: {en}", base)


def _read_step(detector: Detector, belief: float) -> Step:
    return Step(
        f"{detector.title}，从同一处的证件号码中读出",
        f"{detector.title_en}, read out of the number that stands here",
        belief,
    )


def _spoken_step(belief: float) -> Step:
    return Step(
        "行文标注模型所见，旁有已识别的个人；单独出现不作数",
        "seen in running text by the tagger, beside an identified person; by itself it does not count",
        belief,
    )


def _remaining(reached: float, final: float) -> Iterator[Step]:
    """What moved the belief further: company in the record, or the values that stand under one another."""
    if abs(reached - final) < _NEAR:
        return
    if abs(weighed(reached, COMPANY) - final) < _NEAR:
        yield Step(
            f"同一记录中有已识别的个人（×{COMPANY:g}）",
            f"a person is identified in its record (odds x{COMPANY:g})",
            final,
        )
        return
    is_more = final > reached
    yield Step(
        f"所在字段、列的其他取值与整体位置{'支持' if is_more else '不利'}",
        f"its place, and the other values of its column, {'speak for it' if is_more else 'speak against it'}",
        final,
    )


def _pattern_of(detector: Detector, candidate: Candidate) -> tuple[str, int, int]:
    """(pattern, its number, how many there are); no pattern where the value was announced or is a word."""
    text = candidate.text.lstrip(detector.lead) if detector.lead else candidate.text
    for number, pattern in enumerate(detector.patterns):
        if re.fullmatch(as_bytes(pattern), text, re.DOTALL):
            return pattern, number + 1, len(detector.patterns)
    return "", 0, len(detector.patterns)


def _names_asked(check: Callable[[Candidate], float]) -> Iterator[str]:
    """Names of the functions and tables that a check asks, directly or by a function of its own file."""
    if isinstance(check, CustomCheck):
        yield check.name
        return
    code = getattr(check, "__code__", None)
    known = getattr(check, "__globals__", {})
    for name in code.co_names if isinstance(code, CodeType) else ():
        yield name
        inner = getattr(known.get(name), "__code__", None)
        if isinstance(inner, CodeType) and code and inner.co_filename == code.co_filename:
            yield from inner.co_names
