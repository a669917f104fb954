"""The catalogue as a page for people; ``python -m detectors.reference FILE`` writes it, a test keeps it fresh."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
import sys
from typing import Final

from detectors.build import build_scanner
from detectors.catalogue import catalogue
from detectors.detector import Detector
from detectors.scanner import THRESHOLD, Scanner
from wire.kinds import Grade, Profile

_GRADES: Final = {Grade.GENERAL: "一般 general", Grade.SENSITIVE: "敏感 sensitive", Grade.IMPORTANT: "重要 important"}
_DAY: Final = date(2026, 11, 21)
_HEAD: Final = f"""# 数据种类 · Detectors

由 `python -m detectors.reference docs/reference/detectors.md` 生成，请勿手工修改。

Every kind of datum that guanjin finds, with the forms it is read in and the mask under which it is shown. A number is
told only where its own digits (check character, date, county, issuer, length) and what stands around it (field name,
column header, words close by) make it believable: belief from {THRESHOLD} is told. A name such as `orderNo` or 流水号
lowers belief, and a value that is masked already (`138****8000`) is no finding.
"""


def markdown() -> str:
    """The whole page."""
    scanner = build_scanner(fast=False)
    return "\n".join((_HEAD, *(line for detector in catalogue() for line in _section(detector, scanner))))


def _section(detector: Detector, scanner: Scanner) -> Iterator[str]:
    grades = "；".join(f"{profile}: {_GRADES[detector.grades[profile]]}" for profile in Profile)
    yield f"## `{detector.kind}` {detector.title} · {detector.title_en}\n"
    yield f"- 级别 grade: {grades}"
    yield f"- 计人 counts persons: {_counting(detector)}"
    yield f"- 依据 source: {detector.law}"
    yield f"- 需要上下文 needs a name or word: {'是 yes' if detector.needs_context else '否 no'}"
    yield f"- 字段名 field names: {_listed(detector.fields)}"
    if detector.cues:
        yield f"- 语境词 words close by: {_listed(detector.cues)}"
    if detector.against:
        yield f"- 反证 words against: {_listed(detector.against)}"
    yield f"- 脱敏 mask: {_masked(detector, scanner)}"
    yield "\n| 识别 found in | 不识别 not in |\n|---|---|"
    texts = ([example.text for example in some] for some in (detector.examples, detector.lookalikes))
    found, passed = ([_code(text) for text in some] for some in texts)
    for at in range(max(len(found), len(passed))):
        yield f"| {''.join(found[at : at + 1])} | {''.join(passed[at : at + 1])} |"
    yield ""


def _counting(detector: Detector) -> str:
    if not detector.is_personal:
        return "不是个人信息 not personal: evidence against, never told"
    return "是 yes" if detector.identifies else "否 no, an attribute of the person in its record"


def _masked(detector: Detector, scanner: Scanner) -> str:
    shown: dict[str, None] = {}
    for example in detector.examples:
        for finding in scanner.scan(example.text.encode(), example.media, "body", _DAY):
            if finding.kind == detector.kind:
                shown.setdefault(_code(detector.mask(finding.value)))
    return "、".join(list(shown)[:2]) or "—"


def _listed(words: Sequence[str]) -> str:
    return " ".join(_code(word) for word in words) or "—"


def _code(text: str) -> str:
    shown = text.replace("|", "\\|").replace("\n", "⏎")
    return "`" + "".join(letter if letter >= " " else f"\\x{ord(letter):02x}" for letter in shown) + "`"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(markdown(), encoding="utf-8")
