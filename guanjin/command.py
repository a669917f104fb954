"""What a subcommand is, and how the front door speaks."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from datetime import date
from enum import IntEnum

from msgspec import Struct


class Exit(IntEnum):
    """Exit codes, the same for every command."""

    CLEAN = 0
    FLAGGED = 1
    ERROR = 2
    INTERRUPTED = 130


class Speech(Struct, frozen=True):
    """A sentence in both languages; Chinese first."""

    zh: str
    en: str

    def said(self, lang: str) -> str:
        """The sentence in one language."""
        return self.en if lang == "en" else self.zh


class Command(Struct, frozen=True):
    """One subcommand. Its module imports nothing heavy until ``run`` is called."""

    name: str
    title: Speech
    examples: tuple[str, ...]
    arguments: Callable[[ArgumentParser, str], None]
    """(parser, language): adds the arguments."""
    run: Callable[[Namespace], int]
    """Returns an exit code; raises GuanjinError for what a person can mend."""


def day_of(text: str) -> date:
    """A day that an argument names.

    Raises:
        ArgumentTypeError: no ISO 8601 day, or outside 2000 to 2200.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r}: YYYY-MM-DD") from None
    if not 2000 <= day.year <= 2200:
        raise ArgumentTypeError(f"{text!r}: 2000 - 2200")
    return day
