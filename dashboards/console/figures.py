"""Numbers, moments and foreign text as the console writes them."""

from typing import Final

from dashboards.console.words import say
from wire.legal_time import SHANGHAI, moment_of

_STEPS: Final = (("B", 1), ("kB", 10**3), ("MB", 10**6), ("GB", 10**9), ("TB", 10**12))
_AGES: Final = (("age.days", 86_400), ("age.hours", 3_600), ("age.minutes", 60), ("age.seconds", 5))


def printable(text: str) -> str:
    """The text with every character that could hide or turn other text made visible as an escape."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def digits(count: int) -> str:
    """Full digits in groups of three."""
    return f"{count:,}"


def volume(some_bytes: int | None, language: int) -> str:
    """Bytes in decimal units; unknown is never 0."""
    if some_bytes is None:
        return say("bytes.unknown", language)
    unit, size = next((step for step in reversed(_STEPS) if some_bytes >= step[1]), _STEPS[0])
    return f"{some_bytes / size:,.{0 if size == 1 else 1}f} {unit}"


def percent(part: int, whole: int) -> str:
    """A share in percent; what is not nothing is never shown as 0 %."""
    if not part or not whole:
        return "0%"
    share = 100 * part / whole
    return "<0.1%" if share < 0.1 else f"{share:.1f}%" if share < 10 else f"{share:.0f}%"


def clock(time_ns: int) -> str:
    """Month, day and time of day in Beijing."""
    return moment_of(time_ns).astimezone(SHANGHAI).strftime("%m-%d %H:%M:%S")


def full_clock(time_ns: int) -> str:
    """Date and time in Beijing."""
    return moment_of(time_ns).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def age(since_ns: int, now_ns: int, language: int) -> str:
    """How long ago, in words."""
    seconds = max(0, now_ns - since_ns) // 1_000_000_000
    for key, length in _AGES:
        if seconds >= length:
            return say(key, language, count=seconds // (length if length > 5 else 1))
    return say("age.now", language)
