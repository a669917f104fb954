"""What a person writes at the terminal, taken in with care: times, documents, words that name nobody."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import cache
from hashlib import file_digest
from pathlib import Path
import re
from threading import Lock

from detectors.finding import Finding
from guanjin import config
from wire.faults import GuanjinError
from wire.legal_time import SHANGHAI, legal_day

_NS = 1_000_000_000
_YEARS = range(2001, 2100)
_ONE_AT_A_TIME = Lock()
_BARE_MOBILE = re.compile(r"(?<![\w-])1[3-9]\d{9}(?![\w-])")
"""In traffic such a number without a word beside it may be anything; in what a person writes it is a telephone."""


def plain(text: str) -> str:
    """Names come from the traffic: control and direction marks are shown, not obeyed."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def time_of(text: str) -> int:
    """Nanoseconds since 1970; a moment of Shanghai where the text names no zone.

    Raises:
        GuanjinError: no time, or none of this century.
    """
    try:
        moment = datetime.fromisoformat(text)
        zoned = moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
        if moment.year in _YEARS:
            return int(zoned.astimezone(UTC).timestamp()) * _NS
    except ValueError:
        pass
    raise GuanjinError(f"{text!r} is no time of this century\n  help: 2026-11-30 or 2026-11-30T17:00 (Asia/Shanghai)")


def digest_of(path: Path) -> str:
    """The SHA-256 by which a document is named in the file; it is read here and stays where it is.

    Raises:
        GuanjinError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise GuanjinError(f"cannot read the attachment {path.name}: {error.strerror}") from error


@cache
def _scan() -> Callable[[bytes, str, str, date], Sequence[Finding]]:
    from detectors.build import build_scanner  # noqa: PLC0415  # heavy: only what is written down pays for it

    return build_scanner(fast=False).scan


def anonymous(text: str) -> str:
    """The text, if it names no person by number: what is kept here is read by others.

    Raises:
        GuanjinError: it holds a raw identifier; the message does not repeat it.
    """
    today = legal_day(config.now_ns())
    with _ONE_AT_A_TIME:
        found = _scan()(text.encode(), "text", "body", today) if text else []
    kinds = {str(finding.kind) for finding in found} | ({"cn.mobile"} if _BARE_MOBILE.search(text) else set())
    if kinds:
        raise GuanjinError(
            f"the text holds a raw identifier ({', '.join(sorted(kinds))}): leave it out, notes name nobody"
        )
    return text
