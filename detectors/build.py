"""The shelf's detectors in a scanner."""

from collections.abc import Sequence
from importlib.util import find_spec

from detectors.catalogue import catalogue
from detectors.detector import Detector
from detectors.engines import EngineFactory
from detectors.engines.hyperscan import HyperscanEngine
from detectors.engines.regex import RegexEngine
from detectors.scanner import Gate, Scanner
from detectors.spoken import Tagger


def build_scanner(*, fast: bool = True, custom: Sequence[Detector] = ()) -> Scanner:
    """A scanner for the whole catalogue.

    Args:
        fast: by Hyperscan; else by ``re``, which finds the same and needs no library.
        custom: detectors that an enterprise declared, beside those of the catalogue.
    """
    factory: EngineFactory = HyperscanEngine if fast else RegexEngine
    # Prose is read where the libraries are that an agent has; a collector reads none.
    scanner = Scanner(factory, (*catalogue(), *custom), tag=_tagger())
    if fast and not custom and find_spec("numba") is not None:
        scanner.gate = _gate(scanner)
    return scanner


def _gate(scanner: Scanner) -> Gate | None:
    """The compiled gate, if it was made ready for what is installed; without it all is scanned."""
    from detectors.batch import store  # noqa: PLC0415 - numpy is there where numba is

    known = store.load()
    if known is None:
        return None
    from detectors.batch.gate import CompiledGate  # noqa: PLC0415 - numba takes a second to load
    from detectors.batch.known import empty  # noqa: PLC0415 - likewise

    return CompiledGate(scanner, empty(*known))


def _tagger() -> Tagger | None:
    if find_spec("numba") is None:
        return None
    from detectors.prose import tag  # noqa: PLC0415 - numpy is there where numba is

    return tag
