"""Files of rules that a person names -> declared detectors."""

from collections.abc import Iterable
from pathlib import Path

from detectors.custom import from_toml
from detectors.detector import Detector
from wire.faults import ConfigurationError


def rules_of(paths: Iterable[Path]) -> tuple[Detector, ...]:
    """The detectors that the files declare, in order.

    Raises:
        ConfigurationError: a file cannot be read or holds a fault, or two declare the same kind.
    """
    found: dict[str, Detector] = {}
    for path in paths:
        for detector in _in(path):
            if detector.kind in found:
                cure = "each kind is declared once"
                raise ConfigurationError(f"another file declares {detector.kind} too", str(path), cure)
            found[detector.kind] = detector
    return tuple(found.values())


def _in(path: Path) -> tuple[Detector, ...]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"cannot read the rules: {error.strerror}", str(path)) from error
    return from_toml(content, str(path), lambda name: (path.parent / name).read_bytes())
