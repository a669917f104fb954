"""The audit trail (审计记录): every write, before it is done and after, appended and chained, never edited."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import astuple, replace

from collector.accounts import Principal
from collector.console_file import ConsoleFile
from wire.faults import MalformedError

ASKED: Final = "asked"
DONE: Final = "done"
REFUSED: Final = "refused"
_LONGEST: Final = 300
_PAGE: Final = 5_000


class Entry(Struct, frozen=True):
    """One line of the trail."""

    number: int
    """From 1."""
    at_ns: int
    who: str
    role: str
    deed: str
    about: str
    outcome: str
    """``asked`` before anything was done, then ``done`` or ``refused``."""
    seal: str
    """Digest of this line and of the seal before it."""


class AuditTrail:
    """The trail in the console's file."""

    def __init__(self, file: ConsoleFile) -> None:
        self._file = file

    def append(self, who: Principal, deed: str, about: str, outcome: str, at_ns: int) -> Entry:
        """Append a line. Where this fails, what it is about must not be done.

        Raises:
            UnavailableError: it was not kept.
        """
        with self._file.write() as connection:
            last = connection.execute("SELECT number, seal FROM audit ORDER BY number DESC LIMIT 1").fetchone()
            number, before = last or (0, "")
            fresh = Entry(
                number + 1, at_ns, who.name, who.role, deed[:_LONGEST], about[:_LONGEST], outcome[:_LONGEST], ""
            )
            entry = replace(fresh, seal=_seal(before, fresh))
            connection.execute("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?)", astuple(entry))
        return entry

    def newest(self, most: int, before: int = 1 << 62) -> list[Entry]:
        """The newest lines before a number, the newest first."""
        query = "SELECT * FROM audit WHERE number < ? ORDER BY number DESC LIMIT ?"
        return [Entry(*row) for row in self._file.read(query, (before, most))]

    def verify(self, noted: str = "") -> int:
        """See that nothing was altered, put in or taken out; gives the number of lines.

        Args:
            noted: a seal that was noted elsewhere; with it a trail whose end was cut or that was written anew is found.

        Raises:
            MalformedError: at which line the trail is broken.
        """
        number, seal, seals = 0, "", set[str]()
        query = "SELECT * FROM audit WHERE number > ? ORDER BY number LIMIT ?"
        while rows := self._file.read(query, (number, _PAGE)):
            number, seal = _follow(map(_entry, rows), number, seal, seals if noted else None)
        if noted and noted not in seals:
            raise MalformedError("the seal that was noted elsewhere is not in the audit trail: it was cut or rewritten")
        return number


def _follow(entries: Iterable[Entry], number: int, seal: str, seals: set[str] | None) -> tuple[int, str]:
    for entry in entries:
        if entry.number != number + 1 or entry.seal != _seal(seal, replace(entry, seal="")):
            raise MalformedError(f"the audit trail was altered at line {number + 1}")
        number, seal = entry.number, entry.seal
        if seals is not None:
            seals.add(seal)
    return number, seal


def _entry(row: tuple[int, int, str, str, str, str, str, str]) -> Entry:
    return Entry(*row)


def _seal(before: str, entry: Entry) -> str:
    return blake2b(msgspec.json.encode((before, *astuple(entry)[:-1])), digest_size=16).hexdigest()
