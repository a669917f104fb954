"""Numbers, names and reasons as verdicts say them, in both languages."""

from collections.abc import Iterable

from collector.verdicts import Citation, Reason
from wire.subjects import Span


def reason(says: str, says_en: str, citation: Citation | None = None) -> Reason:
    """One sentence of a verdict."""
    return Reason(says, says_en, citation)


def persons_zh(span: Span) -> str:
    """``300 人``, or the interval where identifiers of different types cannot be joined."""
    if span.at_least == span.at_most:
        return f"{span.at_least:,} 人"
    return f"至少 {span.at_least:,} 人（至多 {span.at_most:,} 人）"


def persons_en(span: Span) -> str:
    """``300 persons``, or the interval."""
    if span.at_least == span.at_most:
        return f"{span.at_least:,} {'person' if span.at_least == 1 else 'persons'}"
    return f"at least {span.at_least:,} persons (at most {span.at_most:,})"


def listed_zh(items: Iterable[str]) -> str:
    """Items with the Chinese list comma."""
    return "、".join(items)


def listed_en(items: Iterable[str]) -> str:
    """Items with commas."""
    return ", ".join(items)
