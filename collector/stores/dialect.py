"""The SQL that SQLite and PostgreSQL share: what the stores write is written once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, Protocol, TypeVar

import msgspec

from wire.faults import MalformedError, UnavailableError

AT_ONCE: Final = 500
"""Rows in one statement, and records in one page."""

_T = TypeVar("_T")


class Run(Protocol):
    """Runs one statement and gives its rows; question marks stand for the values."""

    def __call__(self, text: str, values: Sequence[Any] = ()) -> list[Any]:
        """Run it."""
        ...


class RunMany(Protocol):
    """Runs one statement for each of many rows."""

    def __call__(self, text: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run it for all of them."""
        ...


def marks(values: Sequence[object], mark: str = "?") -> str:
    """As many marks as there are values."""
    return ", ".join([mark] * len(values))


def pieces(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """The values in runs that one statement may hold."""
    return (values[first : first + AT_ONCE] for first in range(0, len(values), AT_ONCE))


@contextmanager
def readable() -> Iterator[None]:
    """Says in words that a kept record cannot be decoded."""
    try:
        yield
    except (MalformedError, msgspec.DecodeError, ValueError) as error:
        raise UnavailableError("the store holds a record that cannot be read: the file is damaged") from error
