"""One message's body: codings undone, charset made UTF-8, parts split, long text cut into pieces."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from agent.bodies.charset import SAMPLE, Utf8Stage, as_utf8
from agent.bodies.codings import Codings
from agent.bodies.cutting import Cutter
from agent.bodies.headers import Headers, field_of, parameter
from agent.bodies.media import media_of
from agent.bodies.multipart import Multipart
from agent.bodies.notes import Notes, Sink
from agent.sighting import Media, Payload

_MOST_DEPTH: Final = 3


class Shape(Struct, frozen=True):
    """What the carrier says of a body."""

    where: str
    by_client: bool
    content_type: bytes = b""
    codings: tuple[str, ...] = ()


class Body:
    """Takes the bytes of a body behind its framing and gives payloads.

    Args:
        shape: what the carrier says; the bytes themselves may know better.
        notes: where reasons are counted.
        depth: how many multipart bodies it lies within.
    """

    def __init__(self, shape: Shape, notes: Notes, depth: int = 0) -> None:
        self._shape = shape
        self._notes = notes
        self._depth = depth
        self._codings = Codings(shape.codings, notes)
        self._sample = b""
        self._inner: Sink | None = None

    def feed(self, content: bytes) -> Iterator[Payload]:
        """Take the next bytes."""
        for plain in self._codings.feed(content):
            yield from self._read(plain)

    def gap(self) -> Iterator[Payload]:
        """Some bytes are missing here."""
        for plain in self._codings.gap():
            yield from self._read(plain)
        yield from self._settled()
        if self._inner is not None:
            yield from self._inner.gap()

    def close(self) -> Iterator[Payload]:
        """Give what is still held."""
        for plain in self._codings.close():
            yield from self._read(plain)
        if self._sample.strip():
            yield from self._settled()
        if self._inner is not None:
            yield from self._inner.close()

    def _read(self, plain: bytes) -> Iterator[Payload]:
        if self._inner is not None:
            yield from self._inner.feed(plain)
            return
        self._sample += plain
        if len(self._sample) >= SAMPLE:
            yield from self._settled()

    def _settled(self) -> Iterator[Payload]:
        """Choose how to read on by the first bytes, if there are any that wait for it."""
        if self._sample:
            sample, self._sample = self._sample, b""
            self._inner = self._choose(sample[:SAMPLE])
            yield from self._inner.feed(sample)

    def _choose(self, sample: bytes) -> Sink:
        content_type = self._shape.content_type.lower()
        if self._depth < _MOST_DEPTH and content_type.startswith(b"multipart/"):
            boundary = parameter(self._shape.content_type, b"boundary") or _first_boundary(sample)
            if boundary:
                return Multipart(boundary, self._open_part, self._notes)
        media = media_of(content_type.partition(b";")[0].decode("latin-1"), sample)
        return Leaf(self._shape, media, self._notes)

    def _open_part(self, headers: Headers) -> Sink:
        disposition = headers.get(b"content-disposition")
        field = field_of(parameter(disposition, b"name"))
        shape = Shape(
            where=f"{self._shape.where.partition(':')[0]}:{field}" if field else self._shape.where,
            by_client=self._shape.by_client,
            content_type=headers.get(b"content-type"),
            codings=codings_of(headers, b"content-encoding"),
        )
        return _Part(Body(shape, self._notes, self._depth + 1), parameter(disposition, b"filename"), shape)


class _Part:
    """A part's body, with its file's name in front: a name can tell as much as a file."""

    def __init__(self, body: Body, filename: bytes, shape: Shape) -> None:
        self._body = body
        self._name = (Payload(as_utf8(filename), "filename", Media.TEXT, shape.by_client),) if filename else ()

    def feed(self, content: bytes) -> Iterator[Payload]:
        yield from self._named()
        yield from self._body.feed(content)

    def gap(self) -> Iterator[Payload]:
        yield from self._named()
        yield from self._body.gap()

    def close(self) -> Iterator[Payload]:
        yield from self._named()
        yield from self._body.close()

    def _named(self) -> Iterator[Payload]:
        name, self._name = self._name, ()
        yield from name


class Leaf:
    """Content that is not divided further: text in UTF-8 cut at the borders of records, or unreadable bytes."""

    def __init__(self, shape: Shape, media: Media, notes: Notes) -> None:
        self._shape = shape
        self._media = media
        self._cutter = Cutter(media)
        self._stage: Utf8Stage | None = None
        if media is Media.BINARY:
            notes.unseen("binary")
        else:
            self._stage = Utf8Stage(parameter(shape.content_type, b"charset").decode("latin-1"))

    def feed(self, content: bytes) -> Iterator[Payload]:
        """Take the next bytes."""
        text = self._stage.feed(content) if self._stage else content
        for piece in self._cutter.feed(text):
            yield self._payload(piece)

    def gap(self) -> Iterator[Payload]:
        """Some bytes are missing: a piece ends here."""
        yield from self.close()

    def close(self) -> Iterator[Payload]:
        """Give what is still held."""
        rest = self._stage.close() if self._stage else b""
        for pieces in (self._cutter.feed(rest), self._cutter.close()):
            for piece in pieces:
                yield self._payload(piece)

    def _payload(self, piece: bytes) -> Payload:
        return Payload(piece, self._shape.where, self._media, self._shape.by_client)


def codings_of(headers: Headers, *names: bytes) -> tuple[str, ...]:
    """The codings that some headers name."""
    listed = ",".join(headers.text(name) for name in names).split(",")
    stripped = (coding.partition(";")[0].strip() for coding in listed)
    return tuple(coding for coding in stripped if coding not in ("", "identity", "chunked"))


def _first_boundary(sample: bytes) -> bytes:
    line = sample.lstrip().partition(b"\n")[0].rstrip()
    return line[2:] if line.startswith(b"--") and len(line) <= 200 else b""
