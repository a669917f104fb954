"""Days of birth as they are written: year first or last, compact, as a moment since 1970, within an identity number."""

from datetime import UTC, datetime, timedelta
import re
from typing import Final

from detectors.checks import calendar_day

VALUES: Final = (
    r"(?:18|19|20)\d\d(?:-|/|\.|年)(?:0?[1-9]|1[0-2])(?:-|/|\.|月)(?:0?[1-9]|[12]\d|3[01])日?(?:[T ].{0,24})?",
    r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])",
    r"(?:0?[1-9]|[12]\d|3[01])(?:-|/|\.)(?:0?[1-9]|[12]\d|3[01])(?:-|/|\.)(?:19|20)\d\d",
    r"-?\d{9,10}|-?\d{12,13}",
)
"""Patterns of whole values."""
_NUMBERS: Final = re.compile(rb"\d+")
_MOMENT: Final = re.compile(rb"-?\d{9,13}")
_IN_SECONDS: Final = 10
"""Digits at most of a moment in seconds; longer ones are in milliseconds."""
_SHANGHAI: Final = timedelta(hours=8)
_MONTHS: Final = 12
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def born(text: bytes) -> bytes:
    """The day, ``YYYYMMDD``; empty if it is none."""
    if _MOMENT.fullmatch(text):
        return _of_moment(text)
    numbers = _NUMBERS.findall(text)
    if len(numbers[0]) == 6:  # an identity number written in groups
        del numbers[0]
    if len(numbers) > 2 and len(numbers[2]) == 4 and len(numbers[0]) < 4:
        day, month = (numbers[1], numbers[0]) if int(numbers[1]) > _MONTHS else (numbers[0], numbers[1])
        numbers = [numbers[2], month, day]
    day = numbers[0] if len(numbers[0]) == 8 else b"".join(number.zfill(2) for number in numbers[:3])
    return day if len(day) == 8 and calendar_day(day) else b""


def _of_moment(text: bytes) -> bytes:
    """The day in Shanghai, for births are noted as midnight there."""
    seconds = int(text) if len(text.lstrip(b"-")) <= _IN_SECONDS else int(text) // 1000
    return f"{_EPOCH + timedelta(seconds=seconds) + _SHANGHAI:%Y%m%d}".encode()
