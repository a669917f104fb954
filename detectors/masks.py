"""Raw value -> what a regulator may see. A mask leaves at least ten thousand candidates."""

from typing import Final

from detectors.detector import Mask

_HIDDEN: Final = 4
"""Digits that stay hidden at the least: 10^4 candidates, of which a check digit may rule out nine tenths."""


def keep(head: int, tail: int, hidden: int = _HIDDEN) -> Mask:
    """A mask that shows the first ``head`` and the last ``tail`` characters, fewer where too little would be hidden.

    Args:
        head: characters shown in front.
        tail: characters shown behind.
        hidden: characters hidden at the least; one more than four where the number bears a check digit.
    """

    def mask(value: bytes) -> str:
        text = value.decode("utf-8", "replace")
        last = max(0, min(tail, len(text) - head - hidden))
        first = max(0, min(head, len(text) - last - hidden))
        return text[:first] + "*" * (len(text) - first - last) + text[len(text) - last :]

    return mask


def mailbox(value: bytes) -> str:
    """``z***@example.com``: the first letter and the domain; the length of the name stays hidden."""
    name, _, domain = value.decode("utf-8", "replace").rpartition("@")
    return f"{name[:1]}***@{domain}"


def first_letter(value: bytes) -> str:
    """``E**`` or ``糖**``: the chapter of an ICD code, or the first character of a text."""
    return value.decode("utf-8", "replace")[:1] + "**"


def opening(count: int) -> Mask:
    """A mask that shows the first ``count`` characters of a text; its length stays hidden."""

    def mask(value: bytes) -> str:
        return value.decode("utf-8", "replace")[:count] + "***"

    return mask


def network(value: bytes) -> str:
    """``203.0.*.*`` or ``2001:db8:*``: the half of an IP address that names a network."""
    text = value.decode("utf-8", "replace")
    if ":" in text:
        return ":".join(text.split(":")[:2]) + ":*"
    return ".".join(text.split(".")[:2]) + ".*.*"


def unkept(_text: bytes) -> bytes:
    """The canonical value of what is told by its presence alone: none of it is kept."""
    return b"?"


def nothing(_value: bytes) -> str:
    """Nothing at all is shown."""
    return "***"
