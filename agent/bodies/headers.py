"""Header lines of HTTP and MIME, read tolerantly: bare LF, folded lines, blanks and control characters."""

from collections.abc import Iterator
import re
from typing import Final

from agent.bodies.charset import as_utf8

HEAD_END: Final = re.compile(rb"\n\r{0,8}\n")
"""The blank line behind the last header, with the line end before it."""
_FOLD: Final = re.compile(rb"\r{0,2}\n[ \t]+")
_JUNK: Final = bytes(range(0x21)) + b"\x7f"
_HOST: Final = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?")
_NAME: Final = re.compile(r"[\w.\[\]-]{1,40}")
_VALUE: Final = rb"""\*?\s*=\s*(?:"((?:[^"\\]|\\.){0,1000})"?|'([^']{0,1000})'|([^;\s]{1,1000}))"""
_MOST_LINES: Final = 2000


class Headers:
    """A block of header lines: names in lower case, every value of a name in order."""

    def __init__(self, block: bytes = b"") -> None:
        self._values: dict[bytes, list[bytes]] = {}
        lines = _FOLD.sub(b" ", block).split(b"\n")
        self.is_cut = len(lines) > _MOST_LINES
        for line in lines[:_MOST_LINES]:
            name, colon, value = line.partition(b":")
            if colon:
                self._values.setdefault(name.translate(None, _JUNK).lower(), []).append(value.strip(_JUNK))

    def get(self, name: bytes) -> bytes:
        """All values of a name, joined by commas; empty if there is none."""
        return b", ".join(self._values.get(name, ()))

    def every(self, name: bytes) -> list[bytes]:
        """The values of a name."""
        return self._values.get(name, [])

    def text(self, name: bytes) -> str:
        """All values of a name in lower case, for values that are names of media, codings and the like."""
        return self.get(name).decode("latin-1").lower()

    def __iter__(self) -> Iterator[tuple[bytes, bytes]]:
        for name, values in self._values.items():
            for value in values:
                yield name, value


def parameter(value: bytes, name: bytes) -> bytes:
    """A parameter of a header value, such as ``boundary`` or ``filename``; empty if it is not there."""
    match = re.search(rb"(?:^|[;\s,])" + name + _VALUE, value, re.IGNORECASE)
    return next((group for group in match.groups() if group is not None), b"") if match else b""


def host_of(value: bytes) -> str:
    """A host name without its port, in lower case; empty for an address or for what cannot be a name."""
    name = value.strip(_JUNK).decode("latin-1").lower().rpartition("@")[2].partition(":")[0].rstrip(".")
    if len(name) > 253 or _HOST.fullmatch(name) is None:
        return ""
    # As the URL standard has it: a name whose last label is a number is an IPv4 address in some notation.
    last = name.rpartition(".")[2]
    return "" if last.isdigit() or re.fullmatch(r"0x[0-9a-f]*", last) else name


def field_of(value: bytes) -> str:
    """A form field's name if it is fit to be shown: short, plain and no long number; empty otherwise."""
    name = as_utf8(value).decode("utf-8", "replace")
    return name if _NAME.fullmatch(name) and not re.search(r"\d{5}", name) else ""
