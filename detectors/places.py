"""Tables in which the place of a value tells its name: the segments of HL7 v2, the rows of HTML."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from operator import itemgetter
import re
from typing import Final

_SEGMENT: Final = re.compile(rb"(?:\A|(?<=[\r\n\x0b]))([A-Z][A-Z0-9]{2})(\|[^\r\n]*)")
_PART: Final = re.compile(rb"[^~^&]+")
"""A component of a field, or of a repetition."""
_PLACES: Final = {
    (b"PID", 2): b"id_number", (b"PID", 3): b"id_number", (b"PID", 4): b"id_number", (b"PID", 5): b"patient_name",
    (b"PID", 6): b"mother_name", (b"PID", 7): b"birth_date", (b"PID", 9): b"patient_name", (b"PID", 11): b"address",
    (b"PID", 13): b"phone", (b"PID", 14): b"phone", (b"PID", 19): b"id_number", (b"PID", 20): b"id_number",
    (b"NK1", 2): b"contact_name", (b"NK1", 4): b"address", (b"NK1", 5): b"phone", (b"NK1", 6): b"phone",
    (b"NK1", 16): b"birth_date", (b"GT1", 3): b"contact_name", (b"GT1", 5): b"address", (b"GT1", 6): b"phone",
    (b"GT1", 7): b"phone", (b"GT1", 8): b"birth_date", (b"IN1", 16): b"insured_name", (b"IN1", 18): b"birth_date",
    (b"IN1", 19): b"address", (b"IN1", 49): b"id_number", (b"DG1", 3): b"diagnosis_code", (b"DG1", 4): b"diagnosis",
    (b"PRB", 3): b"diagnosis_code",
}  # fmt: skip
"""What the fields of HL7 v2.x segments hold (HL7 v2.4, chapters 3 and 6), by number from 1."""
_TAG: Final = re.compile(rb"<(/?)(tr|th|td)\b[^<>]{0,256}>", re.IGNORECASE)
_LABEL_ENDS: Final = b" \t\r\n:*"
_LONGEST_LABEL: Final = 48
_NO_LABEL: Final = re.compile(rb"[0-9]{5}|[<>=@]")

_Cell = tuple[int, int, int]
"""(start, end, column); -1 where the place says nothing."""


class Places:
    """Cells with names of their own; columns are cells of one name."""

    def __init__(self, cells: Sequence[_Cell], names: Sequence[bytes], rows: Sequence[int]) -> None:
        self._cells: Final = cells
        self._rows: Final = rows
        self.names = tuple(names)

    def at(self, start: int) -> int:
        """Number of the column that a position stands in; -1 outside of named cells."""
        found = bisect_right(self._cells, start, key=itemgetter(0)) - 1
        return self._cells[found][2] if found >= 0 and start < self._cells[found][1] else -1

    def name_at(self, start: int) -> bytes:
        """Name of the column that a position stands in; empty outside of named cells."""
        column = self.at(start)
        return self.names[column] if column >= 0 else b""

    def cells(self, column: int) -> Iterator[tuple[int, int]]:
        """Start and end of every value in a column."""
        return ((start, end) for start, end, number in self._cells if number == column)

    def rows(self) -> Sequence[int]:
        """Where records begin that no line or element tells."""
        return self._rows


def segments(content: bytes) -> Places:
    """The segments of HL7 v2 messages; a record begins with a patient."""
    columns = {place: number for number, place in enumerate(_PLACES)}
    cells: list[_Cell] = []
    patients: list[int] = []
    for segment in _SEGMENT.finditer(content):
        if segment[1] == b"PID":
            patients.append(segment.start())
        place = segment.end(1)
        for number, field in enumerate(segment[2].split(b"|")):
            column = columns.get((segment[1], number), -1)
            cells += [(place + part.start(), place + part.end(), column) for part in _PART.finditer(field)]
            place += len(field) + 1
    return Places(cells, tuple(_PLACES.values()), patients)


def grid(content: bytes) -> Places:
    """The rows of HTML tables: cells below a header, or beside a label."""
    names: dict[bytes, int] = {}
    cells: list[_Cell] = []
    header: list[int] = []
    for row in _rows(content):
        labels = [_label(content[start:end]) for start, end in row]
        if len(row) > 2 and all(labels) and len(header) != len(row):
            header = [names.setdefault(label, len(names)) for label in labels]
        elif len(header) == len(row):
            cells += [(start, end, column) for (start, end), column in zip(row, header, strict=True)]
        else:
            cells += [
                (start, end, names.setdefault(label, len(names)))
                for label, (start, end) in zip(labels[::2], row[1::2], strict=False)
                if label
            ]
    return Places(cells, tuple(names), ())


def _rows(content: bytes) -> Iterator[list[tuple[int, int]]]:
    row: list[tuple[int, int]] = []
    start = -1
    for tag in _TAG.finditer(content):
        if start >= 0:
            row.append((start, tag.start()))
            start = -1
        if tag[2].lower() == b"tr":
            if row:
                yield row
            row = []
        elif not tag[1]:
            start = tag.end()
    if row:
        yield row


def _label(text: bytes) -> bytes:
    bare = text.strip(_LABEL_ENDS)
    return b"" if len(bare) > _LONGEST_LABEL or _NO_LABEL.search(bare) else bare
