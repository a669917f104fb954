"""``python -m detectors.batch.warm``: compile the loops and make their tables, once, when the product is installed."""

from datetime import date
import sys
from typing import Final

from detectors.batch import store
from detectors.batch.gate import CompiledGate
from detectors.batch.known import empty, known_of
from detectors.catalogue import catalogue
from detectors.engines.regex import RegexEngine
from detectors.scanner import Scanner

_DAY: Final = date(2026, 1, 1)


def warm() -> None:
    """Make what is missing; nothing if all is there."""
    if store.kept():
        return
    store.forget_compiled()
    scanner = Scanner(RegexEngine, catalogue())
    known = known_of(scanner)
    CompiledGate(scanner, empty(*known))(b"x", "text", "body", _DAY)
    store.save(*known)


if __name__ == "__main__":
    warm()
    sys.stdout.write(f"{store.folder()}\n")
