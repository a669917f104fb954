"""Drafts in the console's file: each its author's, for a day."""

import secrets
from typing import Final

import msgspec
from msgspec import Struct

from collector.console_file import ConsoleFile
from collector.registry_edit import Draft, RegistryEditError

_DAY_NS: Final = 86_400_000_000_000
MOST_DRAFTS: Final = 20
_MOST_BYTES: Final = 16 << 20


class KeptDraft(Struct, frozen=True):
    """A draft with its author."""

    id: str
    author: str
    made_ns: int
    draft: Draft


class Drafts:
    """The drafts of one installation."""

    def __init__(self, file: ConsoleFile) -> None:
        self._file = file

    def keep(self, author: str, draft: Draft, now_ns: int, draft_id: str = "") -> str:
        """Keep a draft, in the place of one of the same author's if it is named; gives its id.

        Raises:
            RegistryEditError: too large.
        """
        content = msgspec.msgpack.encode(draft)
        if len(content) > _MOST_BYTES:
            raise RegistryEditError("the draft is too large: divide it")
        draft_id = draft_id or secrets.token_hex(8)
        with self._file.write() as connection:
            connection.execute("DELETE FROM draft WHERE made_ns < ?", (now_ns - _DAY_NS,))
            connection.execute("DELETE FROM draft WHERE id = ? AND author = ?", (draft_id, author))
            connection.execute("INSERT INTO draft VALUES (?, ?, ?, ?)", (draft_id, author, now_ns, content))
            connection.execute(
                "DELETE FROM draft WHERE author = ? AND id NOT IN "
                "(SELECT id FROM draft WHERE author = ? ORDER BY made_ns DESC, id LIMIT ?)",
                (author, author, MOST_DRAFTS),
            )
        return draft_id

    def of(self, author: str) -> list[KeptDraft]:
        """An author's drafts, newest first."""
        query = "SELECT id, author, made_ns, content FROM draft WHERE author = ? ORDER BY made_ns DESC, id"
        return [_draft(row) for row in self._file.read(query, (author,))]

    def one(self, author: str, draft_id: str) -> KeptDraft | None:
        """One of an author's drafts."""
        query = "SELECT id, author, made_ns, content FROM draft WHERE author = ? AND id = ?"
        rows = self._file.read(query, (author, draft_id))
        return _draft(rows[0]) if rows else None

    def drop(self, author: str, draft_id: str) -> None:
        """Throw a draft away."""
        with self._file.write() as connection:
            connection.execute("DELETE FROM draft WHERE author = ? AND id = ?", (author, draft_id))


def _draft(row: tuple[str, str, int, bytes]) -> KeptDraft:
    return KeptDraft(*row[:3], msgspec.msgpack.decode(row[3], type=Draft))
