"""A file that whoever asks takes home."""

import re
from typing import Final
from urllib.parse import quote

from msgspec import Struct

_NO_NAME: Final = re.compile(r"[^A-Za-z0-9._-]+")
_NO_TITLE: Final = re.compile(r"[^\w.（）-]+")
_LONGEST_TITLE: Final = 60


class Download(Struct, frozen=True):
    """A name, a media type and a content."""

    name: str
    media_type: str
    content: bytes
    title: str = ""
    """The name that a person reads; the ending is that of ``name``."""

    @property
    def disposition(self) -> str:
        """The header by which a browser keeps it; names come from the traffic, and none of them writes a header."""
        name = _NO_NAME.sub("_", self.name)
        says = f'attachment; filename="{name}"'
        title = _NO_TITLE.sub("_", self.title)[:_LONGEST_TITLE].strip("._")
        if not title:
            return says
        ending = name.rpartition(".")[2]
        return f"{says}; filename*=UTF-8''{quote(f'{title}.{ending}', safe='')}"
