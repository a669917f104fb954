"""The shelf's detectors in a scanner."""

from collections.abc import Sequence
from importlib.util import find_spec

from detectors.catalogue import catalogue
from detectors.detector import Detector
from detectors.engines import EngineFactory
from detectors.engines.hyperscan import HyperscanEngine
from detectors.engines.regex import RegexEngine
from detectors.scanner import Scanner
from detectors.spoken import Tagger


def build_scanner(*, fast: bool = True, custom: Sequence[Detector] = ()) -> Scanner:
    """A scanner for the whole catalogue.

    Args:
        fast: by Hyperscan; else by ``re``, which finds the same and needs no library.
        custom: detectors that an enterprise declared, beside those of the catalogue.
    """
    factory: EngineFactory = HyperscanEngine if fast else RegexEngine
    # Prose is read where the libraries are that an agent has; a collector reads none.
    return Scanner(factory, (*catalogue(), *custom), tag=_tagger())


def _tagger() -> Tagger | None:
    if find_spec("numba") is None:
        return None
    from detectors.prose import tag  # noqa: PLC0415 - numpy is there where numba is

    return tag
