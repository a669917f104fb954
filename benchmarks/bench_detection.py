"""guanjin and other detectors over the generated corpus."""

from typing import Final

from benchmarks import Result
from benchmarks.detection import tables

NAME: Final = "detection"
TITLE: Final = "Detection in structured payloads"


def run() -> Result:
    """The table; the environment says where logs and peers are, see ``benchmarks.detection.tables``."""
    return tables.systems()
