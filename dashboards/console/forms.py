"""What a browser sends: the fields and files of a form, bounded before anything is read of them."""

from collections.abc import Mapping
from hashlib import sha256
import re
from typing import Final
from urllib.parse import parse_qsl

from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.requests import Request

from wire.faults import MalformedError

MOST_FORM: Final = 256 << 10
MOST_UPLOAD: Final = 17 << 20
_MOST_PARTS: Final = 200
_BOUNDARY: Final = re.compile(rb'boundary="?([0-9A-Za-z\'()+_,./:=? -]{1,70})"?')
_NAME: Final = re.compile(rb'[; ]name="([^"\r\n]{0,100})"')
_FILE_NAME: Final = re.compile(rb'filename="([^"\r\n]{0,300})"')


class Upload(Struct, frozen=True):
    """A file that came with a form. Its name is shown and never opened."""

    name: str
    content: bytes

    @property
    def digest(self) -> str:
        """SHA-256, by which a document is named in a file."""
        return sha256(self.content).hexdigest()


class Form(Struct, frozen=True):
    """The fields of a form, the first of each name, and its files."""

    fields: Mapping[str, str] = {}
    files: tuple[Upload, ...] = ()

    def get(self, name: str) -> str:
        """A field's text without the blanks around it; empty where it is not there."""
        return self.fields.get(name, "").strip()


async def body_of(request: Request, most: int) -> bytes:
    """The body.

    Raises:
        HTTPException: 413, it is larger than that; the rest of it is not read.
    """
    declared = request.headers.get("content-length", "0")
    if not declared.isdigit() or int(declared) > most:
        raise HTTPException(413)
    found = bytearray()
    async for piece in request.stream():
        found += piece
        if len(found) > most:
            raise HTTPException(413)
    return bytes(found)


def form_of(content_type: str, body: bytes) -> Form:
    """The form in a body.

    Raises:
        MalformedError: it is none.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        return Form(_first(_pairs(body)))
    if kind == "multipart/form-data":
        return _multipart(content_type, body)
    raise MalformedError("not a form")


def _pairs(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_PARTS, errors="strict")
    except ValueError as error:
        raise MalformedError("not a form") from error


def _multipart(content_type: str, body: bytes) -> Form:
    boundary = _BOUNDARY.search(content_type.encode())
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary[1]) if boundary else []
    if len(pieces) < 3 or len(pieces) > _MOST_PARTS or not pieces[-1].startswith(b"--"):
        raise MalformedError("not a form")
    fields: list[tuple[str, str]] = []
    files: list[Upload] = []
    for piece in pieces[1:-1]:
        head, _, content = piece.partition(b"\r\n\r\n")
        name, file = _NAME.search(head), _FILE_NAME.search(head)
        if name is None:
            raise MalformedError("a part of the form has no name")
        if file is None:
            fields.append((_text(name[1]), _text(content)))
        elif file[1] or content:
            files.append(Upload(_bare(_text(file[1])), content))
    return Form(_first(fields), tuple(files))


def _first(pairs: list[tuple[str, str]]) -> dict[str, str]:
    return dict(reversed(pairs))


def _bare(name: str) -> str:
    """The last part of a path, whichever way its strokes lean."""
    return re.split(r"[/\\]", name)[-1][:100] or "file"


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise MalformedError("the form is not UTF-8") from error
