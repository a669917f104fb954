"""The shelf's detectors in a scanner."""

from collections.abc import Sequence

from detectors.catalogue import catalogue
from detectors.detector import Detector
from detectors.engines import EngineFactory
from detectors.engines.hyperscan import HyperscanEngine
from detectors.engines.regex import RegexEngine
from detectors.scanner import Scanner


def build_scanner(*, fast: bool = True, custom: Sequence[Detector] = ()) -> Scanner:
    """A scanner for the whole catalogue.

    Args:
        fast: by Hyperscan; else by ``re``, which finds the same and needs no library.
        custom: detectors that an enterprise declared, beside those of the catalogue.
    """
    factory: EngineFactory = HyperscanEngine if fast else RegexEngine
    return Scanner(factory, (*catalogue(), *custom))
