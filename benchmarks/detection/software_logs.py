"""False alarms on real logs, in which no Chinese personal information stands."""

from collections import Counter
from pathlib import Path
import time
from typing import Final

import msgspec
from msgspec import Struct

from benchmarks.detection.values import DAY
from detectors import build_scanner

_AROUND: Final = 30


class _Line(Struct):
    text: str
    src: str = ""


class Alarms(Struct, frozen=True):
    """What was told about text that holds nothing."""

    megabytes: float
    seconds: float
    kinds: Counter[str]
    examples: tuple[tuple[str, str, str], ...]
    """(kind, field, surroundings) of everything but mailboxes."""

    @property
    def rate(self) -> float:
        """Alarms per MB, mailboxes apart: those are real."""
        return (self.kinds.total() - self.kinds["email"]) / self.megabytes


def texts(path: Path) -> list[str]:
    """The texts in a file of JSON lines with ``text``."""
    decode = msgspec.json.Decoder(_Line).decode
    with path.open("rb") as file:
        return [decode(line).text for line in file]


def alarms(path: Path) -> Alarms:
    """Scan every text of the file as one piece."""
    scanner = build_scanner()
    contents = [text.encode() for text in texts(path)]
    scanner.scan(contents[0], "text", "body", DAY)
    begun = time.process_time()
    found = [scanner.scan(content, "text", "body", DAY) for content in contents]
    seconds = time.process_time() - begun
    kinds = Counter(str(finding.kind) for findings in found for finding in findings)
    examples = tuple(
        (str(finding.kind), finding.field, _around(content, finding.start, finding.end))
        for content, findings in zip(contents, found, strict=True)
        for finding in findings
        if finding.kind != "email"
    )
    return Alarms(sum(map(len, contents)) / 1e6, seconds, kinds, examples)


def _around(content: bytes, start: int, end: int) -> str:
    text = content[max(0, start - _AROUND) : end + _AROUND].decode("utf-8", "replace")
    return text.replace("\n", "\\n")
