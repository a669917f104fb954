"""Values under field names that nobody knows: what may be a name, an address or a passport's number by itself.

``{"kefu": "李娜", "mobile": "13800138000"}``: no list of field names is complete, but a value that is a name, beside an
identified person, mostly is one. By itself such a value tells nothing: company decides.
"""

from collections.abc import Iterator
import re
from typing import Final

_HAN: Final = rb"[\xe3-\xe9][\x80-\xbf]{2}"
# The first byte comes first, and then what must stand in front of it: ``re`` skips to the next byte that can begin one.
_FRONT: Final = rb"(?:(?<=[\"'>=:,;\t|\[(\n].)|(?<=[:=,] .)|(?<=\xef\xbc\x9a.))"
_VALUE: Final = re.compile(
    rb"([\xe3-\xe9]"
    + _FRONT
    + rb"[\x80-\xbf]{2}(?:"
    + _HAN
    + rb"|[0-9A-Za-z#()-]|\xc2\xb7|\xe2\x80\xa2|\xef\xbc\x88|\xef\xbc\x89){1,100}"
    + rb"|[EGDSP](?=[0-9A-Z][0-9]{7})"
    + _FRONT
    + rb"(?:(?<=[EG])[0-9]|(?<=E)[A-HJ-NP-Z]|(?<=[DSP])E)[0-9]{7})(?=[\"'<&,;\t|\])\r\n ]|\Z)"
)
"""All that stands in a field: a Han character and more such, numbers and brackets; or a passport's number."""


def values(view: bytes) -> Iterator[tuple[int, int]]:
    """Start and end of what fills a field and may be one of these."""
    return (found.span(1) for found in _VALUE.finditer(view))
